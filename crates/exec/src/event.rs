use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_dag::NodeId;

use crate::FailureClass;

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
/// Stale? ( attempt* last | Succeeded{replayed: true} | Skipped | Cancelled )
///
/// attempt = Started ( Progress | Paused )* Failed{will_retry: true}
/// last    = Started ( Progress | Paused )* ( Succeeded | Failed{will_retry: false} | Cancelled )
/// ```
///
/// where a run that is stopped between two attempts of a task ends it by `Cancelled` in place of
/// `last`. So each task has exactly one final event, unless the future of the run is dropped or
/// ends with an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Since the run (or its resumption) began, in whole microseconds; never falls from one
    /// event to the next.
    #[serde(rename = "elapsed_us", with = "micros")]
    pub elapsed: Duration,
    /// The task.
    pub node: NodeId,
    /// What happened to it.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened to a task. See [`Event`] for the order.
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
    /// An attempt failed; final unless `will_retry`.
    Failed {
        /// From 1.
        attempt: u32,
        /// The kind of failure.
        class: FailureClass,
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
    },
    /// The task never starts, because a task that it depends on failed. Final.
    Skipped {
        /// The task that failed.
        because: NodeId,
    },
    /// The run was stopped before the task ended. Final.
    Cancelled,
}

impl EventKind {
    /// Whether nothing follows for the task.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Succeeded { .. } | Self::Skipped { .. } | Self::Cancelled => true,
            Self::Failed { will_retry, .. } => !*will_retry,
            Self::Stale { .. }
            | Self::Started { .. }
            | Self::Progress { .. }
            | Self::Paused { .. } => false,
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
