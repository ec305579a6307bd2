//! A worker of one's own under the plan's own executor: here, one that only measures.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::num::NonZeroUsize;
use std::path::Path;

use wavecrew::exec::{Context, Executor, Failure, FailureClass, Outcome, Worker};
use wavecrew::worker_spec::{Task, read};
use wavecrew::{GraphOptions, graph, read_documents};

/// Adds a task's own hours to those of the longest chain before it.
struct ClockIn;

/// A task without an estimate cannot be clocked.
#[derive(Debug, thiserror::Error)]
#[error("{0} has no estimate")]
struct NoEstimate(String);

impl Failure for NoEstimate {
    fn class(&self) -> FailureClass {
        FailureClass::Permanent
    }
}

impl Worker<Task> for ClockIn {
    type Output = f64;
    type Error = NoEstimate;

    async fn run(&self, task: &Task, cx: Context<'_, f64>) -> Result<f64, NoEstimate> {
        let own = task.estimate.ok_or_else(|| NoEstimate(task.id.clone()))?;
        let before = cx.upstream().map(|(_, hours)| *hours).fold(0.0, f64::max);
        Ok(before + own.as_secs_f64() / 3600.0)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/plans/regatta.md");
    let plan = read(&read_documents(&[path])?).value;
    let graph = graph(&plan, GraphOptions::default()).map_err(|cycles| cycles[0].to_string())?;

    let executor = Executor::new(ClockIn).concurrency(NonZeroUsize::new(4).expect("not zero"));
    let outcomes = executor.run(&graph.dag, |_| {}).await;
    for (node, outcome) in graph.dag.nodes().zip(&outcomes) {
        match outcome {
            Outcome::Succeeded { output, .. } => {
                println!("{:>5.1} h  {}", output, graph.dag.id(node))
            }
            other => println!("        {}: {other:?}", graph.dag.id(node)),
        }
    }
    Ok(())
}
