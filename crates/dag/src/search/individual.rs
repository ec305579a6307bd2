use std::cmp::Reverse;

use super::instance::Instance;
use crate::sense::Sense;

/// A schedule as the search breeds it: made one way, ready to be made again the other way.
#[derive(Clone, Debug)]
pub(crate) struct Individual {
    /// From the first start to the end of all.
    pub(crate) length: u64,
    /// When each node starts, as time ran when the schedule was made.
    pub(crate) starts: Vec<u64>,
    /// The nodes in an order for the other way: whoever ended last comes first.
    pub(crate) order: Vec<u32>,
    /// Equal for equal starts, and hardly ever for others.
    pub(crate) digest: u64,
}

impl Individual {
    pub(crate) fn new(nodes: usize) -> Self {
        Self {
            length: u64::MAX,
            starts: vec![0; nodes],
            order: (0..nodes as u32).collect(),
            digest: 0,
        }
    }

    /// Says how long the schedule of the starts is, which was made this way, and finds the order for
    /// the other.
    pub(crate) fn settle(&mut self, instance: &Instance, sense: Sense, length: u64) {
        self.length = length;
        let Self { starts, order, .. } = self;
        let end = |node: u32| starts[node as usize] + instance.durations[node as usize];
        // A node of no duration may end together with one that it waits for. Nodes are numbered in
        // a topological order, which tells which of the two comes first.
        match sense {
            Sense::Forwards => order.sort_unstable_by_key(|&node| Reverse((end(node), node))),
            Sense::Backwards => order.sort_unstable_by_key(|&node| (Reverse(end(node)), node)),
        }
        let mix = |digest: u64, start: &u64| {
            (digest.rotate_left(5) ^ start).wrapping_mul(0x517c_c1b7_2722_0a95)
        };
        self.digest = starts.iter().fold(0, mix);
    }

    /// The nodes in an order from which the same schedule is made once more, the same way: whoever
    /// starts first comes first.
    pub(crate) fn order_again(&self, sense: Sense, order: &mut [u32]) {
        for (place, node) in order.iter_mut().zip(0..) {
            *place = node;
        }
        let start = |node: u32| self.starts[node as usize];
        match sense {
            Sense::Forwards => order.sort_unstable_by_key(|&node| (start(node), node)),
            Sense::Backwards => order.sort_unstable_by_key(|&node| (start(node), Reverse(node))),
        }
    }

    /// When each node starts as time runs forwards, if the schedule was made this way.
    pub(crate) fn starts_forwards(&self, instance: &Instance, sense: Sense) -> Vec<u64> {
        let ends = || self.starts.iter().zip(&instance.durations);
        match sense {
            Sense::Forwards => self.starts.clone(),
            Sense::Backwards => ends()
                .map(|(start, duration)| self.length - start - duration)
                .collect(),
        }
    }
}
