use std::hash::{BuildHasher, RandomState};

const EMPTY: u32 = u32::MAX;

/// Ids in order of first insertion, found by text; one allocation for all texts.
///
/// The hasher is seeded at random against hash flooding; nothing ever iterates in hash order, so
/// results do not depend on the seed.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdTable {
    text: String,
    ends: Vec<u32>,
    /// The upper half of each id's hash, while ids are added: it saves a look at other texts.
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
        self.hashes.reserve(more);
        let slots = (ids * 2 + 1).next_power_of_two();
        if more > 0 && slots > self.slots.len() {
            self.place_all(slots);
        }
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
            return None;
        }
        let found = self.slots[self.slot_of(id, self.hasher.hash_one(id))];
        (found != EMPTY).then_some(found as usize)
    }

    /// The index of `id`, which is added if it is new.
    pub(crate) fn intern(&mut self, id: &str) -> usize {
        if self.len() * 2 >= self.slots.len() {
            self.place_all((self.slots.len() * 2).max(16));
        }
        let hash = self.hasher.hash_one(id);
        let slot = self.slot_of(id, hash);
        if self.slots[slot] == EMPTY {
            let index = u32::try_from(self.len())
                .ok()
                .filter(|&index| index != EMPTY);
            self.slots[slot] = index.expect("fewer than 2^32 - 1 distinct ids");
            self.text.push_str(id);
            let end = u32::try_from(self.text.len()).expect("ids of less than 4 GiB");
            self.ends.push(end);
            self.hashes.push((hash >> 32) as u32);
        }
        self.slots[slot] as usize
    }

    /// Where `id` is, or the empty slot where it belongs.
    fn slot_of(&self, id: &str, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = first_slot((hash >> 32) as u32, mask);
        loop {
            let index = self.slots[slot];
            if index == EMPTY || self.is(index as usize, id, hash) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn is(&self, index: usize, id: &str, hash: u64) -> bool {
        let own = self.hashes.get(index);
        own.is_none_or(|own| *own == (hash >> 32) as u32) && self.get(index) == id
    }

    /// Lays out the slots anew.
    fn place_all(&mut self, capacity: usize) {
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

fn first_slot(hash: u32, mask: usize) -> usize {
    hash as usize & mask
}

/// Texts that are all different.
impl<'a> FromIterator<&'a str> for IdTable {
    fn from_iter<I: IntoIterator<Item = &'a str>>(ids: I) -> Self {
        let mut table = Self::default();
        for id in ids {
            table.intern(id);
        }
        table
    }
}
