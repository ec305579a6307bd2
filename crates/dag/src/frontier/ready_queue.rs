use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use crate::radix;

/// So near its end entries are put straight into the run, which beats any heap for so few.
const NEAR: usize = 1 << 7;

/// Up to so many entries a heap fits into a processor's nearest cache, and nothing is faster.
const SMALL: usize = 1 << 10;

/// A large heap becomes a sorted run as soon as it is longer than this part of the run that is
/// there, so that every entry is merged a few times at most.
const PART: usize = 4;

/// Numbers, none twice, of which the least comes out first: a heap while there are few, and what
/// came in a burst in a sorted run.
///
/// Sanders, "Fast priority queues for cached memory" (ACM Journal of Experimental Algorithmics 5,
/// 2000), with one run only. Insertion and removal cost O(log n) amortized, almost all of it in
/// near memory; n entries take 8 bytes each.
#[derive(Clone, Debug)]
pub(crate) struct ReadyQueue {
    /// What came since the last was taken, in any order.
    fresh: Vec<u64>,
    /// The least of them.
    first_fresh: u64,
    heap: BinaryHeap<Reverse<u64>>,
    /// In descending order.
    run: Vec<u64>,
    /// Entries that were taken out and are still somewhere, but never the least of all.
    removed: HashSet<u64>,
    /// So many bits of an entry often come in ascending order.
    low_bits: u32,
}

/// No entry is so large.
const NONE: u64 = u64::MAX;

impl ReadyQueue {
    /// An empty queue, into which bursts often come in the order of so many low bits.
    pub(crate) fn new(low_bits: u32) -> Self {
        Self {
            fresh: Vec::new(),
            first_fresh: NONE,
            heap: BinaryHeap::new(),
            run: Vec::new(),
            removed: HashSet::new(),
            low_bits,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.fresh.len() + self.heap.len() + self.run.len() - self.removed.len()
    }

    /// Adds an entry that is not there.
    pub(crate) fn insert(&mut self, entry: u64) {
        if self.removed.is_empty() || !self.removed.remove(&entry) {
            self.fresh.push(entry);
            self.first_fresh = self.first_fresh.min(entry);
        }
    }

    /// Takes out an entry that is there.
    pub(crate) fn remove(&mut self, entry: u64) {
        self.removed.insert(entry);
        self.skim();
    }

    pub(crate) fn first(&self) -> Option<u64> {
        let first = self.first_fresh.min(self.first_settled());
        (first != NONE).then_some(first)
    }

    pub(crate) fn pop_first(&mut self) -> Option<u64> {
        let first = self.take_first();
        if !self.removed.is_empty() {
            self.skim();
        }
        first
    }

    /// The least of those in the heap and the run.
    fn first_settled(&self) -> u64 {
        let of_heap = self.heap.peek().map_or(NONE, |Reverse(least)| *least);
        of_heap.min(self.run.last().copied().unwrap_or(NONE))
    }

    fn take_first(&mut self) -> Option<u64> {
        if self.fresh.len() == 1 && self.first_fresh < self.first_settled() {
            // One came and goes at once, as in a chain.
            self.first_fresh = NONE;
            return self.fresh.pop();
        }
        if !self.fresh.is_empty() {
            self.settle();
        }
        match (self.heap.peek(), self.run.last()) {
            (Some(Reverse(one)), Some(other)) if other < one => self.run.pop(),
            (Some(_), _) => self.heap.pop().map(|Reverse(one)| one),
            (None, _) => self.run.pop(),
        }
    }

    /// Moves what came into the run if it belongs near its end, else into the heap; or all into the
    /// run if that is more than a heap is good for.
    fn settle(&mut self) {
        self.first_fresh = NONE;
        let most = SMALL.max(self.run.len() / PART);
        if self.heap.len() + self.fresh.len() <= most {
            while let Some(entry) = self.fresh.pop() {
                self.settle_one(entry);
            }
            return;
        }
        let mut entries = std::mem::take(&mut self.fresh);
        let heap = std::mem::take(&mut self.heap).into_iter();
        entries.extend(heap.map(|Reverse(entry)| entry));
        sort_descending(&mut entries, self.low_bits);
        if self.run.is_empty() {
            self.run = entries;
            return;
        }
        let mut run = Vec::with_capacity(self.run.len() + entries.len());
        let mut others = std::mem::take(&mut self.run).into_iter().peekable();
        for entry in entries {
            while let Some(other) = others.next_if(|other| *other > entry) {
                run.push(other);
            }
            run.push(entry);
        }
        run.extend(others);
        self.run = run;
    }

    fn settle_one(&mut self, entry: u64) {
        let near = self.run.len().saturating_sub(NEAR);
        if near > 0 && self.run[near] < entry {
            self.heap.push(Reverse(entry));
            return;
        }
        let place = self.run[near..].partition_point(|other| *other > entry);
        self.run.insert(near + place, entry);
    }

    /// Drops what was taken out from in front of the others.
    fn skim(&mut self) {
        while let Some(first) = self.first()
            && self.removed.remove(&first)
        {
            self.take_first();
        }
    }
}

/// Where low bits ascend, only the others are looked at.
fn sort_descending(entries: &mut [u64], low_bits: u32) {
    let low = (1_u64 << low_bits) - 1;
    let sorted_bits = if entries.is_sorted_by_key(|entry| entry & low) {
        entries.reverse();
        low_bits
    } else {
        0
    };
    let key = |entry: u64| entry >> sorted_bits;
    let ends =
        |(least, most): (u64, u64), &entry: &u64| (least.min(key(entry)), most.max(key(entry)));
    let (least, most) = entries.iter().fold((u64::MAX, 0), ends);
    radix::sort_by_key(entries, most.saturating_sub(least), |entry| {
        most - key(*entry)
    });
}
