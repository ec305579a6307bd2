use std::ops::Range;
use std::sync::Arc;

use crate::NodeId;
use crate::cycle::find_cycles;
use crate::min_set::MinSet;
use crate::radix;

/// The edges of an acyclic graph in compact form, both ways, with one topological order.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    pub(crate) successors: Arc<Adjacency>,
    pub(crate) predecessors: Arc<Adjacency>,
    pub(crate) order: Arc<Vec<NodeId>>,
}

impl Topology {
    /// Merges repeated edges and sorts the nodes; or gives one cycle for each strongly connected
    /// component, each as its nodes in order. No edge may lead from a node to itself.
    pub(crate) fn new(
        nodes: usize,
        edges: Vec<(NodeId, NodeId)>,
    ) -> Result<Self, Vec<Vec<NodeId>>> {
        let survey = Survey::of(&edges);
        let (successors, predecessors) = both_ways(nodes, edges, survey);
        let order = if survey.leads_on {
            (0..nodes as u32).map(NodeId).collect()
        } else {
            topological_order(&successors, &predecessors)
        };
        if order.len() < nodes {
            return Err(find_cycles(&successors, &order));
        }
        Ok(Self {
            successors: Arc::new(successors),
            predecessors: Arc::new(predecessors),
            order: Arc::new(order),
        })
    }

