use tokio_util::sync::CancellationToken;

/// Stops a run from outside: a clone of what was given to
/// [`Executor::control`](crate::Executor::control) reaches it from any thread or task.
///
/// What is stopped stays stopped: a run that is started later with the same `Control` ends at
/// once.
#[derive(Clone, Debug, Default)]
pub struct Control {
    drain: CancellationToken,
    cancel: CancellationToken,
}

/// How far a [`Control`] has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ControlState {
    /// Nothing was asked for.
    Running,
    /// No task starts any more; those that run may end.
    Draining,
    /// Running tasks are dropped.
    Cancelled,
}

impl Control {
    /// A control that has not stopped anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets running tasks end and starts no more. Waiting tasks, also those between two attempts,
    /// end as cancelled.
    pub fn drain(&self) {
        self.drain.cancel();
    }

    /// Drops running tasks where they are waiting; every task that has not ended ends as
    /// cancelled.
    pub fn cancel(&self) {
        self.drain.cancel();
        self.cancel.cancel();
    }

    /// How far it has gone.
    #[must_use]
    pub fn state(&self) -> ControlState {
        if self.cancel.is_cancelled() {
            ControlState::Cancelled
        } else if self.drain.is_cancelled() {
            ControlState::Draining
        } else {
            ControlState::Running
        }
    }

    /// Completes once [`drain`](Self::drain) or [`cancel`](Self::cancel) was called.
    pub async fn draining(&self) {
        self.drain.cancelled().await;
    }

    /// Completes once [`cancel`](Self::cancel) was called.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }
}
