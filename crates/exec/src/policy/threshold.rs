use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_dag::Money;

use super::{Action, Matching, time};

/// A bound of the whole run, and what to do when it is passed. It is acted upon once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What must not be passed.
    pub bound: Bound,
    /// [`Action::Abort`] starts nothing more, [`Action::Ask`] suspends the run and asks a person,
    /// anything else only tells.
    pub then: Action,
}

/// A bound of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Bound {
    /// The share of tasks that failed in some way at least once, of all that an attempt has ended
    /// for.
    Share {
        /// In which way.
        of: Matching,
        /// In per cent.
        above: u8,
        /// How many tasks an attempt must have ended for before the share says anything.
        min_sample: u32,
    },
    /// What was spent ([`Context::spend`](crate::Context::spend)).
    Cost {
        /// The most that is fine.
        above: Money,
    },
    /// How long the run has lasted.
    Time {
        /// The longest that is fine.
        #[serde(deserialize_with = "time::read")]
        above: Duration,
    },
}

/// What a run is meant to reach. It changes nothing: at the end it is met or missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Target {
    /// At least so many per cent of the tasks that were tried succeed at their first attempt.
    FirstAttempt {
        /// In per cent.
        at_least: u8,
    },
    /// At least so many per cent of all tasks succeed.
    Succeeded {
        /// In per cent.
        at_least: u8,
    },
    /// No more than this is spent.
    Cost {
        /// The most.
        at_most: Money,
    },
    /// The run lasts no longer than this.
    Time {
        /// The longest.
        #[serde(deserialize_with = "time::read")]
        at_most: Duration,
    },
}

impl Threshold {
    /// Stops the run if the share of tasks that failed so is above so many per cent, once an
    /// attempt has ended for `min_sample` tasks.
    #[must_use]
    pub fn share(of: Matching, above: u8, min_sample: u32) -> Self {
        Self {
            bound: Bound::Share {
                of,
                above,
                min_sample,
            },
            then: Action::Abort,
        }
    }

    /// Stops the run if it has cost more than this.
    #[must_use]
    pub fn cost(above: Money) -> Self {
        Self {
            bound: Bound::Cost { above },
            then: Action::Abort,
        }
    }

    /// Stops the run if it has lasted longer than this.
    #[must_use]
    pub fn time(above: Duration) -> Self {
        Self {
            bound: Bound::Time { above },
            then: Action::Abort,
        }
    }

    /// Sets what to do when it is passed.
    #[must_use]
    pub fn then(self, then: Action) -> Self {
        Self { then, ..self }
    }
}
