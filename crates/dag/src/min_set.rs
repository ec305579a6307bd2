/// A set of small integers that gives out its least member fast: a tree of 64-way bit words.
///
/// Insertion, removal and the least member cost one step per level, four levels for 16 million
/// members; n members take about n / 8 bytes.
#[derive(Clone, Debug)]
pub(crate) struct MinSet {
    /// From the members' own bits up to a level of one word; a bit above says "not empty below".
    levels: Vec<Vec<u64>>,
    len: usize,
}

impl MinSet {
    /// An empty set for members below `capacity`.
    pub(crate) fn new(capacity: usize) -> Self {
        let mut levels = Vec::new();
        let mut words = capacity.div_ceil(64).max(1);
        loop {
            levels.push(vec![0; words]);
            if words == 1 {
                return Self { levels, len: 0 };
            }
            words = words.div_ceil(64);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn insert(&mut self, member: usize) {
        let mut position = member;
        for (height, level) in self.levels.iter_mut().enumerate() {
            let word = &mut level[position / 64];
            let bit = 1 << (position % 64);
            if height == 0 && *word & bit == 0 {
                self.len += 1;
            }
            let was_empty = *word == 0;
            *word |= bit;
            if !was_empty {
                return;
            }
            position /= 64;
        }
    }

    pub(crate) fn remove(&mut self, member: usize) {
        let mut position = member;
        for (height, level) in self.levels.iter_mut().enumerate() {
            let word = &mut level[position / 64];
            let bit = 1 << (position % 64);
            if *word & bit == 0 {
                return;
            }
            if height == 0 {
                self.len -= 1;
            }
            *word &= !bit;
            if *word != 0 {
                return;
            }
            position /= 64;
        }
    }

    pub(crate) fn first(&self) -> Option<usize> {
        if self.len == 0 {
            return None;
        }
        let descend = |position: usize, level: &Vec<u64>| {
            position * 64 + level[position].trailing_zeros() as usize
        };
        Some(self.levels.iter().rev().fold(0, descend))
    }

    pub(crate) fn pop_first(&mut self) -> Option<usize> {
        let first = self.first()?;
        self.remove(first);
        Some(first)
    }
}
