use std::sync::Arc;

use wavecrew_dag::NodeId;

use crate::Failed;

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome<O, E> {
    /// It delivered.
    Succeeded {
        /// What it delivered.
        output: O,
        /// How many attempts it took.
        attempts: u32,
        /// Whether an earlier session did it.
        replayed: bool,
    },
    /// It failed for good.
    Failed {
        /// Why the last attempt failed; boxed, so that the outcomes of others are small.
        error: Box<Failed<E>>,
        /// The number of that attempt.
        attempts: u32,
    },
    /// It was not started, or left out.
    Skipped {
        /// The task that failed or was left out; the task itself if that is the one.
        because: NodeId,
    },
    /// It delivered, and that was undone because its stage of a rollout failed.
    RolledBack,
    /// Smaller tasks took its place; their outcomes come after those of the graph's own tasks, and
    /// [`TaskIds`](crate::TaskIds) knows their ids.
    Split {
        /// These.
        parts: Arc<Vec<NodeId>>,
    },
    /// It waits for a person, or for a task that does; a later session goes on with it.
    PutAside {
        /// The task that a person is asked about.
        because: NodeId,
    },
    /// The run was stopped before it ended.
    Cancelled,
}

impl<O, E> Outcome<O, E> {
    /// What the task delivered, if it did.
    #[must_use]
    pub fn output(&self) -> Option<&O> {
        match self {
            Self::Succeeded { output, .. } => Some(output),
            _ => None,
        }
    }
}
