//! Whole runs, driven by the real driver.

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use loom::future::block_on;
use loom::thread;
use wavecrew_dag::{Dag, DagBuilder, NodeId};

use super::check;
use crate::sync::oneshot;
use crate::{
    Context, Control, Event, EventKind, Executor, Header, History, Journal, JournalError, Outcome,
    Record, worker_fn,
};

/// A task that ends when another thread has sent what it delivers; at once if there is nobody.
struct Parcel(Mutex<Option<oneshot::Receiver<u32>>>);

impl Parcel {
    fn new() -> (oneshot::Sender<u32>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(Mutex::new(Some(receiver))))
    }

    fn at_hand() -> Self {
        Self(Mutex::new(None))
    }

    async fn fetch(&self) -> u32 {
        let parcel = self.0.lock().expect("nothing panics").take();
        match parcel {
            Some(parcel) => parcel.await.expect("it is sent"),
            None => 0,
        }
    }
}

fn graph(tasks: impl IntoIterator<Item = Parcel>, edges: &[(usize, usize)]) -> Dag<Parcel> {
    let mut builder = DagBuilder::new();
    for (number, task) in tasks.into_iter().enumerate() {
        builder.node(number.to_string(), task);
    }
    for &(from, to) in edges {
        builder.add_edge(NodeId::from_index(from), NodeId::from_index(to));
    }
    builder.build().expect("no cycle")
}

/// Runs two at a time, and holds each task to one final event.
fn run(dag: &Dag<Parcel>, control: &Control) -> Vec<Outcome<u32, Infallible>> {
    let worker = worker_fn(async |task: &Parcel, cx: Context<'_, u32>| {
        let before: u32 = cx.upstream().map(|(_, output)| output).sum();
        Ok::<_, Infallible>(task.fetch().await + before)
    });
    let executor = Executor::new(worker)
        .concurrency(NonZeroUsize::new(2).expect("not zero"))
        .control(control.clone());
    let mut ends = vec![0; dag.len()];
    let count = |event: &Event| {
        if let Some(node) = event.node.filter(|_| event.kind.is_final()) {
            ends[node.index()] += 1;
        }
    };
    let outcomes = block_on(executor.run(dag, count));
    assert_eq!(ends, vec![1; dag.len()], "each task ends once");
    outcomes
}

fn delivered(outcomes: &[Outcome<u32, Infallible>]) -> Vec<Option<u32>> {
    outcomes.iter().map(|it| it.output().copied()).collect()
}

#[test]
fn an_attempt_that_another_thread_wakes_ends() {
    check(|| {
        let (one, first) = Parcel::new();
        let (two, second) = Parcel::new();
        let dag = graph([first, second, Parcel::at_hand()], &[(0, 2), (1, 2)]);
        let one = thread::spawn(move || one.send(1).expect("it is waited for"));
        let two = thread::spawn(move || two.send(2).expect("it is waited for"));
        let outcomes = run(&dag, &Control::new());
        assert_eq!(delivered(&outcomes), [Some(1), Some(2), Some(3)]);
        one.join().expect("nothing panics");
        two.join().expect("nothing panics");
    });
}

#[test]
fn a_run_that_waits_is_cancelled_whenever_that_is_ordered() {
    check(|| {
        let (never, waits) = Parcel::new();
        let dag = graph([waits, Parcel::at_hand()], &[(0, 1)]);
        let control = Control::new();
        let orders = control.clone();
        let ordering = thread::spawn(move || orders.cancel());
        let outcomes = run(&dag, &control);
        assert_eq!(delivered(&outcomes), [None, None]);
        ordering.join().expect("nothing panics");
        drop(never);
    });
}

#[test]
fn a_run_that_is_suspended_at_any_moment_goes_on_when_it_is_told_to() {
    check(|| {
        let dag = graph([Parcel::at_hand(), Parcel::at_hand()], &[(0, 1)]);
        let control = Control::new();
        control.pause();
        let orders = control.clone();
        let ordering = thread::spawn(move || {
            orders.resume();
            orders.pause();
            orders.resume();
        });
        let outcomes = run(&dag, &control);
        assert_eq!(delivered(&outcomes), [Some(0), Some(0)]);
        ordering.join().expect("nothing panics");
    });
}

