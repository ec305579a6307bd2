//! Which node was placed when, whatever else had been placed before it.

use crate::sense::Sense;

/// So many places are remembered, 1 MiB of them. Sixteen times as many found no shorter schedules on
/// PSPLIB's J60 with a budget of 5,000.
const ENTRIES: usize = 1 << 16;

/// Remembers where a node was placed after certain others, each at a certain time. The order in which
/// these were placed does not matter, since it does not matter to what is free.
///
/// A transposition table, as programs that play chess have one; see Zobrist, "A new hashing method
/// with application for game playing" (ICCA Journal 13, 1990, 69-73). The latest entry stays. One in
/// 2⁴⁸ questions may get the answer to another, so an answer is where to look and no promise.
#[derive(Debug)]
pub(crate) struct Memory {
    /// What was asked, and when the node starts.
    entries: Vec<(u64, u64)>,
    /// A number for each node that has nothing to do with those of others.
    salts: Vec<u64>,
}

/// A set of nodes, each with its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed(u64);

impl Memory {
    pub(crate) fn new(nodes: usize) -> Self {
        Self {
            entries: vec![(0, 0); ENTRIES],
            salts: (0..nodes as u64).map(|node| scramble(node + 2)).collect(),
        }
    }

    /// None is placed yet, as time runs this way.
    pub(crate) fn nothing(sense: Sense) -> Placed {
        Placed(match sense {
            Sense::Forwards => scramble(0),
            Sense::Backwards => scramble(1),
        })
    }

    /// The set with one more node.
    pub(crate) fn with(&self, Placed(set): Placed, node: usize, start: u64) -> Placed {
        Placed(set ^ scramble(self.salts[node].wrapping_add(start)))
    }

    /// When a node was started after just these had been.
    pub(crate) fn recall(&self, set: Placed, node: usize) -> Option<u64> {
        let question = self.question(set, node);
        let (asked, start) = self.entries[entry(question)];
        (asked == question).then_some(start)
    }

    /// The node was started after just these had been.
    pub(crate) fn keep(&mut self, set: Placed, node: usize, start: u64) {
        let question = self.question(set, node);
        self.entries[entry(question)] = (question, start);
    }

    fn question(&self, Placed(set): Placed, node: usize) -> u64 {
        set ^ self.salts[node]
    }
}

fn entry(question: u64) -> usize {
    question as usize % ENTRIES
}

/// Another number for each number, which looks random: the finaliser of SplitMix64 (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, 453-472).
fn scramble(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
