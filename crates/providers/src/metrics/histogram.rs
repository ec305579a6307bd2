//! How long things took, in little memory.

use std::time::Duration;

/// Buckets to a doubling: a quantile is off by less than 10 %.
const STEPS: u32 = 8;
/// 1 ms · 2^24 is more than four hours; what is longer is in the last bucket.
const BUCKETS: usize = 24 * STEPS as usize;

/// Counts durations in buckets that grow by the eighth root of two.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    buckets: Box<[u64; BUCKETS]>,
    count: u64,
    max: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: Box::new([0; BUCKETS]),
            count: 0,
            max: Duration::ZERO,
        }
    }
}

impl Histogram {
    pub(super) fn add(&mut self, took: Duration) {
        let ms = took.as_secs_f64() * 1_000.0;
        let at = (ms.max(1.0).log2() * f64::from(STEPS)) as usize;
        self.buckets[at.min(BUCKETS - 1)] += 1;
        self.count += 1;
        self.max = self.max.max(took);
    }

    pub(super) fn max(&self) -> Option<Duration> {
        (self.count > 0).then_some(self.max)
    }

    /// The time within which this part of all ended; a little more than that, never less.
    pub(super) fn quantile(&self, part: f64) -> Option<Duration> {
        let rank = ((self.count as f64 * part).ceil() as u64).max(1);
        let mut seen = 0;
        let at = self.buckets.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        let ms = ((at as f64 + 1.0) / f64::from(STEPS)).exp2();
        Some(Duration::from_secs_f64(ms / 1_000.0).min(self.max))
    }
}
