mod action;
mod backoff;
mod decide;
mod presets;
mod rule;
mod threshold;
mod time;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

pub use action::{Action, Decision, Measure};
pub use backoff::Backoff;
pub use decide::{FailedAttempt, Uses};
pub use rule::{Matching, Rule};
use serde::{Deserialize, Serialize};
pub use threshold::{Bound, Target, Threshold};

use crate::FailureClass;

/// What to do about failures, as data.
///
/// The first of its [`rules`](Self::rules) that a failure fits says what to do, one measure after the
/// other; a failure that none fits has the action of its class. A policy is evaluated by
/// [`decide`](Self::decide), which is a function of its arguments alone, so it can be tried out
/// without running anything.
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
///
/// As JSON:
///
/// ```
/// use wavecrew_exec::{Action, Policy};
///
/// let policy: Policy = serde_json::from_str(r#"{
///     "max_attempts": 4,
///     "rules": [{
///         "classes": ["timeout"],
///         "measures": [{ "action": "split", "roll_back": true },
///                      { "action": "retry", "switch": "smaller", "times": 2 }],
///         "at_last": "escalate"
///     }],
///     "thresholds": [{
///         "bound": { "share": { "of": { "label": "guide" }, "above": 10, "min_sample": 10 } },
///         "then": "abort"
///     }],
///     "targets": [{ "first_attempt": { "at_least": 95 } }]
/// }"#)?;
/// assert_eq!(policy.rules[0].measure(1).switch.as_deref(), Some("smaller"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// How many attempts a task has. Pauses and re-runs cost none.
    pub max_attempts: NonZeroU32,
    /// What to do when a task that is to be retried has no attempts left.
    pub exhausted: Action,
    /// How long to wait before another attempt, and for a pause without a stated length.
    pub backoff: Backoff,
    /// How many pauses one attempt may take before it counts as failed.
    pub max_pauses: u32,
    /// The longest wait that a failure may ask for; one that asks for more has failed for good.
    #[serde(deserialize_with = "time::read")]
    pub longest_wait: Duration,
    /// What to do by kind of failure; the first that fits counts.
    pub rules: Vec<Rule>,
    /// What to do by class where no rule fits; a class that is not named has the action of the
    /// default policy.
    pub actions: BTreeMap<FailureClass, Action>,
    /// How tasks are split ([`Action::Split`]): a word that only the worker knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_by: Option<String>,
    /// Bounds of the whole run.
    pub thresholds: Vec<Threshold>,
    /// What the run is meant to reach.
    pub targets: Vec<Target>,
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

    /// Sets what to do about failures of one class that no rule fits.
    #[must_use]
    pub fn on(mut self, class: FailureClass, action: Action) -> Self {
        self.actions.insert(class, action);
        self
    }

    /// Adds a rule after those that are there.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Adds a bound of the whole run.
    #[must_use]
    pub fn threshold(mut self, threshold: Threshold) -> Self {
        self.thresholds.push(threshold);
        self
    }

    /// Adds something that the run is meant to reach.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    /// Whatever its rules switch a task to, each once, sorted.
    #[must_use]
    pub fn switches(&self) -> Vec<String> {
        let measures = self.rules.iter().flat_map(|rule| &rule.measures);
        let mut names: Vec<String> = measures.filter_map(|one| one.switch.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What to do about failures of this class that no rule fits.
    #[must_use]
    pub fn action(&self, class: FailureClass) -> Action {
        let usual = match class {
            FailureClass::Transient
            | FailureClass::Invalid
            | FailureClass::Timeout
            | FailureClass::Stalled => Action::Retry,
            FailureClass::RateLimited => Action::Pause,
            FailureClass::Permanent | FailureClass::Panic => Action::Fail,
            FailureClass::Fatal => Action::Abort,
            FailureClass::OutOfBudget => Action::Stop,
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
            exhausted: Action::Fail,
            backoff: Backoff::default(),
            max_pauses: 100,
            longest_wait: Duration::from_secs(15 * 60),
            rules: Vec::new(),
            actions: BTreeMap::new(),
            split_by: None,
            thresholds: Vec::new(),
            targets: Vec::new(),
        }
    }
}
