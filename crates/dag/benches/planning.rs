//! From nodes and edges to a full plan (levels, earliest and latest times, floats, critical path, waves) of layered graphs, against
//! a bare pass over arrays that computes the same.
//!
//! `cargo bench -p wavecrew-dag --bench planning [-- [SHAPE] [--check]]`
//!
//! The graph has four edges a node, and its nodes are numbered as they may run (`in-order`) or in an order that says nothing of it
//! (`shuffled`), as do their ids then. Every round times the bare pass right before ours, on a clock that stands still while other
//! programs run. Told are medians, the median of the rounds' ratios, and how much more a node costs in the large graph than
//! in the small one. The bare pass knows no ids; what it takes to read them is in our time, and told by itself too. With `--check`
//! more than 1.6 times the bare pass in the large graph, or growth of more than 1.3 times the bare pass's own, fails. The bench
//! `memory` tells what memory the same takes: to count it takes time.

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;

use common::bare::Bare;
use common::{Shape, clock, layered, median};
use wavecrew_dag::{CriticalPath, Dag, DagBuilder, NodeId, Waves};

mod common;

const MOST_RATIO: f64 = 1.6;
const MOST_GROWTH: f64 = 1.3;
const SMALL: usize = 10_000;
const LARGE: usize = 1_000_000;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut holds = true;
    writeln!(out, "ns per node: bare, ids, build with ids, plan, ratio").expect("stdout takes it");
    let only = std::env::args().skip(1).find(|it| !it.starts_with("--"));
    let shapes = [("in-order", false), ("shuffled", true)].into_iter();
    for (name, is_shuffled) in shapes.filter(|(name, _)| only.as_ref().is_none_or(|it| it == name))
    {
        let [small, large] = [(SMALL, 101), (LARGE, 21)]
            .map(|(nodes, rounds)| measure(&Shape::new(layered, nodes, is_shuffled), rounds));
        for (size, times) in [(SMALL, &small), (LARGE, &large)] {
            writeln!(
                out,
                "{name}, {size} nodes: {:.1} {:.1} {:.1} {:.1} {:.2}",
                times.bare, times.ids, times.build, times.plan, times.ratio
            )
            .expect("stdout takes it");
        }
        let growth = large.ratio / small.ratio;
        writeln!(out, "{name}: growth beyond the bare pass's {growth:.2}")
            .expect("stdout takes it");
        holds &= large.ratio <= MOST_RATIO && growth <= MOST_GROWTH;
    }
    let check = std::env::args().any(|argument| argument == "--check");
    if check && !holds {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Nanoseconds per node, and what they are to each other.
struct Times {
    bare: f64,
    ids: f64,
    build: f64,
    plan: f64,
    ratio: f64,
}

fn measure(shape: &Shape, rounds: usize) -> Times {
    let nodes = shape.ids.len();
    let [mut bare, mut ids, mut build, mut plan] = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        let start = clock::now();
        let bare_plan = black_box(Bare::new(nodes, &shape.edges).plan(&shape.durations));
        bare.push(since(start, nodes));
        let (makespan, waves) = (
            bare_plan.earliest_finish.iter().max(),
            bare_plan.wave_ends.len(),
        );
        let (makespan, waves) = (makespan.copied(), waves);
        drop(bare_plan);

        let start = clock::now();
        let (mut builder, named) = nodes_of(shape);
        ids.push(since(start, nodes));
        for &(from, to) in &shape.edges {
            builder.add_edge(named[from as usize], named[to as usize]);
        }
        let dag: Dag<()> = builder.build().expect("edges lead from layer to layer");
        build.push(since(start, nodes));

        let start = clock::now();
        let times = CriticalPath::new(&dag, &shape.durations).expect("times are small");
        let levels = Waves::levels(&dag);
        plan.push(since(start, nodes));
        assert_eq!(Some(times.makespan), makespan);
        assert_eq!(levels.len(), waves);
        black_box((times, levels));
    }
    let ours = build.iter().zip(&plan).map(|(build, plan)| build + plan);
    let ratios = ours.zip(&bare).map(|(ours, bare)| ours / bare);
    let ratio = median(ratios.collect());
    let [bare, ids, build, plan] = [bare, ids, build, plan].map(median);
    Times {
        bare,
        ids,
        build,
        plan,
        ratio,
    }
}

fn nodes_of(shape: &Shape) -> (DagBuilder<()>, Vec<NodeId>) {
    let mut builder = DagBuilder::new();
    builder.reserve(shape.ids.len(), shape.edges.len());
    let named = shape
        .ids
        .iter()
        .map(|id| builder.add_node(id, ()))
        .collect();
    (builder, named)
}

fn since(start: std::time::Duration, nodes: usize) -> f64 {
    (clock::now() - start).as_nanos() as f64 / nodes as f64
}
