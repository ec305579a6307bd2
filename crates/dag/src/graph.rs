use std::sync::Arc;

use crate::NodeId;
use crate::id_table::IdTable;
use crate::topology::{Edges, Topology};

/// An acyclic graph of nodes that each have an id and a payload.
///
/// Only [`DagBuilder::build`](crate::DagBuilder::build) makes one, so whoever has a `Dag` needs no
/// check for cycles. It never changes; edges and ids are shared by clones, by what
/// [`map`](Self::map) makes, and by every [`Frontier`](crate::Frontier) over it.
#[derive(Clone, Debug)]
pub struct Dag<T> {
    topology: Topology,
    ids: Arc<IdTable>,
    payloads: Vec<T>,
}

impl<T> Dag<T> {
    pub(crate) fn from_parts(topology: Topology, ids: IdTable, payloads: Vec<T>) -> Self {
        Self {
            topology,
            ids: Arc::new(ids),
            payloads,
        }
    }

    pub(crate) fn ids(&self) -> &IdTable {
        &self.ids
    }

    pub(crate) fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The same nodes with other edges.
    pub(crate) fn with_topology(&self, topology: Topology) -> Self
    where
        T: Clone,
    {
        Self {
            topology,
            ids: Arc::clone(&self.ids),
            payloads: self.payloads.clone(),
        }
    }

    pub(crate) fn edges_both_ways(&self) -> Edges<'_> {
        Edges {
            after: &self.topology.successors,
            before: &self.topology.predecessors,
        }
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.payloads.len()
    }

    /// Whether there are no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.payloads.is_empty()
    }

    /// The number of edges; an edge that was given twice counts once.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.topology.successors.edge_count()
    }

    /// Every node, in the order in which they were added.
    pub fn nodes(
        &self,
    ) -> impl ExactSizeIterator<Item = NodeId> + DoubleEndedIterator + Clone + use<T> {
        (0..self.len()).map(NodeId::from_index)
    }

    /// Every edge as (from, to), by `from` and then `to`.
    pub fn edges(&self) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        self.topology.successors.edges()
    }

    /// The id that the node was added with.
    ///
    /// # Panics
    ///
    /// Like every method that takes a [`NodeId`]: if the node is of another, larger graph.
    #[must_use]
    pub fn id(&self, node: NodeId) -> &str {
        self.ids.get(node.index())
    }

    /// The node that was added with this id. O(1), or O(log V) if each id is longer than that of the node
    /// before, or as long and behind it in the alphabet, as numbers in their order are.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<NodeId> {
        self.ids.find(id).map(NodeId::from_index)
    }

    /// What the node was added with.
    #[must_use]
    #[inline]
    pub fn payload(&self, node: NodeId) -> &T {
        &self.payloads[node.index()]
    }

    /// One payload per node, indexed by [`NodeId`].
    #[must_use]
    pub fn payloads(&self) -> &[T] {
        &self.payloads
    }

    /// The nodes that must finish before this one starts, each once, in ascending order.
    #[must_use]
    #[inline]
    pub fn predecessors(&self, node: NodeId) -> &[NodeId] {
        self.topology.predecessors.row(node)
    }

    /// The nodes that wait for this one, each once, in ascending order.
    #[must_use]
    pub fn successors(&self, node: NodeId) -> &[NodeId] {
        self.topology.successors.row(node)
    }

    /// Every node after all its predecessors; whenever several could come next, the one that was
    /// added first does. Computed once, when the graph is built.
    #[must_use]
    pub fn topological(&self) -> &[NodeId] {
        &self.topology.order
    }

    /// The same graph with other payloads, made by `f` in the order of the nodes.
    #[must_use]
    pub fn map<U>(&self, mut f: impl FnMut(NodeId, &T) -> U) -> Dag<U> {
        let payloads = self.nodes().map(|node| f(node, self.payload(node)));
        Dag {
            payloads: payloads.collect(),
            topology: self.topology.clone(),
            ids: Arc::clone(&self.ids),
        }
    }
}
