use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::{NodeId, ResourceId, Resources};

/// How much of each resource is free right now, and who waits for it.
///
/// Nodes that wait are kept in lines, by resource and by how much of it they need. A release calls
/// the first of each line that what is free is enough for, unless one before it has been called and has
/// not been tried yet: the others of a line would not fit either, or come right after it. So nothing is
/// looked through for someone who fits.
///
/// A driver asks [`fits_or_waits`](Self::fits_or_waits) before it starts a node, and
/// [`take`](Self::take)s if it does start it. Once it is clear whether a node that was called starts,
/// [`settle`](Self::settle) lets the next of its line be called.
///
/// ```
/// use wavecrew_dag::{HeldResources, NodeId, Resources};
///
/// let [one, two, three] = [0, 1, 2].map(NodeId::from_index);
/// let mut resources = Resources::new(3);
/// let seats = resources.add("seats", 3);
/// resources.need(one, seats, 2).need(two, seats, 2).need(three, seats, 2);
///
/// let mut held = HeldResources::owned(resources, vec![0, 0, 1]);
/// assert!(held.fits_or_waits(one));
/// held.take(one);
/// assert!(!held.fits_or_waits(two));
/// assert!(!held.fits_or_waits(three));
///
/// let mut called = Vec::new();
/// held.give_back(one, |node| called.push(node));
/// assert_eq!(called, [three], "the higher rank goes first, and only the first is called");
/// assert!(held.fits_or_waits(three));
/// held.take(three);
/// held.settle(three, |node| called.push(node));
/// assert_eq!(called.len(), 1, "nothing is left that would be enough for the next");
/// ```
#[derive(Clone, Debug)]
pub struct HeldResources<'a> {
    resources: Cow<'a, Resources>,
    free: Vec<u64>,
    waiting: Vec<BTreeMap<u64, Line>>,
    /// The line from which each node was called, until it is clear whether it starts.
    called_from: Vec<Option<(ResourceId, u64)>>,
    ranks: Cow<'a, [u64]>,
}

/// The largest rank goes first, then the node that was added first.
type Turn = (u64, Reverse<NodeId>);

/// Nodes that need the same amount of the same resource.
#[derive(Clone, Debug, Default)]
struct Line {
    waiting: BinaryHeap<Turn>,
    /// Those that were called, and it is not yet clear whether they start: hardly ever more than one.
    called: Vec<Turn>,
}

impl HeldResources<'static> {
    /// As [`new`](HeldResources::new), with resources and ranks of its own.
    ///
    /// # Panics
    ///
    /// As [`new`](HeldResources::new).
    #[must_use]
    pub fn owned(resources: Resources, ranks: Vec<u64>) -> Self {
        Self::over(Cow::Owned(resources), Cow::Owned(ranks))
    }
}

impl<'a> HeldResources<'a> {
    /// All of every resource is free. Of nodes that need the same, those of larger rank go first.
    ///
    /// # Panics
    ///
    /// If there is not one rank for each node of the resources.
    #[must_use]
    pub fn new(resources: &'a Resources, ranks: &'a [u64]) -> Self {
        Self::over(Cow::Borrowed(resources), Cow::Borrowed(ranks))
    }

    fn over(resources: Cow<'a, Resources>, ranks: Cow<'a, [u64]>) -> Self {
        assert_eq!(resources.nodes(), ranks.len(), "one rank per node");
        let free = resources.ids().map(|id| resources.capacity(id)).collect();
        let waiting = resources.ids().map(|_| BTreeMap::new()).collect();
        Self {
            free,
            waiting,
            called_from: vec![None; ranks.len()],
            resources,
            ranks,
        }
    }

    /// What the node needs more of than there is at all: its name, how much is needed and how much
    /// there is. Such a node would wait for ever.
    ///
    /// # Panics
    ///
    /// If there is no such node, as all methods here.
    #[must_use]
    pub fn never_fits(&self, node: NodeId) -> Option<(&str, u64, u64)> {
        let mut needed = self.resources.needed(node);
        let (resource, needed) =
            needed.find(|&(resource, needed)| needed > self.resources.capacity(resource))?;
        let (name, capacity) = (
            self.resources.name(resource),
            self.resources.capacity(resource),
        );
        Some((name, needed, capacity))
    }

    /// Adds a node with the needs and the rank of another; its id follows that of the last.
    pub fn add_like(&mut self, other: NodeId) {
        self.resources.to_mut().add_like(other);
        let rank = self.ranks[other.index()];
        self.ranks.to_mut().push(rank);
        self.called_from.push(None);
    }

    /// Whether all that the node needs is free. If not, the node waits for a release to call it.
    ///
    /// # Complexity
    ///
    /// O(needs of the node × log of the nodes that wait), as for all methods here, but for
    /// [`give_back`](Self::give_back), which takes one step more for each line that it calls from.
    pub fn fits_or_waits(&mut self, node: NodeId) -> bool {
        let lacking =
            |(resource, needed): &(ResourceId, u64)| self.free[resource.index()] < *needed;
        let Some((resource, needed)) = self.resources.needed(node).find(lacking) else {
            return true;
        };
        let line = self.waiting[resource.index()].entry(needed).or_default();
        line.waiting.push((self.ranks[node.index()], Reverse(node)));
        false
    }

    /// Takes what the node needs, all of which is free.
    pub fn take(&mut self, node: NodeId) {
        for (resource, needed) in self.resources.needed(node) {
            self.free[resource.index()] -= needed;
        }
    }

    /// Gives back what the node has taken; calls those that may fit now.
    pub fn give_back(&mut self, node: NodeId, mut call: impl FnMut(NodeId)) {
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

    /// It is clear now whether the node starts, so the next of its line may be called. Nothing happens
    /// if it was not called.
    pub fn settle(&mut self, node: NodeId, mut call: impl FnMut(NodeId)) {
        let Some((resource, needed)) = self.called_from[node.index()].take() else {
            return;
        };
        let lines = &mut self.waiting[resource.index()];
        let line = lines
            .get_mut(&needed)
            .expect("a line stays while it is called");
        line.called.retain(|(_, Reverse(called))| *called != node);
        let is_enough = needed <= self.free[resource.index()];
        if let Some(next) = is_enough.then(|| line.call()).flatten() {
            self.called_from[next.index()] = Some((resource, needed));
            call(next);
        } else if line.is_empty() {
            lines.remove(&needed);
        }
    }
}

impl Line {
    /// Calls the first, unless one that goes before it has been called.
    fn call(&mut self) -> Option<NodeId> {
        let &first = self.waiting.peek()?;
        if self.called.iter().any(|called| *called > first) {
            return None;
        }
        self.waiting.pop();
        self.called.push(first);
        let (_, Reverse(node)) = first;
        Some(node)
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.called.is_empty()
    }
}
