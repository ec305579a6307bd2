//! The state of a run, read from its journal: live, stopped or ended.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use wavecrew_exec::{History, TaskHistory, read_journal};
use wavecrew_providers::Response;
use wavecrew_sandbox::Root;
use wavecrew_validate::TaskVerdict;

use super::drift::{Drift, drift};
use super::folder::{RunError, RunFolder};
use super::session::Meta;
use super::timestamp::{iso, now_ms};
use crate::crew::{ANSWER, TaskOutput};
use crate::graph::LeftOut;

/// A run as its journal tells it.
#[derive(Clone, Debug, Serialize)]
pub struct RunStatus {
    /// The name of the run.
    pub run_id: String,
    /// Sessions so far: one, and one more each time that it was taken up again.
    pub sessions: u32,
    /// The tasks of the latest session, in plan order.
    pub tasks: Vec<TaskStatus>,
    /// The other tasks of the plan, each with the reason: done before, deferred, or waiting for a deferred one.
    pub left_out: Vec<LeftOut>,
    /// Tasks of earlier sessions that the plan does not have any more.
    pub former: Vec<TaskStatus>,
    /// What the answers came to.
    pub spent: Spent,
}

/// A task as the journal tells it.
#[derive(Clone, Debug, Serialize)]
pub struct TaskStatus {
    /// The task.
    pub id: String,
    /// Where it stands.
    pub state: TaskState,
    /// The number of its latest attempt; 0 if none started.
    pub attempts: u32,
    /// Why it stands there: by whom it was done, what failed, what was not checked.
    pub reason: String,
    /// When its latest attempt started (ISO 8601, UTC).
    pub started_at: Option<String>,
    /// When it came to stand there (ISO 8601, UTC).
    pub changed_at: Option<String>,
    /// How long its latest attempt took, or has taken so far, in seconds.
    pub seconds: Option<f64>,
}

/// What a run's answers came to, over all its sessions, as far as the journal still has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// Answers.
    pub answers: u64,
    /// Calls that they took.
    pub calls: u64,
    /// What they cost in billionths of a US dollar; `None` as soon as one has no known price.
    pub nano_usd: Option<u64>,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TaskState {
    /// It has not started.
    Pending,
    /// An attempt is under way.
    Running,
    /// It waits: for the end of a pause or for its next attempt.
    Waiting,
    /// It was under way when the run was killed.
    Interrupted,
    /// Done, and everything was checked.
    Verified,
    /// Done, and something could not be checked.
    NotChecked,
    /// It failed; or it was done, and its files are gone.
    Failed,
    /// A task that it depends on failed.
    Skipped,
    /// The run was stopped before it ended.
    Cancelled,
}

impl RunStatus {
    /// Reads the state of a run: the named one, or the latest in `root`. Takes no lock and changes
    /// nothing, so it may be asked while the run is live.
    ///
    /// # Errors
    ///
    /// [`RunError`] if there is no such run or its journal cannot be read.
    pub fn read(root: &Path, id: Option<&str>) -> Result<Self, RunError> {
        let folder = RunFolder::find(root, id)?;
        let history = read_journal(folder.journal())?;
        let live = is_live(&folder);
        let meta = Meta::read(&folder, history.header.meta.clone())?;
        let drifted = drift(&Root::open(root)?, &history);
        let left_out = meta.left_out.iter().map(|task| &task.id);
        let planned: HashSet<&String> = meta.tasks.iter().chain(left_out).collect();
        let former = history.tasks.keys().filter(|id| !planned.contains(id));
        let stands = |id: &String| stands(id, &history, &drifted, live);
        Ok(Self {
            run_id: folder.id().to_owned(),
            sessions: history.sessions,
            tasks: meta.tasks.iter().map(stands).collect(),
            former: former.map(stands).collect(),
            left_out: meta.left_out,
            spent: spent(&history),
        })
    }

    /// How many tasks stand so.
    pub fn count(&self, state: TaskState) -> usize {
        self.tasks.iter().filter(|task| task.state == state).count()
    }

    /// Whether nothing of the plan is left to do or to check; what `run` and `resume` exit 0 for.
    pub fn is_verified(&self) -> bool {
        self.count(TaskState::Verified) == self.tasks.len()
            && !self.left_out.iter().any(LeftOut::is_pending)
    }
}

