use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use serde_json::Value;
use wavecrew_dag::NodeId;

use crate::{Context, Failed, Failure, FailureClass, Worker};

/// An attempt that is over.
pub(crate) struct Finished<O, E> {
    pub(crate) node: NodeId,
    pub(crate) ended: Ended<O, E>,
}

/// How an attempt ended, with all that user code has to say about it.
pub(crate) enum Ended<O, E> {
    Delivered {
        output: O,
        label: String,
    },
    Failed {
        error: Failed<E>,
        class: FailureClass,
        label: String,
        reason: String,
        retry_after: Option<Duration>,
        detail: Value,
    },
}

/// One attempt, with panics of all user code caught.
pub(crate) async fn attempt<T, W>(
    worker: &W,
    task: &T,
    cx: Context<'_, W::Output>,
) -> Finished<W::Output, W::Error>
where
    W: Worker<T>,
{
    let node = cx.node;
    // The worker is shared with other attempts anyway; whatever a panic leaves half-done in it is
    // the worker's to bear, as after any panic behind a shared reference.
    let ended = AssertUnwindSafe(verified(worker, task, cx))
        .catch_unwind()
        .await;
    let ended = ended.unwrap_or_else(|panic| Ended::failed(Failed::Panicked(message(&*panic))));
    Finished { node, ended }
}

async fn verified<T, W>(
    worker: &W,
    task: &T,
    cx: Context<'_, W::Output>,
) -> Ended<W::Output, W::Error>
where
    W: Worker<T>,
{
    if let Err(error) = worker.verify(task, &cx).await {
        return Ended::failed(Failed::Error(error));
    }
    match worker.run(task, cx).await {
        Ok(output) => Ended::Delivered {
            label: worker.label(&output),
            output,
        },
        Err(error) => Ended::failed(Failed::Error(error)),
    }
}

impl<O, E: Failure> Ended<O, E> {
    fn failed(error: Failed<E>) -> Self {
        Self::Failed {
            class: error.class(),
            label: error.label().to_owned(),
            reason: error.to_string(),
            retry_after: error.retry_after(),
            detail: error.detail(),
            error,
        }
    }
}

pub(crate) fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(message) = panic.downcast_ref::<&str>() {
        (*message).to_owned()
    } else if let Some(message) = panic.downcast_ref::<String>() {
        message.clone()
    } else {
        "a value that is not text".to_owned()
    }
}
