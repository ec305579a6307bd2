use super::decoder::Decoder;
use super::individual::Individual;
use super::instance::Instance;
use super::profile::Profile;
use super::sampling::{Scheme, draw};
use super::variation::Variation;
use crate::random::Random;
use crate::sense::Sense;

/// When a search ends.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'a> {
    /// So many nodes has a schedule.
    pub(crate) nodes: u64,
    /// So many nodes may be placed.
    pub(crate) placements: u64,
    /// No schedule is shorter.
    pub(crate) bound: u64,
    /// Whether to end now, whatever is left.
    pub(crate) stop: &'a (dyn Fn() -> bool + Sync),
}

/// Of a hundred children so many have a window shuffled; and so many where the parents are of equal
/// length, as more and more are while a population converges.
const SHUFFLED: [usize; 2] = [20, 60];

/// Of a hundred children so many take over the beginning of the schedule whose place they are to
/// take: only what follows it is made anew, so they are half as dear.
const GRAFTED: usize = 50;

/// Of a hundred of these so many have a window shuffled.
const SHUFFLED_IF_GRAFTED: usize = 60;

/// A schedule that has been made is varied so often, each time from some place of its order on.
const VARIED: usize = 2;

/// Nowhere before this part of the order, since what follows must all be made anew.
const VARIED_FROM: (usize, usize) = (3, 10);

/// A population that breeds by itself: the bi-population genetic algorithm of Debels and Vanhoucke,
/// "A bi-population based genetic algorithm for the resource-constrained project scheduling
/// problem" (ICCSA 2005, LNCS 3483, 378-387).
///
/// Of its two populations one holds schedules that were made forwards, the other such that were made
/// backwards. The children of each go over to the other, so every schedule is made from orders of
/// the opposite way of time, which improves it as justification does. Differently from the paper, a
/// child takes its place only from one that is not shorter, and no schedule is there twice; and only
/// half of the children are bred this way. The others keep the beginning of the schedule whose place
/// they are to take, and order the rest as one that was made the other way does.
pub(crate) struct Island<'a, P> {
    instance: &'a Instance,
    decoder: Decoder<'a, P>,
    variation: Variation<'a>,
    random: Random,
    /// Made forwards, and made backwards.
    populations: [Vec<Individual>; 2],
    /// How the next generation is made.
    sense: Sense,
    /// The shortest schedule so far, and how it was made.
    best: Option<(Sense, Individual)>,
    child: Individual,
    order: Vec<u32>,
}

/// A schedule on its way to another island, where it is made once more: islands breed at their own
/// pace, so the order has to say for which way of time it is.
pub(crate) struct Emigrant {
    sense: Sense,
    order: Vec<u32>,
}

impl<'a, P: Profile> Island<'a, P> {
    pub(crate) fn new(instance: &'a Instance, seed: u64, number: u64) -> Self {
        Self {
            instance,
            decoder: Decoder::new(instance),
            variation: Variation::new(instance),
            random: Random::new(seed, number),
            populations: [Vec::new(), Vec::new()],
            sense: Sense::Backwards,
            best: None,
            child: Individual::new(instance.len()),
            order: vec![0; instance.len()],
        }
    }

    /// The number of nodes that were placed.
    pub(crate) fn placed(&self) -> u64 {
        self.decoder.placed
    }

    /// The shortest schedule so far: when each node starts as time runs forwards, and its length.
    pub(crate) fn best(&self) -> Option<(Vec<u64>, u64)> {
        let (sense, best) = self.best.as_ref()?;
        Some((best.starts_forwards(self.instance, *sense), best.length))
    }

