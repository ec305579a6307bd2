use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wavecrew_dag::Money;

use super::{Header, PartNote, Payload, Record, TornTail};
use crate::{Action, Answer, AttemptFailure, Decision, FailureClass, FailureKind};

/// What a journal says, folded: one entry for each task that it names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// About the run as a whole; its `meta` is the latest.
    pub header: Header,
    /// By task id.
    pub tasks: BTreeMap<String, TaskHistory>,
    /// How many records there are, the header included.
    pub records: u64,
    /// How many sessions have written: 1, and one more for each resumption.
    pub sessions: u32,
    /// What was spent, in all sessions.
    #[serde(default)]
    pub spent: Spending,
    /// How long the sessions before the latest one lasted together, by the clock on the wall.
    #[serde(default)]
    pub lasted_ms: u64,
    /// What was decided about the run as a whole in its latest session.
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// Why nothing more was started in its latest session, if something was decided that stops a run: the first such reason, with
    /// the task that it was decided about.
    #[serde(default)]
    pub stopped: Option<String>,
    /// What a person was asked about the run as a whole and has not answered.
    #[serde(default)]
    pub question: Option<String>,
    /// Whether the run reached what it was meant to, at the end of its latest session.
    #[serde(default)]
    pub targets: Vec<Reached>,
    /// When the latest session wrote first and last: wall-clock milliseconds since 1970.
    #[serde(default)]
    pub session_ms: Option<(u64, u64)>,
    /// The unfinished tail that was left out, if there is one.
    pub truncated: Option<TornTail>,
}

/// What a run has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// All amounts that are known.
    pub known: Money,
    /// Whether there were others besides.
    pub is_more: bool,
}

/// Something that a run is meant to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Whether it did.
    pub met: bool,
    /// What was reached, as a sentence without a full stop.
    pub reason: String,
}

