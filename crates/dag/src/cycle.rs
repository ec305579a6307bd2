use std::collections::VecDeque;
use std::fmt;

use crate::NodeId;
use crate::topology::Adjacency;

/// Nodes that wait for each other in a ring.
///
/// Displays as `a -> b -> a`: each must finish before the next may start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Cycle {
    /// The ids around the ring, each once, beginning with the node that was added first; an edge
    /// leads from each to the next and from the last to the first. A self-edge is a ring of one.
    pub path: Vec<String>,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for id in &self.path {
            write!(f, "{id} -> ")?;
        }
        f.write_str(self.path.first().map_or("", String::as_str))
    }
}

/// One cycle for each strongly connected component of two nodes or more: a shortest one through
/// the component's first node. `sorted` are nodes known to be on no cycle. O(V + E).
pub(crate) fn find_cycles(successors: &Adjacency, sorted: &[NodeId]) -> Vec<Vec<NodeId>> {
    let components = Components::new(successors, sorted);
    let mut search = Search::new(successors.len());
    let nodes = (0..successors.len()).map(NodeId::from_index);
    let mut done = vec![false; components.count];
    let mut cycles = Vec::new();
    for node in nodes {
        let component = components.of[node.index()];
        if component != NONE && !std::mem::replace(&mut done[component as usize], true) {
            cycles.extend(search.shortest_through(node, successors, &components.of));
        }
    }
    cycles
}

const NONE: u32 = u32::MAX;

/// Breadth-first search that never leaves a component, with buffers shared by all of them.
struct Search {
    reached_from: Vec<u32>,
    queue: VecDeque<NodeId>,
}

impl Search {
    fn new(nodes: usize) -> Self {
        Self {
            reached_from: vec![NONE; nodes],
            queue: VecDeque::new(),
        }
    }

    /// A shortest cycle through `start`, or `None` if its component is that node alone.
    fn shortest_through(
        &mut self,
        start: NodeId,
        successors: &Adjacency,
        component: &[u32],
    ) -> Option<Vec<NodeId>> {
        self.queue.clear();
        self.queue.push_back(start);
        while let Some(node) = self.queue.pop_front() {
            for &next in successors.row(node) {
                if next == start {
                    return Some(self.trace(start, node));
                }
                let inside = component[next.index()] == component[start.index()];
                if inside && self.reached_from[next.index()] == NONE {
                    self.reached_from[next.index()] = node.0;
                    self.queue.push_back(next);
                }
            }
        }
        None
    }

    fn trace(&self, start: NodeId, last: NodeId) -> Vec<NodeId> {
        let mut path = vec![last];
        let mut node = last;
        while node != start {
            node = NodeId(self.reached_from[node.index()]);
            path.push(node);
        }
        path.reverse();
        path
    }
}

/// Strongly connected components, by Tarjan's algorithm ("Depth-first search and linear graph
/// algorithms", SIAM J. Comput. 1(2), 1972) with its own stack instead of recursion.
struct Components {
    /// The component of each node, or `NONE` for nodes that were known to be on no cycle.
    of: Vec<u32>,
    count: usize,
}

impl Components {
    fn new(successors: &Adjacency, sorted: &[NodeId]) -> Self {
        let nodes = successors.len();
        let mut walk = Walk {
            entered: vec![NONE; nodes],
            low: vec![0; nodes],
            open: Vec::new(),
            clock: 0,
            components: Self {
                of: vec![NONE; nodes],
                count: 0,
            },
        };
        for &node in sorted {
            walk.entered[node.index()] = 0;
        }
        walk.clock = 1;
        for root in (0..nodes).map(NodeId::from_index) {
            if walk.entered[root.index()] == NONE {
                walk.from(root, successors);
            }
        }
        walk.components
    }
}

struct Walk {
    /// When the walk came to a node, `NONE` before that.
    entered: Vec<u32>,
    /// The earliest open node that a node's subtree leads back to.
    low: Vec<u32>,
    /// Nodes whose component is not yet known.
    open: Vec<NodeId>,
    clock: u32,
    components: Components,
}

impl Walk {
    fn from(&mut self, root: NodeId, successors: &Adjacency) {
        let mut path = vec![(root, 0_usize)];
        self.enter(root);
        while let Some((node, tried)) = path.last_mut() {
            let node = *node;
            if let Some(&next) = successors.row(node).get(*tried) {
                *tried += 1;
                if self.entered[next.index()] == NONE {
                    self.enter(next);
                    path.push((next, 0));
                } else if self.is_open(next) {
                    let back = self.entered[next.index()];
                    self.lower(node, back);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                self.lower(parent, self.low[node.index()]);
            }
            if self.low[node.index()] == self.entered[node.index()] {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: NodeId) {
        self.entered[node.index()] = self.clock;
        self.low[node.index()] = self.clock;
        self.clock += 1;
        self.open.push(node);
    }

    fn is_open(&self, node: NodeId) -> bool {
        self.entered[node.index()] != 0 && self.components.of[node.index()] == NONE
    }

    fn lower(&mut self, node: NodeId, to: u32) {
        let low = &mut self.low[node.index()];
        *low = (*low).min(to);
    }

    fn close(&mut self, first: NodeId) {
        let component = self.components.count as u32;
        self.components.count += 1;
        while let Some(node) = self.open.pop() {
            self.components.of[node.index()] = component;
            if node == first {
                return;
            }
        }
    }
}
