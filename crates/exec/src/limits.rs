use std::num::NonZeroUsize;

use wavecrew_dag::Claims;

use crate::Policy;

/// The bounds of a run.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many tasks run at once.
    pub concurrency: NonZeroUsize,
    /// One rank per node, indexed by [`NodeId`](wavecrew_dag::NodeId): among tasks that may start
    /// the largest goes first, then the one added first. `None` is the order in which nodes were
    /// added.
    pub ranks: Option<Vec<u64>>,
    /// What tasks need for themselves alone. `None` is nothing.
    pub claims: Option<Claims>,
    /// What to do about failures.
    pub policy: Policy,
    /// Whether tasks start although a task that they depend on failed.
    pub despite_failures: bool,
}

/// As many tasks at once as the machine has cores, in plan order, without claims.
impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrency: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            ranks: None,
            claims: None,
            policy: Policy::default(),
            despite_failures: false,
        }
    }
}