    /// The same without some edges that lead where others lead too, given in the order of
    /// [`Adjacency::edges`]. Nobody becomes free any earlier, so the order stays as it is.
    pub(crate) fn without(&self, redundant: impl Iterator<Item = (NodeId, NodeId)>) -> Self {
        let mut redundant = redundant.peekable();
        let edges = self.successors.edges();
        let kept = edges.filter(|edge| redundant.next_if_eq(edge).is_none());
        let kept: Vec<_> = kept.collect();
        let survey = Survey::of(&kept);
        let (successors, predecessors) = both_ways(self.successors.len(), kept, survey);
        Self {
            successors: Arc::new(successors),
            predecessors: Arc::new(predecessors),
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

    #[inline]
    pub(crate) fn row(&self, node: NodeId) -> &[NodeId] {
        &self.neighbours[self.span(node)]
    }

    /// How long each row is.
    pub(crate) fn row_lengths(&self) -> impl Iterator<Item = usize> {
        let ends = self.starts.windows(2);
        ends.map(|ends| (ends[1] - ends[0]) as usize)
    }

    /// Where a node's row is among all edges.
    #[inline]
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

    /// Pairs of node and neighbour, sorted by node.
    fn new(nodes: usize, pairs: impl ExactSizeIterator<Item = (NodeId, NodeId)>) -> Self {
        u32::try_from(pairs.len()).expect("fewer than 2^32 edges");
        let mut starts = Vec::with_capacity(nodes + 1);
        let mut neighbours = Vec::with_capacity(pairs.len());
        for (node, neighbour) in pairs {
            if starts.len() <= node.index() {
                starts.resize(node.index() + 1, neighbours.len() as u32);
            }
            neighbours.push(neighbour);
        }
        starts.resize(nodes + 1, neighbours.len() as u32);
        Self { starts, neighbours }
    }

    /// Sorts every row, and drops repeated neighbours.
    fn tidy(mut self) -> Self {
        let most = self.len() as u64;
        let mut kept = 0;
        for node in 0..self.len() {
            let row = self.starts[node] as usize..self.starts[node + 1] as usize;
            let neighbours = &mut self.neighbours[row.clone()];
            if neighbours.len() > SHORT_ROW {
                radix::sort_by_key(neighbours, most, |neighbour| u64::from(neighbour.0));
            } else {
                neighbours.sort_unstable();
            }
            let start = kept;
            self.starts[node] = start as u32;
            let is_in_place = start == row.start;
            if is_in_place && self.neighbours[row.clone()].is_sorted_by(|a, b| a < b) {
                kept = row.end;
                continue;
            }
            for read in row {
                if kept == start || self.neighbours[kept - 1] != self.neighbours[read] {
                    self.neighbours[kept] = self.neighbours[read];
                    kept += 1;
                }
            }
        }
        let last = self.len();
        self.starts[last] = kept as u32;
        self.neighbours.truncate(kept);
        self.neighbours.shrink_to_fit();
        self
    }

    /// The same edges from their other ends.
    fn reversed(&self) -> Self {
        if self.is_local() {
            let mut rows = Rows::new(self.len(), self.neighbours.iter().copied());
            for node in (0..self.len()).map(NodeId::from_index) {
                for &neighbour in self.row(node) {
                    rows.put(neighbour, node);
                }
            }
            return rows.finish();
        }
        let turned = self.edges().map(|(node, neighbour)| (neighbour, node));
        let mut pairs = Vec::with_capacity(self.edge_count());
        pairs.extend(turned);
        radix::sort_by_key(&mut pairs, self.len() as u64, |(node, _)| u64::from(node.0));
        Self::new(self.len(), pairs.into_iter())
    }

    /// Whether neighbours have numbers near each other, as the first of each row says, or any are
    /// near enough.
    fn is_local(&self) -> bool {
        let nodes = (0..self.len()).map(NodeId::from_index);
        let is_near = |node: &NodeId| {
            let first = self.row(*node).first();
            first.is_none_or(|first| first.0.abs_diff(node.0) < NEAR)
        };
        self.len() < NEAR as usize || nodes.filter(is_near).count() > self.len() / 4 * 3
    }
}

/// Rows that are filled with one neighbour after another, each put where it belongs: the fastest way if
/// those places are near each other. Rows keep the order in which they are filled.
struct Rows {
    /// Where the next neighbour of each node goes, one place ahead: what begins as the start of a row
    /// ends as its end, which is the start of the next.
    next: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Rows {
    /// Room for one neighbour of a node each time that the node is named.
    fn new(nodes: usize, named: impl ExactSizeIterator<Item = NodeId>) -> Self {
        let neighbours = vec![0; named.len()];
        u32::try_from(neighbours.len()).expect("fewer than 2^32 edges");
        let mut next = vec![0_u32; nodes + 2];
        for node in named {
            next[node.index() + 2] += 1;
        }
        let mut start = 0;
        for length in &mut next {
            start += *length;
            *length = start;
        }
        Self { next, neighbours }
    }

    fn put(&mut self, node: NodeId, neighbour: NodeId) {
        let next = &mut self.next[node.index() + 1];
        self.neighbours[*next as usize] = neighbour.0;
        *next += 1;
    }

    fn finish(mut self) -> Adjacency {
        self.next.pop();
        Adjacency {
            starts: self.next,
            neighbours: self.neighbours.into_iter().map(NodeId).collect(),
        }
    }
}

/// Rows up to this length are sorted by comparisons.
const SHORT_ROW: usize = 32;

/// What is so many nodes apart fits into a processor's caches together.
const NEAR: u32 = 1 << 15;

/// What one look at all edges tells.
#[derive(Clone, Copy)]
struct Survey {
    /// They come in the order of the nodes that they lead from.
    is_by_from: bool,
    /// They come in the order of the nodes that they lead to.
    is_by_to: bool,
    /// All lead to nodes that were added later.
    leads_on: bool,
    /// Most are between nodes near each other.
    is_local: bool,
}

impl Survey {
    fn of(edges: &[(NodeId, NodeId)]) -> Self {
        let mut survey = Self {
            is_by_from: true,
            is_by_to: true,
            leads_on: true,
            is_local: true,
        };
        let mut near = 0_usize;
        let mut before = (NodeId(0), NodeId(0));
        for &(from, to) in edges {
            survey.is_by_from &= before.0 <= from;
            survey.is_by_to &= before.1 <= to;
            survey.leads_on &= from < to;
            near += usize::from(from.0.abs_diff(to.0) < NEAR);
            before = (from, to);
        }
        survey.is_local = near >= edges.len() / 4 * 3;
        survey
    }
}

/// Successors and predecessors, rows sorted, each neighbour once.
fn both_ways(
    nodes: usize,
    mut edges: Vec<(NodeId, NodeId)>,
    survey: Survey,
) -> (Adjacency, Adjacency) {
    // Rows that are filled in the order of their neighbours need no sorting.
    if survey.is_by_to && survey.is_local {
        let mut rows = Rows::new(nodes, edges.iter().map(|(from, _)| *from));
        for (from, to) in edges {
            rows.put(from, to);
        }
        let successors = rows.finish().tidy();
        let predecessors = successors.reversed();
        return (successors, predecessors);
    }
    if survey.is_by_to && !survey.is_by_from {
        let predecessors = Adjacency::new(nodes, edges.iter().map(|&(from, to)| (to, from)));
        drop(edges);
        let predecessors = predecessors.tidy();
        return (predecessors.reversed(), predecessors);
    }
    radix::sort_by_key(&mut edges, nodes as u64, |(from, _)| u64::from(from.0));
    let successors = Adjacency::new(nodes, edges.iter().copied());
    drop(edges);
    let successors = successors.tidy();
    let predecessors = successors.reversed();
    (successors, predecessors)
}

/// Kahn's algorithm; among nodes that are free to go next, the one added first. Nodes on or
/// behind a cycle are left out.
fn topological_order(successors: &Adjacency, predecessors: &Adjacency) -> Vec<NodeId> {
    let nodes = successors.len();
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
