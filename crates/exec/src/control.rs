use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use wavecrew_dag::NodeId;

use crate::sync::{AtomicUsize, CancellationToken, Mutex, MutexGuard, Notify};

/// Steers a run from outside: a clone of what was given to
/// [`Executor::control`](crate::Executor::control) reaches it from any thread or task.
///
/// What was ordered stays ordered: a run that is started later with the same `Control` does all of it
/// again, in the same order, so one that was stopped ends at once.
#[derive(Clone, Debug, Default)]
pub struct Control {
    orders: Arc<Orders>,
}

/// How far a [`Control`] has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ControlState {
    /// Nothing was asked for that would end the run.
    Running,
    /// No task starts any more; those that run may end.
    Draining,
    /// Running tasks are dropped.
    Cancelled,
}

#[derive(Debug, Default)]
struct Orders {
    list: Mutex<Vec<Order>>,
    /// The length of the list, to be looked at without a lock.
    len: AtomicUsize,
    changed: Notify,
    drain: CancellationToken,
    cancel: CancellationToken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Pause,
    Resume,
    CancelTask(NodeId),
    Drain,
    Cancel,
}

impl Control {
    /// A control that has not ordered anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts no more tasks until [`resume`](Self::resume); those that run go on, and so do the
    /// clocks of deadlines.
    pub fn pause(&self) {
        self.order(Order::Pause);
    }

    /// Starts tasks again.
    pub fn resume(&self) {
        self.order(Order::Resume);
    }

    /// Drops one task where it is waiting, or keeps it from starting. What depends on it is skipped,
    /// unless tasks run despite failures. Nothing happens if it has ended.
    ///
    /// A run whose graph has no such task ignores this.
    pub fn cancel_task(&self, node: NodeId) {
        self.order(Order::CancelTask(node));
    }

    /// Lets running tasks end and starts no more. Waiting tasks, also those between two attempts,
    /// end as cancelled.
    pub fn drain(&self) {
        self.orders.drain.cancel();
        self.order(Order::Drain);
    }

    /// Drops running tasks where they are waiting; every task that has not ended ends as
    /// cancelled.
    pub fn cancel(&self) {
        self.orders.drain.cancel();
        self.orders.cancel.cancel();
        self.order(Order::Cancel);
    }

    /// How far it has gone.
    #[must_use]
    pub fn state(&self) -> ControlState {
        if self.orders.cancel.is_cancelled() {
            ControlState::Cancelled
        } else if self.orders.drain.is_cancelled() {
            ControlState::Draining
        } else {
            ControlState::Running
        }
    }

    /// Completes once [`drain`](Self::drain) or [`cancel`](Self::cancel) was called.
    pub async fn draining(&self) {
        self.orders.drain.cancelled().await;
    }

    /// Completes once [`cancel`](Self::cancel) was called.
    pub async fn cancelled(&self) {
        self.orders.cancel.cancelled().await;
    }

    fn order(&self, order: Order) {
        let mut list = self.list();
        list.push(order);
        self.orders.len.store(list.len(), Ordering::Release);
        drop(list);
        self.orders.changed.notify_waiters();
    }

    /// The orders after so many that are known. Asks no lock if there are none.
    #[inline]
    pub(crate) fn orders_after(&self, known: usize) -> Vec<Order> {
        if !self.has_orders_after(known) {
            return Vec::new();
        }
        self.list()[known..].to_vec()
    }

    #[inline]
    pub(crate) fn has_orders_after(&self, known: usize) -> bool {
        self.orders.len.load(Ordering::Acquire) != known
    }

    /// Completes at the next order after this call, whenever it is polled first.
    pub(crate) fn changed(&self) -> impl Future<Output = ()> + '_ {
        self.orders.changed.notified()
    }

    /// Nothing is done under this lock that could leave things half-done by a panic.
    fn list(&self) -> MutexGuard<'_, Vec<Order>> {
        let list = self.orders.list.lock();
        list.unwrap_or_else(PoisonError::into_inner)
    }
}