/// Where a task stands by the journal and by the disk.
fn stands(
    id: &str,
    history: &History,
    drifted: &BTreeMap<String, Drift>,
    live: bool,
) -> TaskStatus {
    let Some(task) = history.tasks.get(id) else {
        return TaskStatus::pending(id);
    };
    let mut status = known(id, task, live);
    if let Some(drift) = drifted.get(id) {
        status.state = match drift {
            Drift::Gone(_) => TaskState::Failed,
            Drift::Changed(_) => TaskState::NotChecked,
        };
        status.reason = format!("{drift}; it was {}", task.label);
    }
    status
}

impl TaskStatus {
    fn pending(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            state: TaskState::Pending,
            attempts: 0,
            reason: String::new(),
            started_at: None,
            changed_at: None,
            seconds: None,
        }
    }
}

/// The answers are steps that workers journal.
fn spent(history: &History) -> Spent {
    let mut spent = Spent {
        nano_usd: Some(0),
        ..Spent::default()
    };
    let steps = history.tasks.values().flat_map(|task| &task.memos);
    let answers = steps.filter(|(key, _)| key.starts_with(ANSWER));
    for answer in answers.filter_map(|(_, answer)| Response::deserialize(answer).ok()) {
        spent.answers += 1;
        spent.calls += u64::from(answer.attempts);
        let cost = answer.cost.map(|cost| cost.nano_usd());
        spent.nano_usd = spent
            .nano_usd
            .zip(cost)
            .map(|(sum, cost)| sum.saturating_add(cost));
    }
    spent
}

/// Whether a process works on the run: it holds the lock of the journal.
fn is_live(folder: &RunFolder) -> bool {
    let lock = std::fs::File::open(folder.lock());
    lock.is_ok_and(|lock| {
        matches!(
            lock.try_lock_shared(),
            Err(std::fs::TryLockError::WouldBlock)
        )
    })
}

fn known(id: &str, task: &TaskHistory, live: bool) -> TaskStatus {
    use wavecrew_exec::TaskState as Recorded;
    let failure = || {
        task.failure
            .as_ref()
            .map(|failure| failure.reason.clone())
            .unwrap_or_default()
    };
    let output = || {
        let output = task.output.clone()?;
        serde_json::from_value::<TaskOutput>(output).ok()
    };
    let (state, reason) = match task.state {
        underway if underway.is_underway() && !live => (TaskState::Interrupted, failure()),
        Recorded::InFlight => (TaskState::Running, failure()),
        Recorded::Paused | Recorded::BetweenAttempts => (TaskState::Waiting, failure()),
        Recorded::Interrupted => (TaskState::Interrupted, failure()),
        Recorded::Succeeded => match output() {
            Some(output) if output.verdict == TaskVerdict::Verified => {
                (TaskState::Verified, output.reason())
            }
            Some(output) => (TaskState::NotChecked, output.reason()),
            None => (
                TaskState::NotChecked,
                "its output cannot be read".to_owned(),
            ),
        },
        Recorded::Failed => {
            let detail = task
                .failure
                .as_ref()
                .map(|failure| &failure.detail["not_checked"]);
            let not_checked = detail.and_then(serde_json::Value::as_bool) == Some(true);
            let state = if not_checked {
                TaskState::NotChecked
            } else {
                TaskState::Failed
            };
            (state, failure())
        }
        Recorded::Skipped => {
            let because = task.because.as_deref().unwrap_or("another task");
            (TaskState::Skipped, format!("{because} failed"))
        }
        Recorded::Cancelled => (TaskState::Cancelled, failure()),
        _ => (TaskState::Pending, String::new()),
    };
    let until = match state {
        TaskState::Running => now_ms(),
        _ => task.changed_at_ms,
    };
    let seconds = |from: u64| until.saturating_sub(from) as f64 / 1000.0;
    TaskStatus {
        id: id.to_owned(),
        state,
        attempts: task.attempts,
        reason,
        started_at: task.started_at_ms.map(iso),
        changed_at: Some(iso(task.changed_at_ms)),
        seconds: task.started_at_ms.map(seconds),
    }
}
