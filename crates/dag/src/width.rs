mod chains;
mod flow;

use crate::{Dag, NodeId};
use chains::chains;
use flow::Flow;

/// How wide a graph is: a largest set of nodes of which none waits for another, and as few chains
/// as hold all nodes.
///
/// Both have the same number (Dilworth, "A decomposition theorem for partially ordered sets", Ann.
/// of Math. 51, 1950), so each proves the other: with that many slots nothing ever waits for a
/// slot, and more slots than that are never of use.
///
/// ```
/// use wavecrew_dag::{DagBuilder, Width};
///
/// let mut builder = DagBuilder::new();
/// builder.node("parse", ()).node("api", ()).node("cli", ()).node("ship", ());
/// builder.edge("parse", "api").edge("parse", "cli");
/// builder.edge("api", "ship").edge("cli", "ship");
/// let dag = builder.build()?;
///
/// let width = Width::new(&dag);
/// let widest: Vec<&str> = width.antichain().iter().map(|&node| dag.id(node)).collect();
/// assert_eq!(widest, ["api", "cli"]);
/// assert_eq!(width.chains().len(), 2);
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Width {
    antichain: Vec<NodeId>,
    chain_nodes: Vec<NodeId>,
    chain_ends: Vec<usize>,
}

impl Width {
    /// Finds both, exactly, for graphs of any size.
    ///
    /// The fewest chains are a largest matching between nodes and nodes behind them (Fulkerson,
    /// "Note on Dilworth's decomposition theorem for partially ordered sets", Proc. AMS 7, 1956).
    /// Instead of matching over the transitive closure, which may be quadratic, this is a flow over
    /// the edges themselves that may pass through nodes. A greedy sweep finds most of it; phases of
    /// disjoint depth-first searches (Pothen and Fan, "Computing the block triangular form of a
    /// sparse matrix", ACM TOMS 16(4), 1990) find the rest.
    ///
    /// # Complexity
    ///
    /// O(V + E) memory. O(V + E) time for each phase and the length of each path that it finds; the
    /// number of phases is at most one more than what the sweep misses, and small on graphs that
    /// anyone has drawn.
    #[must_use]
    pub fn new<T>(dag: &Dag<T>) -> Self {
        let mut flow = Flow::new(dag);
        flow.sweep(dag.topological());
        let antichain = flow.augment();
        let (chain_nodes, chain_ends) = chains(&flow, dag.topological());
        Self {
            antichain,
            chain_nodes,
            chain_ends,
        }
    }

    /// A largest set of nodes of which none waits for another, in ascending order.
    #[must_use]
    pub fn antichain(&self) -> &[NodeId] {
        &self.antichain
    }

    /// As few chains as hold every node just once. Each node of a chain waits for the one before
    /// it, directly or not. Chains are in the order of their first nodes.
    pub fn chains(&self) -> impl ExactSizeIterator<Item = &[NodeId]> + DoubleEndedIterator {
        (0..self.len()).map(|chain| {
            let start = if chain == 0 {
                0
            } else {
                self.chain_ends[chain - 1]
            };
            &self.chain_nodes[start..self.chain_ends[chain]]
        })
    }

    /// The number of nodes in the antichain, and of chains.
    #[must_use]
    pub fn len(&self) -> usize {
        self.antichain.len()
    }

    /// Whether there are no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.antichain.is_empty()
    }
}
