use super::Estimate;
use crate::random::Random;

/// An estimate, made ready to be drawn from often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampler {
    shape: Shape,
    /// In ticks.
    mean: f64,
    standard_deviation: f64,
}

/// The sum of so many lengths or more is drawn at once: it is normally distributed, nearly enough.
const MANY: u32 = 64;

impl Sampler {
    pub(crate) fn new(estimate: &Estimate) -> Self {
        Self {
            shape: Shape::new(estimate),
            mean: estimate.mean(),
            standard_deviation: estimate.standard_deviation(),
        }
    }

    /// A length, in parts of a tick of which there are so many.
    pub(crate) fn draw(&self, parts: u64, random: &mut Random) -> u64 {
        self.shape.draw(parts, random)
    }

    /// So many lengths together, by the central limit theorem if they are many.
    pub(crate) fn draw_many(&self, count: u32, parts: u64, random: &mut Random) -> u64 {
        if let Shape::Fixed(ticks) = self.shape {
            return ticks.saturating_mul(parts).saturating_mul(u64::from(count));
        }
        if count < MANY {
            let lengths = (0..count).map(|_| self.draw(parts, random));
            return lengths.fold(0, u64::saturating_add);
        }
        let count = f64::from(count);
        let off = self.standard_deviation * count.sqrt() * normal(random);
        let ticks = self.mean * count + off;
        // Where not even the mean fits into a number, neither does the sum.
        let ticks = if ticks.is_nan() { f64::INFINITY } else { ticks };
        (ticks * parts as f64).round() as u64
    }
}

/// How lengths are distributed.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Always so many ticks.
    Fixed(u64),
    /// A fraction of a width, from a least length on.
    Between(f64, f64, Fraction),
    /// Median, and standard deviation of the logarithm.
    LogNormal(f64, f64),
}

impl Shape {
    fn new(estimate: &Estimate) -> Self {
        match *estimate {
            Estimate::Fixed(ticks) => Self::Fixed(ticks),
            Estimate::Pert {
                least,
                likely,
                most,
            } => {
                let mode = mode(least, likely, most);
                Self::Between(least, most - least, Fraction::beta(mode))
            }
            Estimate::Triangular {
                least,
                likely,
                most,
            } => {
                let mode = mode(least, likely, most);
                Self::Between(least, most - least, Fraction::Triangular { mode })
            }
            Estimate::LogNormal { median, spread } => Self::LogNormal(median, libm::log(spread)),
        }
    }

    fn draw(&self, parts: u64, random: &mut Random) -> u64 {
        let ticks = match self {
            Self::Fixed(ticks) => return ticks.saturating_mul(parts),
            Self::Between(least, width, fraction) => least + width * fraction.draw(random),
            Self::LogNormal(median, deviation) => median * libm::exp(deviation * normal(random)),
        };
        // Whatever does not fit becomes the largest number.
        (ticks * parts as f64).round() as u64
    }
}

/// Where the most likely lies between the ends; in the middle if they are one.
fn mode(least: f64, likely: f64, most: f64) -> f64 {
    if most > least {
        (likely - least) / (most - least)
    } else {
        0.5
    }
}

/// A distribution over the fractions from 0 to 1.
#[derive(Clone, Copy, Debug)]
enum Fraction {
    Triangular {
        mode: f64,
    },
    /// Beta with a first shape of 1: a power, the other way round.
    FallingPower {
        shape: f64,
    },
    /// Beta with a second shape of 1: a power.
    RisingPower {
        shape: f64,
    },
    /// Beta with both shapes above 1, as [`Fraction::beta`] prepares it.
    Beta {
        is_swapped: bool,
        smaller: f64,
        larger: f64,
        slope: f64,
        shift: f64,
    },
}

impl Fraction {
    /// The distribution of PERT: both shapes together are 6.
    fn beta(mode: f64) -> Self {
        let (first, second) = (1.0 + 4.0 * mode, 5.0 - 4.0 * mode);
        if first <= 1.0 {
            return Self::FallingPower { shape: second };
        }
        if second <= 1.0 {
            return Self::RisingPower { shape: first };
        }
        let (smaller, larger) = (first.min(second), first.max(second));
        let slope = ((first + second - 2.0) / (2.0 * first * second - first - second)).sqrt();
        Self::Beta {
            is_swapped: first > second,
            smaller,
            larger,
            slope,
            shift: smaller + 1.0 / slope,
        }
    }

    fn draw(&self, random: &mut Random) -> f64 {
        match *self {
            Self::Triangular { mode } => triangular(mode, random.fraction()),
            Self::FallingPower { shape } => 1.0 - libm::pow(random.fraction(), 1.0 / shape),
            Self::RisingPower { shape } => libm::pow(random.fraction(), 1.0 / shape),
            Self::Beta {
                is_swapped,
                smaller,
                larger,
                slope,
                shift,
            } => {
                let weight = beta_weight(smaller, larger, slope, shift, random);
                let part = if is_swapped { larger } else { weight };
                part / (larger + weight)
            }
        }
    }
}

/// The fraction below which so many of all lie.
fn triangular(mode: f64, share: f64) -> f64 {
    if share < mode {
        (share * mode).sqrt()
    } else {
        1.0 - ((1.0 - share) * (1.0 - mode)).sqrt()
    }
}

/// Algorithm BB of Cheng, "Generating beta variates with nonintegral shape parameters"
/// (Communications of the ACM 21, 1978, 317-322): w, of which w / (larger + w) is beta distributed.
fn beta_weight(smaller: f64, larger: f64, slope: f64, shift: f64, random: &mut Random) -> f64 {
    /// ln 4, and 1 + ln 5.
    const LN_4: f64 = 2.0 * std::f64::consts::LN_2;
    const QUICK: f64 = 2.609_437_912_434_100_3;
    let sum = smaller + larger;
    loop {
        let (first, second) = (random.fraction(), random.fraction());
        let v = slope * libm::log(first / (1.0 - first));
        let w = smaller * libm::exp(v);
        let z = first * first * second;
        let r = shift * v - LN_4;
        let s = smaller + r - w;
        if s + QUICK >= 5.0 * z {
            return w;
        }
        let t = libm::log(z);
        if s >= t || r + sum * libm::log(sum / (larger + w)) >= t {
            return w;
        }
    }
}

/// The polar method of Marsaglia and Bray, "A convenient method for generating normal variables"
/// (SIAM Review 6, 1964, 260-264); the second of each pair is left.
fn normal(random: &mut Random) -> f64 {
    loop {
        let [x, y] = [(); 2].map(|()| 2.0 * random.fraction() - 1.0);
        let square = x * x + y * y;
        if square < 1.0 && square > 0.0 {
            return x * (-2.0 * libm::log(square) / square).sqrt();
        }
    }
}
