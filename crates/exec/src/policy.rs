use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_dag::NodeId;

use crate::FailureClass;

/// What to do about failures, as data.
///
/// ```
/// use std::num::NonZeroU32;
/// use wavecrew_exec::{Action, FailureClass, Policy};
///
/// let policy = Policy::default()
///     .max_attempts(NonZeroU32::new(5).expect("five is not zero"))
///     .on(FailureClass::Panic, Action::Retry);
/// assert_eq!(policy.action(FailureClass::Panic), Action::Retry);
/// assert_eq!(policy.action(FailureClass::Fatal), Action::Abort);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// How many attempts a task has. Pauses cost none.
    pub max_attempts: NonZeroU32,
    /// How long to wait before another attempt, and for a pause without a stated length.
    pub backoff: Backoff,
    /// How many pauses one attempt may take before it counts as failed.
    pub max_pauses: u32,
    /// The longest wait that a failure may ask for; one that asks for more has failed for good.
    pub longest_wait: Duration,
    /// What to do by class; a class that is not named has the action of the default policy.
    pub actions: BTreeMap<FailureClass, Action>,
}

/// What to do about a failure of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Another attempt after a backoff, while there are attempts left.
    Retry,
    /// The same attempt again after a wait. The task keeps its slot, so that fewer tasks run
    /// while the other side is asking for less.
    Pause,
    /// The task has failed.
    Fail,
    /// The task has failed, and no other task starts; those that run may end.
    Abort,
}

/// A wait that grows from try to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Backoff {
    /// The first wait.
    pub base: Duration,
    /// By how much each wait is longer than the one before.
    pub factor: u32,
    /// The longest wait.
    pub cap: Duration,
    /// Up to how many per cent a wait is lengthened, so that tasks that failed together do not
    /// come back together. By how many follows from the task and the try alone: equal runs wait
    /// equally.
    pub jitter_percent: u8,
}

impl Policy {
    /// Sets how many attempts a task has.
    #[must_use]
    pub fn max_attempts(self, max_attempts: NonZeroU32) -> Self {
        Self {
            max_attempts,
            ..self
        }
    }

    /// Sets how long to wait between attempts.
    #[must_use]
    pub fn backoff(self, backoff: Backoff) -> Self {
        Self { backoff, ..self }
    }

    /// Sets what to do about failures of one class.
    #[must_use]
    pub fn on(mut self, class: FailureClass, action: Action) -> Self {
        self.actions.insert(class, action);
        self
    }

    /// What to do about failures of this class.
    #[must_use]
    pub fn action(&self, class: FailureClass) -> Action {
        let usual = match class {
            FailureClass::Transient | FailureClass::Invalid | FailureClass::Timeout => {
                Action::Retry
            }
            FailureClass::RateLimited => Action::Pause,
            FailureClass::Permanent | FailureClass::Panic => Action::Fail,
            FailureClass::Fatal => Action::Abort,
        };
        self.actions.get(&class).copied().unwrap_or(usual)
    }
}

/// Three attempts, up to 100 pauses of at most 15 minutes each; wrong, late and transient results
/// are retried, rate limits waited out, and a fatal failure stops the run.
impl Default for Policy {
    fn default() -> Self {
        Self {
            max_attempts: NonZeroU32::new(3).expect("three is not zero"),
            backoff: Backoff::default(),
            max_pauses: 100,
            longest_wait: Duration::from_secs(15 * 60),
            actions: BTreeMap::new(),
        }
    }
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
