//! Tasks that do nothing, so that what is measured is the executor: chain, fan-out and layered
//! graphs, beside bare tokio tasks.

use std::convert::Infallible;
use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;
use wavecrew_dag::{CriticalPathFirst, Dag, DagBuilder, NodeId, Planner};
use wavecrew_exec::{Context, Executor, worker_fn};

criterion_group!(benches, executors);
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

/// What there is to beat: one tokio task per task, in a row and all at once.
fn bench_spawn(criterion: &mut Criterion, runtime: &Runtime, size: usize) {
    let mut group = criterion.benchmark_group("chain");
    group
        .throughput(Throughput::Elements(size as u64))
        .sample_size(20);
    group.bench_function(BenchmarkId::new("tokio spawn", size), |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                for _ in 0..size {
                    tokio::spawn(async {}).await.expect("nothing panics");
                }
            });
        });
    });
    group.finish();
    let mut group = criterion.benchmark_group("fan-out");
    group
        .throughput(Throughput::Elements(size as u64))
        .sample_size(20);
    group.bench_function(BenchmarkId::new("tokio spawn", size), |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let tasks: Vec<_> = (0..size).map(|_| tokio::spawn(async {})).collect();
                for task in tasks {
                    task.await.expect("nothing panics");
                }
            });
        });
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
