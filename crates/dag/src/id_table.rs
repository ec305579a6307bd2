use std::hash::{BuildHasher, RandomState};

const EMPTY: u32 = u32::MAX;

/// Ids in order of first insertion, found by text; one allocation for all texts.
///
/// The hasher is seeded at random against hash flooding; nothing ever iterates in hash order, so
/// results do not depend on the seed.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdTable {
    text: String,
    ends: Vec<usize>,
    /// Open addressing with linear probing; a power of two, at most half full.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl IdTable {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let found = self.slots[self.slot_of(id)];
        (found != EMPTY).then_some(found as usize)
    }

    /// The index of `id`, which is added if it is new.
    pub(crate) fn intern(&mut self, id: &str) -> usize {
        if self.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot_of(id);
        if self.slots[slot] == EMPTY {
            let index = u32::try_from(self.len())
                .ok()
                .filter(|&index| index != EMPTY);
            self.slots[slot] = index.expect("fewer than 2^32 - 1 distinct ids");
            self.text.push_str(id);
            self.ends.push(self.text.len());
        }
        self.slots[slot] as usize
    }

    /// Where `id` is, or the empty slot where it belongs.
    fn slot_of(&self, id: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.hasher.hash_one(id) as usize & mask;
        while self.slots[slot] != EMPTY && self.get(self.slots[slot] as usize) != id {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let capacity = (self.slots.len() * 2).max(16);
        self.slots = vec![EMPTY; capacity];
        for index in 0..self.len() {
            let slot = self.slot_of(self.get(index));
            self.slots[slot] = index as u32;
        }
    }
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
