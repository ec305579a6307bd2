use crate::{Dag, Lags, NodeId, Workload};

/// When each node can and must run if nothing but dependencies holds it back.
///
/// The critical path method of Kelley and Walker ("Critical-path planning and scheduling", Eastern
/// Joint Computer Conference, 1959). All times are ticks from the start of the run, whatever the
/// caller counts in; every vector holds one value per node, indexed by [`NodeId`].
///
/// ```
/// use wavecrew_dag::{CriticalPath, DagBuilder};
///
/// let mut builder = DagBuilder::new();
/// builder.node("code", ()).node("docs", ()).node("release", ());
/// builder.edge("code", "release").edge("docs", "release");
/// let dag = builder.build()?;
///
/// let times = CriticalPath::new(&dag, &[5, 2, 1])?;
/// assert_eq!(times.makespan, 6);
/// assert_eq!(times.total_float, [0, 3, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CriticalPath {
    /// The latest earliest finish of the predecessors, lags included, or the node's release; 0 without
    /// any.
    pub earliest_start: Vec<u64>,
    /// The earliest start plus the duration.
    pub earliest_finish: Vec<u64>,
    /// The latest finish minus the duration.
    pub latest_start: Vec<u64>,
    /// The earliest latest start of the successors, less lags; the makespan without any.
    pub latest_finish: Vec<u64>,
    /// How much later than its earliest start a node may start without delaying the end.
    pub total_float: Vec<u64>,
    /// How much later it may finish than its earliest finish without delaying any other node.
    pub free_float: Vec<u64>,
    /// The length of the longest chain; no run is shorter. 0 without nodes.
    pub makespan: u64,
    path: Vec<NodeId>,
}

impl CriticalPath {
    /// Computes all times. `durations` holds ticks per node, indexed by [`NodeId`].
    ///
    /// # Errors
    ///
    /// If there is not one duration per node, or if a time is beyond `u64`.
    ///
    /// # Complexity
    ///
    /// O(V + E).
    pub fn new<T>(dag: &Dag<T>, durations: &[u64]) -> Result<Self, TimeError> {
        expect_one_per_node("durations", durations.len(), dag)?;
        Self::with_waits(dag, durations, &|_, _| 0, &|_| 0)
    }

    /// The same for a workload, with its lags and releases; slots, claims and resources do not
    /// matter.
    ///
    /// # Errors
    ///
    /// If the workload does not hold one value per node, or if a time is beyond `u64`.
    ///
    /// # Complexity
    ///
    /// O(V + E).
    pub fn of_workload<T>(dag: &Dag<T>, workload: &Workload<'_>) -> Result<Self, TimeError> {
        let durations = workload.durations;
        expect_one_per_node("durations", durations.len(), dag)?;
        if let Some(releases) = workload.releases {
            expect_one_per_node("releases", releases.len(), dag)?;
        }
        match workload.lags.filter(|lags| !lags.is_empty()) {
            None if workload.releases.is_none() => Self::new(dag, durations),
            lags => {
                let lag = |from, to| lags.map_or(0, |lags: &Lags| lags.of(from, to));
                Self::with_waits(dag, durations, &lag, &|node| workload.release(node))
            }
        }
    }

    fn with_waits<T>(
        dag: &Dag<T>,
        durations: &[u64],
        lag: &impl Fn(NodeId, NodeId) -> u64,
        release: &impl Fn(NodeId) -> u64,
    ) -> Result<Self, TimeError> {
        let (earliest_start, earliest_finish) = forward(dag, durations, lag, release)?;
        let makespan = earliest_finish.iter().copied().max().unwrap_or(0);
        let mut times = Self {
            latest_start: vec![0; dag.len()],
            latest_finish: vec![0; dag.len()],
            total_float: vec![0; dag.len()],
            free_float: vec![0; dag.len()],
            earliest_start,
            earliest_finish,
            makespan,
            path: Vec::new(),
        };
        times.go_back(dag, durations, lag);
        times.path = times.trace(dag, lag);
        Ok(times)
    }

