//! The two lower layers alone: `wavecrew-dag` and `wavecrew-exec`, no plan, no model, no facade.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::convert::Infallible;
use std::num::NonZeroUsize;

use wavecrew_dag::{CriticalPathFirst, DagBuilder, Planner};
use wavecrew_exec::{Context, EventKind, Executor, worker_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A breakfast; the payload is the minutes that a step takes.
    let mut builder = DagBuilder::new();
    builder
        .node("boil water", 4_u64)
        .node("toast bread", 3)
        .node("brew tea", 5)
        .node("serve", 1);
    builder
        .edge("boil water", "brew tea")
        .edge("brew tea", "serve")
        .edge("toast bread", "serve");
    let dag = builder.build()?;

    // What is on the longest chain starts first.
    let minutes: Vec<u64> = dag.payloads().to_vec();
    let ranks = CriticalPathFirst { durations: minutes }.ranks(&dag);
    let worker = worker_fn(async |minutes: &u64, cx: Context<'_, u64>| {
        let ready = cx.upstream().map(|(_, ready)| *ready).max().unwrap_or(0);
        Ok::<_, Infallible>(ready + minutes)
    });
    let executor = Executor::new(worker)
        .concurrency(NonZeroUsize::new(2).expect("not zero"))
        .ranks(ranks);
    let outcomes = executor
        .run(&dag, |event| {
            if let (Some(node), EventKind::Started { .. }) = (event.node, &event.kind) {
                println!("start {}", dag.id(node));
            }
        })
        .await;
    let ready = outcomes.iter().filter_map(|outcome| outcome.output()).max();
    println!(
        "breakfast after {} minutes",
        ready.expect("there are tasks")
    );
    Ok(())
}
