//! What one call may take, over all its repetitions and detours.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// How long one request may take and how many calls may be made for it, whoever makes them.
///
/// It travels with the request ([`Request::limits`](crate::Request::limits)) through all wrappers, so that a
/// [`Retry`](crate::Retry) within a [`Fallback`](crate::Fallback) within another `Retry` share one deadline and one
/// number of calls instead of multiplying their own. It is no part of the question: it is neither sent nor recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallLimits {
    /// When the answer is of no use any more. Wrappers do not begin a wait that ends later;
    /// [`Deadline`](crate::Deadline) ends a call that is under way.
    pub deadline: Option<Instant>,
    /// The most calls to providers; a wrapper that makes another one passes on what is left.
    pub max_attempts: Option<u32>,
    /// Tells this call from all others of this process, for as long as it is repeated.
    pub(crate) id: Option<u64>,
}

impl CallLimits {
    /// Ends no later than this.
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(self.deadline.map_or(deadline, |old| old.min(deadline)));
        self
    }

    /// Makes no more calls than this.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(self.max_attempts.map_or(attempts, |old| old.min(attempts)));
        self
    }

    /// Makes all repetitions of the call known as the same one. A wrapper that may repeat a call does this before the first
    /// time; who is asked through it already has one call of its own. Back-ends make an
    /// [idempotency key](crate::HttpOptions::idempotency_keys) of it.
    #[must_use]
    pub fn identified(mut self) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        self.id = self
            .id
            .or_else(|| Some(NEXT.fetch_add(1, Ordering::Relaxed)));
        self
    }

    /// Makes what follows known as another call than what came before, where repetitions are known at all.
    pub(crate) fn renewed(mut self) -> Self {
        match self.id.take() {
            Some(_) => self.identified(),
            None => self,
        }
    }

    /// What is left after so many calls; `None` when that is nothing.
    pub fn after(mut self, attempts: u32) -> Option<Self> {
        if let Some(most) = self.max_attempts {
            let left = most.saturating_sub(attempts);
            if left == 0 {
                return None;
            }
            self.max_attempts = Some(left);
        }
        Some(self)
    }

    /// Whether another call may be made after so many, for back-ends that repair what was refused.
    #[cfg(any(feature = "openai", feature = "anthropic"))]
    pub(crate) fn allow_another(&self, attempts: u32) -> bool {
        self.after(attempts).is_some() && self.allow_wait(Duration::ZERO)
    }

    /// Whether a wait of this length ends before the deadline.
    pub fn allow_wait(&self, wait: Duration) -> bool {
        let Some(deadline) = self.deadline else {
            return true;
        };
        Instant::now()
            .checked_add(wait)
            .is_some_and(|end| end < deadline)
    }
}
