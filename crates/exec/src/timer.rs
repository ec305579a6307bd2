use std::pin::Pin;
use std::task::{self, Poll};

use tokio::time::{Instant, Sleep};

/// Wakes the driver when a pause or backoff is over.
#[derive(Default)]
pub(crate) struct Timer {
    due: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    pub(crate) fn set(&mut self, due: Option<Instant>) {
        if let (Some(due), true) = (due, self.due != due) {
            match &mut self.sleep {
                Some(sleep) => sleep.as_mut().reset(due),
                None => self.sleep = Some(Box::pin(tokio::time::sleep_until(due))),
            }
        }
        self.due = due;
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
