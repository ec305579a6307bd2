//! The search for shorter schedules than those of rules.

mod bound;
mod claim_times;
mod decoder;
mod individual;
mod instance;
mod island;
mod profile;
mod random;
mod sampling;
mod variation;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;

use self::decoder::Decoder;
use self::individual::{Individual, Way};
use self::instance::Instance;
use self::island::{Island, Limits};
use self::profile::{Profile, Steps, Ticks};
use crate::critical_path::expect_one_per_node;
use crate::list_schedule::Slots;
use crate::{CriticalPath, Dag, Entry, NodeId, Schedule, ScheduleError, Workload, schedule};

/// How far to search.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// How many schedules may be made, over all threads. One that is given up halfway, since it is
    /// too long already, counts for the part of the nodes that were placed.
    pub schedules: u64,
    /// Searches that differ in nothing else find the same for the same seed.
    pub seed: u64,
    /// How many threads search. Each number finds something else, but always the same.
    pub threads: NonZeroUsize,
    /// Asked between schedules whether to end now. One that looks at a clock ends a search in time,
    /// and gives up that equal seeds find the same.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Search<'_> {
    /// So many schedules on one thread, with seed 0.
    #[must_use]
    pub fn schedules(schedules: u64) -> Self {
        Self {
            schedules,
            seed: 0,
            threads: NonZeroUsize::MIN,
            stop: &|| false,
        }
    }
}

impl std::fmt::Debug for Search<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search")
            .field("schedules", &self.schedules)
            .field("seed", &self.seed)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// Searches for a shorter schedule than [`schedule()`] finds, which it begins with.
///
/// A genetic algorithm over the orders in which nodes are placed, with schedules made forwards and
/// backwards in turn; see Debels and Vanhoucke, "A bi-population based genetic algorithm for the
/// resource-constrained project scheduling problem" (ICCSA 2005), and for what is combined, Valls,
/// Ballestín and Quintanilla (EJOR 185, 2008). It ends at the budget, or as soon as a schedule meets
/// the lower bound. The result is never longer than that of [`schedule()`].
///
/// Up to 1,000 nodes the lower bound is better than that of [`lower_bound()`](crate::lower_bound()):
/// lengths are tried and refuted, by nodes that can not share a resource and must therefore wait for
/// each other, and by the work that must be done within some interval (Klein and Scholl, "Computing
/// lower bounds by destructive improvement", EJOR 112, 1999).
///
/// The workload's ranks are not looked at: they would leave nothing to search for.
///
/// # Errors
///
/// As [`schedule()`].
///
/// # Complexity
///
/// Each schedule costs O(V log V + E), and for each node the time to look along what has been placed
/// until it fits.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{DagBuilder, Search, Workload, search};
///
/// let mut builder = DagBuilder::new();
/// for id in ["a", "b", "c", "d", "e"] {
///     builder.node(id, ());
/// }
/// let dag = builder.build()?;
/// let slots = NonZeroUsize::new(2).expect("two is not zero");
/// let workload = Workload::new(&[3, 3, 2, 2, 2], slots);
/// let found = search(&dag, &workload, &Search::schedules(100))?;
/// assert_eq!(found.makespan, 6);
/// assert!(found.is_proved_optimal());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn search<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    search: &Search<'_>,
) -> Result<Schedule, ScheduleError> {
    let workload = &Workload {
        ranks: None,
        ..*workload
    };
    let mut by_rule = schedule(dag, workload)?;
    if by_rule.is_proved_optimal() || search.schedules == 0 {
        return Ok(by_rule);
    }
    let times = CriticalPath::of_workload(dag, workload)?;
    let instance = Instance::new(dag, workload, &times);
    let low = by_rule.lower_bound.div_ceil(instance.unit);
    by_rule.lower_bound = bound::raised(&instance, low, by_rule.makespan / instance.unit)
        .saturating_mul(instance.unit);
    if by_rule.is_proved_optimal() {
        return Ok(by_rule);
    }
    let found = if Ticks::<u64>::suits(&instance) {
        Archipelago::<Ticks<u64>>::new(&instance, search, &by_rule).search()
    } else if Ticks::<u128>::suits(&instance) {
        Archipelago::<Ticks<u128>>::new(&instance, search, &by_rule).search()
    } else {
        Archipelago::<Steps>::new(&instance, search, &by_rule).search()
    };
    match found {
        Some((starts, length)) if length * instance.unit < by_rule.makespan => Ok(Schedule {
            entries: entries(&instance, workload, &starts),
            makespan: length * instance.unit,
            lower_bound: by_rule.lower_bound,
            rule: None,
        }),
        _ => Ok(by_rule),
    }
}

