use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::claim_lines::ClaimLines;
use crate::held_resources::HeldResources;
use crate::sense::Sense;
use crate::topology::Edges;
use crate::{Entry, Frontier, NodeId, Workload};

/// Plays a run in which the ready node of the largest rank always starts first. The workload has
/// been checked; its own ranks are not looked at.
pub(crate) fn list_schedule(
    edges: Edges<'_>,
    workload: &Workload<'_>,
    ranks: &[u64],
    sense: Sense,
) -> Vec<Entry> {
    let frontier = Frontier::over(edges, Arc::new(ranks.to_vec()));
    let run = ListRun::new(edges, workload, ranks, sense, frontier, &[]);
    run.play().entries
}

/// The same forwards, where some nodes fail at their end, so that whatever depends on them never
/// starts. `frontier` is at the start of a run with these ranks, and comes back as the run left it.
pub(crate) fn list_schedule_with_failures(
    edges: Edges<'_>,
    workload: &Workload<'_>,
    ranks: &[u64],
    frontier: Frontier,
    fails: &[bool],
) -> (Vec<Entry>, Frontier) {
    let run = ListRun::new(edges, workload, ranks, Sense::Forwards, frontier, fails).play();
    (run.entries, run.frontier)
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
struct ListRun<'a> {
    workload: &'a Workload<'a>,
    edges: Edges<'a>,
    sense: Sense,
    frontier: Frontier,
    /// Whether each node fails; empty if none does.
    fails: &'a [bool],
    claims: Option<ClaimLines<'a>>,
    resources: Option<HeldResources<'a>>,
    /// By finish; of nodes that finish together, the one added first.
    running: BinaryHeap<Reverse<(u64, NodeId)>>,
    waits: Option<Waits>,
    slots: Slots,
    entries: Vec<Entry>,
    now: u64,
}

impl<'a> ListRun<'a> {
    fn new(
        edges: Edges<'a>,
        workload: &'a Workload<'a>,
        ranks: &'a [u64],
        sense: Sense,
        frontier: Frontier,
        fails: &'a [bool],
    ) -> Self {
        let releases = workload
            .releases
            .filter(|_| sense == Sense::Forwards)
            .map(<[u64]>::to_vec);
        let has_waits = releases.is_some() || workload.lags.is_some();
        let earliest = releases.unwrap_or_else(|| vec![0; if has_waits { ranks.len() } else { 0 }]);
        Self {
            workload,
            edges,
            sense,
            frontier,
            fails,
            claims: workload.claims.map(|claims| ClaimLines::new(claims, ranks)),
            resources: workload
                .resources
                .map(|resources| HeldResources::new(resources, ranks)),
            running: BinaryHeap::new(),
            waits: has_waits.then(|| Waits {
                earliest,
                later: BinaryHeap::new(),
            }),
            slots: Slots::new(workload.slots),
            entries: vec![UNPLACED; ranks.len()],
            now: 0,
        }
    }

    fn play(mut self) -> Self {
        while !self.frontier.is_done() {
            self.start_what_fits();
            self.go_on();
        }
        self
    }

    fn start_what_fits(&mut self) {
        while self.slots.any_free() {
            let Some(node) = self.frontier.pop() else {
                return;
            };
            if self.is_too_early(node) {
                continue;
            }
            if self.takes_what_it_needs(node) {
                self.start(node);
            }
            if let Some(claims) = &mut self.claims {
                claims.settle(node, |next| self.frontier.push_back(next));
            }
            if let Some(resources) = &mut self.resources {
                resources.settle(node, |next| self.frontier.push_back(next));
            }
        }
    }

    fn is_too_early(&mut self, node: NodeId) -> bool {
        let now = self.now;
        self.waits.as_mut().is_some_and(|waits| {
            let earliest = waits.earliest[node.index()];
            if earliest > now {
                waits.later.push(Reverse((earliest, node)));
            }
            earliest > now
        })
    }