    /// Fills the first population: schedules of drawn orders, made forwards, backwards, and forwards
    /// again; the first of them of the given order for the way back.
    pub(crate) fn settle(&mut self, size: usize, mut given: Option<Vec<u32>>, limits: Limits<'_>) {
        while self.populations[0].len() < size && !self.is_over(limits) {
            let scheme = match self.populations[0].len() % 2 {
                0 => Scheme::Serial,
                _ => Scheme::Parallel,
            };
            let mut individual = Individual::new(self.instance.len());
            match given.take() {
                Some(order) => individual.order = order,
                None => {
                    let order = draw(self.instance, scheme, &mut self.random);
                    self.make(Sense::Forwards, &order, u64::MAX, &mut individual);
                    self.note(Sense::Forwards, &individual);
                }
            }
            for sense in [Sense::Backwards, Sense::Forwards] {
                if self.is_over(limits) {
                    return;
                }
                let order = individual.order.clone();
                self.make(sense, &order, u64::MAX, &mut individual);
                self.note(sense, &individual);
            }
            self.populations[0].push(individual);
        }
    }

    /// Breeds until a limit is reached or so many nodes have been placed.
    pub(crate) fn breed(&mut self, placements: u64, limits: Limits<'_>) {
        let enough = self.placed() + placements;
        while self.populations[0].len() > 1 && self.placed() < enough && !self.is_over(limits) {
            self.next_generation(enough, limits);
        }
    }

    /// Takes in a schedule from elsewhere, in the place of the longest that was made the same way.
    pub(crate) fn immigrate(&mut self, Emigrant { sense, order }: &Emigrant) {
        let mut individual = Individual::new(self.instance.len());
        self.make(*sense, order, u64::MAX, &mut individual);
        self.note(*sense, &individual);
        let population = &mut self.populations[index(*sense)];
        let is_new = population
            .iter()
            .all(|other| other.digest != individual.digest);
        let longest = population.iter_mut().max_by_key(|other| other.length);
        if let Some(longest) = longest.filter(|_| is_new) {
            *longest = individual;
        }
    }

    /// The shortest schedule of the latest whole generation, for another island.
    pub(crate) fn emigrant(&self) -> Option<Emigrant> {
        let population = &self.populations[index(self.sense.other())];
        let shortest = population.iter().min_by_key(|one| one.length);
        shortest.map(|one| Emigrant {
            sense: self.sense,
            order: one.order.clone(),
        })
    }

    /// Whether nothing is left to find.
    pub(crate) fn is_best(&self, limits: Limits<'_>) -> bool {
        let best = self.best.as_ref().map(|(_, best)| best.length);
        best == Some(limits.bound)
    }

    /// Whether to end: also if the next schedule could be one too many.
    pub(crate) fn is_over(&self, limits: Limits<'_>) -> bool {
        self.is_best(limits)
            || self.placed().saturating_add(limits.nodes) > limits.placements
            || (limits.stop)()
    }

    /// One child for each member, from it and a partner, one of two at random.
    fn next_generation(&mut self, enough: u64, limits: Limits<'_>) {
        let (sense, size) = (
            self.sense,
            self.populations[index(self.sense.other())].len(),
        );
        let is_first = self.populations[index(sense)].is_empty();
        for number in 0..size {
            if self.is_over(limits) || (self.placed() >= enough && !is_first) {
                return;
            }
            let kept = if !is_first && self.random.percent(GRAFTED) {
                self.graft(number)
            } else {
                self.conceive(number);
                0
            };
            let order = std::mem::take(&mut self.order);
            let mut child = std::mem::replace(&mut self.child, Individual::new(0));
            let limit = match self.populations[index(sense)].get(number) {
                Some(rival) if !is_first => rival.length,
                _ => u64::MAX,
            };
            if kept > 0 {
                let rival = &self.populations[index(sense)][number];
                child.starts.copy_from_slice(&rival.starts);
            }
            if self.make_on(sense, &order, kept, limit, &mut child) {
                self.vary(sense, &order, &mut child, limits);
                self.note(sense, &child);
                let population = &mut self.populations[index(sense)];
                let is_new = population.iter().all(|other| other.digest != child.digest);
                if is_first {
                    population.push(child.clone());
                } else if is_new && child.length <= limit {
                    std::mem::swap(&mut population[number], &mut child);
                }
            }
            (self.order, self.child) = (order, child);
        }
        self.sense = sense.other();
    }

