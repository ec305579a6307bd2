/// How long a node takes, as far as that is known: in ticks, which may be parts of one.
///
/// ```
/// use wavecrew_dag::Estimate;
///
/// let build = Estimate::Pert { least: 2.0, likely: 5.0, most: 14.0 };
/// assert_eq!(build.mean(), 6.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Estimate {
    /// Always so long.
    Fixed(u64),
    /// Three points and the beta distribution of PERT, whose mean is (least + 4 × likely + most) / 6:
    /// Malcolm, Roseboom, Clark and Fazar, "Application of a technique for research and development
    /// program evaluation" (Operations Research 7, 1959, 646-669).
    Pert {
        /// It takes no less.
        least: f64,
        /// The most likely.
        likely: f64,
        /// It takes no more.
        most: f64,
    },
    /// Three points and straight lines between them; the mean is (least + likely + most) / 3, so the
    /// ends count for more than in PERT.
    Triangular {
        /// It takes no less.
        least: f64,
        /// The most likely.
        likely: f64,
        /// It takes no more.
        most: f64,
    },
    /// The logarithm is normally distributed: no end is certain, and twice as long is as likely as
    /// half as long.
    LogNormal {
        /// Half of all take less.
        median: f64,
        /// The geometric standard deviation, from 1: two of three lie between the median divided by
        /// it and the median times it.
        spread: f64,
    },
}

impl Estimate {
    /// The log-normal distribution of this mean and standard deviation.
    #[must_use]
    pub fn log_normal(mean: f64, standard_deviation: f64) -> Self {
        let variation = if mean > 0.0 {
            standard_deviation / mean
        } else {
            0.0
        };
        let variance = libm::log1p(variation * variation);
        Self::LogNormal {
            median: mean / libm::exp(variance / 2.0),
            spread: libm::exp(variance.sqrt()),
        }
    }

    /// What it takes on average.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Fixed(ticks) => ticks as f64,
            Self::Pert {
                least,
                likely,
                most,
            } => (least + 4.0 * likely + most) / 6.0,
            Self::Triangular {
                least,
                likely,
                most,
            } => (least + likely + most) / 3.0,
            // Half of nothing is nothing, however far it spreads.
            Self::LogNormal { median, .. } if median <= 0.0 => 0.0,
            Self::LogNormal { median, spread } => {
                let deviation = libm::log(spread);
                median * libm::exp(deviation * deviation / 2.0)
            }
        }
    }

    /// How far from the mean it usually is: the square root of the variance.
    pub(crate) fn standard_deviation(&self) -> f64 {
        match *self {
            Self::Fixed(_) => 0.0,
            // Both shapes of the beta distribution together are 6.
            Self::Pert { least, most, .. } => {
                let mean = self.mean();
                (mean - least).sqrt() * ((most - mean) / 7.0).sqrt()
            }
            Self::Triangular {
                least,
                likely,
                most,
            } => {
                let width = most - least;
                let mode = if width > 0.0 {
                    (likely - least) / width
                } else {
                    0.5
                };
                width * ((1.0 - mode + mode * mode) / 18.0).sqrt()
            }
            Self::LogNormal { median, .. } if median <= 0.0 => 0.0,
            Self::LogNormal { spread, .. } => {
                let deviation = libm::log(spread);
                self.mean() * libm::expm1(deviation * deviation).sqrt()
            }
        }
    }

    /// Hardly ever does it take longer.
    pub(crate) fn far_end(&self) -> f64 {
        match *self {
            Self::Fixed(ticks) => ticks as f64,
            Self::Pert { most, .. } | Self::Triangular { most, .. } => most,
            Self::LogNormal { median, .. } if median <= 0.0 => 0.0,
            Self::LogNormal { median, spread } => median * libm::pow(spread, 6.0),
        }
    }

    /// Whether the figures are numbers of the right size and in the right order.
    pub(crate) fn is_sound(&self) -> bool {
        match *self {
            Self::Fixed(_) => true,
            Self::Pert {
                least,
                likely,
                most,
            }
            | Self::Triangular {
                least,
                likely,
                most,
            } => 0.0 <= least && least <= likely && likely <= most && most.is_finite(),
            Self::LogNormal { median, spread } => {
                0.0 <= median && median.is_finite() && 1.0 <= spread && spread.is_finite()
            }
        }
    }
}
