use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecrew_dag::{Claims, Resources};

use crate::{Phases, Policy};

/// The bounds of a run.
///
/// What is not set is not looked at, and costs nothing.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many tasks run at once.
    pub concurrency: NonZeroUsize,
    /// One rank per node, indexed by [`NodeId`](wavecrew_dag::NodeId): among tasks that may start
    /// the largest goes first, then the one added first. `None` is the order in which nodes were
    /// added.
    pub ranks: Option<Vec<u64>>,
    /// What tasks need for themselves alone, from the start of the first attempt to the end.
    /// `None` is nothing.
    pub claims: Option<Claims>,
    /// What tasks need a share of, from the start of an attempt to its end; a pause counts, the
    /// wait for another attempt does not. A task that needs more than there is is left out. `None`
    /// is nothing.
    pub resources: Option<Resources>,
    /// How many attempts may start in how much time.
    pub pace: Option<Pace>,
    /// How long an attempt may take; a pause ends it, and going on begins it anew. One that takes
    /// longer is dropped and has failed ([`FailureClass::Timeout`](crate::FailureClass::Timeout)).
    pub attempt_deadline: Option<Duration>,
    /// How long a task may take from its first start in this session: attempts, waits and pauses
    /// together. One that takes longer is dropped and has failed for good.
    pub task_deadline: Option<Duration>,
    /// How long an attempt may go without a sign ([`Context::progress`](crate::Context::progress)).
    /// One that is silent for longer is dropped and has failed
    /// ([`FailureClass::Stalled`](crate::FailureClass::Stalled)).
    pub stall_after: Option<Duration>,
    /// What must have ended before what may start: barriers, a canary, a rollout in stages.
    pub phases: Option<Phases>,
    /// What to do about failures.
    pub policy: Policy,
    /// Whether tasks start although a task that they depend on failed.
    pub despite_failures: bool,
}

/// At most so many starts within any time of a stated length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// How many.
    pub starts: NonZeroU32,
    /// Within how long.
    pub per: Duration,
}

/// As many tasks at once as the machine has cores, in plan order, without any other bound.
impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrency: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            ranks: None,
            claims: None,
            resources: None,
            pace: None,
            attempt_deadline: None,
            task_deadline: None,
            stall_after: None,
            phases: None,
            policy: Policy::default(),
            despite_failures: false,
        }
    }
}
