//! Workers and journals for tests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wavecrew_dag::{Dag, DagBuilder, NodeId};
use wavecrew_exec::{
    Backoff, Context, Event, EventKind, Failure, FailureClass, Header, History, Journal,
    JournalError, Policy, Record, TaskIds, Worker,
};

/// A graph of tasks `id: payload` and edges `from -> to`.
pub(crate) fn dag<T: Clone>(tasks: &[(&str, T)], edges: &[(&str, &str)]) -> Dag<T> {
    let mut builder = DagBuilder::new();
    for (id, payload) in tasks {
        builder.node(*id, payload.clone());
    }
    for (from, to) in edges {
        builder.edge(*from, *to);
    }
    builder.build().expect("the test's graph is sound")
}

/// An error that is whatever a test wants it to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) class: FailureClass,
    pub(crate) reason: String,
    pub(crate) retry_after: Option<Duration>,
}

impl Refusal {
    pub(crate) fn new(class: FailureClass, reason: &str) -> Self {
        Self {
            class,
            reason: reason.to_owned(),
            retry_after: None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Failure for Refusal {
    fn class(&self) -> FailureClass {
        self.class
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn detail(&self) -> serde_json::Value {
        serde_json::json!({ "refused": self.reason })
    }
}

/// Three attempts, and one second between them.
pub(crate) fn plain_policy() -> Policy {
    Policy::default().backoff(Backoff {
        base: Duration::from_secs(1),
        factor: 1,
        cap: Duration::from_secs(1),
        jitter_percent: 0,
    })
}

/// What a call of [`Scripted`] does.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Deliver,
    Refuse(Refusal),
    Panic,
    Hang,
}

/// A task that takes some seconds a call and then does what its script says; after the end of the
/// script it delivers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script(pub(crate) Vec<(u64, Call)>);

/// Runs scripts, and counts.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    calls: Mutex<Vec<usize>>,
    running: AtomicUsize,
    pub(crate) most_running: AtomicUsize,
}

impl Scripted {
    fn next_call(&self, node: usize) -> usize {
        let mut calls = self.calls.lock().expect("no test panics here");
        if calls.len() <= node {
            calls.resize(node + 1, 0);
        }
        calls[node] += 1;
        calls[node] - 1
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Worker<Script> for Scripted {
    type Output = ();
    type Error = Refusal;

    async fn run(&self, task: &Script, cx: Context<'_, ()>) -> Result<(), Refusal> {
        let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_running.fetch_max(running, Ordering::Relaxed);
        let _counted = Counted(&self.running);
        let call = self.next_call(cx.node().index());
        let (seconds, call) = task.0.get(call).cloned().unwrap_or((1, Call::Deliver));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        match call {
            Call::Deliver => Ok(()),
            Call::Refuse(refusal) => Err(refusal),
            Call::Panic => panic!("as scripted"),
            Call::Hang => std::future::pending().await,
        }
    }
}

/// A journal in memory that may fail at one of its operations, as if the machine went down there.
#[derive(Clone, Debug)]
pub(crate) struct MemoryJournal {
    pub(crate) records: Arc<Mutex<Vec<Record>>>,
    /// Operations left until one fails; that one may still get its first records through.
    pub(crate) fail_in: Option<usize>,
    pub(crate) then_keep: usize,
}

impl Default for MemoryJournal {
    fn default() -> Self {
        let header = Record::Header(Header::new("test", "plan", serde_json::Value::Null));
        Self {
            records: Arc::new(Mutex::new(vec![header])),
            fail_in: None,
            then_keep: 0,
        }
    }
}

impl MemoryJournal {
    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.lock().expect("no test panics here").clone()
    }

    fn fails_now(&mut self) -> bool {
        match &mut self.fail_in {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }
}

#[async_trait::async_trait]
impl Journal for MemoryJournal {
    async fn history(&mut self) -> Result<History, JournalError> {
        Ok(fold(&self.records()))
    }

    async fn append(&mut self, mut records: Vec<Record>) -> Result<(), JournalError> {
        // A journal that is not a local file may have to wait.
        tokio::task::yield_now().await;
        let fails = self.fails_now();
        if fails {
            records.truncate(self.then_keep);
        }
        self.records
            .lock()
            .expect("no test panics here")
            .extend(records);
        if fails { Err(gone()) } else { Ok(()) }
    }

    async fn sync(&mut self) -> Result<(), JournalError> {
        if self.fails_now() {
            Err(gone())
        } else {
            Ok(())
        }
    }
}

fn gone() -> JournalError {
    JournalError::Other("the machine went down".into())
}

/// What records say; the first is the header.
pub(crate) fn fold(records: &[Record]) -> History {
    let Some(Record::Header(header)) = records.first() else {
        panic!("a journal begins with its header");
    };
    let mut history = History::new(header.clone());
    for record in &records[1..] {
        history.apply(0, record.clone());
    }
    history
}

/// Events as lines: `seconds id what`.
pub(crate) fn log<T>(dag: &Dag<T>, events: &[Event]) -> String {
    let mut ids = TaskIds::new(dag);
    let line = |event: &Event| {
        ids.note(event);
        let id = event.node.map_or("(run)", |node| ids.of(node));
        format!("{:?} {id} {}\n", event.elapsed, said(&ids, &event.kind))
    };
    events.iter().map(line).collect()
}

fn said(ids: &TaskIds, kind: &EventKind) -> String {
    match kind {
        EventKind::Stale { reason } => format!("stale: {reason}"),
        EventKind::Started { attempt } => format!("started {attempt}"),
        EventKind::Progress { message } => format!("progress: {message}"),
        EventKind::Paused { wait, reason } => format!("paused {wait:?}: {reason}"),
        EventKind::Decided { decision } => format!("decided: {}", decision.reason),
        EventKind::Rerun { rerun, reason, .. } => format!("re-run {rerun}: {reason}"),
        EventKind::RolledBack { error: None } => "rolled back".to_owned(),
        EventKind::RolledBack { error: Some(error) } => format!("not rolled back: {error}"),
        EventKind::Asked { question, .. } => format!("asked: {question}"),
        EventKind::Answered { answer } => format!("answered: {answer}"),
        EventKind::Failed {
            attempt,
            class,
            reason,
            will_retry,
            ..
        } => {
            let then = if *will_retry { ", will retry" } else { "" };
            format!("failed {attempt} ({class}): {reason}{then}")
        }
        EventKind::Succeeded {
            attempts,
            replayed,
            flaky,
            ..
        } => {
            let how = if *replayed { ", replayed" } else { "" };
            let flaky = if *flaky { ", flaky" } else { "" };
            format!("succeeded {attempts}{how}{flaky}")
        }
        EventKind::Split { parts, replayed } => {
            let parts: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
            let how = if *replayed { ", replayed" } else { "" };
            format!("split into {}{how}", parts.join(", "))
        }
        EventKind::PutAside { because } => format!("put aside because of {}", ids.of(*because)),
        EventKind::Skipped { because } => format!("skipped because of {}", ids.of(*because)),
        EventKind::Cancelled => "cancelled".to_owned(),
        EventKind::Opened { phase, tasks } => format!("opened {phase}: {tasks} tasks"),
        EventKind::Checked {
            phase,
            passed,
            reason,
        } => format!("checked {phase}, passed: {passed}: {reason}"),
        EventKind::Suspended => "suspended".to_owned(),
        EventKind::Continued => "continued".to_owned(),
        EventKind::Target { met, reason } => format!("target met: {met}: {reason}"),
        other => panic!("{other:?} has no line"),
    }
}

/// Holds the events of one run to their grammar.
pub(crate) fn check_grammar<T>(dag: &Dag<T>, events: &[Event]) {
    assert!(
        events.is_sorted_by_key(|event| event.elapsed),
        "time falls: {events:#?}"
    );
    let mut words: BTreeMap<NodeId, String> =
        dag.nodes().map(|node| (node, String::new())).collect();
    for event in events {
        if let (Some(node), EventKind::Split { parts, .. }) = (event.node, &event.kind) {
            assert!(parts.iter().all(|part| part.node > node));
            words.extend(parts.iter().map(|part| (part.node, String::new())));
        }
        if let Some(node) = event.node {
            let word = words.get_mut(&node).expect("it was told of before");
            word.push(letter(&event.kind));
        }
    }
    for (node, word) in words {
        let ended = word.chars().try_fold(At::Start, At::next);
        assert!(
            ended.is_some_and(At::is_end),
            "the events of {node} read {word}"
        );
    }
    check_run_events(events);
}

/// Phases open in turns and are checked before the next; targets come last.
fn check_run_events(events: &[Event]) {
    let own = events.iter().filter(|event| event.node.is_none());
    let (mut open, mut suspended) = (false, false);
    for event in own {
        match event.kind {
            EventKind::Opened { .. } => assert!(!std::mem::replace(&mut open, true)),
            EventKind::Checked { .. } => open = false,
            EventKind::Suspended => assert!(!std::mem::replace(&mut suspended, true)),
            EventKind::Continued => assert!(std::mem::replace(&mut suspended, false)),
            EventKind::Decided { .. } | EventKind::Asked { .. } | EventKind::Answered { .. } => {}
            EventKind::Target { .. } => {}
            ref other => panic!("{other:?} is about a task"),
        }
    }
    let is_target = |event: &Event| matches!(event.kind, EventKind::Target { .. });
    let first = events.iter().position(is_target);
    assert!(first.is_none_or(|first| events[first..].iter().all(is_target)));
}

fn letter(kind: &EventKind) -> char {
    match kind {
        EventKind::Stale { .. } => '?',
        EventKind::Started { .. } => 's',
        EventKind::Progress { .. } => '.',
        EventKind::Paused { .. } => 'p',
        EventKind::Decided { .. } => 'd',
        EventKind::Rerun { .. } => 'a',
        EventKind::RolledBack { .. } => 'b',
        EventKind::Asked { .. } => 'q',
        EventKind::Answered { .. } => 'w',
        EventKind::Failed {
            will_retry: true, ..
        } => 'r',
        EventKind::Failed { .. } => 'F',
        EventKind::Succeeded { replayed: true, .. } => 'P',
        EventKind::Succeeded { .. } => 'S',
        EventKind::Split { .. } => 'V',
        EventKind::PutAside { .. } => 'L',
        EventKind::Skipped { .. } => 'X',
        EventKind::Cancelled => 'C',
        other => panic!("{other:?} is not in the grammar"),
    }
}

/// Where the story of a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Stale,
    /// Decided before it ever started.
    Doomed,
    Running,
    Decided,
    /// Decided between two attempts.
    Late,
    Asking,
    Answered,
    Between,
    Succeeded,
    End,
    Undone,
}

impl At {
    fn next(self, letter: char) -> Option<Self> {
        Some(match (self, letter) {
            (Self::Start, '?') => Self::Stale,
            (Self::Start | Self::Stale | Self::Between, 's') => Self::Running,
            (Self::Start | Self::Stale, 'P') => Self::Succeeded,
            (Self::Start | Self::Stale, 'X' | 'V' | 'L') => Self::End,
            (Self::Start | Self::Stale, 'q') => Self::Asking,
            (Self::Asking, 'L') => Self::End,
            (Self::Start | Self::Stale, 'd') => Self::Doomed,
            (Self::Doomed, 'X' | 'F') => Self::End,
            (Self::Doomed, 'r') => Self::Between,
            (Self::Doomed, 'q') => Self::Asking,
            (Self::Running, '.' | 'p') => Self::Running,
            (Self::Running, 'S') => Self::Succeeded,
            (Self::Running | Self::Decided | Self::Asking, 'd') => Self::Decided,
            (Self::Decided, 'b') => Self::Decided,
            (Self::Decided, 'a' | 'p') => Self::Running,
            (Self::Decided, 'q') => Self::Asking,
            (Self::Asking, 'w') => Self::Answered,
            (Self::Decided | Self::Answered, 'r') => Self::Between,
            (Self::Decided | Self::Answered, 'X') => Self::End,
            (Self::Decided, 'V') => Self::End,
            (Self::Decided | Self::Answered | Self::Asking | Self::Late, 'F') => Self::End,
            (Self::Between, 'd') => Self::Late,
            (Self::Succeeded | Self::End | Self::Undone, 'C') => return None,
            (_, 'C') => Self::End,
            (Self::Succeeded, 'b') => Self::Undone,
            _ => return None,
        })
    }

    fn is_end(self) -> bool {
        matches!(self, Self::Succeeded | Self::End | Self::Undone)
    }
}
