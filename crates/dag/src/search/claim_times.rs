use crate::claims::Place;
use crate::{Claims, NodeId};

/// When claimed places are taken, while nodes are placed one after another.
#[derive(Debug)]
pub(crate) struct ClaimTimes {
    claims: Claims,
    /// For each place when it is held, in order.
    held: Vec<Vec<(u64, u64)>>,
    /// For each place when something below it is held; these may overlap.
    held_below: Vec<Vec<(u64, u64)>>,
}

impl ClaimTimes {
    pub(crate) fn new(claims: &Claims) -> Self {
        Self {
            claims: claims.clone(),
            held: vec![Vec::new(); claims.place_count()],
            held_below: vec![Vec::new(); claims.place_count()],
        }
    }

    pub(crate) fn clear(&mut self) {
        for times in self.held.iter_mut().chain(&mut self.held_below) {
            times.clear();
        }
    }

    /// The first time from `from` on at which no claim of the node is in anybody's way for so long,
    /// as far as those go that hold one at that time.
    pub(crate) fn first_fit(&self, node: NodeId, from: u64, duration: u64) -> u64 {
        let mut start = from;
        loop {
            let past = |times: &Vec<(u64, u64)>| past(times, start, duration);
            let keys = self.claims.places(node).iter();
            let below = keys
                .clone()
                .map(|&key| past(&self.held_below[key as usize]));
            let above = keys.flat_map(|&key| self.claims.upwards(key));
            let above = above.map(|place: Place| past(&self.held[place as usize]));
            let next = below.chain(above).max().unwrap_or(start);
            if next == start {
                return start;
            }
            start = next;
        }
    }

    pub(crate) fn take(&mut self, node: NodeId, start: u64, duration: u64) {
        if duration == 0 {
            return;
        }
        let Self {
            claims,
            held,
            held_below,
        } = self;
        let time = (start, start + duration);
        for &key in claims.places(node) {
            insert(&mut held[key as usize], time);
            for above in claims.above(key) {
                insert(&mut held_below[above as usize], time);
            }
        }
    }
}

/// The first time from `start` on that is not in the way of the next of these to come.
fn past(times: &[(u64, u64)], start: u64, duration: u64) -> u64 {
    // What holds a place below may overlap another such, so the ends are in no order.
    let in_the_way = times
        .iter()
        .take_while(|(begin, _)| *begin < start + duration)
        .filter(|(_, end)| *end > start);
    in_the_way.map(|(_, end)| *end).max().unwrap_or(start)
}

fn insert(times: &mut Vec<(u64, u64)>, time: (u64, u64)) {
    let place = times.partition_point(|other| *other < time);
    times.insert(place, time);
}
