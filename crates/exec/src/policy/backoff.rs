use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_dag::NodeId;

use super::time;

/// A wait that grows from try to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backoff {
    /// The first wait.
    #[serde(deserialize_with = "time::read")]
    pub base: Duration,
    /// By how much each wait is longer than the one before.
    pub factor: u32,
    /// The longest wait.
    #[serde(deserialize_with = "time::read")]
    pub cap: Duration,
    /// Up to how many per cent a wait is lengthened, so that tasks that failed together do not
    /// come back together. By how many follows from the task and the try alone: equal runs wait
    /// equally.
    pub jitter_percent: u8,
}

impl Backoff {
    /// No wait at all.
    pub const NONE: Self = Self {
        base: Duration::ZERO,
        factor: 1,
        cap: Duration::ZERO,
        jitter_percent: 0,
    };

    /// The wait after the `tries`-th try (from 1) of a task.
    #[must_use]
    pub fn wait(&self, node: NodeId, tries: u32) -> Duration {
        let growth = self.factor.max(1).saturating_pow(tries.saturating_sub(1));
        let wait = self.base.saturating_mul(growth).min(self.cap);
        let share = scramble((node.index() as u64) << 32 | u64::from(tries));
        let jitter = wait.as_secs_f64() * f64::from(self.jitter_percent) / 100.0 * share;
        wait.saturating_add(Duration::try_from_secs_f64(jitter).unwrap_or(Duration::MAX))
    }
}

/// 500 ms, doubling up to 30 s, lengthened by up to 25 %.
impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(500),
            factor: 2,
            cap: Duration::from_secs(30),
            jitter_percent: 25,
        }
    }
}

/// A number from 0 to 1 that looks random (the finaliser of splitmix64, Steele et al. 2014).
fn scramble(seed: u64) -> f64 {
    let mut bits = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    bits as f64 / u64::MAX as f64
}
