//! Running whole graphs through a frontier, against Kahn's algorithm on bare arrays.
//!
//! `cargo bench -p wavecrew-dag --bench frontier [-- [SHAPE] [--check]]`
//!
//! Chains, stars and layered graphs, with ranks that are all equal and with mixed ones; making the frontier is in the time, copying
//! the ranks that it takes is not. With
//! `--check` more than 60 ns a task, or growth from the small graph to the large one of more than 1.3 times the bare pass's own,
//! fails.

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;

use common::bare::Bare;
use common::{SHAPES, Shape, clock, median};
use wavecrew_dag::{Dag, DagBuilder, Frontier, NodeId};

mod common;

const MOST_NANOS: f64 = 60.0;
const MOST_GROWTH: f64 = 1.3;
const SIZES: [(usize, usize); 3] = [(10_000, 101), (100_000, 31), (1_000_000, 11)];

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut holds = true;
    writeln!(out, "ns per task: bare, equal ranks, mixed ranks").expect("stdout takes it");
    let only = std::env::args().skip(1).find(|it| !it.starts_with("--"));
    let shapes = SHAPES.into_iter();
    for (name, before) in shapes.filter(|(name, _)| only.as_ref().is_none_or(|it| it == name)) {
        let all = SIZES.map(|(nodes, rounds)| {
            let times = measure(&Shape::new(before, nodes, false), rounds);
            let [bare, equal, mixed] = times;
            writeln!(
                out,
                "{name}, {nodes} nodes: {bare:.1} {equal:.1} {mixed:.1}"
            )
            .expect("stdout takes it");
            times
        });
        let [small, _, large] = all;
        for ranks in [1, 2] {
            let growth = (large[ranks] / small[ranks]) / (large[0] / small[0]);
            writeln!(out, "{name}: growth beyond the bare pass's {growth:.2}")
                .expect("stdout takes it");
            holds &= growth <= MOST_GROWTH && all.iter().all(|times| times[ranks] <= MOST_NANOS);
        }
    }
    let check = std::env::args().any(|argument| argument == "--check");
    if check && !holds {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn measure(shape: &Shape, rounds: usize) -> [f64; 3] {
    let nodes = shape.ids.len();
    let bare = Bare::new(nodes, &shape.edges);
    let dag = graph(shape);
    let mixed: Vec<u64> = (0..nodes as u64).map(|node| node * 7919 % 4096).collect();
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        let [equal, mixed] = [vec![0; nodes], mixed.clone()];
        let ways: [Box<dyn FnOnce() -> usize>; 3] = [
            Box::new(|| bare.run()),
            Box::new(|| run(&dag, equal)),
            Box::new(|| run(&dag, mixed)),
        ];
        for (way, times) in ways.into_iter().zip(&mut times) {
            let start = clock::now();
            assert_eq!(way(), nodes);
            times.push((clock::now() - start).as_nanos() as f64 / nodes as f64);
        }
    }
    times.map(median)
}

fn graph(shape: &Shape) -> Dag<()> {
    let mut builder = DagBuilder::new();
    let ids: Vec<NodeId> = shape
        .ids
        .iter()
        .map(|id| builder.add_node(id, ()))
        .collect();
    for &(from, to) in &shape.edges {
        builder.add_edge(ids[from as usize], ids[to as usize]);
    }
    builder.build().expect("edges lead one way")
}

fn run(dag: &Dag<()>, ranks: Vec<u64>) -> usize {
    let mut frontier = Frontier::new(dag, ranks);
    let mut done = 0;
    while let Some(node) = frontier.pop() {
        frontier.succeed(black_box(node));
        done += 1;
    }
    done
}
