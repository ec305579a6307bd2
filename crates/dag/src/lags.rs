use std::collections::HashMap;

use crate::{Dag, NodeId};

/// How long after the end of one node another may start: a least wait for some edges of a graph.
///
/// ```
/// use wavecrew_dag::{DagBuilder, Lags};
///
/// let mut builder = DagBuilder::new();
/// builder.node("pour", ()).node("build on it", ());
/// builder.edge("pour", "build on it");
/// let dag = builder.build()?;
/// let [pour, build] = [0, 1].map(wavecrew_dag::NodeId::from_index);
///
/// let lags = Lags::new(&dag, [(pour, build, 72)]).expect("there is such an edge");
/// assert_eq!(lags.of(pour, build), 72);
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lags {
    ticks: HashMap<(NodeId, NodeId), u64>,
}

impl Lags {
    /// Lags in ticks; an edge that is left out has none, and of several for one edge the longest
    /// holds.
    ///
    /// # Errors
    ///
    /// The first pair that is not an edge of the graph.
    pub fn new<T>(
        dag: &Dag<T>,
        lags: impl IntoIterator<Item = (NodeId, NodeId, u64)>,
    ) -> Result<Self, NoSuchEdge> {
        let mut ticks = HashMap::new();
        for (from, to, lag) in lags {
            let is_edge =
                from.index() < dag.len() && dag.successors(from).binary_search(&to).is_ok();
            if !is_edge {
                return Err(NoSuchEdge { from, to });
            }
            let longest = ticks.entry((from, to)).or_insert(0);
            *longest = lag.max(*longest);
        }
        ticks.retain(|_, lag| *lag > 0);
        Ok(Self { ticks })
    }

    /// The least wait between the end of `from` and the start of `to`.
    #[must_use]
    pub fn of(&self, from: NodeId, to: NodeId) -> u64 {
        self.ticks.get(&(from, to)).copied().unwrap_or(0)
    }

    /// Whether no edge has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ticks.is_empty()
    }

    /// All of them so many times as long, which fits into `u64`.
    pub(crate) fn times(&self, factor: u64) -> Self {
        let longer = self.ticks.iter().map(|(&edge, lag)| (edge, lag * factor));
        Self {
            ticks: longer.collect(),
        }
    }

    /// All of them, in no order.
    pub(crate) fn values(&self) -> impl Iterator<Item = u64> + '_ {
        self.ticks.values().copied()
    }
}

/// A lag is given for two nodes that no edge joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a lag is given from node {from} to node {to}, and there is no such edge")]
pub struct NoSuchEdge {
    /// The node that ends.
    pub from: NodeId,
    /// The node that would wait for it.
    pub to: NodeId,
}
