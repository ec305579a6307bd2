//! How early a node can start, and how long it takes from its end to the end of all, by all the work
//! that lies before and behind it.

use super::instance::Instance;
use crate::sense::Sense;

/// The first time at which each node can start, as time runs this way.
///
/// A node starts when everything before it has ended: what of that can not begin before some time
/// `t` needs at least its work divided by the capacity from `t` on. The "adjusted heads" of bounds
/// for parallel machines; see Carlier, "Scheduling jobs with release dates and tails on identical
/// machines to minimize the makespan" (EJOR 29, 1987, 298-306).
///
/// O(n² log n) for each scarce resource.
pub(crate) fn heads(instance: &Instance, sense: Sense) -> Vec<u64> {
    let nodes = instance.len();
    let direction = instance.direction(sense);
    let mut heads = direction.earliest.clone();
    let mut before = Closure::new(nodes);
    // Nodes are numbered in a topological order.
    for step in 0..nodes {
        let node = match sense {
            Sense::Forwards => step,
            Sense::Backwards => nodes - 1 - step,
        };
        for wait in direction.before(node) {
            let other = wait.node as usize;
            let start = heads[other] + instance.durations[other] + wait.lag;
            heads[node] = heads[node].max(start);
            before.extend(node, other);
        }
        if direction.before(node).len() > 1 {
            heads[node] = heads[node].max(after_work(instance, before.of(node), &heads));
        }
    }
    heads
}

/// When these nodes can have ended, by the work that they are.
fn after_work(instance: &Instance, nodes: Vec<usize>, heads: &[u64]) -> u64 {
    let mut latest_first = nodes;
    latest_first.sort_unstable_by_key(|&node| std::cmp::Reverse(heads[node]));
    let mut end = 0;
    for (resource, &capacity) in instance.capacities.iter().enumerate() {
        let mut work = 0_u128;
        for &node in &latest_first {
            let need = u128::from(instance.needs(node)[resource]);
            work += need * u128::from(instance.durations[node]);
            // Nobody needs more than there is, so this is no more than all durations together.
            end = end.max(heads[node] + work.div_ceil(u128::from(capacity)) as u64);
        }
    }
    end
}

/// All nodes before each node, as bits.
struct Closure {
    words: usize,
    bits: Vec<u64>,
}

impl Closure {
    fn new(nodes: usize) -> Self {
        let words = nodes.div_ceil(64);
        Self {
            words,
            bits: vec![0; nodes * words],
        }
    }

    /// The other comes before the node, and so does all that comes before it.
    fn extend(&mut self, node: usize, other: usize) {
        for word in 0..self.words {
            self.bits[node * self.words + word] |= self.bits[other * self.words + word];
        }
        self.bits[node * self.words + other / 64] |= 1 << (other % 64);
    }

    fn of(&self, node: usize) -> Vec<usize> {
        let words = &self.bits[node * self.words..(node + 1) * self.words];
        let mut nodes = Vec::new();
        for (index, &word) in words.iter().enumerate() {
            let mut rest = word;
            while rest != 0 {
                nodes.push(index * 64 + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
        nodes
    }
}
