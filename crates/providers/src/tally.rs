//! How many calls a request has cost so far.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The calls of a request that have failed, for whoever may give the request up and must say how many there were. It travels
/// with the request, and its clones, through all wrappers; whoever asks again notes what failed before. Without anyone who
/// wants to know, nothing is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Option<Arc<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    failed: AtomicU32,
    /// No call is under way: the next is waited for.
    waits: AtomicBool,
}

impl Tally {
    /// One that is kept: the same, if this one is.
    pub(crate) fn kept(&self) -> Self {
        Self(Some(self.0.clone().unwrap_or_default()))
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// The calls so far that failed; 0 when nobody wants to know.
    pub(crate) fn failed(&self) -> u32 {
        let counts = self.0.as_ref();
        counts.map_or(0, |counts| counts.failed.load(Ordering::Relaxed))
    }

    /// The calls since so many had failed, with the one that is under way, if one is.
    pub(crate) fn made_since(&self, before: u32) -> u32 {
        let waits = |counts: &Arc<Counts>| counts.waits.load(Ordering::Relaxed);
        let under_way = u32::from(!self.0.as_ref().is_some_and(waits));
        self.failed()
            .saturating_sub(before)
            .saturating_add(under_way)
    }

    /// Notes that so many calls have failed since there were so many. Wrappers within each other say the same.
    pub(crate) fn note(&self, before: u32, since: u32) {
        if let Some(counts) = &self.0 {
            let failed = before.saturating_add(since);
            counts.failed.store(failed, Ordering::Relaxed);
            counts.waits.store(false, Ordering::Relaxed);
        }
    }

    /// Waits before a call, in line or for a time.
    pub(crate) async fn waiting<T>(&self, wait: impl Future<Output = T>) -> T {
        let Some(counts) = &self.0 else {
            return wait.await;
        };
        counts.waits.store(true, Ordering::Relaxed);
        let end = wait.await;
        counts.waits.store(false, Ordering::Relaxed);
        end
    }
}

/// No part of the question.
impl PartialEq for Tally {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
