//! What the calls to providers add up to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use wavecrew_providers::{ProviderError, Response};

/// Counts calls and costs; clones count together.
#[derive(Clone, Debug, Default)]
pub struct CallMeter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    nano_usd: AtomicU64,
    unpriced: AtomicBool,
}

impl CallMeter {
    /// Attempts at a provider, answered or not.
    pub fn calls(&self) -> u64 {
        self.0.calls.load(Ordering::Relaxed)
    }

    /// What they cost in billionths of a US dollar; `None` as soon as one has no known price.
    pub fn cost_nano_usd(&self) -> Option<u64> {
        let priced = !self.0.unpriced.load(Ordering::Relaxed);
        priced.then(|| self.0.nano_usd.load(Ordering::Relaxed))
    }

    pub(super) fn count(&self, answer: &Result<Response, ProviderError>) {
        let (attempts, cost) = match answer {
            Ok(response) => (response.attempts, response.cost),
            Err(error) => (error.attempts(), None),
        };
        self.0
            .calls
            .fetch_add(u64::from(attempts), Ordering::Relaxed);
        match cost {
            Some(cost) => drop(
                self.0
                    .nano_usd
                    .fetch_add(cost.nano_usd(), Ordering::Relaxed),
            ),
            None if attempts > 0 => self.0.unpriced.store(true, Ordering::Relaxed),
            None => {}
        }
    }
}
