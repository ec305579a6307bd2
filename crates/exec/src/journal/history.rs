use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Header, Payload, Record, TornTail};
use crate::{Action, Decision, FailureClass};

/// What a journal says, folded: one entry for each task that it names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// About the run as a whole.
    pub header: Header,
    /// By task id.
    pub tasks: BTreeMap<String, TaskHistory>,
    /// How many records there are, the header included.
    pub records: u64,
    /// How many sessions have written: 1, and one more for each resumption.
    pub sessions: u32,
    /// The unfinished tail that was left out, if there is one.
    pub truncated: Option<TornTail>,
}

/// What a journal says about one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskHistory {
    /// Where it stands.
    pub state: TaskState,
    /// The number of the latest attempt that started, from 1; 0 if none did.
    pub attempts: u32,
    /// The attempt to begin with when the run is taken up again, from 1.
    pub next_attempt: u32,
    /// What the worker called the output.
    pub label: String,
    /// The latest failure since the task was last begun from its first attempt.
    pub failure: Option<RecordedFailure>,
    /// The output, if it succeeded.
    pub output: Option<Value>,
    /// The task because of whose failure this one was skipped.
    pub because: Option<String>,
    /// What the caller said that the task is, when it succeeded.
    pub fingerprint: String,
    /// The digest of what the task and all it depends on were when something of it was recorded.
    pub lineage: String,
    /// What the policy made of its failures since it was last begun from its first attempt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// How many of them were carried out.
    #[serde(default)]
    carried_out: usize,
    /// The steps that are done, by key.
    pub memos: BTreeMap<String, Value>,
    /// When its latest attempt started: wall-clock milliseconds since 1970.
    pub started_at_ms: Option<u64>,
    /// When it reached its present state: wall-clock milliseconds since 1970.
    pub changed_at_ms: u64,
}

/// Where a task stands according to a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TaskState {
    /// It is to be done, or to be done again; nothing of it counts but perhaps its steps.
    Pending,
    /// An attempt runs, unless the session was killed.
    InFlight,
    /// It waits for the end of a pause.
    Paused,
    /// It waits for its next attempt.
    BetweenAttempts,
    /// It was underway when a session ended without a word.
    Interrupted,
    /// It is done.
    Succeeded,
    /// It failed for good, in the latest session that tried it.
    Failed,
    /// It was not started, because a task that it depends on failed.
    Skipped,
    /// The run was stopped before it ended.
    Cancelled,
}

/// A failed attempt, as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedFailure {
    /// From 1.
    pub attempt: u32,
    /// The kind of failure.
    pub class: FailureClass,
    /// The failure in one line.
    pub reason: String,
    /// What the error wanted to be shown.
    pub detail: Value,
}

impl History {
    /// The history of a run in which nothing has happened.
    #[must_use]
    pub fn new(header: Header) -> Self {
        Self {
            header,
            tasks: BTreeMap::new(),
            records: 1,
            sessions: 1,
            truncated: None,
        }
    }

    /// Folds in the next record, which was written at this time (wall-clock milliseconds since
    /// 1970). A value that is still in a file of its own counts as `null`.
    pub fn apply(&mut self, at_ms: u64, record: Record) {
        self.records += 1;
        match record {
            Record::Header(header) => self.header = header,
            Record::Resumed => self.interrupt(),
            Record::Stale { task, .. } => *self.task(task, at_ms) = TaskHistory::new(at_ms),
            Record::Reopened { task, .. } => {
                let task = self.enter(task, at_ms, TaskState::Pending);
                task.output = None;
                task.label.clear();
            }
            Record::Started {
                task,
                attempt,
                lineage,
            } => {
                let task = self.enter(task, at_ms, TaskState::InFlight);
                task.take_lineage(lineage);
                task.forget_open_decisions();
                if attempt == 1 {
                    task.failure = None;
                }
                task.attempts = attempt;
                task.next_attempt = attempt;
                task.started_at_ms = Some(at_ms);
            }
            Record::Memo {
                task,
                key,
                lineage,
                value,
            } => self.task(task, at_ms).keep_step(key, lineage, value),
            Record::Paused { task, .. } => {
                self.enter(task, at_ms, TaskState::Paused);
            }
            Record::Failed {
                task,
                attempt,
                class,
                reason,
                will_retry,
                detail,
            } => {
                let failure = RecordedFailure {
                    attempt,
                    class,
                    reason,
                    detail: inline(detail),
                };
                self.task(task, at_ms).fail(at_ms, failure, will_retry);
            }
            Record::Succeeded {
                task,
                attempts,
                label,
                fingerprint,
                lineage,
                output,
            } => {
                let task = self.enter(task, at_ms, TaskState::Succeeded);
                task.attempts = attempts;
                task.label = label;
                task.fingerprint = fingerprint;
                task.lineage = lineage;
                task.output = Some(inline(output));
            }
            Record::Decided {
                task: Some(task),
                decision,
            } => self.task(task, at_ms).decisions.push(decision),
            // A run that is taken up again decides for itself.
            Record::Decided { task: None, .. } => {}
            Record::RolledBack { task, error } => self.task(task, at_ms).roll_back(at_ms, error),
            Record::Skipped { task: id, because } => {
                let is_own = id == because;
                let task = self.enter(id, at_ms, TaskState::Skipped);
                task.because = Some(because);
                if is_own {
                    // It was left out for what it is; another session tries it anew.
                    task.begin_anew();
                    task.memos.clear();
                }
            }
            Record::Cancelled { task } => {
                self.enter(task, at_ms, TaskState::Cancelled);
            }
        }
    }

