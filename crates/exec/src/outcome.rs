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
        /// Why the last attempt failed.
        error: Failed<E>,
        /// The number of that attempt.
        attempts: u32,
    },
    /// It was not started.
    Skipped {
        /// The task that failed.
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
