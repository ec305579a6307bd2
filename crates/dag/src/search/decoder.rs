use std::ops::Range;

use super::claim_times::ClaimTimes;
use super::instance::{Direction, Instance};
use super::profile::Profile;

/// Makes schedules of orders: the serial schedule generation scheme (Kolisch, EJOR 90, 1996), which
/// gives each node in turn the earliest start at which all it needs is free.
#[derive(Debug)]
pub(crate) struct Decoder<'a, P> {
    instance: &'a Instance,
    profile: P,
    claims: Option<ClaimTimes>,
    /// The number of nodes that were placed, over all schedules.
    pub(crate) placed: u64,
}

impl<'a, P: Profile> Decoder<'a, P> {
    pub(crate) fn new(instance: &'a Instance) -> Self {
        Self {
            instance,
            profile: P::new(instance),
            claims: instance.claims.as_ref().map(ClaimTimes::new),
            placed: 0,
        }
    }

    /// Starts the nodes of an order that puts each after those it waits for; gives the length of the
    /// schedule. `None` as soon as it is clear that it is longer than `limit`.
    pub(crate) fn decode(
        &mut self,
        direction: &Direction,
        order: &[u32],
        limit: u64,
        starts: &mut [u64],
    ) -> Option<u64> {
        self.decode_on(direction, order, 0..0, limit, starts)
    }

    /// The same, where all nodes before a window of the order start as `starts` says. Only the others
    /// are placed, and count. `None` also if everything in the window starts as it did: then so would
    /// whatever follows, if that is what it did before.
    pub(crate) fn decode_on(
        &mut self,
        direction: &Direction,
        order: &[u32],
        window: Range<usize>,
        limit: u64,
        starts: &mut [u64],
    ) -> Option<u64> {
        self.profile.clear();
        if let Some(claims) = &mut self.claims {
            claims.clear();
        }
        let mut length = 0;
        let instance = self.instance;
        let end =
            |node: usize, start: u64| start + instance.durations[node] + direction.after[node];
        let (kept, others) = order.split_at(window.start);
        for node in kept.iter().map(|&node| node as usize) {
            self.take(node, starts[node]);
            length = length.max(end(node, starts[node]));
        }
        let mut is_same = true;
        for (node, number) in others.iter().map(|&node| node as usize).zip(1..) {
            let start = self.place(direction, node, starts);
            is_same &= start == starts[node];
            starts[node] = start;
            length = length.max(end(node, start));
            let is_too_long = start.saturating_add(direction.rest[node]) > limit;
            if is_too_long || (is_same && window.start + number == window.end) {
                self.placed += number as u64;
                return None;
            }
        }
        self.placed += others.len() as u64;
        Some(length)
    }

    /// Takes what a node needs, all of which is free.
    fn take(&mut self, node: usize, start: u64) {
        let duration = self.instance.durations[node];
        if duration == 0 {
            return;
        }
        if let Some(claims) = &mut self.claims {
            claims.take(self.instance.nodes[node], start, duration);
        }
        self.profile.take(node, start);
    }

    fn place(&mut self, direction: &Direction, node: usize, starts: &[u64]) -> u64 {
        let durations = &self.instance.durations;
        let duration = durations[node];
        let mut start = direction.earliest[node];
        for wait in direction.before(node) {
            let before = wait.node as usize;
            start = start.max(starts[before] + durations[before] + wait.lag);
        }
        if duration == 0 {
            // It needs everything for an instant only, in which nobody else is in its way.
            return start;
        }
        start = self.profile.first_fit(node, start);
        if let Some(claims) = &self.claims {
            let id = self.instance.nodes[node];
            loop {
                let free = claims.first_fit(id, start, duration);
                if free == start {
                    break;
                }
                start = self.profile.first_fit(node, free);
            }
        }
        self.take(node, start);
        start
    }
}