#[test]
fn a_task_may_be_cancelled_while_it_ends() {
    check(|| {
        let (sender, parcel) = Parcel::new();
        let dag = graph([parcel, Parcel::at_hand()], &[]);
        let control = Control::new();
        let orders = control.clone();
        let ordering = thread::spawn(move || orders.cancel_task(NodeId::from_index(0)));
        // Nobody may be waiting any more.
        let sending = thread::spawn(move || sender.send(1).is_ok());
        let outcomes = run(&dag, &control);
        let [first, second] = delivered(&outcomes)[..] else {
            panic!("two tasks");
        };
        assert!(matches!(first, None | Some(1)));
        assert_eq!(second, Some(0));
        ordering.join().expect("nothing panics");
        let was_taken = sending.join().expect("nothing panics");
        assert!(first.is_none() || was_taken);
    });
}

#[test]
fn a_drain_lets_what_runs_end_and_starts_nothing_after_it() {
    check(|| {
        let (sender, parcel) = Parcel::new();
        let dag = graph([parcel, Parcel::at_hand()], &[(0, 1)]);
        let control = Control::new();
        let orders = control.clone();
        let stopping = thread::spawn(move || {
            orders.drain();
            // Nobody may be waiting: the run may not have begun.
            let _ = sender.send(1);
        });
        let outcomes = run(&dag, &control);
        assert!(matches!(delivered(&outcomes)[..], [None | Some(1), None]));
        stopping.join().expect("nothing panics");
    });
}

/// A journal whose writing is done by another thread.
struct Elsewhere(Arc<loom::sync::Mutex<Vec<Record>>>);

#[async_trait]
impl Journal for Elsewhere {
    async fn history(&mut self) -> Result<History, JournalError> {
        let header = Header::new("model", "plan", serde_json::Value::Null);
        Ok(History::new(header))
    }

    async fn append(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        let (done, is_done) = oneshot::channel();
        let all = Arc::clone(&self.0);
        thread::spawn(move || {
            all.lock().expect("nothing panics").extend(records);
            // Nobody waits if the run was dropped.
            let _ = done.send(());
        });
        is_done
            .await
            .map_err(|_| JournalError::Other("the writer is gone".into()))
    }

    async fn sync(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

#[test]
fn a_worker_goes_on_after_its_step_is_written_and_events_are_told_after_theirs() {
    check(|| {
        let written = Arc::new(loom::sync::Mutex::new(Vec::new()));
        let is_written = |kind: fn(&Record) -> bool| {
            let written = Arc::clone(&written);
            move || written.lock().expect("nothing panics").iter().any(kind)
        };
        let has_step = is_written(|record| matches!(record, Record::Memo { .. }));
        let has_start = is_written(|record| matches!(record, Record::Started { .. }));
        let has_end = is_written(|record| matches!(record, Record::Succeeded { .. }));
        let dag = graph([Parcel::at_hand()], &[]);
        let worker = worker_fn(async |_: &Parcel, cx: Context<'_, u32>| {
            assert!(has_start());
            let answer = cx.memo("answer", async { Ok::<u32, Infallible>(42) });
            let answer = answer.await.expect("it is a number");
            assert!(has_step());
            Ok::<_, Infallible>(answer)
        });
        let executor = Executor::new(worker);
        let mut journal = Elsewhere(Arc::clone(&written));
        let on_event = |event: &Event| match event.kind {
            EventKind::Started { .. } => assert!(has_start()),
            EventKind::Succeeded { .. } => assert!(has_end()),
            _ => {}
        };
        let ran = executor.run_durable(&dag, &mut journal, |_| String::new(), on_event);
        let outcomes = block_on(ran).expect("the journal works");
        assert_eq!(delivered(&outcomes), [Some(42)]);
    });
}

#[test]
fn a_run_is_cancelled_while_its_journal_is_written() {
    check(|| {
        let written = Arc::new(loom::sync::Mutex::new(Vec::new()));
        let control = Control::new();
        let orders = control.clone();
        let ordering = thread::spawn(move || orders.cancel());
        let (never, parcel) = Parcel::new();
        let dag = graph([parcel], &[]);
        let worker = worker_fn(async |task: &Parcel, _: Context<'_, u32>| {
            Ok::<_, Infallible>(task.fetch().await)
        });
        let executor = Executor::new(worker).control(control);
        let mut journal = Elsewhere(Arc::clone(&written));
        let ran = executor.run_durable(&dag, &mut journal, |_| String::new(), |_| {});
        let outcomes = block_on(ran).expect("the journal works");
        assert_eq!(delivered(&outcomes), [None]);
        ordering.join().expect("nothing panics");
        let written = written.lock().expect("nothing panics");
        let last = written.last().expect("it ended");
        assert!(matches!(last, Record::Cancelled { .. }), "{last:?}");
        drop(never);
    });
}
