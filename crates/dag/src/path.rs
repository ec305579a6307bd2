use std::collections::{HashMap, VecDeque};

use crate::{Dag, NodeId};

impl<T> Dag<T> {
    /// A shortest path along edges, both ends included; among several through the nodes that were
    /// added first. `None` if `to` does not wait for `from`; a path from a node to itself is that
    /// node.
    ///
    /// # Complexity
    ///
    /// O(V + E) at worst; only nodes behind `from` are looked at (breadth-first search).
    #[must_use]
    pub fn path(&self, from: NodeId, to: NodeId) -> Option<Vec<NodeId>> {
        let mut reached_from = HashMap::from([(from, from)]);
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node == to {
                return Some(trace(&reached_from, from, to));
            }
            for &next in self.successors(node) {
                reached_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    node
                });
            }
        }
        None
    }
}

fn trace(reached_from: &HashMap<NodeId, NodeId>, from: NodeId, to: NodeId) -> Vec<NodeId> {
    let before = |node: &NodeId| (*node != from).then(|| reached_from[node]);
    let mut path: Vec<NodeId> = std::iter::successors(Some(to), before).collect();
    path.reverse();
    path
}