    /// Latest times and floats, once the earliest times and the makespan are known.
    fn go_back<T>(
        &mut self,
        dag: &Dag<T>,
        durations: &[u64],
        lag: &impl Fn(NodeId, NodeId) -> u64,
    ) {
        for &node in dag.topological().iter().rev() {
            let mut latest_finish = self.makespan;
            let mut next_start = self.makespan;
            for &next in dag.successors(node) {
                let lag = lag(node, next);
                latest_finish = latest_finish.min(self.latest_start[next.index()] - lag);
                next_start = next_start.min(self.earliest_start[next.index()] - lag);
            }
            let node = node.index();
            self.latest_finish[node] = latest_finish;
            self.latest_start[node] = latest_finish - durations[node];
            self.total_float[node] = self.latest_start[node] - self.earliest_start[node];
            self.free_float[node] = next_start - self.earliest_finish[node];
        }
    }

    /// One longest chain, from a node without predecessors, or one that waits for its release, to one
    /// without successors; wherever several go on, through the one that was added first. Empty
    /// without nodes.
    #[must_use]
    pub fn path(&self) -> &[NodeId] {
        &self.path
    }

    /// Every node that delays the end if it is delayed, in ascending order: all longest chains
    /// together.
    #[must_use]
    pub fn critical(&self) -> Vec<NodeId> {
        self.near_critical(0)
    }

    /// Every node whose total float is at most `tolerance` ticks, in ascending order.
    #[must_use]
    pub fn near_critical(&self, tolerance: u64) -> Vec<NodeId> {
        let nodes = (0..self.total_float.len()).map(NodeId::from_index);
        nodes
            .filter(|node| self.total_float[node.index()] <= tolerance)
            .collect()
    }

    fn trace<T>(&self, dag: &Dag<T>, lag: &impl Fn(NodeId, NodeId) -> u64) -> Vec<NodeId> {
        let is_critical = |node: NodeId| self.total_float[node.index()] == 0;
        let is_tight = |from: NodeId, to: NodeId| {
            is_critical(from)
                && self.earliest_finish[from.index()] + lag(from, to)
                    == self.earliest_start[to.index()]
        };
        let is_first = |node: NodeId| {
            let mut before = dag.predecessors(node).iter();
            is_critical(node) && !before.any(|&before| is_tight(before, node))
        };
        let first = dag.nodes().find(|&node| is_first(node));
        let next = |&node: &NodeId| {
            let mut successors = dag.successors(node).iter().copied();
            successors.find(|&next| is_critical(next) && is_tight(node, next))
        };
        std::iter::successors(first, next).collect()
    }
}

/// Durations that no times can be computed from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// A slice that must hold one value per node does not.
    #[error("{what}: expected one per node, that is {expected}, but found {found}")]
    WrongLength {
        /// What the slice holds.
        what: &'static str,
        /// The number of nodes.
        expected: usize,
        /// The length of the slice.
        found: usize,
    },
    /// A time does not fit into `u64`.
    #[error("times up to `{id}` add up to more than 2^64 - 1 ticks")]
    Overflow {
        /// The first node that is too late, in topological order; of a schedule, the one with
        /// which all durations together become too much.
        id: String,
    },
}

pub(crate) fn expect_one_per_node<T>(
    what: &'static str,
    found: usize,
    dag: &Dag<T>,
) -> Result<(), TimeError> {
    if found == dag.len() {
        return Ok(());
    }
    Err(TimeError::WrongLength {
        what,
        expected: dag.len(),
        found,
    })
}

/// Earliest starts and finishes.
fn forward<T>(
    dag: &Dag<T>,
    durations: &[u64],
    lag: &impl Fn(NodeId, NodeId) -> u64,
    release: &impl Fn(NodeId) -> u64,
) -> Result<(Vec<u64>, Vec<u64>), TimeError> {
    let mut starts = vec![0; dag.len()];
    let mut finishes: Vec<u64> = vec![0; dag.len()];
    for &node in dag.topological() {
        let mut start = release(node);
        for &before in dag.predecessors(node) {
            let end = finishes[before.index()].checked_add(lag(before, node));
            start = start.max(end.ok_or_else(|| overflow(dag, node))?);
        }
        starts[node.index()] = start;
        let finish = start.checked_add(durations[node.index()]);
        finishes[node.index()] = finish.ok_or_else(|| overflow(dag, node))?;
    }
    Ok((starts, finishes))
}

fn overflow<T>(dag: &Dag<T>, node: NodeId) -> TimeError {
    TimeError::Overflow {
        id: dag.id(node).to_owned(),
    }
}
