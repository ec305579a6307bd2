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
        self.profile.clear();
        if let Some(claims) = &mut self.claims {
            claims.clear();
        }
        let mut length = 0;
        for (placed, &node) in order.iter().enumerate() {
            let node = node as usize;
            let start = self.place(direction, node, starts);
            starts[node] = start;
            length = length.max(start + self.instance.durations[node] + direction.after[node]);
            if start + direction.to_end[node] > limit {
                self.placed += placed as u64 + 1;
                return None;
            }
        }
        self.placed += order.len() as u64;
        Some(length)
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
        if let Some(claims) = &mut self.claims {
            let id = self.instance.nodes[node];
            loop {
                let free = claims.first_fit(id, start, duration);
                if free == start {
                    break;
                }
                start = self.profile.first_fit(node, free);
            }
            claims.take(id, start, duration);
        }
        self.profile.take(node, start);
        start
    }
}