/// A question about a task that nobody has answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenQuestion {
    /// What is asked.
    pub question: String,
    /// The failure that it is about.
    pub failure: AttemptFailure,
    /// What the error wanted to be shown.
    pub detail: Value,
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
    /// Whether it failed first and passed when it was run again unchanged.
    #[serde(default)]
    pub flaky: bool,
    /// How many of its attempts failed, in all sessions; re-runs are none.
    #[serde(default)]
    pub failed_attempts: u32,
    /// In which ways its attempts and re-runs failed, in all sessions; each way once.
    #[serde(default)]
    pub failed_as: Vec<FailureKind>,
    /// What a person was asked about it and has not answered.
    #[serde(default)]
    pub asked: Option<OpenQuestion>,
    /// What took its place, as long as it is split.
    #[serde(default)]
    pub parts: Vec<PartNote>,
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
    /// It waits for a person's answer.
    Asking,
    /// It waits for a task that waits for a person's answer.
    PutAside,
    /// Smaller tasks took its place.
    Split,
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
    /// The finer kind; may be empty.
    #[serde(default)]
    pub label: String,
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
            spent: Spending::default(),
            lasted_ms: 0,
            decisions: Vec::new(),
            stopped: None,
            question: None,
            targets: Vec::new(),
            session_ms: None,
            truncated: None,
        }
    }

    /// Folds in the next record, which was written at this time (wall-clock milliseconds since
    /// 1970). A value that is still in a file of its own counts as `null`.
    pub fn apply(&mut self, at_ms: u64, record: Record) {
        self.records += 1;
        if matches!(record, Record::Resumed) {
            self.interrupt();
        }
        // These are written before a run is taken up as well, perhaps days after its last session.
        let is_about_the_plan = matches!(record, Record::Meta { .. } | Record::Stale { .. });
        if !is_about_the_plan {
            let (first, _) = self.session_ms.unwrap_or((at_ms, at_ms));
            self.session_ms = Some((first, at_ms));
        }
        if let Record::Decided { task, decision } = &record {
            self.note_stop(task.as_deref(), decision);
        }
        match record {
            Record::Header(header) => self.header = header,
            Record::Meta { meta } => self.header.meta = meta,
            Record::Resumed => {}
            Record::Stale { task, .. } => self.begin_anew(task, at_ms),
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
                self.forget_parts(&task);
                let task = self.enter(task, at_ms, TaskState::InFlight);
                task.take_lineage(lineage);
                task.asked = None;
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
                label,
                reason,
                will_retry,
                detail,
            } => {
                let failure = RecordedFailure {
                    attempt,
                    class,
                    label,
                    reason,
                    detail: inline(detail),
                };
                self.forget_parts(&task);
                self.task(task, at_ms).fail(at_ms, failure, will_retry);
            }
            Record::Succeeded {
                task,
                attempts,
                flaky,
                label,
                fingerprint,
                lineage,
                output,
            } => {
                let task = self.enter(task, at_ms, TaskState::Succeeded);
                task.attempts = attempts;
                task.flaky = flaky;
                task.label = label;
                task.fingerprint = fingerprint;
                task.lineage = lineage;
                task.output = Some(inline(output));
            }
            Record::Decided {
                task: Some(task),
                decision,
            } => {
                let task = self.task(task, at_ms);
                if let Some(kind) = decision.failure.clone() {
                    task.failed_so(kind);
                }
                task.decisions.push(decision);
            }
            // A run that is taken up again decides for itself.
            Record::Decided {
                task: None,
                decision,
            } => self.decisions.push(decision),
            Record::RolledBack { task, error } => self.task(task, at_ms).roll_back(at_ms, error),
            Record::Spent { picos, .. } => self
                .spent
                .add(picos.map(|picos| Money::from_picos(picos.into()))),
            Record::Asked {
                task: Some(task),
                question,
                failure,
                detail,
            } => self.ask(task, at_ms, question, failure, inline(detail)),
            Record::Asked {
                task: None,
                question,
                ..
            } => self.question = Some(question),
            // What else follows from an answer has a record of its own.
            Record::Answered {
                task: Some(task),
                answer: Answer::Retry { directive },
            } => self.task(task, at_ms).decisions.push(Decision {
                directive,
                ..Decision::new(Action::Retry, "a person wants another attempt")
            }),
            Record::Answered { task: Some(_), .. } => {}
            Record::Answered { task: None, .. } => self.question = None,
            Record::PutAside { task, because } if task == because => {}
            Record::PutAside { task, because } => {
                if let Some(task) = self.leave(task, at_ms, TaskState::PutAside) {
                    task.because = Some(because);
                }
            }
            Record::Split {
                task,
                lineage,
                parts,
            } => {
                let task = self.enter(task, at_ms, TaskState::Split);
                task.lineage = lineage;
                task.asked = None;
                task.carried_out = task.decisions.len();
                task.parts = parts;
            }
            Record::Target { met, reason } => self.targets.push(Reached { met, reason }),
            Record::Skipped { task, because } => {
                let is_own = task == because;
                if let Some(task) = self.leave(task, at_ms, TaskState::Skipped) {
                    task.because = Some(because);
                    if is_own {
                        // It was left out for what it is; another session tries it anew.
                        task.asked = None;
                        task.begin_anew();
                        task.memos.clear();
                    }
                }
            }
            Record::Cancelled { task } => {
                self.leave(task, at_ms, TaskState::Cancelled);
            }
        }
    }

    fn interrupt(&mut self) {
        self.sessions += 1;
        self.lasted_ms += self.latest_ms();
        self.session_ms = None;
        self.decisions.clear();
        self.stopped = None;
        self.targets.clear();
        self.question = None;
        for task in self.tasks.values_mut() {
            if task.state.is_underway() {
                task.state = TaskState::Interrupted;
            }
        }
    }

    fn note_stop(&mut self, task: Option<&str>, decision: &Decision) {
        let reason = &decision.reason;
        let stopped = match (decision.action, task) {
            (Action::Abort, Some(task)) => format!("{task}: {reason}"),
            // The task has not failed, and it might as well have been another one.
            (Action::Abort | Action::Stop, _) => reason.clone(),
            _ => return,
        };
        self.stopped.get_or_insert(stopped);
    }

    /// Of the task nothing counts any more, and its parts are forgotten.
    fn begin_anew(&mut self, task: String, at_ms: u64) {
        self.forget_parts(&task);
        *self.task(task, at_ms) = TaskHistory::new(at_ms);
    }

    /// The task is to be done as a whole.
    fn forget_parts(&mut self, task: &str) {
        let Some(known) = self.tasks.get_mut(task) else {
            return;
        };
        let mut parts = std::mem::take(&mut known.parts);
        while let Some(part) = parts.pop() {
            let gone = self.tasks.remove(&part.id);
            parts.extend(gone.map(|gone| gone.parts).unwrap_or_default());
        }
    }

    /// The task did not have its turn in this session; one that an earlier session split stays so, for what its
    /// parts did counts.
    fn leave(&mut self, task: String, at_ms: u64, state: TaskState) -> Option<&mut TaskHistory> {
        let is_split = |known: &TaskHistory| known.state == TaskState::Split;
        if self.tasks.get(&task).is_some_and(is_split) {
            return None;
        }
        Some(self.enter(task, at_ms, state))
    }

    /// How long the latest session lasted, by the clock on the wall.
    pub(crate) fn latest_ms(&self) -> u64 {
        let (first, last) = self.session_ms.unwrap_or_default();
        last.saturating_sub(first)
    }

    fn ask(
        &mut self,
        task: String,
        at_ms: u64,
        question: String,
        failure: Option<AttemptFailure>,
        detail: Value,
    ) {
        self.forget_parts(&task);
        let task = self.enter(task, at_ms, TaskState::Asking);
        let attempt = task.attempts.max(1);
        let failure = failure.unwrap_or_else(|| AttemptFailure {
            attempt,
            class: FailureClass::Permanent,
            label: String::new(),
            reason: question.clone(),
        });
        task.carried_out = task.decisions.len();
        task.asked = Some(OpenQuestion {
            question,
            failure,
            detail,
        });
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
            flaky: false,
            failed_attempts: 0,
            failed_as: Vec::new(),
            asked: None,
            parts: Vec::new(),
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
            *self = Self {
                failed_attempts: self.failed_attempts,
                failed_as: std::mem::take(&mut self.failed_as),
                ..Self::new(at_ms)
            };
        }
    }

    fn failed_so(&mut self, kind: FailureKind) {
        if !self.failed_as.contains(&kind) {
            self.failed_as.push(kind);
        }
    }

    fn fail(&mut self, at_ms: u64, failure: RecordedFailure, will_retry: bool) {
        self.changed_at_ms = at_ms;
        self.asked = None;
        self.failed_attempts += 1;
        self.failed_so(FailureKind {
            class: failure.class,
            label: failure.label.clone(),
        });
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

impl Spending {
    /// Adds an amount, or that there was one that nobody knows.
    pub fn add(&mut self, amount: Option<Money>) {
        match amount {
            Some(amount) => {
                let sum = self.known.plus(amount);
                self.known = sum.unwrap_or(Money::from_picos(u128::MAX));
            }
            None => self.is_more = true,
        }
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
