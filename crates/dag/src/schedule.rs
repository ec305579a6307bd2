use crate::justify::justify;
use crate::list_schedule::{list_schedule, makespan};
use crate::lower_bound::lower_bound_from;
use crate::sense::Sense;
use crate::{CriticalPath, Dag, NodeId, PriorityRule, ScheduleError, Workload};

/// When each node runs, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Schedule {
    /// One entry per node, indexed by [`NodeId`].
    pub entries: Vec<Entry>,
    /// The latest finish, 0 without nodes.
    pub makespan: u64,
    /// No schedule of this workload is shorter; see [`lower_bound()`](crate::lower_bound()).
    pub lower_bound: u64,
    /// The rule that the schedule was made by, or improved from. `None` if ranks were given.
    pub rule: Option<PriorityRule>,
}

/// When and where one node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// The node.
    pub node: NodeId,
    /// Ticks from the start of the run.
    pub start: u64,
    /// The start plus the duration.
    pub finish: u64,
    /// Which slot it occupies, below the workload's number of slots. From its start to its
    /// finish no other node is in the slot.
    pub slot: usize,
}

impl Schedule {
    /// Whether no schedule of the workload can be shorter, because this one meets the bound.
    #[must_use]
    pub fn is_proved_optimal(&self) -> bool {
        self.makespan == self.lower_bound
    }

    /// Ranks with which a run starts the nodes in the order of this schedule.
    #[must_use]
    pub fn ranks(&self) -> Vec<u64> {
        let ranks = self.entries.iter().map(|entry| u64::MAX - entry.start);
        ranks.collect()
    }

    /// The entries by start, then slot, then node: the order to read or draw them in.
    #[must_use]
    pub fn chronological(&self) -> Vec<Entry> {
        let mut entries = self.entries.clone();
        entries.sort_by_key(|entry| (entry.start, entry.slot, entry.node));
        entries
    }
}

/// Fits the nodes into the slots, so that dependencies and whatever else the workload says hold.
///
/// The parallel schedule generation scheme: whenever something finishes, ready nodes start in the
/// order of their ranks as long as slots are free, and a node that a claim or a resource holds up
/// lets the next one go first (Kolisch, "Serial and parallel resource-constrained project scheduling methods
/// revisited", EJOR 90, 1996).
///
/// With ranks, that is all: the schedule says how a run with these ranks goes. Without, every
/// [`PriorityRule`] makes a schedule, each is improved by going over it backwards and forwards
/// again (Li and Willis, "An iterative scheduling technique for resource-constrained project
/// scheduling", EJOR 56, 1992), and the first shortest is kept. The search ends early at a
/// schedule that meets the lower bound. The result is as good as such rules are, not in general
/// optimal; compare makespan and lower bound. Equal input gives equal output.
///
/// A node of no duration takes a slot and its claims for an instant.
///
/// # Errors
///
/// If the workload does not hold one value per node, if all its times together are beyond `u64`,
/// or if a node needs more of a resource than there is.
///
/// # Complexity
///
/// O((V + E) log V) for each schedule that is made without claims: up to one for each rule, and
/// for graphs of less than a million nodes a bounded number more. The rule of most total
/// successors takes O(V (V + E) / 64) and is left out beyond 20 000 nodes. With claims, a node
/// that ends costs the time to try one node again for each key that it was in the way of.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{DagBuilder, Workload, schedule};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).node("c", ());
/// let dag = builder.build()?;
/// let slots = NonZeroUsize::new(2).expect("two is not zero");
/// let workload = Workload::new(&[4, 2, 2], slots);
/// let plan = schedule(&dag, &workload)?;
/// assert_eq!(plan.makespan, 4);
/// assert!(plan.is_proved_optimal());
/// plan.verify(&dag, &workload)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn schedule<T>(dag: &Dag<T>, workload: &Workload<'_>) -> Result<Schedule, ScheduleError> {
    schedule_and_count(dag, workload).map(|(schedule, _)| schedule)
}

/// The same, and how many schedules were made to find it.
pub(crate) fn schedule_and_count<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
) -> Result<(Schedule, u64), ScheduleError> {
    workload.expect_fits(dag)?;
    let times = CriticalPath::of_workload(dag, workload)?;
    let lower_bound = lower_bound_from(dag, workload, &times);
    let mut made = 1;
    let (rule, entries) = match workload.ranks {
        Some(ranks) => (
            None,
            list_schedule(dag.edges_both_ways(), workload, ranks, Sense::Forwards),
        ),
        None => best_by_rule(dag, workload, &times, lower_bound, &mut made),
    };
    let schedule = Schedule {
        makespan: makespan(&entries),
        entries,
        lower_bound,
        rule,
    };
    Ok((schedule, made))
}

const MOST_NODES_FOR_TOTAL_SUCCESSORS: usize = 20_000;

/// How many nodes are placed, over all schedules, before improvement stops.
const IMPROVEMENT_BUDGET: usize = 2_000_000;

fn best_by_rule<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    times: &CriticalPath,
    lower_bound: u64,
    made: &mut u64,
) -> (Option<PriorityRule>, Vec<Entry>) {
    *made = 0;
    let mut best: Option<(PriorityRule, Vec<Entry>)> = None;
    let mut budget = IMPROVEMENT_BUDGET;
    for rule in PriorityRule::ALL {
        if rule == PriorityRule::TotalSuccessors && dag.len() > MOST_NODES_FOR_TOTAL_SUCCESSORS {
            continue;
        }
        let ranks = rule.workload_ranks_with(dag, workload, times);
        let mut entries = list_schedule(dag.edges_both_ways(), workload, &ranks, Sense::Forwards);
        *made += 1;
        while makespan(&entries) > lower_bound && budget >= 2 * dag.len() {
            budget -= 2 * dag.len();
            let improved = justify(dag, workload, &entries);
            *made += if workload.is_plain() { 3 } else { 2 };
            if makespan(&improved) >= makespan(&entries) {
                break;
            }
            entries = improved;
        }
        let is_optimal = makespan(&entries) == lower_bound;
        if best
            .as_ref()
            .is_none_or(|(_, best)| makespan(&entries) < makespan(best))
        {
            best = Some((rule, entries));
        }
        if is_optimal {
            break;
        }
    }
    let (rule, entries) = best.expect("there are rules, and each makes a schedule");
    (Some(rule), entries)
}