    /// Leaves the order of a child of a member in `self.order`.
    fn conceive(&mut self, number: usize) {
        let random = &mut self.random;
        let parents = &self.populations[index(self.sense.other())];
        let [mut partner, other] = [(); 2].map(|()| random.below(parents.len()));
        if parents[other].length < parents[partner].length {
            partner = other;
        }
        if partner == number {
            partner = (number + 1 + random.below(parents.len() - 1)) % parents.len();
        }
        let (first, second) = if random.percent(50) {
            (number, partner)
        } else {
            (partner, number)
        };
        self.variation
            .cross(&parents[first], &parents[second], random, &mut self.order);
        let is_equal = parents[first].length == parents[second].length;
        if random.percent(SHUFFLED[usize::from(is_equal)]) {
            let direction = self.instance.direction(self.sense);
            self.variation
                .shuffle_window(direction, &mut self.order, 0, random);
        }
    }

    /// Leaves the order of a child in `self.order` that begins as a member made the same way; gives
    /// the number of nodes that keep their start.
    fn graft(&mut self, number: usize) -> usize {
        let random = &mut self.random;
        let stock = &self.populations[index(self.sense)][number];
        let scions = &self.populations[index(self.sense.other())];
        let [one, other] = [(); 2].map(|()| &scions[random.below(scions.len())]);
        let scion = if other.length < one.length {
            other
        } else {
            one
        };
        let kept = self
            .variation
            .graft(self.sense, stock, scion, random, &mut self.order);
        if random.percent(SHUFFLED_IF_GRAFTED) {
            let direction = self.instance.direction(self.sense);
            self.variation
                .shuffle_window(direction, &mut self.order, kept, random);
        }
        kept
    }

    /// Shuffles windows of the order that a schedule was made of, and keeps what is not longer.
    fn vary(
        &mut self,
        sense: Sense,
        order: &[u32],
        individual: &mut Individual,
        limits: Limits<'_>,
    ) {
        let direction = self.instance.direction(sense);
        let from = order.len() * VARIED_FROM.0 / VARIED_FROM.1;
        let mut order = order.to_vec();
        for _ in 0..VARIED {
            if self.is_over(limits) {
                return;
            }
            let mut varied = order.clone();
            let random = &mut self.random;
            let window = self
                .variation
                .shuffle_window(direction, &mut varied, from, random);
            let mut starts = individual.starts.clone();
            let length =
                self.decoder
                    .decode_on(direction, &varied, window, individual.length, &mut starts);
            if let Some(length) = length {
                order = varied;
                individual.starts = starts;
                individual.settle(self.instance, sense, length);
            }
        }
    }

    /// Makes the schedule of an order, unless it is longer than the limit.
    fn make(&mut self, sense: Sense, order: &[u32], limit: u64, into: &mut Individual) -> bool {
        self.make_on(sense, order, 0, limit, into)
    }

    /// The same, where so many nodes at the beginning of the order have their starts; no schedule if
    /// the others start as they did, too.
    fn make_on(
        &mut self,
        sense: Sense,
        order: &[u32],
        kept: usize,
        limit: u64,
        into: &mut Individual,
    ) -> bool {
        let direction = self.instance.direction(sense);
        let window = if kept > 0 { kept..order.len() } else { 0..0 };
        let length = self
            .decoder
            .decode_on(direction, order, window, limit, &mut into.starts);
        if let Some(length) = length {
            into.settle(self.instance, sense, length);
        }
        length.is_some()
    }

    fn note(&mut self, sense: Sense, individual: &Individual) {
        let best = self.best.as_ref().map(|(_, best)| best.length);
        if best.is_none_or(|best| individual.length < best) {
            self.best = Some((sense, individual.clone()));
        }
    }
}

fn index(sense: Sense) -> usize {
    match sense {
        Sense::Forwards => 0,
        Sense::Backwards => 1,
    }
}
