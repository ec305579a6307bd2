use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use wavecrew_dag::{Dag, NodeId};

use crate::context::Previous;
use crate::lineage::Lineages;
use crate::{
    AttemptFailure, Decision, FailureClass, FailureKind, History, OpenQuestion, PartNote, Spending,
    TaskHistory, TaskState,
};

/// What a run takes over from the sessions before it.
#[derive(Debug)]
pub(crate) struct Resume<O> {
    /// In topological order.
    pub(crate) tasks: Vec<(NodeId, Earlier<O>)>,
    pub(crate) stale: Vec<Stale>,
    /// What each task was split into, by its id.
    pub(crate) parts: HashMap<String, Vec<EarlierPart<O>>>,
    pub(crate) spent: Spending,
    pub(crate) lasted: Duration,
}

/// What earlier sessions did about a task.
#[derive(Debug)]
pub(crate) struct Earlier<O> {
    pub(crate) failed_attempts: u32,
    pub(crate) failed_as: Vec<FailureKind>,
    pub(crate) left: Left<O>,
}

/// Where they left it.
#[derive(Debug)]
pub(crate) enum Left<O> {
    Done(Done<O>),
    Begun(Box<Begun>),
    Split(Box<Parted>),
}

/// A task that is not run again.
#[derive(Debug)]
pub(crate) struct Done<O> {
    pub(crate) output: O,
    pub(crate) label: String,
    pub(crate) attempts: u32,
    pub(crate) flaky: bool,
}

/// A task that goes on where it was.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) attempt: u32,
    pub(crate) previous: Option<Previous>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) steps: BTreeMap<String, Value>,
    pub(crate) asked: Option<OpenQuestion>,
}

/// A task whose parts go on where they were; or it does, if they cannot be made again.
#[derive(Debug)]
pub(crate) struct Parted {
    pub(crate) failure: AttemptFailure,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) steps: BTreeMap<String, Value>,
}

/// A part of a task that was split.
#[derive(Debug)]
pub(crate) struct EarlierPart<O> {
    pub(crate) note: PartNote,
    pub(crate) earlier: Option<Earlier<O>>,
}

/// A task of which something is recorded that no longer counts.
#[derive(Debug)]
pub(crate) struct Stale {
    pub(crate) node: NodeId,
    pub(crate) reason: String,
    /// Whether the recorded steps are still good.
    pub(crate) steps_kept: bool,
}

impl<O> Resume<O> {
    /// Nothing went before.
    pub(crate) fn nothing() -> Self {
        Self {
            tasks: Vec::new(),
            stale: Vec::new(),
            parts: HashMap::new(),
            spent: Spending::default(),
            lasted: Duration::ZERO,
        }
    }

    /// What of the history still holds for this graph. Tasks that the graph has not are left out, but for
    /// parts of those that it has.
    pub(crate) fn new<T>(dag: &Dag<T>, lineages: &Lineages, mut history: History) -> Self
    where
        O: DeserializeOwned,
    {
        let mut resume = Self {
            spent: history.spent,
            lasted: Duration::from_millis(history.lasted_ms + history.latest_ms()),
            ..Self::nothing()
        };
        let mut changed = vec![false; dag.len()];
        for &node in dag.topological() {
            let Some(mut task) = history.tasks.remove(dag.id(node)) else {
                continue;
            };
            let counts = matches!(task.state, TaskState::Succeeded | TaskState::Split)
                || task.next_attempt > 1
                || task.asked.is_some()
                || !task.memos.is_empty();
            let lineage = lineages.of(node);
            if counts && task.lineage != lineage {
                changed[node.index()] = true;
                resume.stale.push(Stale {
                    node,
                    reason: why_stale(dag, lineages, &changed, node, &task),
                    steps_kept: false,
                });
                continue;
            }
            if task.state == TaskState::Split {
                let whole = Whole {
                    id: dag.id(node).to_owned(),
                    fingerprint: lineages.fingerprint(node).to_owned(),
                    lineage,
                    parts: std::mem::take(&mut task.parts),
                };
                resume.take_parts(whole, &mut history);
            }
            let (earlier, unfit) = earlier(task);
            if let Some(reason) = unfit {
                resume.stale.push(Stale {
                    node,
                    reason,
                    steps_kept: true,
                });
            }
            resume.tasks.push((node, earlier));
        }
        resume
    }

