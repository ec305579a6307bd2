use super::ready_queue::ReadyQueue;
use super::turns::Turns;
use crate::min_set::MinSet;

/// Ready nodes by their turn.
#[derive(Clone, Debug)]
pub(super) enum Ready {
    /// Turns are few and close together: those of nodes in their own order.
    AsAdded(MinSet),
    ByRank(ReadyQueue),
}

impl Ready {
    pub(super) fn new(turns: &Turns, nodes: usize) -> Self {
        if turns.are_as_added() {
            Self::AsAdded(MinSet::new(nodes))
        } else {
            Self::ByRank(ReadyQueue::new(turns.node_bits()))
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::AsAdded(set) => set.len(),
            Self::ByRank(queue) => queue.len(),
        }
    }

    pub(super) fn first(&self) -> Option<u64> {
        match self {
            Self::AsAdded(set) => set.first().map(|turn| turn as u64),
            Self::ByRank(queue) => queue.first(),
        }
    }

    pub(super) fn pop_first(&mut self) -> Option<u64> {
        match self {
            Self::AsAdded(set) => set.pop_first().map(|turn| turn as u64),
            Self::ByRank(queue) => queue.pop_first(),
        }
    }

    pub(super) fn insert(&mut self, turn: u64) {
        match self {
            Self::AsAdded(set) => set.insert(turn as usize),
            Self::ByRank(queue) => queue.insert(turn),
        }
    }

    /// Takes out a turn that is there.
    pub(super) fn remove(&mut self, turn: u64) {
        match self {
            Self::AsAdded(set) => set.remove(turn as usize),
            Self::ByRank(queue) => queue.remove(turn),
        }
    }
}
