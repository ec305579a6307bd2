use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// A set of up to [`Lanes::COUNT`] numbers that sweeps carry along together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lanes([u64; 4]);

impl Lanes {
    pub(crate) const COUNT: usize = 256;
    pub(crate) const NONE: Self = Self([0; 4]);

    pub(crate) fn one(lane: usize) -> Self {
        let mut lanes = Self::NONE;
        lanes.0[lane / 64] = 1 << (lane % 64);
        lanes
    }

    /// The lanes below `count`.
    pub(crate) fn first(count: usize) -> Self {
        (0..count).fold(Self::NONE, |lanes, lane| lanes | Self::one(lane))
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Its members, in ascending order.
    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        let words = self.0.into_iter().enumerate();
        words.flat_map(|(index, word)| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|word| *word != 0);
            let words = std::iter::successors(Some(word).filter(|word| *word != 0), rest);
            words.map(move |word| index * 64 + word.trailing_zeros() as usize)
        })
    }

    /// Its members in groups of eight, each as a byte.
    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        self.0.into_iter().flat_map(u64::to_le_bytes)
    }
}

impl BitOr for Lanes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }
}

impl BitOrAssign for Lanes {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl BitAnd for Lanes {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }
}

impl Not for Lanes {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}
