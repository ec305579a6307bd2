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
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Unchecked")
)]
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

/// A width as it is read, before anybody has looked at it.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
struct Unchecked {
    antichain: Vec<NodeId>,
    chain_nodes: Vec<NodeId>,
    chain_ends: Vec<usize>,
}

#[cfg(feature = "serde")]
impl TryFrom<Unchecked> for Width {
    type Error = &'static str;

    /// Says whether it could be the width of some graph: which one, it cannot know.
    fn try_from(read: Unchecked) -> Result<Self, Self::Error> {
        let Unchecked {
            antichain,
            chain_nodes,
            chain_ends,
        } = read;
        let ends_rise = chain_ends.is_sorted_by(|a, b| a < b) && chain_ends.first() != Some(&0);
        if !ends_rise || chain_ends.last().copied().unwrap_or(0) != chain_nodes.len() {
            return Err("chains end one after the other, the last with the last node");
        }
        if antichain.len() != chain_ends.len() {
            return Err("there are as many chains as nodes in the antichain");
        }
        let mut seen = vec![false; chain_nodes.len()];
        for node in &chain_nodes {
            match seen.get_mut(node.index()) {
                Some(seen) if !*seen => *seen = true,
                _ => return Err("every node is in one chain"),
            }
        }
        if !antichain.is_sorted_by(|a, b| a < b)
            || antichain.iter().any(|node| node.index() >= seen.len())
        {
            return Err("an antichain is nodes in ascending order");
        }
        Ok(Self {
            antichain,
            chain_nodes,
            chain_ends,
        })
    }
}
