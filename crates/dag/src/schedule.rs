use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;

use crate::critical_path::{expect_one_per_node, finish};
use crate::{
    Claims, CriticalPath, Dag, Frontier, HeldClaims, NodeId, PriorityRule, TimeError, lower_bound,
};

/// What is to be scheduled, apart from the graph itself.
#[derive(Clone, Copy, Debug)]
pub struct Workload<'a> {
    /// Ticks per node, indexed by [`NodeId`].
    pub durations: &'a [u64],
    /// How many nodes may run at once.
    pub slots: NonZeroUsize,
    /// Which nodes may not run at the same time.
    pub claims: &'a Claims,
    /// One rank per node to schedule by, as an executor with these ranks would run; `None` lets
    /// [`schedule()`] choose the best of its rules.
    pub ranks: Option<&'a [u64]>,
}

/// When each node runs, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Schedule {
    /// One entry per node, indexed by [`NodeId`].
    pub entries: Vec<Entry>,
    /// The latest finish, 0 without nodes.
    pub makespan: u64,
    /// No schedule of this workload is shorter; see [`lower_bound()`].
    pub lower_bound: u64,
    /// The rule that the schedule was made by, unless ranks were given.
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

    /// The entries by start, then slot, then node: the order to read or draw them in.
    #[must_use]
    pub fn chronological(&self) -> Vec<Entry> {
        let mut entries = self.entries.clone();
        entries.sort_by_key(|entry| (entry.start, entry.slot, entry.node));
        entries
    }
}

/// Fits the nodes into the slots, so that dependencies and claims hold.
///
/// The parallel schedule generation scheme: whenever something finishes, ready nodes start in the
/// order of their ranks as long as slots are free, and a node that a claim holds up lets the next
/// one go first (Kolisch, "Serial and parallel resource-constrained project scheduling methods
/// revisited", EJOR 90, 1996). It does so for every [`PriorityRule`] and keeps the first shortest
/// schedule, or stops at one that meets the lower bound. The result is as good as such rules are,
/// and not in general optimal.
///
/// A node of no duration takes a slot and its claims for an instant.
///
/// # Errors
///
/// If durations, claims or ranks are not as many as nodes, or if a time is beyond `u64`.
///
/// # Complexity
///
/// O((V + E) log V) for each rule without claims. The rule of most total successors, which needs
/// O(V (V + E) / 64), is left out beyond 20 000 nodes. With claims, a release tries again the
/// nodes that its keys were in the way of.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{Claims, DagBuilder, Workload, schedule};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).node("c", ());
/// let dag = builder.build()?;
/// let workload = Workload {
///     durations: &[4, 2, 2],
///     slots: NonZeroUsize::new(2).expect("two is not zero"),
///     claims: &Claims::none(dag.len()),
///     ranks: None,
/// };
/// let plan = schedule(&dag, &workload)?;
/// assert_eq!(plan.makespan, 4);
/// assert!(plan.is_proved_optimal());
/// plan.verify(&dag, &workload)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn schedule<T>(dag: &Dag<T>, workload: &Workload<'_>) -> Result<Schedule, ScheduleError> {
    let durations = workload.durations;
    let times = CriticalPath::new(dag, durations)?;
    expect_one_per_node("claims", workload.claims.len(), dag)?;
    let bound = lower_bound::from_times(dag, workload, &times)?;
    if let Some(ranks) = workload.ranks {
        expect_one_per_node("ranks", ranks.len(), dag)?;
        return Ok(list_schedule(dag, workload, ranks.to_vec(), bound)?);
    }
    let mut best: Option<Schedule> = None;
    for rule in PriorityRule::ALL {
        if rule == PriorityRule::TotalSuccessors && dag.len() > MOST_NODES_FOR_TOTAL_SUCCESSORS {
            continue;
        }
        let ranks = rule.ranks_with(dag, durations, &times);
        let found = list_schedule(dag, workload, ranks, bound)?;
        if best
            .as_ref()
            .is_none_or(|best| found.makespan < best.makespan)
        {
            best = Some(Schedule {
                rule: Some(rule),
                ..found
            });
        }
        if best.as_ref().is_some_and(Schedule::is_proved_optimal) {
            break;
        }
    }
    Ok(best.expect("there are rules, and each makes a schedule"))
}

/// Why there is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The workload does not fit the graph, or its times do not fit into `u64`.
    #[error(transparent)]
    Time(#[from] TimeError),
}

const MOST_NODES_FOR_TOTAL_SUCCESSORS: usize = 20_000;

fn list_schedule<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    ranks: Vec<u64>,
    lower_bound: u64,
) -> Result<Schedule, TimeError> {
    let mut run = ListRun {
        frontier: Frontier::new(dag, ranks),
        held: HeldClaims::new(workload.claims),
        running: BinaryHeap::new(),
        slots: Slots::new(workload.slots),
        entries: vec![None; dag.len()],
        now: 0,
    };
    while !run.frontier.is_done() {
        run.start_what_fits(dag, workload.durations)?;
        run.finish_next();
    }
    let entries = run.entries.into_iter();
    Ok(Schedule {
        entries: entries
            .map(|entry| entry.expect("a finished run has started all"))
            .collect(),
        makespan: run.now,
        lower_bound,
        rule: None,
    })
}

/// One simulated run.
struct ListRun {
    frontier: Frontier,
    held: HeldClaims,
    /// By finish; of nodes that finish together, the one added first.
    running: BinaryHeap<Reverse<(u64, NodeId)>>,
    slots: Slots,
    entries: Vec<Option<Entry>>,
    now: u64,
}

impl ListRun {
    fn start_what_fits<T>(&mut self, dag: &Dag<T>, durations: &[u64]) -> Result<(), TimeError> {
        while self.slots.any_free() {
            let Some(node) = self.frontier.pop() else {
                break;
            };
            if !self.held.acquire_or_park(node) {
                continue;
            }
            let finish = finish(dag, node, self.now, durations)?;
            self.running.push(Reverse((finish, node)));
            self.entries[node.index()] = Some(Entry {
                node,
                start: self.now,
                finish,
                slot: self.slots.take(),
            });
        }
        Ok(())
    }

    /// Goes on to the next finish, and ends all nodes that finish then.
    fn finish_next(&mut self) {
        let Reverse((next, _)) = self
            .running
            .peek()
            .expect("an unfinished run has running nodes");
        self.now = *next;
        while let Some(&Reverse((finish, node))) = self.running.peek() {
            if finish > self.now {
                break;
            }
            self.running.pop();
            self.frontier.succeed(node);
            for woken in self.held.release(node) {
                self.frontier.push_back(woken);
            }
            let entry = self.entries[node.index()].expect("a running node has started");
            self.slots.free(entry.slot);
        }
    }
}

/// Gives out the lowest free slot; never more memory than slots in use at once.
struct Slots {
    limit: usize,
    used: usize,
    freed: BinaryHeap<Reverse<usize>>,
}

impl Slots {
    fn new(limit: NonZeroUsize) -> Self {
        Self {
            limit: limit.get(),
            used: 0,
            freed: BinaryHeap::new(),
        }
    }

    fn any_free(&self) -> bool {
        !self.freed.is_empty() || self.used < self.limit
    }

    fn take(&mut self) -> usize {
        if let Some(Reverse(slot)) = self.freed.pop() {
            return slot;
        }
        self.used += 1;
        self.used - 1
    }

    fn free(&mut self, slot: usize) {
        self.freed.push(Reverse(slot));
    }
}
