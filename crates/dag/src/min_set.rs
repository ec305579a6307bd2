/// A set of small integers that gives out its least member fast: the least by itself, the others in
/// a tree of 64-way bit words.
///
/// Insertion, removal and the least member cost one step per level, four levels for 16 million
/// members, and only one in all while there is a single member; n members take about n / 8 bytes.
#[derive(Clone, Debug)]
pub(crate) struct MinSet {
    /// From the bits of all members but the least up to a level of one word; a bit above says "not
    /// empty below".
    levels: Vec<Vec<u64>>,
    least: Option<usize>,
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
                break;
            }
            words = words.div_ceil(64);
        }
        Self {
            levels,
            least: None,
            len: 0,
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds a member that is not there.
    #[inline]
    pub(crate) fn insert(&mut self, member: usize) {
        self.len += 1;
        match self.least {
            None => self.least = Some(member),
            Some(least) if member < least => {
                self.least = Some(member);
                self.insert_below(least);
            }
            Some(_) => self.insert_below(member),
        }
    }

    /// Takes a member out, if it is there.
    pub(crate) fn remove(&mut self, member: usize) {
        if self.least == Some(member) {
            self.pop_first();
        } else if self.levels[0][member / 64] & 1 << (member % 64) != 0 {
            self.len -= 1;
            self.remove_below(member);
        }
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<usize> {
        self.least
    }

    #[inline]
    pub(crate) fn pop_first(&mut self) -> Option<usize> {
        let first = self.least?;
        self.len -= 1;
        self.least = if self.len == 0 {
            None
        } else {
            Some(self.pop_behind(first))
        };
        Some(first)
    }

    fn insert_below(&mut self, member: usize) {
        let mut position = member;
        for level in &mut self.levels {
            let word = &mut level[position / 64];
            let was_empty = *word == 0;
            *word |= 1 << (position % 64);
            if !was_empty {
                return;
            }
            position /= 64;
        }
    }

    fn remove_below(&mut self, member: usize) {
        let mut position = member;
        for level in &mut self.levels {
            let word = &mut level[position / 64];
            *word &= !(1 << (position % 64));
            if *word != 0 {
                return;
            }
            position /= 64;
        }
    }

    /// Takes the least member out of the tree, which has one; none is before `first`.
    fn pop_behind(&mut self, first: usize) -> usize {
        let near = self.levels[0][first / 64];
        let least = if near == 0 {
            let descend = |position: usize, level: &Vec<u64>| {
                position * 64 + level[position].trailing_zeros() as usize
            };
            self.levels.iter().rev().fold(0, descend)
        } else {
            first / 64 * 64 + near.trailing_zeros() as usize
        };
        self.remove_below(least);
        least
    }
}
