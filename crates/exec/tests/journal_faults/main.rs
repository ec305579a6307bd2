//! Disks that fail, at every single operation in turn, and what is left then.

mod bytes;
mod mem_disk;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Mutex};

use mem_disk::{Fault, MemDisk};
use serde_json::json;
use wavecrew_dag::{Dag, DagBuilder};
use wavecrew_exec::{
    Context, Event, EventKind, ExecError, Executor, Failure, FailureClass, FileJournal, Header,
    JournalError, MemoError, Outcome, worker_fn,
};

const ENOSPC: i32 = 28;
const EIO: i32 = 5;
const EMFILE: i32 = 24;

const JOURNAL: &str = "/disk/runs/1/journal.jsonl";

/// An answer that is not good enough.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("refused")
    }
}

impl std::error::Error for Refused {}

impl Failure for Refused {
    fn class(&self) -> FailureClass {
        FailureClass::Invalid
    }
}

impl From<MemoError<Self>> for Refused {
    fn from(_: MemoError<Self>) -> Self {
        Self
    }
}

/// Two chains of three tasks: `size` is that of the answer. Some have to be asked for twice.
fn plan() -> Dag<usize> {
    let mut builder = DagBuilder::new();
    for (id, size) in [
        ("a", 5),
        ("b", 40_000),
        ("c", 50),
        ("d", 7),
        ("e", 60_000),
        ("f", 3),
    ] {
        builder.node(id, size);
    }
    builder.edge("a", "b").edge("b", "c");
    builder.edge("d", "e").edge("e", "f");
    builder.build().expect("no cycle")
}

/// What all sessions of one run have seen together.
#[derive(Debug, Default)]
struct Ledger {
    /// Answers that were paid for, and those of which the worker was told that they are kept.
    paid: BTreeMap<String, u32>,
    kept: BTreeSet<String>,
    /// Tasks that were told to have succeeded.
    told: BTreeSet<String>,
}

/// One session, from opening the journal to the end of the run or the first error.
async fn session(disk: &MemDisk, ledger: &Mutex<Ledger>) -> Result<Vec<String>, ExecError> {
    let disk: Arc<MemDisk> = Arc::new(disk.clone());
    let mut journal = match FileJournal::open_on(disk.clone(), JOURNAL) {
        Ok((journal, _)) => journal,
        Err(JournalError::Io { error, .. }) if error.raw_os_error() == Some(2) => {
            FileJournal::create_on(disk, JOURNAL, &Header::new("1", "plan", json!({})))?
        }
        Err(other) => return Err(other.into()),
    };
    let dag = plan();
    let worker = worker_fn(async |size: &usize, cx: Context<'_, String>| {
        let id = plan().id(cx.node()).to_owned();
        let key = format!("answer {}", cx.attempt());
        let once = format!("{id} {key}");
        let answer = cx
            .memo(&key, async {
                let mut ledger = ledger.lock().expect("no panics");
                assert!(
                    !ledger.kept.contains(&once),
                    "{once} was kept and is paid again"
                );
                *ledger.paid.entry(once.clone()).or_default() += 1;
                Ok::<_, Refused>("x".repeat(*size))
            })
            .await?;
        ledger.lock().expect("no panics").kept.insert(once);
        tokio::task::yield_now().await;
        if *size % 2 == 1 && cx.attempt() == 1 {
            return Err(Refused);
        }
        Ok(format!("{id} of {}", answer.len()))
    });
    let executor = Executor::new(worker).concurrency(NonZeroUsize::new(2).expect("two"));
    let tell = |event: &Event| {
        let Some(node) = event.node else { return };
        let task = plan().id(node).to_owned();
        let mut ledger = ledger.lock().expect("no panics");
        match &event.kind {
            EventKind::Started { .. } => {
                assert!(
                    !ledger.told.contains(&task),
                    "{task} was told done and starts again"
                );
            }
            EventKind::Succeeded { .. } => drop(ledger.told.insert(task)),
            _ => {}
        }
    };
    let outcomes = executor
        .run_durable(&dag, &mut journal, usize::to_string, tell)
        .await?;
    let outputs = outcomes.iter().map(Outcome::output);
    Ok(outputs
        .map(|output| output.cloned().unwrap_or_default())
        .collect())
}

async fn unharmed() -> (Vec<String>, u64) {
    let disk = MemDisk::default();
    disk.plan(None);
    let outputs = session(&disk, &Mutex::default())
        .await
        .expect("a good disk");
    assert_eq!(outputs[4], "e of 60000");
    (outputs, disk.operations())
}

/// The file that a failed operation was about.
fn named(failed: &str) -> &Path {
    let (_, path) = failed.rsplit_once(' ').expect("operation and path");
    Path::new(path)
}

#[tokio::test(start_paused = true)]
async fn every_operation_that_fails_is_named_and_a_later_session_ends_the_run() {
    let (expected, operations) = unharmed().await;
    assert!(operations > 40, "only {operations} operations");
    for errno in [ENOSPC, EIO, EMFILE] {
        for at in 1.. {
            let disk = MemDisk::default();
            disk.plan(Some(Fault::Once { at, errno }));
            let ledger = Mutex::default();
            let first = session(&disk, &ledger).await;
            let failed = disk.failed();
            match &first {
                Ok(outputs) => {
                    assert_eq!(outputs, &expected);
                    assert_eq!(failed, Vec::<String>::new(), "operation {at} failed untold");
                    assert!(at > operations, "operation {at} never came");
                    break;
                }
                Err(error) => {
                    let error = error.to_string();
                    let file = named(&failed[0]).display().to_string();
                    assert!(
                        error.contains(&file) && error.contains(&format!("os error {errno}")),
                        "operation {at}, {}: {error}",
                        failed[0]
                    );
                }
            }
            let second = session(&disk, &ledger).await;
            assert_eq!(
                second.expect("the disk works again"),
                expected,
                "after {at}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_power_cut_at_any_operation_takes_nothing_that_was_told() {
    let (expected, operations) = unharmed().await;
    for at in 1..=operations {
        let disk = MemDisk::default();
        disk.plan(Some(Fault::PowerCut { at }));
        let ledger = Mutex::default();
        let first = session(&disk, &ledger).await;
        assert!(first.is_err(), "the power went off at {at}");
        disk.reboot();
        let second = session(&disk, &ledger).await;
        assert_eq!(second.expect("the power is back"), expected, "after {at}");
        let paid = ledger.into_inner().expect("no panics").paid;
        assert!(
            paid.values().all(|times| *times <= 2),
            "after {at}: {paid:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn two_power_cuts_in_a_row_take_nothing_either() {
    let (expected, operations) = unharmed().await;
    for first in (1..=operations).step_by(3) {
        for second in (1..=operations).step_by(5) {
            let (disk, ledger) = (MemDisk::default(), Mutex::default());
            for at in [first, second] {
                disk.plan(Some(Fault::PowerCut { at }));
                // The second session may have less to do than that.
                let _ = session(&disk, &ledger).await;
                disk.reboot();
            }
            let third = session(&disk, &ledger).await;
            let third = third.unwrap_or_else(|error| panic!("after {first}, {second}: {error}"));
            assert_eq!(third, expected, "after {first} and {second}");
        }
    }
}
