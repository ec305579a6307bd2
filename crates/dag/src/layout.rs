use crate::{Dag, NodeId};

/// Edges between positions in topological order: for each position the earlier ones that lead to
/// it, in ascending order. A sweep over it touches memory from one end to the other,
/// however the nodes were numbered.
pub(crate) struct Layout {
    order: Vec<NodeId>,
    starts: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Layout {
    /// What must finish before each position. O(V + E).
    pub(crate) fn forwards<T>(dag: &Dag<T>) -> Self {
        Self::new(dag.topological().to_vec(), |node| dag.successors(node))
    }

    /// The same for all edges the other way round: positions are counted from the last node, and
    /// rows are what waits for them.
    pub(crate) fn backwards<T>(dag: &Dag<T>) -> Self {
        let order = dag.topological().iter().rev().copied();
        Self::new(order.collect(), |node| dag.predecessors(node))
    }

    /// Neighbours are filled in position by position, by the other end of their edges, which
    /// leaves every row sorted.
    fn new<'a>(order: Vec<NodeId>, other_ends: impl Fn(NodeId) -> &'a [NodeId]) -> Self {
        let mut position = vec![0_u32; order.len()];
        for (place, node) in order.iter().enumerate() {
            position[node.index()] = place as u32;
        }
        let mut starts = vec![0_u32; order.len() + 1];
        for &node in &order {
            for other in other_ends(node) {
                starts[position[other.index()] as usize + 1] += 1;
            }
        }
        for place in 0..order.len() {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut neighbours = vec![0; starts[order.len()] as usize];
        for (place, &node) in order.iter().enumerate() {
            for other in other_ends(node) {
                let slot = &mut next[position[other.index()] as usize];
                neighbours[*slot as usize] = place as u32;
                *slot += 1;
            }
        }
        Self {
            order,
            starts,
            neighbours,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn node(&self, position: usize) -> NodeId {
        self.order[position]
    }

    /// The positions that lead to one.
    pub(crate) fn row(&self, position: usize) -> &[u32] {
        let span = self.starts[position] as usize..self.starts[position + 1] as usize;
        &self.neighbours[span]
    }

    /// Those of them that are not before `first`.
    pub(crate) fn row_from(&self, first: usize, position: usize) -> &[u32] {
        let row = self.row(position);
        &row[row.partition_point(|&before| (before as usize) < first)..]
    }
}
