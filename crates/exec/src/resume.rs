use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;
use wavecrew_dag::{Dag, NodeId};

use crate::lineage::Lineages;
use crate::{Decision, History, TaskHistory, TaskState};

/// What a run takes over from the sessions before it.
#[derive(Debug)]
pub(crate) struct Resume<O> {
    /// In topological order.
    pub(crate) done: Vec<Done<O>>,
    pub(crate) begun: Vec<Begun>,
    pub(crate) stale: Vec<Stale>,
}

/// A task that is not run again.
#[derive(Debug)]
pub(crate) struct Done<O> {
    pub(crate) node: NodeId,
    pub(crate) output: O,
    pub(crate) label: String,
    pub(crate) attempts: u32,
}

/// A task that goes on where it was.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) node: NodeId,
    pub(crate) attempt: u32,
    pub(crate) previous_failure: Option<String>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) steps: BTreeMap<String, Value>,
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
            done: Vec::new(),
            begun: Vec::new(),
            stale: Vec::new(),
        }
    }

    /// What of the history still holds for this graph. Tasks that the graph has not are left out.
    pub(crate) fn new<T>(dag: &Dag<T>, lineages: &Lineages, mut history: History) -> Self
    where
        O: DeserializeOwned,
    {
        let mut resume = Self::nothing();
        let mut changed = vec![false; dag.len()];
        for &node in dag.topological() {
            let Some(task) = history.tasks.remove(dag.id(node)) else {
                continue;
            };
            let succeeded = task.state == TaskState::Succeeded;
            let counts = succeeded || task.next_attempt > 1 || !task.memos.is_empty();
            if counts && task.lineage != lineages.of(node) {
                changed[node.index()] = true;
                resume.stale.push(Stale {
                    node,
                    reason: why_stale(dag, lineages, &changed, node, &task),
                    steps_kept: false,
                });
            } else if succeeded {
                resume.keep(node, task);
            } else {
                resume.begun.push(begun(node, task));
            }
        }
        resume
    }

    fn keep(&mut self, node: NodeId, mut task: TaskHistory)
    where
        O: DeserializeOwned,
    {
        match serde_json::from_value(task.output.take().unwrap_or_default()) {
            Ok(output) => self.done.push(Done {
                node,
                output,
                label: task.label,
                attempts: task.attempts,
            }),
            Err(error) => {
                self.stale.push(Stale {
                    node,
                    reason: format!("its recorded output does not fit its type: {error}"),
                    steps_kept: true,
                });
                self.begun.push(begun(node, task));
            }
        }
    }
}

fn begun(node: NodeId, mut task: TaskHistory) -> Begun {
    task.forget_open_decisions();
    let failure = task.failure.filter(|_| task.next_attempt > 1);
    Begun {
        node,
        attempt: task.next_attempt,
        previous_failure: failure.map(|failure| failure.reason),
        decisions: task.decisions,
        steps: task.memos,
    }
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
