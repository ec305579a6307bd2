use std::sync::Arc;

use crate::{NodeId, radix};

/// The order in which nodes go when all are ready.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    ranks: Arc<Vec<u64>>,
    sorting: Sorting,
    /// So many bits of a turn tell the node.
    node_bits: u32,
}

#[derive(Clone, Debug)]
enum Sorting {
    /// Ranks never rise.
    AsAdded,
    /// By how far ranks are below the largest, which fits beside the node.
    Below(u64),
    /// By the place of each node's rank among all that differ.
    Places(Arc<[u32]>),
}

impl Turns {
    pub(super) fn new(ranks: Arc<Vec<u64>>) -> Self {
        let node_bits = usize::BITS - ranks.len().leading_zeros();
        let ends = |(least, most): (u64, u64), &rank: &u64| (least.min(rank), most.max(rank));
        let (least, most) = ranks.iter().fold((u64::MAX, 0), ends);
        let sorting = if ranks.is_sorted_by(|a, b| a >= b) {
            Sorting::AsAdded
        } else if (most - least).leading_zeros() > node_bits {
            Sorting::Below(most)
        } else {
            Sorting::Places(places(&ranks, most))
        };
        Self {
            ranks,
            sorting,
            node_bits,
        }
    }

    pub(super) fn node_bits(&self) -> u32 {
        self.node_bits
    }

    /// Whether nodes go in the order in which they were added.
    pub(super) fn are_as_added(&self) -> bool {
        matches!(self.sorting, Sorting::AsAdded)
    }

    /// The rank of each node of the graph.
    pub(super) fn ranks(&self) -> &[u64] {
        &self.ranks
    }

    /// A number for a node's turn: the least goes first, and of nodes of one rank the one that was
    /// added first.
    #[inline]
    pub(super) fn turn(&self, node: NodeId) -> u64 {
        let below = match &self.sorting {
            Sorting::AsAdded => 0,
            Sorting::Below(most) => most - self.ranks[node.index()],
            Sorting::Places(places) => u64::from(places[node.index()]),
        };
        below << self.node_bits | u64::from(node.0)
    }

    #[inline]
    pub(super) fn node(&self, turn: u64) -> NodeId {
        NodeId((turn & ((1 << self.node_bits) - 1)) as u32)
    }
}

/// Where each rank is among all that differ, the largest first.
fn places(ranks: &[u64], most: u64) -> Arc<[u32]> {
    let pairs = ranks.iter().zip(0..);
    let mut pairs: Vec<(u64, u32)> = pairs.map(|(rank, node)| (most - rank, node)).collect();
    radix::sort_by_key(&mut pairs, most, |&(below, _)| below);
    let mut places = vec![0; ranks.len()];
    let of_one_rank = pairs.chunk_by(|(below, _), (other, _)| below == other);
    for (place, nodes) in of_one_rank.enumerate() {
        for &(_, node) in nodes {
            places[node as usize] = place as u32;
        }
    }
    places.into()
}
