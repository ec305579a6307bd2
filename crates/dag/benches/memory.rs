//! How much memory it takes at its peak to get from a million nodes and four million edges to a full plan.
//!
//! `cargo bench -p wavecrew-dag --bench memory [-- --check]`
//!
//! Nodes are added one by one, so nothing but our own counts: not the ids as they are read, nor the durations, which the caller
//! has. With `--check` more than 120 MiB fails.

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;

use common::layered;
use peak_alloc::PeakAlloc;
use wavecrew_dag::{CriticalPath, Dag, DagBuilder, NodeId, Waves};

mod common;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MOST_BYTES: usize = 120 << 20;
const NODES: usize = 1_000_000;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut worst = 0;
    for (name, step) in [("in order", 1), ("shuffled", 387_420_489)] {
        let durations: Vec<u64> = (0..NODES as u64).map(|node| node % 10 + 1).collect();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let dag = graph(step);
        let (built, kept) = (
            MEMORY.peak_usage() - before,
            MEMORY.current_usage() - before,
        );
        let times = CriticalPath::new(&dag, &durations).expect("times are small");
        let levels = Waves::levels(&dag);
        let peak = MEMORY.peak_usage() - before;
        black_box((&times, &levels));
        writeln!(
            out,
            "{name}: build {built}, graph {kept}, with the plan {peak} bytes"
        )
        .expect("stdout takes it");
        worst = worst.max(peak);
    }
    let check = std::env::args().any(|argument| argument == "--check");
    if check && worst > MOST_BYTES {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// A layered graph, of which node `k` is added as number `k * step`, modulo the number of nodes. Ids are
/// as much out of order as nodes are.
fn graph(step: usize) -> Dag<()> {
    let number = |node: usize| NodeId::from_index(node * step % NODES);
    let mut builder = DagBuilder::new();
    for node in 0..NODES {
        builder.node(format!("T-{:07}", node * step % NODES), ());
    }
    for node in 0..NODES {
        for before in layered(node) {
            builder.add_edge(number(before), number(node));
        }
    }
    builder.build().expect("edges lead from layer to layer")
}
