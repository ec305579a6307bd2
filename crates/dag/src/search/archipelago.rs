use super::Search;
use super::entries::order_of;
use super::instance::Instance;
use super::island::{Emigrant, Island, Limits};
use super::profile::Profile;
use crate::Schedule;

/// Islands that search side by side, and now and then send their best to the next.
pub(crate) struct Archipelago<'a, P> {
    islands: Vec<Island<'a, P>>,
    limits: Limits<'a>,
    /// Members of each population.
    size: usize,
    /// The order of the schedule to begin with, for the way back.
    given: Vec<u32>,
}

/// How often the best go to the next island.
const EXCHANGES: u64 = 16;

impl<'a, P: Profile + Send> Archipelago<'a, P> {
    pub(crate) fn new(instance: &'a Instance, search: &Search<'a>, given: &Schedule) -> Self {
        let threads = (search.threads.get() as u64).min(search.schedules);
        let nodes = instance.len() as u64;
        let schedules = search.schedules.div_ceil(threads);
        Self {
            islands: (0..threads)
                .map(|number| Island::new(instance, search.seed, number))
                .collect(),
            limits: Limits {
                placements: schedules.saturating_mul(nodes),
                bound: given.lower_bound.div_ceil(instance.unit),
                stop: search.stop,
            },
            size: population(schedules, nodes),
            given: order_of(instance, given),
        }
    }

    /// When each node starts in the shortest schedule found, and its length.
    pub(crate) fn search(mut self) -> Option<(Vec<u64>, u64)> {
        let (limits, size) = (self.limits, self.size);
        let mut given = Some(std::mem::take(&mut self.given));
        for island in &mut self.islands {
            // Only the first gets it: the others are to be different.
            island.settle(size, given.take(), limits);
        }
        let part = limits.placements.div_ceil(EXCHANGES);
        for _ in 0..EXCHANGES {
            self.breed(part);
            self.exchange();
        }
        let found = self.islands.iter().filter_map(Island::best);
        found.min_by_key(|(_, length)| *length)
    }

    fn breed(&mut self, placements: u64) {
        let limits = self.limits;
        if let [island] = &mut self.islands[..] {
            return island.breed(placements, limits);
        }
        std::thread::scope(|scope| {
            for island in &mut self.islands {
                scope.spawn(move || island.breed(placements, limits));
            }
        });
    }

    /// Sends the best of each island to the next one.
    fn exchange(&mut self) {
        if self.islands.len() == 1 {
            return;
        }
        let mut emigrants: Vec<Option<Emigrant>> =
            self.islands.iter().map(Island::emigrant).collect();
        emigrants.rotate_right(1);
        for (island, emigrant) in self.islands.iter_mut().zip(emigrants) {
            if let Some(emigrant) = emigrant {
                island.immigrate(&emigrant);
            }
        }
    }
}

/// The members of a population that makes so many schedules: the more of them, the longer a larger
/// one goes on finding shorter ones, and the more nodes, the longer it takes to converge.
///
/// Found by trying on PSPLIB, where 49 do well for 120 nodes and 5,000 schedules.
fn population(schedules: u64, nodes: u64) -> usize {
    const LEAST: u64 = 8;
    const MOST: u64 = 400;
    let members = (schedules.saturating_mul(59) / nodes.max(1)).isqrt();
    members.clamp(LEAST, MOST) as usize
}
