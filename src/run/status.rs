//! The state of a run, read from its journal: live, stopped or ended.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Serialize;
use wavecrew_exec::{History, Reached, TaskHistory};
use wavecrew_providers::Spending;
use wavecrew_sandbox::Root;
use wavecrew_validate::TaskVerdict;

use super::course::{WaitingFor, open_questions};
use super::drift::{Drift, drift};
use super::evidence::Evidence;
use super::folder::{RunError, RunFolder};
use super::report::FLAKY;
use super::session::Meta;
use super::spent::{Spent, TaskSpent, spent_in};
use super::timestamp::{iso, now_ms};
use crate::crew::{Asked, TaskOutput};
use crate::graph::LeftOut;

/// A run as its journal tells it.
#[derive(Clone, Debug, Serialize)]
pub struct RunStatus {
    /// The name of the run.
    pub run_id: String,
    /// Whether a process works on it now.
    pub live: bool,
    /// The id of that process, where it is known.
    pub process: Option<u32>,
    /// Sessions so far: one, and one more each time that it was taken up again.
    pub sessions: u32,
    /// The tasks of the latest session in plan order, parts behind the task that they take the place of.
    pub tasks: Vec<TaskStatus>,
    /// The other tasks of the plan, each with the reason: done before, deferred, or waiting for a deferred one.
    pub left_out: Vec<LeftOut>,
    /// Tasks of earlier sessions that the plan does not have any more.
    pub former: Vec<TaskStatus>,
    /// Why the latest session started nothing more, if its budget, a bound of the policy or a rule of it said so.
    pub stopped: Option<String>,
    /// What the run was meant to reach, and whether it had at the end of its latest session.
    pub targets: Vec<Reached>,
    /// What a person was asked and has not answered.
    pub questions: Vec<WaitingFor>,
    /// What the answers came to.
    pub spent: Spent,
    /// What was spent besides on judging the specs before the run began; it is part of the budget.
    pub judged: Spending,
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
    /// Providers that were asked before the one that answered, each with its reason.
    pub passed_over: Vec<String>,
    /// What that rests on, whom the work is from, and what it came to.
    pub evidence: Evidence,
    /// When its latest attempt started (ISO 8601, UTC).
    pub started_at: Option<String>,
    /// When it came to stand there (ISO 8601, UTC).
    pub changed_at: Option<String>,
    /// How long its latest attempt took, or has taken so far, in seconds.
    pub seconds: Option<f64>,
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
    /// As verified, but only after tests that had failed passed when they were run again unchanged.
    Flaky,
    /// Done, and something could not be checked.
    NotChecked,
    /// It failed; or it was done, and its files are gone.
    Failed,
    /// A task that it depends on failed.
    Skipped,
    /// It waits for a person's answer.
    Asking,
    /// It waits for a task that waits for a person's answer.
    PutAside,
    /// Smaller tasks took its place.
    Split,
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
        // Before the journal is read: a session that ends meanwhile has written its end into it.
        let process = worker(&folder);
        let live = is_live(&folder);
        let (history, mut spent) = spent_in(folder.journal())?;
        if !live {
            spent.stopped();
        }
        let meta = Meta::read(&folder, history.header.meta.clone())?;
        let drifted = drift(&Root::open(root)?, &history);
        let left_out = meta.left_out.iter().map(|task| &task.id);
        let current = with_parts(&history, &meta.tasks);
        let planned: HashSet<&String> = current.iter().copied().chain(left_out).collect();
        let former = history.tasks.keys().filter(|id| !planned.contains(id));
        let stands = |id: &String| {
            let own = spent.tasks.get(id).copied().unwrap_or_default();
            stands(id, &history, &drifted, live, own)
        };
        let mut questions = open_questions(&history);
        questions.retain(|open| {
            open.task
                .as_ref()
                .is_none_or(|task| current.contains(&task))
        });
        Ok(Self {
            run_id: folder.id().to_owned(),
            live,
            process: process.filter(|_| live),
            sessions: history.sessions,
            tasks: current.into_iter().map(stands).collect(),
            former: former.map(stands).collect(),
            left_out: meta.left_out,
            stopped: history.stopped.clone(),
            targets: history.targets.clone(),
            questions,
            spent,
            judged: meta.options.judged,
        })
    }

    /// How many tasks stand so.
    pub fn count(&self, state: TaskState) -> usize {
        self.tasks.iter().filter(|task| task.state == state).count()
    }

    /// The number of tasks of the latest session; what was split is done by its parts.
    pub fn to_do(&self) -> usize {
        self.tasks.len() - self.count(TaskState::Split)
    }

    /// Whether nothing of the plan is left to do or to check; what `run` and `resume` exit 0 for.
    pub fn is_verified(&self) -> bool {
        self.count(TaskState::Verified) == self.to_do()
            && !self.left_out.iter().any(LeftOut::is_pending)
    }
}

