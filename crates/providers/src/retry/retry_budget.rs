//! How many repetitions all requests together may cause.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Balance that a repetition takes.
const PRICE: u64 = 100;

/// Bounds the repetitions of all requests together, in relation to their number: when a server fails for hundreds of
/// workers at once, each with a few repetitions of its own, it must not get a multiple of the load that it could not
/// bear. Every request pays in a part of a repetition, every repetition takes one out, and some are there from the start
/// (as in Finagle's retry budgets).
///
/// Clones are the same budget; give one to all [`Retry`](super::Retry)s of a run.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    balance: Arc<AtomicU64>,
    income: u64,
    most: u64,
}

impl Default for RetryBudget {
    /// Repetitions for a fifth of all requests, and twenty more.
    fn default() -> Self {
        Self::new(20, 20)
    }
}

impl RetryBudget {
    /// Repetitions for so many of a hundred requests, and so many more; no more than ten times those are saved up.
    pub fn new(percent: u32, more: u32) -> Self {
        let start = u64::from(more) * PRICE;
        Self {
            balance: Arc::new(AtomicU64::new(start)),
            income: u64::from(percent),
            most: start.max(PRICE).saturating_mul(10),
        }
    }

    /// How many repetitions there may be at this moment.
    pub fn left(&self) -> u64 {
        self.balance.load(Ordering::Relaxed) / PRICE
    }

    pub(super) fn pay_in(&self) {
        self.change(|balance| Some((balance + self.income).min(self.most)));
    }

    pub(super) fn take(&self) -> bool {
        self.change(|balance| balance.checked_sub(PRICE))
    }

    fn change(&self, to: impl Fn(u64) -> Option<u64>) -> bool {
        let balance = &self.balance;
        balance
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, to)
            .is_ok()
    }
}
