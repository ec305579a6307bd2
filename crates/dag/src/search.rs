//! The search for shorter schedules than those of rules.

mod archipelago;
mod bound;
mod claim_times;
mod decoder;
mod entries;
mod heads;
mod improve;
mod individual;
mod instance;
mod island;
mod profile;
mod sampling;
mod variation;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use self::archipelago::Archipelago;
use self::entries::entries;
use self::heads::heads;
pub use self::improve::improve;
use self::instance::Instance;
use self::profile::{Steps, Ticks};
use crate::schedule::schedule_and_count;
use crate::sense::Sense;
use crate::{CriticalPath, Dag, Schedule, ScheduleError, Workload};

/// How far to search.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// How many schedules may be made, over all threads, those of the rules included. What counts is
    /// how often a node is given a start: where a schedule is given up halfway, since it is too long
    /// already, or keeps the beginning of another, only the nodes that were placed count (Kolisch and
    /// Hartmann, "Experimental investigation of heuristics for resource-constrained project scheduling:
    /// an update", EJOR 174, 2006, 23-37).
    pub schedules: u64,
    /// Searches that differ in nothing else find the same for the same seed.
    pub seed: u64,
    /// How many threads search, never more than schedules may be made. Each number finds something
    /// else, but always the same.
    pub threads: NonZeroUsize,
    /// Asked between schedules, by every thread, whether to end now; the first yes ends all of them.
    /// One that looks at a clock ends a search in time, and gives up that equal seeds find the same.
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

/// Searches for a shorter schedule than [`schedule()`](crate::schedule()) finds, which it begins with.
///
/// A genetic algorithm over the orders in which nodes are placed, with schedules made forwards and
/// backwards in turn; see Debels and Vanhoucke, "A bi-population based genetic algorithm for the
/// resource-constrained project scheduling problem" (ICCSA 2005), and for what is combined, Valls,
/// Ballestín and Quintanilla (EJOR 185, 2008). It ends at the budget, or as soon as a schedule meets
/// the lower bound. The result is never longer than that of [`schedule()`](crate::schedule()).
///
/// Up to 1,000 nodes the lower bound is better than that of [`lower_bound()`](crate::lower_bound()):
/// lengths are tried and refuted, by the work that lies before and behind each node, by nodes that can
/// not share a resource and must therefore wait for each other, and by the work that must be done
/// within some interval (Klein and Scholl, "Computing lower bounds by destructive improvement", EJOR
/// 112, 1999).
///
/// The workload's ranks are not looked at: they would leave nothing to search for.
///
/// # Errors
///
/// As [`schedule()`](crate::schedule()).
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
    let (mut by_rule, made) = schedule_and_count(dag, workload)?;
    if by_rule.is_proved_optimal() || search.schedules == 0 {
        return Ok(by_rule);
    }
    let times = CriticalPath::of_workload(dag, workload)?;
    let mut instance = Instance::new(dag, workload, &times);
    let mut bound = by_rule.lower_bound.div_ceil(instance.unit);
    if instance.len() <= bound::MOST_NODES {
        let heads = [Sense::Forwards, Sense::Backwards].map(|sense| heads(&instance, sense));
        bound = bound::raised(&instance, &heads, bound, by_rule.makespan / instance.unit);
        instance.sharpen(&heads);
    }
    by_rule.lower_bound = bound.saturating_mul(instance.unit);
    if by_rule.is_proved_optimal() || search.schedules <= made {
        return Ok(by_rule);
    }
    let is_stopped = AtomicBool::new(false);
    let stop = || {
        if !is_stopped.load(Ordering::Relaxed) && (search.stop)() {
            is_stopped.store(true, Ordering::Relaxed);
        }
        is_stopped.load(Ordering::Relaxed)
    };
    let search = &Search {
        schedules: search.schedules - made,
        stop: &stop,
        ..*search
    };
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
