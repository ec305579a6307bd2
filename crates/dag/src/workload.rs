use std::num::NonZeroUsize;

use crate::critical_path::expect_one_per_node;
use crate::{Claims, Dag, Lags, NodeId, Resources, TimeError, Violation};

/// What is to be scheduled, apart from the graph itself.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::Workload;
///
/// let slots = NonZeroUsize::new(4).expect("four is not zero");
/// let workload = Workload {
///     releases: Some(&[0, 0, 60]),
///     ..Workload::new(&[30, 20, 10], slots)
/// };
/// assert!(workload.claims.is_none());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Workload<'a> {
    /// Ticks per node, indexed by [`NodeId`].
    pub durations: &'a [u64],
    /// How many nodes may run at once.
    pub slots: NonZeroUsize,
    /// Which nodes may not run at the same time.
    pub claims: Option<&'a Claims>,
    /// Further limits, and what nodes need of them.
    pub resources: Option<&'a Resources>,
    /// Least waits between the end of a node and the start of one after it.
    pub lags: Option<&'a Lags>,
    /// The first tick at which each node may start.
    pub releases: Option<&'a [u64]>,
    /// One rank per node to schedule by, as an executor with these ranks would run; `None` lets
    /// [`schedule()`](crate::schedule()) choose the best of its rules.
    pub ranks: Option<&'a [u64]>,
}

impl<'a> Workload<'a> {
    /// Nodes that need a slot each, and nothing else.
    #[must_use]
    pub const fn new(durations: &'a [u64], slots: NonZeroUsize) -> Self {
        Self {
            durations,
            slots,
            claims: None,
            resources: None,
            lags: None,
            releases: None,
            ranks: None,
        }
    }

    /// The least wait between two nodes.
    pub(crate) fn lag(&self, from: NodeId, to: NodeId) -> u64 {
        self.lags.map_or(0, |lags| lags.of(from, to))
    }

    /// The first tick at which the node may start.
    pub(crate) fn release(&self, node: NodeId) -> u64 {
        self.releases.map_or(0, |releases| releases[node.index()])
    }

    /// The latest release and all lags together: no run idles longer. They fit, see `expect_fits`.
    pub(crate) fn waits(&self) -> u64 {
        let latest_release = self.releases.and_then(|all| all.iter().copied().max());
        let lags = self.lags.map_or(0, |lags| lags.values().sum());
        latest_release.unwrap_or(0) + lags
    }

    /// Whether nodes ever wait for the clock alone, or for more than slots and claims.
    pub(crate) fn is_plain(&self) -> bool {
        self.resources.is_none() && self.lags.is_none() && self.releases.is_none()
    }

    /// Says what makes a schedule impossible. Without that every time fits into `u64`: in a list
    /// schedule something runs, or waits for a lag or a release, at any time before the end.
    pub(crate) fn expect_fits<T>(&self, dag: &Dag<T>) -> Result<(), ScheduleError> {
        expect_one_per_node("durations", self.durations.len(), dag)?;
        if let Some(claims) = self.claims {
            expect_one_per_node("claims", claims.len(), dag)?;
        }
        if let Some(resources) = self.resources {
            expect_one_per_node("resources", resources.nodes(), dag)?;
            expect_enough(resources, dag)?;
        }
        if let Some(releases) = self.releases {
            expect_one_per_node("releases", releases.len(), dag)?;
        }
        if let Some(ranks) = self.ranks {
            expect_one_per_node("ranks", ranks.len(), dag)?;
        }
        self.expect_all_times_fit(dag)
    }

    fn expect_all_times_fit<T>(&self, dag: &Dag<T>) -> Result<(), ScheduleError> {
        let latest_release = self.releases.and_then(|all| all.iter().copied().max());
        let lags = self.lags.map_or(Some(0), |lags| {
            lags.values().try_fold(0_u64, u64::checked_add)
        });
        let mut sum = lags.and_then(|lags| lags.checked_add(latest_release.unwrap_or(0)));
        for (node, duration) in dag.nodes().zip(self.durations) {
            sum = sum.and_then(|sum| sum.checked_add(*duration));
            if sum.is_none() {
                let id = dag.id(node).to_owned();
                return Err(TimeError::Overflow { id }.into());
            }
        }
        Ok(())
    }
}

fn expect_enough<T>(resources: &Resources, dag: &Dag<T>) -> Result<(), ScheduleError> {
    for node in dag.nodes() {
        for (resource, needed) in resources.needed(node) {
            let capacity = resources.capacity(resource);
            if needed > capacity {
                return Err(ScheduleError::NeedsTooMuch {
                    id: dag.id(node).to_owned(),
                    resource: resources.name(resource).to_owned(),
                    needed,
                    capacity,
                });
            }
        }
    }
    Ok(())
}

/// Why there is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The workload does not fit the graph, or its times do not fit into `u64`.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// The schedule to begin with is none of this workload.
    #[error("the schedule to begin with breaks a rule: {0}")]
    Given(#[from] Violation),
    /// A node needs more of a resource than there is, so it can never start.
    #[error("`{id}` needs {needed} of `{resource}`, of which there are {capacity}")]
    NeedsTooMuch {
        /// The node.
        id: String,
        /// The resource.
        resource: String,
        /// What the node needs of it.
        needed: u64,
        /// What there is.
        capacity: u64,
    },
}
