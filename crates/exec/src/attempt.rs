use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

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
    /// Boxed, so that what is usual is small.
    Failed(Box<Failing<E>>),
}

/// A failure, with all that user code has to say about it.
pub(crate) struct Failing<E> {
    pub(crate) error: Failed<E>,
    pub(crate) class: FailureClass,
    pub(crate) label: String,
    pub(crate) reason: String,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) detail: Value,
}

/// Polls an attempt, with panics of all user code caught: one ends the attempt, which is not to be polled again.
#[inline]
pub(crate) fn poll_caught<A, O, E>(
    attempt: Pin<&mut A>,
    cx: &mut task::Context<'_>,
) -> Poll<Ended<O, E>>
where
    A: Future<Output = Ended<O, E>>,
    E: Failure,
{
    // The worker is shared with other attempts anyway; whatever a panic leaves half-done in it is
    // the worker's to bear, as after any panic behind a shared reference.
    let caught = catch_unwind(AssertUnwindSafe(|| attempt.poll(cx)));
    caught.unwrap_or_else(|panic| {
        let panicked = Failed::Panicked(message(&*panic));
        Poll::Ready(Ended::failed(panicked))
    })
}

/// One attempt, to be polled by [`poll_caught`].
pub(crate) async fn attempt<T, W>(
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
        Self::Failed(Box::new(Failing {
            class: error.class(),
            label: error.label().to_owned(),
            reason: error.to_string(),
            retry_after: error.retry_after(),
            detail: error.detail(),
            error,
        }))
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
