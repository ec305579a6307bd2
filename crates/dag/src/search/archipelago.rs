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

/// How often the best go to the next island, at least.
const EXCHANGES: u64 = 16;

/// After so many generations they do in any case, however many are still to come.
const GENERATIONS: u64 = 25;

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
                nodes,
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
        let generations = GENERATIONS * size as u64 * limits.nodes;
        let part = limits.placements.div_ceil(EXCHANGES).min(generations);
        while self.goes_on() {
            self.breed(part);
            if self.goes_on() {
                self.exchange();
            }
        }
        let found = self.islands.iter().filter_map(Island::best);
        found.min_by_key(|(_, length)| *length)
    }

    /// Whether something is left to find, and to find it with. Asked between rounds only, so that
    /// equal seeds find the same on every machine.
    fn goes_on(&self) -> bool {
        let mut islands = self.islands.iter();
        !islands.clone().any(|island| island.is_best(self.limits))
            && islands.any(|island| !island.is_over(self.limits))
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
            if let Some(emigrant) = emigrant
                && !island.is_over(self.limits)
            {
                island.immigrate(&emigrant);
            }
        }
    }
}

/// The members of a population that makes so many schedules: the more of them, the longer a larger
/// one goes on finding shorter ones, and the more nodes, the longer it takes to converge.
///
/// Found by trying on PSPLIB, where 49 do well for 120 nodes and 5,000 schedules, and 250 for 50,000.
fn population(schedules: u64, nodes: u64) -> usize {
    const LEAST: u64 = 8;
    const MOST: u64 = 1_000;
    /// Nodes of all members together, so that large graphs do not take all memory.
    const ROOM: u64 = 1 << 24;
    const MANY: u64 = 5_000;
    let members = (schedules.saturating_mul(59) / nodes.max(1)).isqrt();
    let growth = libm::pow(schedules.max(MANY) as f64 / MANY as f64, 0.2);
    let members = (members as f64 * growth) as u64;
    let most = (ROOM / nodes.max(1)).clamp(LEAST, MOST);
    members.clamp(LEAST, most) as usize
}
