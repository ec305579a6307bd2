//! Amounts as a person would write them.

use std::fmt;

use super::{Amount, Measure, Precision};

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.precision {
            Precision::Exact => "",
            Precision::About => "about ",
            Precision::AtMost => "at most ",
            Precision::Below => "below ",
            Precision::AtLeast => "at least ",
            Precision::Above => "above ",
        })?;
        if let Some((low, high, unit)) = self.in_calendar() {
            write!(f, "{}", Decimal(low, 2))?;
            if high != low {
                write!(f, " to {}", Decimal(high, 2))?;
            }
            let plural = if high == i128::from(Amount::ONE) {
                ""
            } else {
                "s"
            };
            return write!(f, " {unit}{plural}");
        }
        write!(f, "{}", Shown(self.measure, i128::from(self.low)))?;
        if self.high != self.low {
            write!(f, " to {}", Shown(self.measure, i128::from(self.high)))?;
        }
        Ok(())
    }
}

/// A value in millionths of a unit, as a person would write it.
#[derive(Clone, Copy, Debug)]
pub struct Shown(
    /// The unit.
    pub Measure,
    /// The value.
    pub i128,
);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let million = i128::from(Amount::ONE);
        let Shown(measure, value) = *self;
        match measure {
            Measure::Count => write!(f, "{}", Decimal(value, 2)),
            Measure::Seconds if value.abs() >= 3600 * million => {
                write!(f, "{} h", Decimal(value / 3600, 2))
            }
            Measure::Seconds if value.abs() >= 60 * million => {
                write!(f, "{} min", Decimal(value / 60, 2))
            }
            Measure::Seconds => write!(f, "{} s", Decimal(value, 2)),
            Measure::Tokens if value.abs() >= 1000 * million => {
                write!(f, "{}K tokens", Decimal(value / 1000, 2))
            }
            Measure::Tokens => write!(f, "{} tokens", Decimal(value, 0)),
            Measure::Money if value % 10_000 == 0 && value % million != 0 => {
                let sign = if value < 0 { "-" } else { "" };
                let cents = value.abs() / 10_000;
                write!(f, "{sign}${}.{:02}", cents / 100, cents % 100)
            }
            Measure::Money => write!(f, "${}", Decimal(value, 4)),
            Measure::Times => write!(f, "{}x", Decimal(value, 2)),
            Measure::Percent => write!(f, "{}%", Decimal(value, 1)),
        }
    }
}

/// Millionths, rounded to so many places; zeros at the end are left out.
struct Decimal(i128, u32);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_i128.pow(6 - self.1);
        let rounded = (self.0.abs() + unit / 2) / unit;
        let scale = 10_i128.pow(self.1);
        let sign = if self.0 < 0 && rounded > 0 { "-" } else { "" };
        write!(f, "{sign}{}", rounded / scale)?;
        let rest = rounded % scale;
        if rest > 0 {
            let digits = format!("{rest:0width$}", width = self.1 as usize);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}
