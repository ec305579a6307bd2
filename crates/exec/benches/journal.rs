//! What a journal costs, how fast a run is taken up again, and how soon an event is told: each figure
//! beside the goal that it is held to. `cargo bench -p wavecrew-exec --bench journal`.

#![expect(clippy::print_stdout, reason = "a bench shows its figures")]

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use wavecrew_dag::{Dag, DagBuilder};
use wavecrew_exec::{Context, EventKind, Executor, FileJournal, Header, worker_fn};

fn main() {
    // `cargo test --benches` asks whether it starts, not how fast it is.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        records_per_second().await;
        share_of_a_run().await;
        resume().await;
        event_latency(false).await;
        event_latency(true).await;
        memory().await;
        overlap().await;
    });
}

fn tell(what: &str, measured: String, goal: &str, met: bool) {
    let mark = if met { "met" } else { "MISSED" };
    println!("{what:<58} {measured:>16}   goal {goal:<22} {mark}");
}

fn independent(tasks: usize) -> Dag<()> {
    let mut builder = DagBuilder::new();
    for task in 0..tasks {
        builder.node(format!("task-{task:06}"), ());
    }
    builder.build().expect("no edges, no cycle")
}

fn at_once<W>(worker: W, tasks: usize) -> Executor<W> {
    Executor::new(worker).concurrency(NonZeroUsize::new(tasks).expect("not zero"))
}

struct Journal {
    _folder: tempfile::TempDir,
    journal: FileJournal,
}

fn journal() -> Journal {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    let header = Header::new("bench", "plan", serde_json::Value::Null);
    Journal {
        journal: FileJournal::create(path, &header).expect("a new journal"),
        _folder: folder,
    }
}

fn rounds<T>(rounds: usize, mut one: impl FnMut() -> T) -> impl Iterator<Item = T> {
    (0..rounds).map(move |_| one())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn records_per_second() {
    let dag = independent(100_000);
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| Ok::<_, Infallible>(()));
    let executor = at_once(worker, 1024);
    let mut rates = Vec::new();
    for mut kept in rounds(3, journal) {
        let began = Instant::now();
        let ran = executor.run_durable(&dag, &mut kept.journal, |()| String::new(), |_| {});
        let outcomes = ran.await.expect("a disk that works");
        // Each task has two records: that it started, and that it succeeded.
        rates.push(2.0 * outcomes.len() as f64 / began.elapsed().as_secs_f64());
    }
    let rate = median(rates);
    let met = rate >= 100_000.0;
    tell(
        "task records with group commit",
        format!("{rate:.0} / s"),
        "100000 / s",
        met,
    );
}

async fn share_of_a_run() {
    let dag = independent(200);
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok::<_, Infallible>(())
    });
    let executor = at_once(worker, 8);
    let mut shares = Vec::new();
    for mut kept in rounds(5, journal) {
        let began = Instant::now();
        executor.run(&dag, |_| {}).await;
        let without = began.elapsed();
        let began = Instant::now();
        let ran = executor.run_durable(&dag, &mut kept.journal, |()| String::new(), |_| {});
        ran.await.expect("a disk that works");
        shares.push(began.elapsed().as_secs_f64() / without.as_secs_f64() - 1.0);
    }
    let share = 100.0 * median(shares);
    tell(
        "journal, of 200 tasks of 50 ms with 8 workers",
        format!("{share:.1} %"),
        "at most 5 %",
        share <= 5.0,
    );
}

