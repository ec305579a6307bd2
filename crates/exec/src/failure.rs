use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a worker's error tells the [`Policy`](crate::Policy) and the people who read the events.
///
/// # Contract
///
/// `Display` is the reason in one line: it is carried by events, kept in the journal, and handed
/// to the next attempt as [`Context::previous_failure`](crate::Context::previous_failure). It must
/// hold no secret. Each method is called once per failed attempt, directly after it.
pub trait Failure: fmt::Display {
    /// Which kind of failure it is; by this the policy decides.
    fn class(&self) -> FailureClass;

    /// A finer kind of failure than its class, by which rules and thresholds of a policy may tell it
    /// from others: `tests`, say. Nothing unless implemented.
    fn label(&self) -> &str {
        ""
    }

    /// How long the other side asked to wait before another try.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// Whatever a report should be able to show about the failure: kept in the journal beside the
    /// reason and given back by [`read_journal`](crate::read_journal). `Null` keeps nothing.
    fn detail(&self) -> Value {
        Value::Null
    }
}

/// The kinds of failure that a [`Policy`](crate::Policy) tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureClass {
    /// The surroundings failed for a moment: a connection, an overloaded server.
    Transient,
    /// Too much was asked in too short a time. A reason to wait, not to give up.
    RateLimited,
    /// There was a result and it was wrong. The next attempt is told what was wrong.
    Invalid,
    /// The attempt took too long.
    Timeout,
    /// The attempt gave no sign of progress for too long.
    Stalled,
    /// The same attempt would fail the same way again.
    Permanent,
    /// Every other task would fail for the same reason: a refused key, a used-up quota, a full
    /// disk.
    Fatal,
    /// What the run may spend is spent. Nothing is wrong with the task: another session that may
    /// spend more can do it.
    OutOfBudget,
    /// The worker panicked.
    Panic,
}

impl FailureClass {
    /// Whether the steps that a task recorded before it failed so are still worth having when the
    /// task is tried anew by a resumed run. Wrong results are not: replayed, they would be wrong
    /// again.
    #[must_use]
    pub const fn keeps_steps(self) -> bool {
        matches!(
            self,
            Self::Transient | Self::RateLimited | Self::Fatal | Self::OutOfBudget | Self::Panic
        )
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transient => "transient",
            Self::RateLimited => "rate limited",
            Self::Invalid => "invalid",
            Self::Timeout => "timeout",
            Self::Stalled => "stalled",
            Self::Permanent => "permanent",
            Self::Fatal => "fatal",
            Self::OutOfBudget => "out of budget",
            Self::Panic => "panic",
        })
    }
}

/// Why an attempt failed: the worker's own error, or what stopped the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failed<E> {
    /// The worker returned an error.
    Error(E),
    /// The worker panicked with this message.
    Panicked(String),
    /// The worker was dropped because it had not ended within this time.
    TimedOut(Duration),
    /// The worker was dropped because it had given no sign for this time.
    Stalled(Duration),
    /// The task had not ended within this time, with all its attempts and waits.
    Overdue(Duration),
    /// An attempt of an earlier session failed so, and somebody has now decided that this is the end.
    Earlier(Box<AttemptFailure>),
}

/// A failed attempt, as it is told and written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFailure {
    /// From 1.
    pub attempt: u32,
    /// The kind of failure.
    pub class: FailureClass,
    /// The finer kind ([`Failure::label`]); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The failure in one line.
    pub reason: String,
}

/// A kind of failure: a class, and the finer kind, which may be empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FailureKind {
    /// The class.
    pub class: FailureClass,
    /// The finer kind ([`Failure::label`]).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl<E> Failed<E> {
    /// The worker's own error, if there is one.
    #[must_use]
    pub fn error(&self) -> Option<&E> {
        match self {
            Self::Error(error) => Some(error),
            _ => None,
        }
    }
}

impl<E: fmt::Display> fmt::Display for Failed<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Panicked(message) => write!(f, "the worker panicked: {message}"),
            Self::TimedOut(limit) => write!(f, "no result within {limit:?}"),
            Self::Stalled(limit) => write!(f, "no progress within {limit:?}"),
            Self::Overdue(limit) => write!(f, "the task has not ended within {limit:?}"),
            Self::Earlier(failure) => f.write_str(&failure.reason),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Failed<E> {}

impl<E: Failure> Failure for Failed<E> {
    fn class(&self) -> FailureClass {
        match self {
            Self::Error(error) => error.class(),
            Self::Panicked(_) => FailureClass::Panic,
            Self::TimedOut(_) | Self::Overdue(_) => FailureClass::Timeout,
            Self::Stalled(_) => FailureClass::Stalled,
            Self::Earlier(failure) => failure.class,
        }
    }

    fn label(&self) -> &str {
        match self {
            Self::Earlier(failure) => &failure.label,
            other => other.error().map_or("", Failure::label),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.error().and_then(Failure::retry_after)
    }

    fn detail(&self) -> Value {
        self.error().map_or(Value::Null, Failure::detail)
    }
}

/// For workers that cannot fail.
impl Failure for std::convert::Infallible {
    fn class(&self) -> FailureClass {
        match *self {}
    }
}