    fn interrupt(&mut self) {
        self.sessions += 1;
        for task in self.tasks.values_mut() {
            if task.state.is_underway() {
                task.state = TaskState::Interrupted;
            }
        }
    }

    fn task(&mut self, task: String, at_ms: u64) -> &mut TaskHistory {
        self.tasks
            .entry(task)
            .or_insert_with(|| TaskHistory::new(at_ms))
    }

    fn enter(&mut self, task: String, at_ms: u64, state: TaskState) -> &mut TaskHistory {
        let task = self.task(task, at_ms);
        task.state = state;
        task.changed_at_ms = at_ms;
        task
    }
}

impl TaskHistory {
    fn new(at_ms: u64) -> Self {
        Self {
            state: TaskState::Pending,
            attempts: 0,
            next_attempt: 1,
            label: String::new(),
            failure: None,
            output: None,
            because: None,
            fingerprint: String::new(),
            lineage: String::new(),
            decisions: Vec::new(),
            carried_out: 0,
            memos: BTreeMap::new(),
            started_at_ms: None,
            changed_at_ms: at_ms,
        }
    }

    /// Steps of another lineage belong to another task, so to say.
    fn take_lineage(&mut self, lineage: String) {
        if self.lineage != lineage {
            self.memos.clear();
            self.lineage = lineage;
        }
    }

    fn keep_step(&mut self, key: String, lineage: String, value: Payload) {
        self.take_lineage(lineage);
        self.memos.insert(key, inline(value));
    }

    /// What had been delivered is not there any more.
    fn roll_back(&mut self, at_ms: u64, error: Option<String>) {
        if self.state == TaskState::Succeeded && error.is_none() {
            *self = Self::new(at_ms);
        }
    }

    fn fail(&mut self, at_ms: u64, failure: RecordedFailure, will_retry: bool) {
        self.changed_at_ms = at_ms;
        if will_retry {
            self.state = TaskState::BetweenAttempts;
            self.next_attempt = failure.attempt + 1;
            self.carried_out = self.decisions.len();
        } else {
            self.state = TaskState::Failed;
            self.begin_anew();
            if !failure.class.keeps_steps() {
                self.memos.clear();
            }
        }
        self.failure = Some(failure);
    }

    fn begin_anew(&mut self) {
        self.next_attempt = 1;
        self.decisions.clear();
        self.carried_out = 0;
    }

    /// What was decided about an attempt that runs again will be decided again: a kill came before it was carried out.
    pub(crate) fn forget_open_decisions(&mut self) {
        let open = self.decisions.split_off(self.carried_out);
        let counts = |decision: &Decision| matches!(decision.action, Action::Pause | Action::Rerun);
        self.decisions.extend(open.into_iter().filter(counts));
        self.carried_out = self.decisions.len();
    }
}

impl TaskState {
    /// Whether the task has begun and not ended.
    #[must_use]
    pub const fn is_underway(self) -> bool {
        matches!(self, Self::InFlight | Self::Paused | Self::BetweenAttempts)
    }
}

fn inline(payload: Payload) -> Value {
    match payload {
        Payload::Inline(value) => value,
        Payload::Blob { .. } => Value::Null,
    }
}
