/// When runs ended, over many draws.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Unchecked")
)]
pub struct Distribution {
    /// In order.
    samples: Vec<u64>,
    /// How many units of the samples one tick is.
    parts: u64,
}

impl Distribution {
    pub(crate) fn new(mut samples: Vec<u64>, parts: u64) -> Self {
        samples.sort_unstable();
        Self { samples, parts }
    }

    /// The number of draws.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there are none: then no figure is there either.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The mean, in ticks.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let sum: u128 = self.samples.iter().map(|sample| u128::from(*sample)).sum();
        let ticks = sum as f64 / self.parts as f64;
        (!self.is_empty()).then(|| ticks / self.len() as f64)
    }

    /// The standard deviation, in ticks.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        let mean = self.mean()?;
        let off = |sample: &u64| *sample as f64 / self.parts as f64 - mean;
        let squares: f64 = self.samples.iter().map(|sample| off(sample).powi(2)).sum();
        Some((squares / self.len() as f64).sqrt())
    }

    /// The least time, in ticks, within which this share of the draws ended: 0.5 for the median, 0.9
    /// for what nine of ten keep to. A share below 0 is taken for 0, one above 1 for 1; for what is no
    /// number there is none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        if share.is_nan() {
            return None;
        }
        let share = share.clamp(0.0, 1.0);
        let is_enough = |draws: usize| draws as f64 / self.len() as f64 >= share;
        let mut draws = (share * self.len() as f64).ceil() as usize;
        // The product is rounded, which may take it to the other side of a whole number.
        if draws > 1 && is_enough(draws - 1) {
            draws -= 1;
        } else if !is_enough(draws) {
            draws += 1;
        }
        let sample = self.samples.get(draws.saturating_sub(1))?;
        Some(*sample as f64 / self.parts as f64)
    }

    /// The share of the draws that ended within so many ticks.
    #[must_use]
    pub fn share_within(&self, ticks: u64) -> Option<f64> {
        let most = u128::from(ticks) * u128::from(self.parts);
        let within = self
            .samples
            .partition_point(|sample| u128::from(*sample) <= most);
        (!self.is_empty()).then(|| within as f64 / self.len() as f64)
    }
}

/// A distribution as it is read, before anybody has looked at it.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
struct Unchecked {
    samples: Vec<u64>,
    parts: u64,
}

#[cfg(feature = "serde")]
impl TryFrom<Unchecked> for Distribution {
    type Error = &'static str;

    fn try_from(read: Unchecked) -> Result<Self, Self::Error> {
        let Unchecked { samples, parts } = read;
        if parts == 0 {
            return Err("a tick has at least one part");
        }
        if !samples.is_sorted() {
            return Err("samples are in ascending order");
        }
        Ok(Self { samples, parts })
    }
}