    /// What a task was split into, and what its parts were split into.
    fn take_parts(&mut self, whole: Whole, history: &mut History)
    where
        O: DeserializeOwned,
    {
        let mut open = vec![whole];
        while let Some(whole) = open.pop() {
            let mut parts = Vec::new();
            for note in whole.parts {
                let (fingerprint, lineage) =
                    Lineages::of_part(&whole.fingerprint, &whole.lineage, &note);
                let known = history.tasks.remove(&note.id);
                let known = known.filter(|task| task.lineage.is_empty() || task.lineage == lineage);
                let earlier = known.map(|mut task| {
                    if task.state == TaskState::Split {
                        open.push(Whole {
                            id: note.id.clone(),
                            fingerprint,
                            lineage,
                            parts: std::mem::take(&mut task.parts),
                        });
                    }
                    earlier(task).0
                });
                parts.push(EarlierPart { note, earlier });
            }
            self.parts.insert(whole.id, parts);
        }
    }
}

/// A task that was split.
struct Whole {
    id: String,
    fingerprint: String,
    lineage: String,
    parts: Vec<PartNote>,
}

/// Where a task was left; or where it is to be taken up, and why what it delivered no longer counts.
fn earlier<O: DeserializeOwned>(mut task: TaskHistory) -> (Earlier<O>, Option<String>) {
    let failed_attempts = task.failed_attempts;
    let failed_as = std::mem::take(&mut task.failed_as);
    let with = |left| Earlier {
        failed_attempts,
        failed_as,
        left,
    };
    match task.state {
        TaskState::Split => {
            task.forget_open_decisions();
            let decided = task.decisions.last().and_then(|last| last.failure.clone());
            let kind = decided.unwrap_or(FailureKind {
                class: FailureClass::Timeout,
                label: String::new(),
            });
            let failure = AttemptFailure {
                attempt: task.attempts.max(1),
                class: kind.class,
                label: kind.label,
                reason: "an earlier session split it".to_owned(),
            };
            let parted = Parted {
                failure,
                decisions: task.decisions,
                steps: task.memos,
            };
            (with(Left::Split(Box::new(parted))), None)
        }
        TaskState::Succeeded => {
            match serde_json::from_value(task.output.take().unwrap_or_default()) {
                Ok(output) => {
                    let done = Done {
                        output,
                        label: task.label,
                        attempts: task.attempts,
                        flaky: task.flaky,
                    };
                    (with(Left::Done(done)), None)
                }
                Err(error) => {
                    let reason = format!("its recorded output does not fit its type: {error}");
                    (with(begun(task)), Some(reason))
                }
            }
        }
        _ => (with(begun(task)), None),
    }
}

fn begun<O>(mut task: TaskHistory) -> Left<O> {
    task.forget_open_decisions();
    let failure = task.failure.filter(|_| task.next_attempt > 1);
    Left::Begun(Box::new(Begun {
        attempt: task.next_attempt,
        previous: failure.map(|failure| Previous {
            reason: failure.reason,
            detail: failure.detail,
        }),
        decisions: task.decisions,
        steps: task.memos,
        asked: task.asked,
    }))
}

fn why_stale<T>(
    dag: &Dag<T>,
    lineages: &Lineages,
    changed: &[bool],
    node: NodeId,
    task: &TaskHistory,
) -> String {
    if task.state != TaskState::Succeeded {
        return "it, or a task that it depends on, has changed".to_owned();
    }
    if task.fingerprint != lineages.fingerprint(node) {
        return "it has changed".to_owned();
    }
    let mut dependencies = dag.predecessors(node).iter();
    match dependencies.find(|dependency| changed[dependency.index()]) {
        Some(&dependency) => {
            format!("`{}`, which it depends on, has changed", dag.id(dependency))
        }
        None => "what it depends on has changed".to_owned(),
    }
}
