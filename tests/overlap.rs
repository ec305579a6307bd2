//! Work that may overlap does: a run takes as long as its schedule says.

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use wavecrew::dag::{CriticalPathFirst, NodeId, Planner};
use wavecrew::exec::{Context, Executor, worker_fn};
use wavecrew::worker_spec::{Document, read};
use wavecrew::{GraphOptions, PlanGraph, forecast, graph, read_documents};

/// Runs the plan with tasks that sleep, a planned hour in `hour`; gives the time that it took, and that of
/// the planner's schedule.
async fn run(graph: &PlanGraph, workers: usize, hour: Duration) -> (Duration, Duration) {
    let workers = NonZeroUsize::new(workers).expect("at least one");
    let planned = forecast(graph, workers)
        .expect("times fit")
        .schedule
        .makespan;
    let scaled = |seconds: u64| hour.mul_f64(seconds as f64 / 3600.0);
    let lengths: Vec<Duration> = graph.durations.iter().map(|ticks| scaled(*ticks)).collect();
    let worker = worker_fn(async |_: &_, cx: Context<'_, ()>| {
        sleep(lengths[NodeId::index(cx.node())]).await;
        Ok::<_, Infallible>(())
    });
    let durations = graph.durations.clone();
    let executor = Executor::new(worker)
        .concurrency(workers)
        .ranks(CriticalPathFirst { durations }.ranks(&graph.dag))
        .claims(graph.claims.clone());
    let began = Instant::now();
    let outcomes = executor.run(&graph.dag, |_| {}).await;
    assert!(outcomes.iter().all(|outcome| outcome.output().is_some()));
    (began.elapsed(), scaled(planned))
}

fn check((took, planned): (Duration, Duration)) {
    assert!(took <= planned.mul_f64(1.05), "{took:?} of {planned:?}");
    assert!(took >= planned.mul_f64(0.999), "{took:?} of {planned:?}");
}

fn daw() -> PlanGraph {
    let shared = std::env::var("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder");
    let path = PathBuf::from(shared).join("seed-plans/daw-agent-plan.md");
    let documents = read_documents(&[path]).expect("the documents are readable");
    graph(&read(&documents).value, GraphOptions::default()).expect("the plan has no cycle")
}

#[tokio::test(start_paused = true)]
async fn ten_equal_tasks_with_five_workers_take_two_lengths() {
    let mut plan = String::from("---\nwavecrew: 1\n---\n\n# Ten\n\n## Tasks\n");
    for task in 1..=10 {
        plan.push_str(&format!("\n### T-{task}: Work\n\n- estimate: 1h\n"));
    }
    let read = read(&[Document::new("plan.md", plan)]);
    let graph = graph(&read.value, GraphOptions::default()).expect("no cycle");
    let (took, planned) = run(&graph, 5, Duration::from_secs(1)).await;
    assert_eq!(planned, Duration::from_secs(2));
    check((took, planned));
}

#[tokio::test(start_paused = true)]
#[ignore = "needs WAVECREW_SHARED"]
async fn daw_takes_as_long_as_planned() {
    let graph = daw();
    for workers in [4, 8, 16] {
        check(run(&graph, workers, Duration::from_secs(1)).await);
    }
}

#[tokio::test]
#[ignore = "needs WAVECREW_SHARED, and takes half a minute of real time"]
async fn daw_takes_as_long_as_planned_by_the_clock_on_the_wall() {
    check(run(&daw(), 8, Duration::from_secs(1)).await);
}