/// Goes over a schedule backwards, whoever ends last first, and forwards again, whoever starts first
/// first, as long as that makes it shorter and no more than so many schedules have been made.
///
/// Known as forward-backward improvement or double justification: Li and Willis, "An iterative
/// scheduling technique for resource-constrained project scheduling" (EJOR 56, 1992, 370-379);
/// Valls, Ballestín and Quintanilla, "Justification and RCPSP: a technique that pays" (EJOR 165,
/// 2005, 375-386). The result is never longer than the schedule was.
///
/// # Errors
///
/// As [`schedule()`], and if the schedule does not hold one entry per node.
///
/// # Complexity
///
/// As [`search()`], for each schedule that is made.
pub fn improve<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    given: &Schedule,
    schedules: u64,
) -> Result<Schedule, ScheduleError> {
    workload.expect_fits(dag)?;
    expect_one_per_node("entries", given.entries.len(), dag)?;
    let times = CriticalPath::of_workload(dag, workload)?;
    let instance = Instance::new(dag, workload, &times);
    let order = order_of(&instance, given);
    let bound = given.lower_bound.div_ceil(instance.unit);
    let (starts, length) = if Ticks::<u64>::suits(&instance) {
        justify::<Ticks<u64>>(&instance, order, bound, schedules)
    } else if Ticks::<u128>::suits(&instance) {
        justify::<Ticks<u128>>(&instance, order, bound, schedules)
    } else {
        justify::<Steps>(&instance, order, bound, schedules)
    };
    if length.saturating_mul(instance.unit) >= given.makespan {
        return Ok(given.clone());
    }
    Ok(Schedule {
        entries: entries(&instance, workload, &starts),
        makespan: length * instance.unit,
        ..*given
    })
}

/// The shortest schedule that comes from going backwards and forwards.
fn justify<P: Profile>(
    instance: &Instance,
    order: Vec<u32>,
    bound: u64,
    schedules: u64,
) -> (Vec<u64>, u64) {
    let mut decoder = Decoder::<P>::new(instance);
    let mut individual = Individual::new(instance.len());
    individual.order = order;
    let mut way = Way::Backwards;
    let mut shortest = (Vec::new(), u64::MAX);
    let mut since_shorter = 0;
    for _ in 0..schedules {
        let order = individual.order.clone();
        let direction = way.of(instance);
        let length = decoder.decode(direction, &order, u64::MAX, &mut individual.starts);
        let length = length.expect("no schedule is beyond the limit");
        individual.settle(instance, way, length);
        since_shorter += 1;
        if length < shortest.1 {
            shortest = (individual.starts_forwards(instance, way), length);
            since_shorter = 0;
        }
        // Both ways in turn have made it no shorter.
        if since_shorter == 2 || length == bound {
            break;
        }
        way = way.other();
    }
    shortest
}

/// Islands that search side by side, and now and then send their best to the next.
struct Archipelago<'a, P> {
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
    fn new(instance: &'a Instance, search: &Search<'a>, given: &Schedule) -> Self {
        let threads = search.threads.get() as u64;
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

    fn search(mut self) -> Option<(Vec<u64>, u64)> {
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
        let mut emigrants: Vec<Option<Vec<u32>>> =
            self.islands.iter().map(Island::emigrant).collect();
        emigrants.rotate_right(1);
        for (island, emigrant) in self.islands.iter_mut().zip(emigrants) {
            if let Some(order) = emigrant {
                island.immigrate(order);
            }
        }
    }
}

/// The nodes of a schedule in an order for the way back: whoever ends last comes first.
fn order_of(instance: &Instance, given: &Schedule) -> Vec<u32> {
    let mut order: Vec<u32> = (0..instance.len() as u32).collect();
    let end = |node: u32| given.entries[instance.nodes[node as usize].index()].finish;
    order.sort_unstable_by_key(|&node| Reverse((end(node), node)));
    order
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

/// The entries of a schedule, in ticks of the workload, each node in the first slot that is free.
fn entries(instance: &Instance, workload: &Workload<'_>, starts: &[u64]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(starts.len());
    for (position, start) in starts.iter().enumerate() {
        let start = start * instance.unit;
        entries.push(Entry {
            node: instance.nodes[position],
            start,
            finish: start + instance.durations[position] * instance.unit,
            slot: 0,
        });
    }
    entries.sort_by_key(|entry| entry.node);
    let mut by_start: Vec<NodeId> = entries.iter().map(|entry| entry.node).collect();
    by_start.sort_by_key(|node| entries[node.index()].start);
    let mut slots = Slots::new(workload.slots);
    let mut taken = BinaryHeap::new();
    for node in by_start {
        let entry = &mut entries[node.index()];
        while let Some(&Reverse((finish, slot))) = taken.peek() {
            if finish > entry.start {
                break;
            }
            taken.pop();
            slots.free(slot);
        }
        if entry.start < entry.finish {
            entry.slot = slots.take();
            taken.push(Reverse((entry.finish, entry.slot)));
        }
    }
    entries
}