    /// Takes resources and claims, or leaves the node waiting for the first that is in its way.
    fn takes_what_it_needs(&mut self, node: NodeId) -> bool {
        let mut resources = self.resources.as_mut();
        let fits = resources
            .as_mut()
            .is_none_or(|resources| resources.fits_or_waits(node));
        if !fits {
            return false;
        }
        let claims = self.claims.as_mut();
        if !claims.is_none_or(|claims| claims.takes_or_waits(node)) {
            return false;
        }
        if let Some(resources) = resources {
            resources.take(node);
        }
        true
    }

    fn start(&mut self, node: NodeId) {
        let finish = self.now + self.workload.durations[node.index()];
        self.running.push(Reverse((finish, node)));
        self.entries[node.index()] = Entry {
            node,
            start: self.now,
            finish,
            slot: self.slots.take(),
        };
    }

    /// Goes on to the next time at which something ends or may start, and ends all nodes that
    /// finish then.
    fn go_on(&mut self) {
        let finish = self.running.peek().map(|Reverse((finish, _))| *finish);
        let later = self.waits.as_ref().and_then(Waits::next);
        self.now = finish
            .into_iter()
            .chain(later)
            .min()
            .expect("an unfinished run has nodes that run, or that wait for the clock");
        while let Some(&Reverse((finish, node))) = self.running.peek() {
            if finish > self.now {
                break;
            }
            self.running.pop();
            self.end(node);
        }
        while let Some(node) = self.waits.as_mut().and_then(|waits| waits.due(self.now)) {
            self.frontier.push_back(node);
        }
    }

    fn end(&mut self, node: NodeId) {
        if let (Some(waits), Some(_)) = (&mut self.waits, self.workload.lags) {
            for &next in self.edges.after.row(node) {
                let lag = match self.sense {
                    Sense::Forwards => self.workload.lag(node, next),
                    Sense::Backwards => self.workload.lag(next, node),
                };
                let earliest = &mut waits.earliest[next.index()];
                *earliest = (*earliest).max(self.now + lag);
            }
        }
        if self.fails.get(node.index()) == Some(&true) {
            self.frontier.fail(node);
        } else {
            self.frontier.succeed(node);
        }
        self.slots.free(self.entries[node.index()].slot);
        if let Some(resources) = &mut self.resources {
            resources.give_back(node, |called| self.frontier.push_back(called));
        }
        if let Some(claims) = &mut self.claims {
            claims.release(node, |called| self.frontier.push_back(called));
        }
    }
}

/// Nodes that wait for the clock.
struct Waits {
    /// The first tick at which each node may start, as far as that is known.
    earliest: Vec<u64>,
    /// Nodes that were ready too early.
    later: BinaryHeap<Reverse<(u64, NodeId)>>,
}

impl Waits {
    fn next(&self) -> Option<u64> {
        self.later.peek().map(|Reverse((earliest, _))| *earliest)
    }

    /// A node that waits for `now` or for a time before it.
    fn due(&mut self, now: u64) -> Option<NodeId> {
        if self.next()? > now {
            return None;
        }
        self.later.pop().map(|Reverse((_, node))| node)
    }
}

/// Gives out the lowest free slot; never more memory than slots in use at once.
pub(crate) struct Slots {
    limit: usize,
    used: usize,
    freed: BinaryHeap<Reverse<usize>>,
}

impl Slots {
    pub(crate) fn new(limit: NonZeroUsize) -> Self {
        Self {
            limit: limit.get(),
            used: 0,
            freed: BinaryHeap::new(),
        }
    }

    fn any_free(&self) -> bool {
        !self.freed.is_empty() || self.used < self.limit
    }

    pub(crate) fn take(&mut self) -> usize {
        if let Some(Reverse(slot)) = self.freed.pop() {
            return slot;
        }
        self.used += 1;
        self.used - 1
    }

    pub(crate) fn free(&mut self, slot: usize) {
        self.freed.push(Reverse(slot));
    }
}