async fn resume() {
    let dag = independent(10_000);
    let calls = AtomicUsize::new(0);
    let worker = worker_fn(async |(): &(), cx: Context<'_, String>| {
        let answer = cx.memo("answer", async {
            calls.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>("a line of an answer\n".repeat(100))
        });
        Ok::<_, wavecrew_exec::MemoError<Infallible>>(answer.await?.len().to_string())
    });
    let executor = at_once(worker, 1024);
    let mut kept = journal();
    let ran = executor.run_durable(&dag, &mut kept.journal, |()| String::new(), |_| {});
    ran.await.expect("a disk that works");
    let path = kept.journal.path().to_owned();
    let Journal { _folder, journal } = kept;
    drop(journal);

    calls.store(0, Ordering::Relaxed);
    let began = Instant::now();
    let (mut journal, _) = FileJournal::open(path).expect("it was just written");
    let ran = executor.run_durable(&dag, &mut journal, |()| String::new(), |_| {});
    ran.await.expect("a disk that works");
    let took = began.elapsed().as_secs_f64();
    let calls = calls.load(Ordering::Relaxed);
    tell(
        "resume of a finished run of 10000 tasks, answers of 2 kB",
        format!("{took:.2} s, {calls} calls"),
        "below 1 s, 0 calls",
        took < 1.0 && calls == 0,
    );
}

/// From the moment in which a worker says something, and from that in which it ends, to the subscriber.
async fn event_latency(durable: bool) {
    let began = Instant::now();
    let dag = independent(1000);
    let now = move || u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let worker = worker_fn(async |(): &(), cx: Context<'_, u64>| {
        let start = cx.node().index() as u64 % 100;
        tokio::time::sleep(Duration::from_millis(start)).await;
        for _ in 0..10 {
            cx.progress(now().to_string());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok::<_, Infallible>(now())
    });
    let executor = at_once(worker, 1000);
    let mut delays = Vec::new();
    let on_event = |event: &wavecrew_exec::Event| {
        if let EventKind::Progress { message } = &event.kind {
            let sent: u64 = message.parse().expect("a number");
            delays.push(now().saturating_sub(sent) as f64 / 1000.0);
        }
    };
    let mut kept = journal();
    if durable {
        let ran = executor.run_durable(&dag, &mut kept.journal, |()| String::new(), on_event);
        ran.await.expect("a disk that works");
    } else {
        executor.run(&dag, on_event).await;
    }
    delays.sort_by(f64::total_cmp);
    let p99 = delays[delays.len() * 99 / 100];
    let what = match durable {
        true => "event to subscriber, p99, 1000 tasks running, journal on",
        false => "event to subscriber, p99, 1000 tasks running",
    };
    tell(what, format!("{p99:.2} ms"), "below 10 ms", p99 < 10.0);
}

/// Memory when a tenth of the tasks has ended, and when all have.
async fn memory() {
    let tasks = 100_000;
    let dag = independent(tasks);
    let ended = AtomicUsize::new(0);
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| {
        tokio::time::sleep(Duration::from_millis(1)).await;
        ended.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Infallible>(())
    });
    let executor = at_once(worker, 256);
    let mut early = None;
    let before = resident_kib();
    executor
        .run(&dag, |event| {
            if event.kind.is_final() && ended.load(Ordering::Relaxed) >= tasks / 10 {
                early = early.or_else(resident_kib);
            }
        })
        .await;
    let (Some(before), Some(early), Some(late)) = (before, early, resident_kib()) else {
        println!("memory: this system does not say");
        return;
    };
    let grown = late.saturating_sub(early) as f64 / 1024.0;
    tell(
        "memory of 100000 tasks, from a tenth to the end",
        format!("{grown:.1} MiB more"),
        "flat: at most 2 MiB",
        grown <= 2.0,
    );
    let run = late.saturating_sub(before) as f64 / 1024.0;
    println!("{:<58} {:>12.1} MiB", "  in all, beyond the graph", run);
}

fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

async fn overlap() {
    let dag = independent(10);
    let length = Duration::from_millis(500);
    let worker = worker_fn(async |(): &(), _: Context<'_, ()>| {
        tokio::time::sleep(length).await;
        Ok::<_, Infallible>(())
    });
    let mut kept = journal();
    let began = Instant::now();
    let executor = at_once(worker, 5);
    let ran = executor.run_durable(&dag, &mut kept.journal, |()| String::new(), |_| {});
    ran.await.expect("a disk that works");
    let over = 100.0 * (began.elapsed().as_secs_f64() / (2.0 * length.as_secs_f64()) - 1.0);
    tell(
        "10 equal tasks with 5 workers, beyond two lengths",
        format!("{over:.1} %"),
        "at most 5 %",
        over <= 5.0,
    );
}
