use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use crate::claims::Place;
use crate::{Claims, HeldClaims, NodeId};

/// Which claims are held right now, and who waits for which.
///
/// Whether a key may be taken has nothing to do with who wants it, so those that were refused
/// because of one key stand in one line, in their turn. Of a line only the first is tried again:
/// whoever starts with it is in the way of the others. So many nodes with one key cost one try for
/// each, where [`HeldClaims::release`] would have each release try them all.
///
/// A driver asks [`takes_or_waits`](Self::takes_or_waits) before it starts a node. Once it is clear whether a node that was
/// called starts, or that it never will, [`settle`](Self::settle) lets the next of its line be called.
///
/// ```
/// use wavecrew_dag::{ClaimLines, Claims, NodeId};
///
/// let [one, two, three] = [0, 1, 2].map(NodeId::from_index);
/// let claims = Claims::new(3, [(one, "src/"), (two, "src/lib.rs"), (three, "src/lib.rs")]);
/// let mut lines = ClaimLines::owned(&claims, vec![0, 0, 1]);
/// assert!(lines.takes_or_waits(one));
/// assert!(!lines.takes_or_waits(two));
/// assert!(!lines.takes_or_waits(three));
///
/// let mut called = Vec::new();
/// lines.release(one, |node| called.push(node));
/// assert_eq!(called, [three], "the higher rank goes first, and only the first is called");
/// assert!(lines.takes_or_waits(three));
/// lines.settle(three, |node| called.push(node));
/// assert_eq!(called.len(), 1, "the next would be refused");
/// ```
#[derive(Clone, Debug)]
pub struct ClaimLines<'a> {
    held: HeldClaims,
    /// By the key that its nodes were refused because of.
    lines: HashMap<Place, Line>,
    /// Keys of lines by the place that is in their way.
    behind: BTreeMap<Place, Vec<Place>>,
    /// From which line each node was called that has not been tried since.
    called_from: HashMap<NodeId, Place>,
    ranks: Cow<'a, [u64]>,
}

/// The largest rank goes first, then the node that was added first.
type Turn = (u64, Reverse<NodeId>);

#[derive(Clone, Debug, Default)]
struct Line {
    waiting: BinaryHeap<Turn>,
    /// Those that were called, and it is not yet clear whether they start: hardly ever more than one.
    called: Vec<Turn>,
    /// Whether something is known to be in the way.
    is_behind: bool,
}

impl ClaimLines<'static> {
    /// As [`new`](ClaimLines::new), with ranks of its own.
    ///
    /// # Panics
    ///
    /// As [`new`](ClaimLines::new).
    #[must_use]
    pub fn owned(claims: &Claims, ranks: Vec<u64>) -> Self {
        Self::over(claims, Cow::Owned(ranks))
    }
}

impl<'a> ClaimLines<'a> {
    /// Nothing is held. Of nodes that wait for the same key, those of larger rank go first.
    ///
    /// # Panics
    ///
    /// If there is not one rank for each node of the claims.
    #[must_use]
    pub fn new(claims: &Claims, ranks: &'a [u64]) -> Self {
        Self::over(claims, Cow::Borrowed(ranks))
    }

    fn over(claims: &Claims, ranks: Cow<'a, [u64]>) -> Self {
        assert_eq!(claims.len(), ranks.len(), "one rank per node");
        Self {
            held: HeldClaims::new(claims),
            lines: HashMap::new(),
            behind: BTreeMap::new(),
            called_from: HashMap::new(),
            ranks,
        }
    }

    /// Takes all claims of the node, or lets it wait for a release to call it and says `false`.
    ///
    /// # Complexity
    ///
    /// O(keys of the node × their depth + log of the nodes that wait), as for all methods here; a release takes one step
    /// more for each line that waits for what it frees.
    ///
    /// # Panics
    ///
    /// If the claims do not know the node, as all methods here.
    pub fn takes_or_waits(&mut self, node: NodeId) -> bool {
        let Some(key) = self.held.refused_key(node) else {
            return self.held.try_acquire(node);
        };
        let turn = self.turn(node);
        self.lines.entry(key).or_default().waiting.push(turn);
        self.look_at(key);
        false
    }

    /// Gives up all claims of a node; calls those that may take theirs now.
    pub fn release(&mut self, node: NodeId, mut call: impl FnMut(NodeId)) {
        let mut freed = Vec::new();
        self.held.give_up(node, |place| freed.push(place));
        for place in freed {
            for key in self.behind.remove(&place).unwrap_or_default() {
                let line = self
                    .lines
                    .get_mut(&key)
                    .expect("a line stays while some wait");
                line.is_behind = false;
                if let Some(first) = self.look_at(key) {
                    call(first);
                }
            }
        }
    }

    /// It is clear now whether the node starts, so another of its line may be called. Nothing happens if it was not called.
    pub fn settle(&mut self, node: NodeId, call: impl FnOnce(NodeId)) {
        let Some(key) = self.called_from.remove(&node) else {
            return;
        };
        let turn = self.turn(node);
        let line = self
            .lines
            .get_mut(&key)
            .expect("a line stays while one is called");
        line.called.retain(|called| *called != turn);
        self.look_at(key).map(call);
    }

    fn turn(&self, node: NodeId) -> Turn {
        (self.ranks[node.index()], Reverse(node))
    }

    /// Calls the first of a line, if nothing is in its way and nobody before it has been called;
    /// else finds out what it has to wait for.
    fn look_at(&mut self, key: Place) -> Option<NodeId> {
        let line = self
            .lines
            .get_mut(&key)
            .expect("whoever looks knows of a line");
        let Some(&first) = line.waiting.peek() else {
            if line.called.is_empty() && !line.is_behind {
                self.lines.remove(&key);
            }
            return None;
        };
        if line.is_behind {
            return None;
        }
        if let Some(place) = self.held.obstacle_of(key) {
            line.is_behind = true;
            self.behind.entry(place).or_default().push(key);
            return None;
        }
        if line.called.iter().any(|called| *called > first) {
            return None;
        }
        line.waiting.pop();
        line.called.push(first);
        let (_, Reverse(first)) = first;
        self.called_from.insert(first, key);
        Some(first)
    }
}
