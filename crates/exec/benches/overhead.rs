//! What a task that does nothing costs: processor time of the whole process per task, beside what
//! there is to beat, each case in a process of its own.
//!
//! `cargo bench -p wavecrew-exec --bench overhead [-- PROCESSES]` prints a table. The figures are
//! medians over so many processes (5 unless told), and they need Linux: the peak memory is read from
//! `/proc`. A criterion bench of the wall-clock time is in `executor.rs`.
#![expect(clippy::print_stdout, reason = "a table is what this is for")]

use std::convert::Infallible;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::process::Command;
use std::time::Duration;

use wavecrew_dag::{CriticalPathFirst, Dag, DagBuilder, Frontier, NodeId, Planner};
use wavecrew_exec::{Context, Executor, Limits, Policy, worker_fn};

const SHAPES: [&str; 3] = ["chain", "fan-out", "layered"];
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    match arguments.as_slice() {
        [how, shape, size] => {
            let size = size.parse().expect("a number of tasks");
            let (nanoseconds, peak) = measure(how, shape, size);
            println!("{nanoseconds} {peak}");
        }
        [processes] => table(processes.parse().unwrap_or(5)),
        _ => table(5),
    }
}

fn table(processes: usize) {
    println!(
        "processor time per task in ns, and peak memory in MiB; medians of {processes} processes"
    );
    println!(
        "{:8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>9}",
        "shape",
        "tasks",
        "pass",
        "spawn",
        "lean",
        "full",
        "no-peak",
        "lean-peak",
        "lean/spwn",
        "full-peak"
    );
    for shape in SHAPES {
        for size in SIZES {
            row(shape, size, processes);
        }
    }
}

fn row(shape: &str, size: usize, processes: usize) {
    let of = |how: &str| median(how, shape, size, processes);
    let (pass, base) = of("pass");
    let (spawn, _) = if shape == "layered" {
        (f64::NAN, 0.0)
    } else {
        of("spawn")
    };
    let (lean, lean_peak) = of("lean");
    let (full, full_peak) = of("full");
    println!(
        "{shape:8} {size:>8} {pass:>8.1} {spawn:>8.1} {lean:>8.1} {full:>8.1} {base:>8.1} {lean_peak:>9.1} {:>9.2} {full_peak:>9.1}",
        lean / spawn
    );
}

/// Runs a case in processes of its own.
fn median(how: &str, shape: &str, size: usize, processes: usize) -> (f64, f64) {
    let mut figures: Vec<(f64, f64)> = (0..processes)
        .map(|_| {
            let program = std::env::current_exe().expect("this program");
            let said = Command::new(program)
                .args([how, shape, &size.to_string()])
                .output()
                .expect("it runs");
            let said = String::from_utf8(said.stdout).expect("numbers");
            let (nanoseconds, peak) = said.trim().split_once(' ').expect("two numbers");
            (
                nanoseconds.parse().expect("a number"),
                peak.parse().expect("a number"),
            )
        })
        .collect();
    figures.sort_by(|a, b| a.0.total_cmp(&b.0));
    figures[figures.len() / 2]
}

/// Nanoseconds of processor time per task, of the fastest of several runs in this process, and the
/// peak memory of the process in MiB.
fn measure(how: &str, shape: &str, size: usize) -> (f64, f64) {
    let dag = graph(shape, size);
    let ranks = CriticalPathFirst {
        durations: vec![1; dag.len()],
    }
    .ranks(&dag);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .expect("a runtime");
    let runs = (2_000_000 / size).clamp(2, 20);
    let mut least = f64::INFINITY;
    for _ in 0..runs {
        let ranks = ranks.clone();
        let before = processor_time();
        match how {
            "pass" => pass(&dag, ranks),
            "spawn" => runtime.block_on(spawn(&runtime, shape, size)),
            "lean" => runtime.block_on(lean(&dag, ranks)),
            "full" => runtime.block_on(full(&dag, ranks)),
            other => panic!("no case {other}"),
        }
        let spent = processor_time() - before;
        least = least.min(spent.as_nanos() as f64 / size as f64);
    }
    (least, peak_memory())
}

/// The frontier alone, and nothing run: what the cache does to any executor.
fn pass(dag: &Dag<()>, ranks: Vec<u64>) {
    let mut frontier = Frontier::new(dag, ranks);
    while let Some(node) = frontier.pop() {
        frontier.succeed(black_box(node));
    }
}

async fn spawn(runtime: &tokio::runtime::Runtime, shape: &str, size: usize) {
    let work = match shape {
        "chain" => runtime.spawn(async move {
            for _ in 0..size {
                tokio::spawn(async {}).await.expect("nothing panics");
            }
        }),
        _ => runtime.spawn(async move {
            let tasks: Vec<_> = (0..size).map(|_| tokio::spawn(async {})).collect();
            for task in tasks {
                task.await.expect("nothing panics");
            }
        }),
    };
    work.await.expect("nothing panics");
}

/// A limit and ranks, and nothing else.
async fn lean(dag: &Dag<()>, ranks: Vec<u64>) {
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| Ok::<_, Infallible>(()));
    let executor = Executor::new(worker)
        .concurrency(concurrency())
        .ranks(ranks);
    executor.run(dag, |event| _ = black_box(event)).await;
}

/// Deadlines, silence, retries, cancellation, panics and events.
async fn full(dag: &Dag<()>, ranks: Vec<u64>) {
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| Ok::<_, Infallible>(()));
    let executor = Executor::new(worker).limits(Limits {
        concurrency: concurrency(),
        ranks: Some(ranks),
        attempt_deadline: Some(Duration::from_secs(60)),
        task_deadline: Some(Duration::from_secs(600)),
        stall_after: Some(Duration::from_secs(300)),
        policy: Policy::three_tries(),
        ..Limits::default()
    });
    executor.run(dag, |event| _ = black_box(event)).await;
}

fn concurrency() -> NonZeroUsize {
    NonZeroUsize::new(256).expect("not zero")
}

fn graph(shape: &str, size: usize) -> Dag<()> {
    match shape {
        "chain" => build(size, |node| node.checked_sub(1).into_iter().collect()),
        "fan-out" => build(size, |_| Vec::new()),
        _ => layered(size),
    }
}

/// A hundred layers; each task waits for four of the layer before.
fn layered(size: usize) -> Dag<()> {
    let width = size / 100;
    build(size, |node| match node / width {
        0 => Vec::new(),
        layer => {
            let before = (layer - 1) * width;
            [0, 7, 31, 113]
                .map(|step| before + (node + step) % width)
                .to_vec()
        }
    })
}

fn build(size: usize, dependencies: impl Fn(usize) -> Vec<usize>) -> Dag<()> {
    let mut builder = DagBuilder::new();
    for node in 0..size {
        builder.node(node.to_string(), ());
    }
    for node in 0..size {
        for dependency in dependencies(node) {
            builder.add_edge(NodeId::from_index(dependency), NodeId::from_index(node));
        }
    }
    builder.build().expect("edges ascend")
}

/// Of all threads of this process.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kibibytes.expect("Linux says so") / 1024.0
}
