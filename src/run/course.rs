//! What a session's events say about the run as a whole.

use serde::Serialize;
use wavecrew_exec::{Action, Event, EventKind, History, Reached, TaskIds};

/// Why a run ended as it did, beside what became of its tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Course {
    /// Why nothing more was started, if a bound of the policy or a rule of it says so.
    pub stopped: Option<String>,
    /// Why the run was stopped before its tasks had ended, if its budget was used up.
    pub out_of_budget: Option<String>,
    /// What the run was meant to reach, and whether it did.
    pub targets: Vec<Reached>,
    /// What a person has to decide, in the order in which it was asked.
    pub questions: Vec<WaitingFor>,
}

/// A question that nobody has answered yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitingFor {
    /// The task that waits; `None` if the whole run does.
    pub task: Option<String>,
    /// What is asked.
    pub question: String,
}

/// What a person was asked by this record and has not answered: about the whole run first, then about tasks by their ids.
pub(super) fn open_questions(history: &History) -> Vec<WaitingFor> {
    let of_run = history.question.iter().map(|question| WaitingFor {
        task: None,
        question: question.clone(),
    });
    let of_tasks = history.tasks.iter().filter_map(|(id, task)| {
        Some(WaitingFor {
            task: Some(id.clone()),
            question: task.asked.as_ref()?.question.clone(),
        })
    });
    of_run.chain(of_tasks).collect()
}

impl Course {
    /// Takes an event in; `ids` knows the tasks.
    pub(super) fn note(&mut self, event: &Event, ids: &TaskIds) {
        let task = event.node.map(|node| ids.of(node).to_owned());
        match &event.kind {
            EventKind::Decided { decision } if decision.action == Action::Stop => {
                self.out_of_budget
                    .get_or_insert_with(|| decision.reason.clone());
            }
            EventKind::Decided { decision } if decision.action == Action::Abort => {
                let reason = match task {
                    Some(task) => format!("{task}: {}", decision.reason),
                    None => decision.reason.clone(),
                };
                self.stopped.get_or_insert(reason);
            }
            EventKind::Asked { question, .. } => self.questions.push(WaitingFor {
                task,
                question: question.clone(),
            }),
            EventKind::Answered { .. } => self.questions.retain(|open| open.task != task),
            EventKind::Target { met, reason } => self.targets.push(Reached {
                met: *met,
                reason: reason.clone(),
            }),
            // Whoever stopped the run takes the question away; it is asked again.
            EventKind::Cancelled => self.questions.retain(|open| open.task != task),
            _ => {}
        }
    }
}
