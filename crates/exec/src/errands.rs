//! What a run asks of others while attempts go on: undoing, splitting, checking, deciding.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use wavecrew_dag::{Dag, NodeId};

use crate::attempt::message;
use crate::{Checkpoint, Input, Person, Question, Request, Subject, Worker};

/// Requests that are being seen to, each with its answer to the run.
pub(crate) type Errands<'a> = FuturesUnordered<BoxFuture<'a, Input>>;

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
        dag: &'a Dag<T>,
        worker: &'a W,
    ) -> BoxFuture<'a, Input>
    where
        T: Sync,
        W: Worker<T>,
    {
        match request {
            Request::RollBack { node } => Box::pin(roll_back(worker, dag.payload(node), node)),
            Request::Split { node, .. } => {
                let reason = "nobody is there who could split it".to_owned();
                Box::pin(std::future::ready(Input::NotSplit { node, reason }))
            }
            Request::Ask { about, question } => {
                let node = match about {
                    Subject::Task(node) => Some(node),
                    _ => None,
                };
                let question = Question {
                    node,
                    task: node.map(|node| dag.id(node).to_owned()),
                    text: question,
                };
                Box::pin(ask(self.person.as_deref(), about, question))
            }
            Request::Check { phase } => Box::pin(check(self.checkpoint.as_deref(), phase)),
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
