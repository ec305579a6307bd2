use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::{NodeId, ResourceId, Resources};

/// How much of each resource is free right now, and who waits for it.
///
/// Nodes that wait are kept by resource and by how much of it they need, and of those that need
/// the same only the first in turn is tried when some is free again: the others would not fit
/// either, or come right after it.
pub(crate) struct HeldResources<'a> {
    resources: &'a Resources,
    free: Vec<u64>,
    waiting: Vec<BTreeMap<u64, Line>>,
    /// The line from which a node was called, until it is clear whether it starts.
    called_from: Vec<Option<(ResourceId, u64)>>,
    ranks: &'a [u64],
}

/// Nodes that need the same amount of the same resource.
#[derive(Default)]
struct Line {
    nodes: BinaryHeap<(u64, Reverse<NodeId>)>,
    /// Whether its first has been called, and it is not yet clear whether that starts.
    is_called: bool,
}

impl<'a> HeldResources<'a> {
    pub(crate) fn new(resources: &'a Resources, ranks: &'a [u64]) -> Self {
        let free = resources.ids().map(|id| resources.capacity(id)).collect();
        Self {
            resources,
            free,
            waiting: resources.ids().map(|_| BTreeMap::new()).collect(),
            called_from: vec![None; ranks.len()],
            ranks,
        }
    }

    /// Whether all that the node needs is free. If not, the node waits for a release to call it.
    pub(crate) fn fits_or_waits(&mut self, node: NodeId) -> bool {
        let lacking =
            |(resource, needed): &(ResourceId, u64)| self.free[resource.index()] < *needed;
        let Some((resource, needed)) = self.resources.needed(node).find(lacking) else {
            return true;
        };
        let line = self.waiting[resource.index()].entry(needed).or_default();
        line.nodes.push((self.ranks[node.index()], Reverse(node)));
        false
    }

    /// Takes what the node needs, all of which is free.
    pub(crate) fn take(&mut self, node: NodeId) {
        for (resource, needed) in self.resources.needed(node) {
            self.free[resource.index()] -= needed;
        }
    }

    /// Gives back what the node has taken; calls those that may fit now.
    pub(crate) fn give_back(&mut self, node: NodeId, mut call: impl FnMut(NodeId)) {
        for (resource, needed) in self.resources.needed(node) {
            self.free[resource.index()] += needed;
        }
        for (resource, _) in self.resources.needed(node) {
            let free = self.free[resource.index()];
            for (&needed, line) in self.waiting[resource.index()].range_mut(..=free) {
                if let Some(first) = line.call() {
                    self.called_from[first.index()] = Some((resource, needed));
                    call(first);
                }
            }
        }
    }

    /// It is clear now whether the node starts, so the next of its line may be called.
    pub(crate) fn settle(&mut self, node: NodeId, mut call: impl FnMut(NodeId)) {
        let Some((resource, needed)) = self.called_from[node.index()].take() else {
            return;
        };
        let lines = &mut self.waiting[resource.index()];
        let line = lines
            .get_mut(&needed)
            .expect("a line stays while it is called");
        line.is_called = false;
        if needed > self.free[resource.index()] {
            return;
        }
        match line.call() {
            Some(next) => {
                self.called_from[next.index()] = Some((resource, needed));
                call(next);
            }
            None => drop(lines.remove(&needed)),
        }
    }
}

impl Line {
    fn call(&mut self) -> Option<NodeId> {
        if self.is_called {
            return None;
        }
        let (_, Reverse(first)) = self.nodes.pop()?;
        self.is_called = true;
        Some(first)
    }
}
