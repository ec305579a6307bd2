use std::collections::HashMap;

use crate::claims::Place;
use crate::{Claims, NodeId};

/// Which claims are held right now: no two nodes whose claims overlap hold theirs at once.
///
/// A driver may simply [`try_acquire`](Self::try_acquire) again after every
/// [`release`](Self::release). One with some nodes in the way of each other does better with
/// [`acquire_or_park`](Self::acquire_or_park): a release then names just the nodes that it is
/// worth trying again. Where many nodes share one key, [`ClaimLines`](crate::ClaimLines) names one at a time.
///
/// ```
/// use wavecrew_dag::{Claims, HeldClaims, NodeId};
///
/// let [folder, file] = [0, 1].map(NodeId::from_index);
/// let mut held = HeldClaims::new(&Claims::new(2, [(folder, "src/"), (file, "src/lib.rs")]));
/// assert!(held.try_acquire(folder));
/// assert!(!held.acquire_or_park(file));
/// assert_eq!(held.release(folder), [file]);
/// assert!(held.try_acquire(file));
/// ```
#[derive(Clone, Debug)]
pub struct HeldClaims {
    claims: Claims,
    /// Who holds each place.
    holder: Vec<Option<NodeId>>,
    /// How many places below each place are held.
    held_below: Vec<u32>,
    /// Nodes by the place that was in their way.
    parked: HashMap<Place, Vec<NodeId>>,
}

impl HeldClaims {
    /// Nothing is held.
    #[must_use]
    pub fn new(claims: &Claims) -> Self {
        Self {
            claims: claims.clone(),
            holder: vec![None; claims.place_count()],
            held_below: vec![0; claims.place_count()],
            parked: HashMap::new(),
        }
    }

    /// Takes all claims of the node, or none and says `false`. A node without claims is never
    /// refused; one that holds its claims already is.
    ///
    /// # Complexity
    ///
    /// O(keys of the node × their depth), as for all methods here.
    ///
    /// # Panics
    ///
    /// If the claims do not know the node, as all methods here.
    pub fn try_acquire(&mut self, node: NodeId) -> bool {
        let free = self.obstacle(node).is_none();
        if free {
            self.acquire(node);
        }
        free
    }

    /// As [`try_acquire`](Self::try_acquire), but a node that is refused is remembered: the
    /// release that makes way for it gives it back.
    pub fn acquire_or_park(&mut self, node: NodeId) -> bool {
        match self.obstacle(node) {
            None => {
                self.acquire(node);
                true
            }
            Some(place) => {
                self.parked.entry(place).or_default().push(node);
                false
            }
        }
    }

    /// Gives up all claims that the node holds, if it does; gives the parked nodes that should
    /// try again, in ascending order. They are no longer parked, and may be refused again.
    ///
    /// Everyone who was parked because of a place that is free now is given back, so many nodes
    /// that share one key cost each release one try for each of them.
    pub fn release(&mut self, node: NodeId) -> Vec<NodeId> {
        let mut freed = Vec::new();
        self.give_up(node, |place| freed.push(place));
        let parked = |place| self.parked.remove(place).unwrap_or_default();
        let mut woken: Vec<NodeId> = freed.iter().flat_map(parked).collect();
        woken.sort_unstable();
        woken.dedup();
        woken
    }

    /// Forgets that the node is parked, if it is; for a node that is not to start any more.
    pub fn unpark(&mut self, node: NodeId) {
        self.parked.retain(|_, nodes| {
            nodes.retain(|&parked| parked != node);
            !nodes.is_empty()
        });
    }

    /// Gives up all claims that the node holds, and tells each place that is in nobody's way now: its
    /// keys, and those above under which nothing is held any more.
    pub(crate) fn give_up(&mut self, node: NodeId, mut freed: impl FnMut(Place)) {
        for &place in self.claims.places(node) {
            if self.holder[place as usize] != Some(node) {
                continue;
            }
            self.holder[place as usize] = None;
            freed(place);
            for above in self.claims.above(place) {
                self.held_below[above as usize] -= 1;
                if self.held_below[above as usize] == 0 {
                    freed(above);
                }
            }
        }
    }

    /// The first key of the node that it may not take now.
    pub(crate) fn refused_key(&self, node: NodeId) -> Option<Place> {
        let mut keys = self.claims.places(node).iter().copied();
        keys.find(|&key| self.obstacle_of(key).is_some())
    }

    /// The place that is in the way of a key: a held one at or above it, or itself with something
    /// held below.
    pub(crate) fn obstacle_of(&self, key: Place) -> Option<Place> {
        if self.held_below[key as usize] > 0 {
            return Some(key);
        }
        let mut upwards = self.claims.upwards(key);
        upwards.find(|&place| self.holder[place as usize].is_some())
    }

    fn obstacle(&self, node: NodeId) -> Option<Place> {
        let keys = self.claims.places(node).iter();
        keys.copied().find_map(|key| self.obstacle_of(key))
    }

    fn acquire(&mut self, node: NodeId) {
        for &key in self.claims.places(node) {
            self.holder[key as usize] = Some(node);
            for above in self.claims.above(key) {
                self.held_below[above as usize] += 1;
            }
        }
    }
}
