use petgraph::graph::{DiGraph, IndexType};
use petgraph::visit::EdgeRef;

use crate::{BuildError, Dag, DagBuilder, NodeId};

impl<T> Dag<T> {
    /// The same graph for petgraph's algorithms. Node weights are our ids, and a petgraph
    /// `NodeIndex` has the same index as the [`NodeId`]. O(V + E).
    #[must_use]
    pub fn to_petgraph(&self) -> DiGraph<NodeId, ()> {
        let mut graph = DiGraph::with_capacity(self.len(), self.edge_count());
        for node in self.nodes() {
            graph.add_node(node);
        }
        for (from, to) in self.edges() {
            graph.add_edge(from.0.into(), to.0.into(), ());
        }
        graph
    }

    /// A graph of petgraph's, with ids made by `id` from the node's index and weight. Edge
    /// weights are dropped, parallel edges merged. O(V + E).
    ///
    /// # Errors
    ///
    /// As [`DagBuilder::build`]: cycles, and ids that two nodes bear.
    pub fn from_petgraph<E, Ix: IndexType>(
        graph: DiGraph<T, E, Ix>,
        mut id: impl FnMut(usize, &T) -> String,
    ) -> Result<Self, BuildError> {
        let edges: Vec<(usize, usize)> = graph
            .edge_references()
            .map(|edge| (edge.source().index(), edge.target().index()))
            .collect();
        let (nodes, _) = graph.into_nodes_edges();
        let mut builder = DagBuilder::new();
        let mut ids = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.into_iter().enumerate() {
            let id = id(index, &node.weight);
            ids.push(builder.add_node(id, node.weight));
        }
        for (from, to) in edges {
            builder.add_edge(ids[from], ids[to]);
        }
        builder.build()
    }
}