/// The planned tasks, each with its parts behind it.
pub(super) fn with_parts<'a>(history: &'a History, planned: &'a [String]) -> Vec<&'a String> {
    let mut ids = Vec::new();
    let mut seen = HashSet::new();
    for id in planned {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if !seen.insert(id.as_str()) {
                continue;
            }
            ids.push(id);
            let parts = history.tasks.get(id).map(|task| &task.parts);
            open.extend(parts.into_iter().flatten().rev().map(|part| &part.id));
        }
    }
    ids
}

/// Where a task stands by the journal and by the disk.
fn stands(
    id: &str,
    history: &History,
    drifted: &BTreeMap<String, Drift>,
    live: bool,
    spent: TaskSpent,
) -> TaskStatus {
    let Some(task) = history.tasks.get(id) else {
        return TaskStatus::pending(id);
    };
    let mut status = known(id, task, live, spent);
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
            passed_over: Vec::new(),
            evidence: Evidence::default(),
            started_at: None,
            changed_at: None,
            seconds: None,
        }
    }
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

/// The process that worked on the run last: the lock names it.
fn worker(folder: &RunFolder) -> Option<u32> {
    let text = std::fs::read_to_string(folder.lock()).ok()?;
    text.trim().parse().ok()
}

fn known(id: &str, task: &TaskHistory, live: bool, spent: TaskSpent) -> TaskStatus {
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
    let output = output();
    let evidence = Evidence::of(task, output.as_ref(), spent);
    let passed_over = output.as_ref().map(|output| output.passed_over.clone());
    let (state, reason) = match task.state {
        underway if underway.is_underway() && !live => (TaskState::Interrupted, failure()),
        Recorded::InFlight => (TaskState::Running, failure()),
        Recorded::Paused | Recorded::BetweenAttempts => (TaskState::Waiting, failure()),
        Recorded::Interrupted => (TaskState::Interrupted, failure()),
        Recorded::Succeeded => match output {
            Some(output) if output.verdict == TaskVerdict::Verified && task.flaky => {
                (TaskState::Flaky, format!("{FLAKY}; {}", output.reason()))
            }
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
            let reason = match because == id {
                true => "it was left out".to_owned(),
                false => format!("{because} failed or was left out"),
            };
            (TaskState::Skipped, reason)
        }
        Recorded::Asking => {
            let question = task.asked.as_ref().map(|asked| asked.question.clone());
            (TaskState::Asking, question.unwrap_or_default())
        }
        Recorded::PutAside => {
            let because = task.because.as_deref().unwrap_or("another task");
            (
                TaskState::PutAside,
                format!("{because} waits for an answer"),
            )
        }
        Recorded::Split => {
            let parts: Vec<&str> = task.parts.iter().map(|part| part.id.as_str()).collect();
            let how = Asked::of(&task.parts).map(|asked| format!(" ({})", asked.how()));
            let how = how.unwrap_or_default();
            (
                TaskState::Split,
                format!("split into {}{how}", parts.join(", ")),
            )
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
        passed_over: passed_over.unwrap_or_default(),
        evidence,
        started_at: task.started_at_ms.map(iso),
        changed_at: Some(iso(task.changed_at_ms)),
        seconds: task.started_at_ms.map(seconds),
    }
}
