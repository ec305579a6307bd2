use oorandom::Rand64;

/// Numbers that look random, the same ones for the same seed everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Random(Rand64);

impl Random {
    /// Streams of one seed have nothing to do with each other.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(Rand64::new((u128::from(stream) << 64) | u128::from(seed)))
    }

    /// One of the numbers below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // So few ends that the unevenness of this, below end / 2^64, can be neglected.
        ((u128::from(self.0.rand_u64()) * end as u128) >> 64) as usize
    }

    /// The same for numbers.
    pub(crate) fn number_below(&mut self, end: u64) -> u64 {
        ((u128::from(self.0.rand_u64()) * u128::from(end)) >> 64) as u64
    }

    /// One of the fractions between 0 and 1, neither of which it is.
    pub(crate) fn fraction(&mut self) -> f64 {
        const PARTS: f64 = (1_u64 << 53) as f64;
        ((self.0.rand_u64() >> 11) as f64 + 0.5) / PARTS
    }

    /// True in so many of a hundred times.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
