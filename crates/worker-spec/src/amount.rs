//! Amounts as people write them: `225 workers`, `3-5x`, `~$33`, `65-67 h`, `≤ 30 min`, `98%`, `84K tokens`.

mod number;
mod reading;
mod shown;
#[cfg(test)]
mod tests;
mod unit;

use serde::{Deserialize, Serialize};

pub(crate) use reading::{amounts, read_amount};
pub use shown::Shown;

/// What an amount is an amount of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// Things that are counted, or a bare number.
    Count,
    /// Time, in seconds.
    Seconds,
    /// Tokens.
    Tokens,
    /// Money, in units of its currency.
    Money,
    /// A factor: `3x`.
    Times,
    /// Hundredths.
    Percent,
}

/// How exactly an amount is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// As written, but for rounding to the digits shown.
    #[default]
    Exact,
    /// `~`, `about`.
    About,
    /// `≤`, `up to`.
    AtMost,
    /// `<`, `under`.
    Below,
    /// `≥`, `at least`, a `+` behind it.
    AtLeast,
    /// `>`, `more than`.
    Above,
}

/// An amount: a number or a range of numbers, in millionths of its unit, so that no money is lost to rounding.
///
/// A day of work is 8 to 24 hours and a week 5 to 7 such days: what is stated in days is a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Amount {
    /// What it counts.
    pub measure: Measure,
    /// The lower end.
    pub low: i64,
    /// The upper end; equal to `low` when one number is written.
    pub high: i64,
    /// What one more in the last written digit would be.
    pub step: i64,
    /// How exactly it is meant.
    pub precision: Precision,
}

impl Amount {
    /// One whole unit in millionths.
    pub const ONE: i64 = 1_000_000;

    /// Exactly so many whole things.
    pub fn count(number: usize) -> Amount {
        Amount::whole(Measure::Count, number as u64)
    }

    /// Exactly so many whole units; the largest amount when it does not fit.
    pub fn whole(measure: Measure, number: u64) -> Amount {
        let value = i64::try_from(number)
            .ok()
            .and_then(|number| number.checked_mul(Amount::ONE))
            .unwrap_or(i64::MAX);
        Amount {
            measure,
            low: value,
            high: value,
            step: Amount::ONE,
            precision: Precision::Exact,
        }
    }

    /// The values that may be meant: half of the last digit to either side, a twentieth more when it is only about
    /// so much, without end when it is a bound.
    pub fn meant(&self) -> (i128, i128) {
        let (low, high) = (i128::from(self.low), i128::from(self.high));
        let half = i128::from(self.step) / 2;
        match self.precision {
            // Half of a digit is rounded up, so 41 and 42 have nothing in common.
            Precision::Exact => (low - half, high + (half - 1).max(0)),
            Precision::About => {
                let slack = |end: i128| (end / 20).max(i128::from(self.shown_step()) / 2);
                (low - slack(low), high + slack(high))
            }
            Precision::AtMost => (i128::MIN, high + half),
            Precision::Below => (i128::MIN, high - 1),
            Precision::AtLeast => (low - half, i128::MAX),
            Precision::Above => (low + 1, i128::MAX),
        }
    }

    /// What the last digit that is no zero stands for: about 40 may be 38, about 42 may not.
    fn shown_step(&self) -> i64 {
        let mut step = self.step.max(1);
        while self.high != 0
            && self.high % (step.saturating_mul(10)) == 0
            && self.low % (step.saturating_mul(10)) == 0
        {
            step = step.saturating_mul(10);
        }
        step
    }

    /// The same amount with the rounding that its digits show and no more: `~42` is 42.
    #[must_use]
    pub fn as_digits(&self) -> Amount {
        match self.precision {
            Precision::About => Amount {
                step: self.shown_step(),
                precision: Precision::Exact,
                ..*self
            },
            _ => *self,
        }
    }

    /// Whether it is a time in days, weeks or longer, which may count days on which nobody works.
    pub fn is_calendar(&self) -> bool {
        self.measure == Measure::Seconds && self.low > 0 && self.low.saturating_mul(3) <= self.high
    }

    /// Its ends in millionths of a day or a week, and which of the two, when it is written in these.
    fn in_calendar(&self) -> Option<(i128, i128, &'static str)> {
        let (low, high) = (i128::from(self.low), i128::from(self.high));
        let hours = 3600;
        let units = [
            ("week", 5 * 8 * hours, 7 * 24 * hours),
            ("day", 8 * hours, 24 * hours),
        ];
        let found = units.into_iter().find(|(_, short, long)| {
            // A step is one more in the last digit, so it tells which unit is meant.
            let one = short * i128::from(Amount::ONE);
            let steps = [1, 10, 100].map(|tenths| i128::from(self.step) * tenths);
            steps.contains(&one) && low > 0 && low / short <= high / long
        })?;
        let (unit, short, long) = found;
        self.is_calendar()
            .then_some((low / short, high / long, unit))
    }

    /// What is left of it when another amount of the same measure is taken away; nothing below zero.
    pub fn minus(&self, other: &Amount) -> Option<Amount> {
        let low = self.low.checked_sub(other.high)?;
        let high = self.high.checked_sub(other.low)?;
        (self.measure == other.measure && low >= 0).then_some(Amount {
            low,
            high,
            step: self.step.min(other.step),
            ..*self
        })
    }

    /// Whether a value can be what is meant.
    pub fn admits(&self, value: i128) -> bool {
        let (low, high) = self.meant();
        (low..=high).contains(&value)
    }

    /// Whether two amounts can mean the same.
    pub fn agrees_with(&self, other: &Amount) -> bool {
        let ((low, high), (other_low, other_high)) = (self.meant(), other.meant());
        self.measure == other.measure && low <= other_high && other_low <= high
    }

    /// Whether it is one whole number of things, with nothing about it.
    pub fn exact_count(&self) -> Option<usize> {
        let exact = self.precision == Precision::Exact
            && self.low == self.high
            && self.low % Amount::ONE == 0
            && self.measure == Measure::Count;
        exact.then(|| usize::try_from(self.low / Amount::ONE).ok())?
    }
}
