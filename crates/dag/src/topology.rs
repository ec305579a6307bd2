use std::ops::Range;
use std::sync::Arc;

use crate::NodeId;
use crate::cycle::find_cycles;
use crate::min_set::MinSet;

/// The edges of an acyclic graph in compact form, both ways, with one topological order.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    pub(crate) successors: Arc<Adjacency>,
    pub(crate) predecessors: Arc<Adjacency>,
    pub(crate) order: Arc<[NodeId]>,
}

impl Topology {
    /// Merges repeated edges and sorts the nodes; or gives one cycle for each strongly connected
    /// component, each as its nodes in order. No edge may lead from a node to itself.
    pub(crate) fn new(nodes: usize, edges: &[(NodeId, NodeId)]) -> Result<Self, Vec<Vec<NodeId>>> {
        let (successors, predecessors) = both_ways(nodes, edges);
        let order = topological_order(&successors, &predecessors);
        if order.len() < nodes {
            return Err(find_cycles(&successors, &order));
        }
        Ok(Self {
            successors: Arc::new(successors),
            predecessors: Arc::new(predecessors),
            order: order.into(),
        })
    }

    /// The same without some edges that lead where others lead too, given in the order of
    /// [`Adjacency::edges`]. Nobody becomes free any earlier, so the order stays as it is.
    pub(crate) fn without(&self, redundant: impl Iterator<Item = (NodeId, NodeId)>) -> Self {
        let mut redundant = redundant.peekable();
        let edges = self.successors.edges();
        let kept = edges.filter(|edge| redundant.next_if_eq(edge).is_none());
        let kept: Vec<(NodeId, NodeId)> = kept.collect();
        let nodes = self.successors.len();
        let reversed = || kept.iter().map(|&(from, to)| (to, from));
        Self {
            successors: Arc::new(Adjacency::group(nodes, || kept.iter().copied())),
            predecessors: Arc::new(Adjacency::group(nodes, reversed)),
            order: Arc::clone(&self.order),
        }
    }
}

/// The same edges from both their ends, in either direction of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edges<'a> {
    pub(crate) after: &'a Arc<Adjacency>,
    pub(crate) before: &'a Arc<Adjacency>,
}

impl Edges<'_> {
    pub(crate) fn reversed(self) -> Self {
        Self {
            after: self.before,
            before: self.after,
        }
    }
}

/// For each node a row of neighbours, in ascending order.
#[derive(Debug)]
pub(crate) struct Adjacency {
    /// Where each row starts in `neighbours`, and the end of the last.
    starts: Vec<u32>,
    neighbours: Vec<NodeId>,
}

impl Adjacency {
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn edge_count(&self) -> usize {
        self.neighbours.len()
    }

    pub(crate) fn row(&self, node: NodeId) -> &[NodeId] {
        &self.neighbours[self.span(node)]
    }

    /// Where a node's row is among all edges.
    pub(crate) fn span(&self, node: NodeId) -> Range<usize> {
        let start = self.starts[node.index()] as usize;
        let end = self.starts[node.index() + 1] as usize;
        start..end
    }

    /// The neighbour at a place among all edges.
    pub(crate) fn neighbour(&self, edge: usize) -> NodeId {
        self.neighbours[edge]
    }

    /// Every edge as (node, neighbour), rows in order.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (NodeId, NodeId)> {
        let nodes = (0..self.len()).map(NodeId::from_index);
        nodes.flat_map(|node| self.row(node).iter().map(move |&to| (node, to)))
    }

    /// Groups the pairs by their first half, keeping the order of the second halves.
    fn group<I>(nodes: usize, pairs: impl Fn() -> I) -> Self
    where
        I: Iterator<Item = (NodeId, NodeId)>,
    {
        let mut starts = vec![0_u32; nodes + 1];
        let mut count = 0_u32;
        for (from, _) in pairs() {
            starts[from.index() + 1] += 1;
            count = count.checked_add(1).expect("fewer than 2^32 edges");
        }
        for index in 0..nodes {
            starts[index + 1] += starts[index];
        }
        let mut next = starts.clone();
        let mut neighbours = vec![NodeId(0); count as usize];
        for (from, to) in pairs() {
            let place = &mut next[from.index()];
            neighbours[*place as usize] = to;
            *place += 1;
        }
        Self { starts, neighbours }
    }

    /// Drops repeated neighbours; rows must be sorted.
    fn merge_repeated(&mut self) {
        let mut kept = 0;
        for node in 0..self.len() {
            let row = self.starts[node] as usize..self.starts[node + 1] as usize;
            let row_start = kept;
            for read in row {
                if kept == row_start || self.neighbours[kept - 1] != self.neighbours[read] {
                    self.neighbours[kept] = self.neighbours[read];
                    kept += 1;
                }
            }
            self.starts[node] = row_start as u32;
        }
        let last = self.len();
        self.starts[last] = kept as u32;
        self.neighbours.truncate(kept);
    }
}

/// Successors and predecessors, rows sorted, by three counting sorts.
fn both_ways(nodes: usize, edges: &[(NodeId, NodeId)]) -> (Adjacency, Adjacency) {
    let by_target = Adjacency::group(nodes, || edges.iter().map(|&(from, to)| (to, from)));
    let mut successors = Adjacency::group(nodes, || by_target.edges().map(|(to, from)| (from, to)));
    drop(by_target);
    successors.merge_repeated();
    let predecessors = Adjacency::group(nodes, || successors.edges().map(|(from, to)| (to, from)));
    (successors, predecessors)
}

/// Kahn's algorithm; among nodes that are free to go next, the one added first. Nodes on or
/// behind a cycle are left out.
fn topological_order(successors: &Adjacency, predecessors: &Adjacency) -> Vec<NodeId> {
    let nodes = successors.len();
    if successors.edges().all(|(from, to)| from < to) {
        return (0..nodes).map(NodeId::from_index).collect();
    }
    let ids = (0..nodes).map(NodeId::from_index);
    let mut missing: Vec<u32> = ids.map(|id| predecessors.row(id).len() as u32).collect();
    let mut free = MinSet::new(nodes);
    for (index, _) in missing.iter().enumerate().filter(|(_, count)| **count == 0) {
        free.insert(index);
    }
    let mut order = Vec::with_capacity(nodes);
    while let Some(index) = free.pop_first() {
        let node = NodeId::from_index(index);
        order.push(node);
        for &next in successors.row(node) {
            missing[next.index()] -= 1;
            if missing[next.index()] == 0 {
                free.insert(next.index());
            }
        }
    }
    order
}
