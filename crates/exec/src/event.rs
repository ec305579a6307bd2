use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_dag::NodeId;

use crate::{Answer, Decision, FailureClass};

/// One line of the story of a run.
///
/// Events come in one order, are small, and carry reasons and labels but never outputs. With a
/// journal, an event is told only after what it says is on disk.
///
/// # Grammar
///
/// The events of one task are
///
/// ```text
/// task    = Stale? ( attempt* last | Succeeded{replayed: true} | Decided? Skipped | Decided? Cancelled )
///           RolledBack?
///
/// attempt = Started during* Decided RolledBack? ( Failed{will_retry: true} | Asked Answered )
/// last    = Started during* ( Succeeded
///                           | Decided RolledBack? ( Failed{will_retry: false} | Split | Skipped )
///                           | Decided RolledBack? Asked Answered? ( Failed{will_retry: false} | Skipped )
///                           | Decided? Cancelled )
/// during  = Progress | Paused | Decided RolledBack? ( Paused | Rerun )
/// ```
///
/// where a run that is stopped at any other point of a task ends it by `Cancelled`, a task that
/// outlasts its own deadline while it waits ends by `Decided Failed{will_retry: false}`, and a task that
/// is to be split and cannot be has another `Decided` for the next measure. So each task has exactly one
/// final event, unless the future of the run is dropped or ends with an error. A `RolledBack` after it
/// undoes a task that had succeeded, because its stage of a rollout failed.
///
/// The events without a task are `Opened` and `Checked` for each [`Phase`](crate::Phase) in order,
/// `Suspended` and `Continued` by turns, `Decided` for each threshold that is passed, and one `Target`
/// for each target after everything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Since the run (or its resumption) began, in whole microseconds; never falls from one
    /// event to the next.
    #[serde(rename = "elapsed_us", with = "micros")]
    pub elapsed: Duration,
    /// The task; `None` for what is about the run as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// What happened to it.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened to a task, or to the run. See [`Event`] for the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// What an earlier session recorded of the task no longer counts, so it runs again.
    Stale {
        /// What has changed.
        reason: String,
    },
    /// An attempt starts.
    Started {
        /// From 1.
        attempt: u32,
    },
    /// The worker had something to say.
    Progress {
        /// In the worker's words.
        message: String,
    },
    /// The attempt waits and is then tried again; the wait costs no attempt.
    Paused {
        /// For how long.
        #[serde(rename = "wait_us", with = "micros")]
        wait: Duration,
        /// What the wait is for.
        reason: String,
    },
    /// Something was decided: about the failure of an attempt, or about a bound of the run.
    Decided {
        /// What, and why.
        decision: Box<Decision>,
    },
    /// The attempt failed and is run again unchanged, since it may be flaky.
    Rerun {
        /// From 1.
        attempt: u32,
        /// From 1 for each attempt.
        rerun: u32,
        /// The kind of failure.
        class: FailureClass,
        /// The failure in one line.
        reason: String,
    },
    /// What the task did was undone, or could not be.
    RolledBack {
        /// Why it could not be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A person has to decide. The task waits, or the whole run.
    Asked {
        /// What is asked.
        question: String,
    },
    /// A person has decided.
    Answered {
        /// What.
        answer: Answer,
    },
    /// An attempt failed; final unless `will_retry`.
    Failed {
        /// From 1.
        attempt: u32,
        /// The kind of failure.
        class: FailureClass,
        /// The finer kind of failure ([`Failure::label`](crate::Failure::label)).
        #[serde(default, skip_serializing_if = "String::is_empty")]
        label: String,
        /// The failure in one line.
        reason: String,
        /// Whether another attempt follows.
        will_retry: bool,
    },
    /// The task is done. Final.
    Succeeded {
        /// What the worker calls the output ([`Worker::label`](crate::Worker::label)).
        label: String,
        /// How many attempts it took.
        attempts: u32,
        /// Whether an earlier session did it, so that nothing ran now.
        replayed: bool,
        /// Whether its last attempt failed first and passed when it was run again unchanged.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        flaky: bool,
    },
    /// Smaller tasks take its place. Final.
    Split {
        /// These.
        parts: Vec<NodeId>,
    },
    /// The task does not run, because a task that it depends on failed, was left out or was
    /// cancelled; or it was itself left out. Final.
    Skipped {
        /// That task, or the task itself.
        because: NodeId,
    },
    /// The task or the run was stopped before the task ended. Final.
    Cancelled,
    /// Tasks of the phase may start.
    Opened {
        /// The name of the phase.
        phase: String,
        /// How many tasks it has.
        tasks: usize,
    },
    /// All tasks of the phase have ended, or too many of them failed.
    Checked {
        /// The name of the phase.
        phase: String,
        /// Whether the next one may start.
        passed: bool,
        /// Why, as a sentence without a full stop.
        reason: String,
    },
    /// Nothing starts until the run continues.
    Suspended,
    /// Tasks start again.
    Continued,
    /// What the run was meant to reach, at its end.
    Target {
        /// Whether it did.
        met: bool,
        /// What was reached, as a sentence without a full stop.
        reason: String,
    },
}

impl EventKind {
    /// Whether it is the one event by which a task ends.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Succeeded { .. }
            | Self::Split { .. }
            | Self::Skipped { .. }
            | Self::Cancelled => true,
            Self::Failed { will_retry, .. } => !*will_retry,
            _ => false,
        }
    }
}

mod micros {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(value.as_micros()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_micros)
    }
}
