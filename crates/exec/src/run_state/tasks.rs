//! Where each task stands, and how often it was tried.
//!
//! Most tasks are done at their first attempt. So where a task stands is one byte, and what there is to know of
//! some tasks only is kept beside.

use std::collections::HashMap;

use wavecrew_dag::NodeId;

use super::Standing;

/// All tasks of a run.
#[derive(Debug)]
pub(super) struct Tasks {
    marks: Vec<Mark>,
    /// Because of which task each was skipped or put aside; nothing until one was.
    because: Vec<NodeId>,
    /// Of those that are not at their first attempt, or were interrupted.
    tries: HashMap<NodeId, Tries>,
}

/// How often a task was tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tries {
    /// The attempt that runs or is to run next, from 1.
    pub(super) attempt: u32,
    /// Pauses of this attempt.
    pub(super) pauses: u32,
    /// Changes whenever an attempt fails or is interrupted, so that alarms of before do not count.
    pub(super) call: u32,
}

impl Default for Tries {
    fn default() -> Self {
        Self {
            attempt: 1,
            pauses: 0,
            call: 0,
        }
    }
}

/// A [`Standing`] without the task that it is because of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Waiting,
    Running,
    Paused,
    Flaky,
    RollingBack,
    BetweenAttempts,
    Asking,
    Splitting,
    Succeeded,
    Failed,
    RolledBack,
    Split,
    PutAside,
    Skipped,
    Cancelled,
}

impl Tasks {
    /// So many tasks that have not started.
    pub(super) fn new(tasks: usize) -> Self {
        Self {
            marks: vec![Mark::Waiting; tasks],
            because: Vec::new(),
            tries: HashMap::new(),
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.marks.len()
    }

    /// One more that has not started.
    pub(super) fn add(&mut self) {
        self.marks.push(Mark::Waiting);
    }

    #[inline]
    pub(super) fn standing(&self, node: NodeId) -> Standing {
        match self.marks[node.index()] {
            Mark::Waiting => Standing::Waiting,
            Mark::Running => Standing::Running,
            Mark::Paused => Standing::Paused,
            Mark::Flaky => Standing::Flaky,
            Mark::RollingBack => Standing::RollingBack,
            Mark::BetweenAttempts => Standing::BetweenAttempts,
            Mark::Asking => Standing::Asking,
            Mark::Splitting => Standing::Splitting,
            Mark::Succeeded => Standing::Succeeded,
            Mark::Failed => Standing::Failed,
            Mark::RolledBack => Standing::RolledBack,
            Mark::Split => Standing::Split,
            Mark::PutAside => Standing::PutAside(self.because[node.index()]),
            Mark::Skipped => Standing::Skipped(self.because[node.index()]),
            Mark::Cancelled => Standing::Cancelled,
        }
    }

    #[inline]
    pub(super) fn is_waiting(&self, node: NodeId) -> bool {
        self.marks[node.index()] == Mark::Waiting
    }

    #[inline]
    pub(super) fn is_running(&self, node: NodeId) -> bool {
        self.marks[node.index()] == Mark::Running
    }

    #[inline]
    pub(super) fn is_final(&self, node: NodeId) -> bool {
        self.standing(node).is_final()
    }

    #[inline]
    pub(super) fn set(&mut self, node: NodeId, standing: Standing) {
        self.marks[node.index()] = match standing {
            Standing::Waiting => Mark::Waiting,
            Standing::Running => Mark::Running,
            Standing::Paused => Mark::Paused,
            Standing::Flaky => Mark::Flaky,
            Standing::RollingBack => Mark::RollingBack,
            Standing::BetweenAttempts => Mark::BetweenAttempts,
            Standing::Asking => Mark::Asking,
            Standing::Splitting => Mark::Splitting,
            Standing::Succeeded => Mark::Succeeded,
            Standing::Failed => Mark::Failed,
            Standing::RolledBack => Mark::RolledBack,
            Standing::Split => Mark::Split,
            Standing::PutAside(because) => {
                self.keep_cause(node, because);
                Mark::PutAside
            }
            Standing::Skipped(because) => {
                self.keep_cause(node, because);
                Mark::Skipped
            }
            Standing::Cancelled => Mark::Cancelled,
        };
    }

    #[cold]
    fn keep_cause(&mut self, node: NodeId, because: NodeId) {
        if self.because.len() < self.marks.len() {
            self.because.resize(self.marks.len(), because);
        }
        self.because[node.index()] = because;
    }

    #[inline]
    pub(super) fn tries(&self, node: NodeId) -> Tries {
        if self.tries.is_empty() {
            return Tries::default();
        }
        self.tries.get(&node).copied().unwrap_or_default()
    }

    pub(super) fn tries_mut(&mut self, node: NodeId) -> &mut Tries {
        self.tries.entry(node).or_default()
    }

    /// An attempt begins that had no pause yet.
    #[inline]
    pub(super) fn begin_attempt(&mut self, node: NodeId) {
        if !self.tries.is_empty()
            && let Some(tries) = self.tries.get_mut(&node)
        {
            tries.pauses = 0;
        }
    }

    /// The task is at an attempt of earlier sessions.
    pub(super) fn go_on_at(&mut self, node: NodeId, attempt: u32) {
        if attempt != self.tries(node).attempt {
            self.tries_mut(node).attempt = attempt;
        }
    }

    /// How many did not have their places taken by others.
    pub(super) fn whole(&self) -> usize {
        let is_whole = |mark: &&Mark| **mark != Mark::Split;
        self.marks.iter().filter(is_whole).count()
    }
}
