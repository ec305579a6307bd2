use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

use crate::radix;

const EMPTY: u32 = u32::MAX;

/// Ids in order of insertion, found by text; one allocation for all texts.
///
/// Ids that ascend need no table: nobody is there twice, and who is asked for is found by halving.
///
/// The hasher is seeded at random against hash flooding; nothing ever iterates in hash order, so
/// results do not depend on the seed.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdTable {
    text: String,
    ends: Vec<u32>,
    /// The upper half of each id's hash, for ids that are indexed. Once the table is finished it
    /// has none: they save a look at other texts while ids are added.
    hashes: Vec<u32>,
    /// Open addressing with linear probing; a power of two, at most half full.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl IdTable {
    /// Makes room for that many ids in all.
    pub(crate) fn reserve(&mut self, ids: usize) {
        let more = ids.saturating_sub(self.len());
        self.ends.reserve(more);
    }

    /// Adds an id without looking for it. Before it can be found, the table must be
    /// [indexed](Self::index) or [settled](Self::settle).
    pub(crate) fn push(&mut self, id: &str) -> usize {
        self.text.push_str(id);
        let end = u32::try_from(self.text.len()).expect("ids of less than 4 GiB");
        self.ends.push(end);
        self.ends.len() - 1
    }

    /// Lets all ids be found, with as little as that takes, after the last was pushed. Gives those
    /// that are there more than once, as [`index`](Self::index) does.
    pub(crate) fn settle(&mut self) -> Vec<usize> {
        if self.slots.is_empty() && self.is_ascending() {
            return Vec::new();
        }
        self.index()
    }

    /// Whether each id is longer than the one before, or as long and behind it: so are numbers, with
    /// leading zeros and without.
    fn is_ascending(&self) -> bool {
        let text = self.text.as_bytes();
        let mut before: &[u8] = &[];
        let mut start = 0;
        self.ends.iter().enumerate().all(|(index, &end)| {
            let id = &text[start..end as usize];
            let ascends = index == 0 || by_length(before, id).is_lt();
            (before, start) = (id, end as usize);
            ascends
        })
    }

    /// Lets ids be found that were pushed since; the first ones all at once in the order of their
    /// slots, which is much faster than one by one. Gives those that are there more than once; the first of
    /// each will be found.
    pub(crate) fn index(&mut self) -> Vec<usize> {
        let first_new = self.hashes.len();
        if first_new == self.len() {
            return Vec::new();
        }
        self.grow_for(self.len());
        self.hashes.reserve_exact(self.len() - first_new);
        for index in first_new..self.len() {
            let hash = self.hash(self.get(index));
            self.hashes.push(hash);
        }
        if first_new == 0 {
            return self.place_all_new();
        }
        let mut repeated = Vec::new();
        for index in first_new..self.len() {
            let slot = self.slot_of(self.get(index), self.hashes[index]);
            if self.slots[slot] == EMPTY {
                self.slots[slot] = index as u32;
            } else {
                repeated.push(index);
            }
        }
        repeated
    }

    /// Fills empty slots from the first to the last. Equal ids come one after the other then.
    fn place_all_new(&mut self) -> Vec<usize> {
        let mask = self.slots.len() - 1;
        let mut by_slot: Vec<(u32, u32)> = self.hashes.iter().copied().zip(0..).collect();
        let first_slot_of = |&(hash, _): &(u32, u32)| first_slot(hash, mask) as u64;
        radix::sort_by_key(&mut by_slot, mask as u64, first_slot_of);
        let mut repeated = Vec::new();
        for of_one_slot in by_slot.chunk_by(|a, b| first_slot_of(a) == first_slot_of(b)) {
            for (place, &(hash, index)) in of_one_slot.iter().enumerate() {
                let is_same = |&(other, earlier): &(u32, u32)| {
                    other == hash && self.get(earlier as usize) == self.get(index as usize)
                };
                if of_one_slot[..place].iter().any(is_same) {
                    repeated.push(index as usize);
                    continue;
                }
                let mut slot = first_slot(hash, mask);
                while self.slots[slot] != EMPTY {
                    slot = (slot + 1) & mask;
                }
                self.slots[slot] = index;
            }
        }
        repeated.sort_unstable();
        repeated
    }

    /// Gives back what only adding takes.
    pub(crate) fn finish(mut self) -> Self {
        self.hashes = Vec::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start as usize..self.ends[index] as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        if self.slots.is_empty() {
            return self.find_ascending(id);
        }
        let found = self.slots[self.slot_of(id, self.hash(id))];
        (found != EMPTY).then_some(found as usize)
    }

    fn find_ascending(&self, id: &str) -> Option<usize> {
        let (mut start, mut end) = (0, self.len());
        while start < end {
            let middle = start.midpoint(end);
            match by_length(self.get(middle).as_bytes(), id.as_bytes()) {
                Ordering::Less => start = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => end = middle,
            }
        }
        None
    }

    /// The index of `id`, which is added if it is new. All ids must be indexed, and are then.
    pub(crate) fn intern(&mut self, id: &str) -> usize {
        self.grow_for(self.len() + 1);
        let hash = self.hash(id);
        let slot = self.slot_of(id, hash);
        if self.slots[slot] == EMPTY {
            self.slots[slot] = self.push(id) as u32;
            self.hashes.push(hash);
        }
        self.slots[slot] as usize
    }

    /// Adds an id that is there already; the one that was there first will be found.
    pub(crate) fn push_repeated(&mut self, id: &str) -> usize {
        self.hashes.push(self.hash(id));
        self.push(id)
    }

    fn hash(&self, id: &str) -> u32 {
        (self.hasher.hash_one(id) >> 32) as u32
    }

    /// Where `id` is, or the empty slot where it belongs.
    fn slot_of(&self, id: &str, hash: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = first_slot(hash, mask);
        loop {
            let index = self.slots[slot];
            if index == EMPTY || self.is(index as usize, id, hash) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn is(&self, index: usize, id: &str, hash: u32) -> bool {
        let own = self.hashes.get(index);
        own.is_none_or(|own| *own == hash) && self.get(index) == id
    }

    /// Keeps at least half of the slots empty, laying them out anew if there are too few.
    fn grow_for(&mut self, ids: usize) {
        assert!(ids < EMPTY as usize, "fewer than 2^32 - 1 ids");
        if ids * 2 < self.slots.len() {
            return;
        }
        let capacity = (ids * 2 + 1).next_power_of_two().max(16);
        let mut slots = vec![EMPTY; capacity];
        for (index, &hash) in self.hashes.iter().enumerate() {
            let mut slot = first_slot(hash, capacity - 1);
            while slots[slot] != EMPTY {
                slot = (slot + 1) & (capacity - 1);
            }
            slots[slot] = index as u32;
        }
        self.slots = slots;
    }
}

fn by_length(id: &[u8], other: &[u8]) -> Ordering {
    id.len().cmp(&other.len()).then_with(|| id.cmp(other))
}

fn first_slot(hash: u32, mask: usize) -> usize {
    hash as usize & mask
}

/// Texts that are all different.
impl<'a> FromIterator<&'a str> for IdTable {
    fn from_iter<I: IntoIterator<Item = &'a str>>(ids: I) -> Self {
        let mut table = Self::default();
        for id in ids {
            table.push(id);
        }
        table.settle();
        table
    }
}
