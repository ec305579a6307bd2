use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::FailureKind;

/// What to do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Another attempt after a backoff, while there are attempts left.
    Retry,
    /// The same attempt again after a wait. The task keeps its slot, so that fewer tasks run
    /// while the other side is asking for less.
    Pause,
    /// The same attempt again at once, to see whether it fails again without any change. Costs no
    /// attempt, and what the attempt has kept by [`Context::memo`](crate::Context::memo) is not paid
    /// again. A task that passes so is flaky, and its end says so.
    Rerun,
    /// Smaller tasks take its place ([`Request::Split`](crate::Request::Split)). Where it cannot be
    /// split, the next measure is taken; an [`Executor`](crate::Executor) splits nothing by itself.
    Split,
    /// A person is asked, and the task waits for the answer; the rest of the run goes on.
    Ask,
    /// The task has failed and is a person's from now on; nothing waits for them.
    Escalate,
    /// The task is left out, and so is what depends on it. It counts as skipped, not as failed.
    Skip,
    /// The task has failed.
    Fail,
    /// The task has failed, and no other task starts; those that run may end.
    Abort,
    /// No other task starts; those that run may end. The task has not failed: it ends as cancelled, and
    /// a resumed run takes it up at this attempt.
    Stop,
}

/// One step of a [`Rule`](crate::Rule): an action, and what goes before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What to do.
    pub action: Action,
    /// Whether what the attempt did is undone first ([`Worker::roll_back`](crate::Worker::roll_back)).
    #[serde(default, skip_serializing_if = "is_false")]
    pub roll_back: bool,
    /// What the task uses from now on in place of what it used before: a name that only the worker
    /// knows ([`Context::provider`](crate::Context::provider)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<String>,
    /// What the next attempt is told: words that only the worker knows
    /// ([`Context::directive`](crate::Context::directive)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directive: Option<String>,
    /// For how many failures in a row this is the measure.
    #[serde(default = "once")]
    pub times: NonZeroU32,
}

impl Measure {
    /// The action, and nothing before it.
    #[must_use]
    pub fn new(action: Action) -> Self {
        Self {
            action,
            roll_back: false,
            switch: None,
            directive: None,
            times: once(),
        }
    }

    /// What the attempt did is undone first.
    #[must_use]
    pub fn roll_back(self) -> Self {
        Self {
            roll_back: true,
            ..self
        }
    }

    /// The task uses something else from now on.
    #[must_use]
    pub fn switch(self, provider: impl Into<String>) -> Self {
        Self {
            switch: Some(provider.into()),
            ..self
        }
    }

    /// The next attempt is told this.
    #[must_use]
    pub fn directive(self, directive: impl Into<String>) -> Self {
        Self {
            directive: Some(directive.into()),
            ..self
        }
    }

    /// It is taken so many times before the next one is.
    #[must_use]
    pub fn times(self, times: NonZeroU32) -> Self {
        Self { times, ..self }
    }
}

/// What a policy made of a failure, a threshold or an answer, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What is done.
    pub action: Action,
    /// Whether the attempt is undone first.
    #[serde(default, skip_serializing_if = "is_false")]
    pub roll_back: bool,
    /// What the task uses from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<String>,
    /// What the next attempt is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directive: Option<String>,
    /// How long it waits before it goes on.
    #[serde(default, skip_serializing_if = "Duration::is_zero")]
    pub wait: Duration,
    /// Which rule of the policy it follows, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// The kind of failure that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureKind>,
    /// Why, as a sentence without a full stop.
    pub reason: String,
}

impl Decision {
    /// A decision that only says what is done, and why.
    #[must_use]
    pub fn new(action: Action, reason: impl Into<String>) -> Self {
        Self {
            action,
            roll_back: false,
            switch: None,
            directive: None,
            wait: Duration::ZERO,
            rule: None,
            failure: None,
            reason: reason.into(),
        }
    }
}

fn once() -> NonZeroU32 {
    NonZeroU32::MIN
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_false(value: &bool) -> bool {
    !*value
}
