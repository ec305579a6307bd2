//! What a run asks of others while attempts go on: undoing, splitting, checking, deciding.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use wavecrew_dag::NodeId;

use crate::attempt::message;
use crate::roster::Roster;
use crate::{Checkpoint, Input, Part, Person, Question, Request, Subject, Worker};

/// Requests that are being seen to, each with its answer to the run.
pub(crate) type Errands<'a, T> = FuturesUnordered<BoxFuture<'a, Errand<T>>>;

/// How a request was answered.
pub(crate) enum Errand<T> {
    Done(Input),
    /// The task is split.
    Split {
        node: NodeId,
        parts: Vec<Part<T>>,
    },
}

/// Who sees to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Helpers {
    pub(crate) person: Option<Arc<dyn Person>>,
    pub(crate) checkpoint: Option<Arc<dyn Checkpoint>>,
}

impl Helpers {
    pub(crate) fn see_to<'a, T, W>(
        &'a self,
        request: Request,
        roster: &'a Roster<'a, T>,
        worker: &'a W,
    ) -> BoxFuture<'a, Errand<T>>
    where
        T: Send + Sync,
        W: Worker<T>,
    {
        match request {
            Request::RollBack { node } => {
                Box::pin(roll_back(worker, roster.task(node), node).map(Errand::Done))
            }
            Request::Split { node, reason } => {
                Box::pin(split(worker, roster.task(node), node, reason))
            }
            Request::Ask { about, question } => {
                let node = match about {
                    Subject::Task(node) => Some(node),
                    _ => None,
                };
                let question = Question {
                    node,
                    task: node.map(|node| roster.id(node).to_owned()),
                    text: question,
                };
                Box::pin(ask(self.person.as_deref(), about, question).map(Errand::Done))
            }
            Request::Check { phase } => {
                Box::pin(check(self.checkpoint.as_deref(), phase).map(Errand::Done))
            }
        }
    }
}

async fn roll_back<T, W: Worker<T>>(worker: &W, task: &T, node: NodeId) -> Input {
    let undone = AssertUnwindSafe(worker.roll_back(task, node))
        .catch_unwind()
        .await;
    let undone = undone.unwrap_or_else(|panic| Err(format!("it panicked: {}", message(&*panic))));
    Input::RolledBack {
        node,
        error: undone.err(),
    }
}

async fn split<T, W: Worker<T>>(worker: &W, task: &T, node: NodeId, reason: String) -> Errand<T> {
    let parts = match worker.splitter() {
        None => Err("nobody is there who could split it".to_owned()),
        Some(splitter) => AssertUnwindSafe(splitter.split(task, &reason))
            .catch_unwind()
            .await
            .unwrap_or_else(|panic| Err(format!("the splitter panicked: {}", message(&*panic)))),
    };
    match parts.and_then(checked) {
        Ok(parts) => Errand::Split { node, parts },
        Err(reason) => Errand::Done(Input::NotSplit { node, reason }),
    }
}

/// Parts that keep what a splitter promises.
fn checked<T>(parts: Vec<Part<T>>) -> Result<Vec<Part<T>>, String> {
    if parts.len() < 2 {
        return Err("it has no parts".to_owned());
    }
    let mut places = parts.iter().enumerate();
    if places.any(|(place, part)| part.waits_for.iter().any(|&before| before >= place)) {
        return Err("a part would wait for itself or a later one".to_owned());
    }
    Ok(parts)
}

async fn ask(person: Option<&dyn Person>, about: Subject, question: Question) -> Input {
    let answer = match person {
        Some(person) => AssertUnwindSafe(person.ask(&question))
            .catch_unwind()
            .await
            .unwrap_or(None),
        None => None,
    };
    Input::Answered { about, answer }
}

async fn check(checkpoint: Option<&dyn Checkpoint>, phase: String) -> Input {
    let checked = match checkpoint {
        Some(checkpoint) => AssertUnwindSafe(checkpoint.check(&phase))
            .catch_unwind()
            .await
            .unwrap_or_else(|panic| Err(format!("the check panicked: {}", message(&*panic)))),
        None => Err("nobody is there who could check it".to_owned()),
    };
    Input::Checked {
        passed: checked.is_ok(),
        reason: checked.unwrap_or_else(|why| why),
    }
}
