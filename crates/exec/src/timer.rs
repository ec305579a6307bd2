use std::pin::Pin;
use std::task::{self, Poll};

use tokio::time::{Instant, Sleep};

/// Wakes the driver when something is due.
///
/// What is due next changes with almost every attempt that ends, and mostly to something later. The
/// runtime's timer is then left as it is: it rings too early once, and is set again only then.
#[derive(Default)]
pub(crate) struct Timer {
    due: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    pub(crate) fn set(&mut self, due: Option<Instant>) {
        self.due = due;
        let Some(due) = due else {
            return;
        };
        match &mut self.sleep {
            Some(sleep) if sleep.deadline() <= due && !sleep.is_elapsed() => {}
            Some(sleep) => sleep.as_mut().reset(due),
            None => self.sleep = Some(Box::pin(tokio::time::sleep_until(due))),
        }
    }

    pub(crate) fn is_set(&self) -> bool {
        self.due.is_some()
    }

    pub(crate) fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        match (&self.due, &mut self.sleep) {
            (Some(_), Some(sleep)) => sleep.as_mut().poll(cx),
            _ => Poll::Pending,
        }
    }
}
