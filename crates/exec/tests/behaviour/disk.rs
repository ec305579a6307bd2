//! What waits until something is on the disk, and what does not.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

use wavecrew_dag::{Claims, NodeId, Resources};
use wavecrew_exec::{
    Backoff, Context, EventKind, Executor, FailureClass, History, Journal, JournalError, Record,
    worker_fn,
};

use crate::support::{MemoryJournal, Refusal, dag, plain_policy};

/// A journal on a disk that takes a second for each sync.
struct SlowDisk(MemoryJournal);

#[async_trait::async_trait]
impl Journal for SlowDisk {
    async fn history(&mut self) -> Result<History, JournalError> {
        self.0.history().await
    }

    async fn append(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        self.0.append(records).await
    }

    async fn sync(&mut self) -> Result<(), JournalError> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.0.sync().await
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_builds_on_a_success_waits_for_the_disk() {
    let tasks = ["first", "dependant", "rival", "other"].map(|id| (id, 10));
    let dag = dag(&tasks, &[("first", "dependant")]);
    let [first, dependant, rival, other] = [0, 1, 2, 3].map(NodeId::from_index);
    let claims = [(first, "src"), (rival, "src/lib.rs"), (other, "docs")];
    let began = tokio::time::Instant::now();
    let polled = Mutex::new(BTreeMap::new());
    let worker = worker_fn(async |seconds: &u64, cx: Context<'_, ()>| {
        let at = began.elapsed().as_secs();
        polled
            .lock()
            .expect("no test panics here")
            .insert(cx.node(), at);
        tokio::time::sleep(Duration::from_secs(*seconds)).await;
        Ok::<_, Infallible>(())
    });
    // `other` has its turn when `first` has ended.
    let mut one_at_first = Resources::new(4);
    let seats = one_at_first.add("seats", 1);
    for node in [first, other] {
        one_at_first.need(node, seats, 1);
    }
    let executor = Executor::new(&worker)
        .concurrency(NonZeroUsize::new(4).expect("not zero"))
        .claims(Claims::new(4, claims))
        .resources(one_at_first);
    let mut journal = SlowDisk(MemoryJournal::default());
    let mut told = BTreeMap::new();
    let ran = executor.run_durable(&dag, &mut journal, ToString::to_string, |event| {
        if let (Some(node), EventKind::Started { .. }) = (event.node, &event.kind) {
            told.insert(node, began.elapsed().as_secs());
        }
    });
    ran.await.expect("the journal works");
    let polled = polled.lock().expect("no test panics here");
    assert_eq!(
        [first, dependant, rival, other].map(|node| polled[&node]),
        [0, 11, 11, 10]
    );
    // What is told is on the disk, as ever.
    assert_eq!(told[&other], 11);
}

#[tokio::test(start_paused = true)]
async fn another_attempt_waits_until_the_failure_before_it_is_on_the_disk() {
    let dag = dag(&[("task", ())], &[]);
    let began = tokio::time::Instant::now();
    let polled = Mutex::new(Vec::new());
    let worker = worker_fn(async |(): &(), cx: Context<'_, ()>| {
        let mut polled = polled.lock().expect("no test panics here");
        polled.push(began.elapsed().as_secs());
        match cx.attempt() {
            1 => Err(Refusal::new(FailureClass::Transient, "no such luck")),
            _ => Ok(()),
        }
    });
    let executor = Executor::new(&worker).policy(plain_policy().backoff(Backoff::NONE));
    let mut journal = SlowDisk(MemoryJournal::default());
    let ran = executor.run_durable(&dag, &mut journal, |()| String::new(), |_| {});
    ran.await.expect("the journal works");
    assert_eq!(*polled.lock().expect("no test panics here"), [0, 1]);
}
