//! Tasks that do nothing, so that what is measured is the executor: chain, fan-out and layered
//! graphs, beside bare tokio tasks.

use std::convert::Infallible;
use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;
use wavecrew_dag::{CriticalPathFirst, Dag, DagBuilder, NodeId, Planner};
use wavecrew_exec::{Context, Executor, FileJournal, Header, worker_fn};

criterion_group!(benches, executors, journals);
criterion_main!(benches);

const SIZES: [usize; 2] = [10_000, 100_000];

fn executors(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    for size in SIZES {
        let shapes = [
            ("chain", chain(size)),
            ("fan-out", fan_out(size)),
            ("layered", layered(size)),
        ];
        for (shape, dag) in &shapes {
            bench_executor(criterion, &runtime, shape, dag);
        }
        bench_spawn(criterion, &runtime, size);
    }
}

fn bench_executor(criterion: &mut Criterion, runtime: &Runtime, shape: &str, dag: &Dag<()>) {
    let durations = vec![1; dag.len()];
    let ranks = CriticalPathFirst { durations }.ranks(dag);
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| Ok::<_, Infallible>(()));
    let executor = Executor::new(worker)
        .concurrency(NonZeroUsize::new(256).expect("not zero"))
        .ranks(ranks);
    let mut group = criterion.benchmark_group(shape);
    group
        .throughput(Throughput::Elements(dag.len() as u64))
        .sample_size(20);
    group.bench_function(BenchmarkId::new("executor", dag.len()), |bencher| {
        bencher.iter(|| runtime.block_on(executor.run(dag, |event| _ = black_box(event))));
    });
}

/// What there is to beat: one tokio task per task, in a row and all at once, from within the
/// runtime.
fn bench_spawn(criterion: &mut Criterion, runtime: &Runtime, size: usize) {
    let mut group = criterion.benchmark_group("chain");
    group
        .throughput(Throughput::Elements(size as u64))
        .sample_size(20);
    group.bench_function(BenchmarkId::new("tokio spawn", size), |bencher| {
        bencher.iter(|| block_on_worker(runtime, spawn_in_a_row(size)));
    });
    group.finish();
    let mut group = criterion.benchmark_group("fan-out");
    group
        .throughput(Throughput::Elements(size as u64))
        .sample_size(20);
    group.bench_function(BenchmarkId::new("tokio spawn", size), |bencher| {
        bencher.iter(|| block_on_worker(runtime, spawn_at_once(size)));
    });
}

async fn spawn_in_a_row(size: usize) {
    for _ in 0..size {
        tokio::spawn(async {}).await.expect("nothing panics");
    }
}

async fn spawn_at_once(size: usize) {
    let tasks: Vec<_> = (0..size).map(|_| tokio::spawn(async {})).collect();
    for task in tasks {
        task.await.expect("nothing panics");
    }
}

fn block_on_worker(runtime: &Runtime, work: impl Future<Output = ()> + Send + 'static) {
    runtime
        .block_on(runtime.spawn(work))
        .expect("nothing panics");
}

/// A journal on this machine's disk: 64 tasks at a time that do nothing, and their resumption.
fn journals(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let (size, concurrency) = (2_000, NonZeroUsize::new(64).expect("not zero"));
    let dag = fan_out(size);
    let worker = worker_fn(async |(): &(), _: Context<'_, u32>| Ok::<_, Infallible>(7));
    let executor = Executor::new(worker).concurrency(concurrency);
    let run = |journal: &mut FileJournal| {
        let fingerprint = |(): &()| String::new();
        let running =
            executor.run_durable(&dag, journal, fingerprint, |event| _ = black_box(event));
        runtime.block_on(running).expect("a disk that works");
    };
    let header = Header::new("bench", "", serde_json::Value::Null);
    let mut group = criterion.benchmark_group("journal");
    group
        .throughput(Throughput::Elements(size as u64))
        .sample_size(10);
    group.bench_function("run", |bencher| {
        bencher.iter_batched(
            || tempfile::tempdir().expect("a folder"),
            |folder| {
                let path = folder.path().join("journal.jsonl");
                run(&mut FileJournal::create(path, &header).expect("a new journal"));
                folder
            },
            BatchSize::PerIteration,
        );
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    run(&mut FileJournal::create(&path, &header).expect("a new journal"));
    group.bench_function("resume what is done", |bencher| {
        bencher.iter(|| run(&mut FileJournal::open(&path).expect("it was closed").0));
    });
}

fn chain(size: usize) -> Dag<()> {
    graph(size, |node| node.checked_sub(1).into_iter().collect())
}

fn fan_out(size: usize) -> Dag<()> {
    graph(size, |_| Vec::new())
}

/// A hundred layers; each task waits for four of the layer before.
fn layered(size: usize) -> Dag<()> {
    let width = size / 100;
    graph(size, |node| match node / width {
        0 => Vec::new(),
        layer => {
            let before = (layer - 1) * width;
            [0, 7, 31, 113]
                .map(|step| before + (node + step) % width)
                .to_vec()
        }
    })
}

fn graph(size: usize, dependencies: impl Fn(usize) -> Vec<usize>) -> Dag<()> {
    let mut builder = DagBuilder::new();
    for node in 0..size {
        builder.node(format!("t{node}"), ());
    }
    for node in 0..size {
        for dependency in dependencies(node) {
            builder.add_edge(NodeId::from_index(dependency), NodeId::from_index(node));
        }
    }
    builder.build().expect("edges ascend")
}
