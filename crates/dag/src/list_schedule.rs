use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;

use crate::topology::Edges;
use crate::{Entry, Frontier, HeldClaims, NodeId, Workload};

/// Plays a run in which the ready node of the largest rank always starts first. The workload has
/// been checked; its own ranks are not looked at.
pub(crate) fn list_schedule(
    edges: Edges<'_>,
    workload: &Workload<'_>,
    ranks: &[u64],
) -> Vec<Entry> {
    let mut run = ListRun {
        frontier: Frontier::over(edges, ranks),
        held: HeldClaims::new(workload.claims),
        running: BinaryHeap::new(),
        slots: Slots::new(workload.slots),
        entries: vec![UNPLACED; ranks.len()],
        now: 0,
    };
    while !run.frontier.is_done() {
        run.start_what_fits(workload.durations);
        run.finish_next();
    }
    run.entries
}

/// The latest finish.
pub(crate) fn makespan(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.finish).max().unwrap_or(0)
}

const UNPLACED: Entry = Entry {
    node: NodeId(0),
    start: 0,
    finish: 0,
    slot: 0,
};

/// One simulated run.
struct ListRun {
    frontier: Frontier,
    held: HeldClaims,
    /// By finish; of nodes that finish together, the one added first.
    running: BinaryHeap<Reverse<(u64, NodeId)>>,
    slots: Slots,
    entries: Vec<Entry>,
    now: u64,
}

impl ListRun {
    fn start_what_fits(&mut self, durations: &[u64]) {
        while self.slots.any_free() {
            let Some(node) = self.frontier.pop() else {
                return;
            };
            if !self.held.acquire_or_park(node) {
                continue;
            }
            let finish = self.now + durations[node.index()];
            self.running.push(Reverse((finish, node)));
            self.entries[node.index()] = Entry {
                node,
                start: self.now,
                finish,
                slot: self.slots.take(),
            };
        }
    }

    /// Goes on to the next finish, and ends all nodes that finish then.
    fn finish_next(&mut self) {
        let Reverse((next, _)) = self
            .running
            .peek()
            .expect("an unfinished run has running nodes");
        self.now = *next;
        while let Some(&Reverse((finish, node))) = self.running.peek() {
            if finish > self.now {
                return;
            }
            self.running.pop();
            self.frontier.succeed(node);
            self.slots.free(self.entries[node.index()].slot);
            for woken in self.held.release(node) {
                self.frontier.push_back(woken);
            }
        }
    }
}

/// Gives out the lowest free slot; never more memory than slots in use at once.
struct Slots {
    limit: usize,
    used: usize,
    freed: BinaryHeap<Reverse<usize>>,
}

impl Slots {
    fn new(limit: NonZeroUsize) -> Self {
        Self {
            limit: limit.get(),
            used: 0,
            freed: BinaryHeap::new(),
        }
    }

    fn any_free(&self) -> bool {
        !self.freed.is_empty() || self.used < self.limit
    }

    fn take(&mut self) -> usize {
        if let Some(Reverse(slot)) = self.freed.pop() {
            return slot;
        }
        self.used += 1;
        self.used - 1
    }

    fn free(&mut self, slot: usize) {
        self.freed.push(Reverse(slot));
    }
}
