//! A number as written, before its unit is known.

use super::unit::Unit;
use super::{Amount, Measure};

/// A number in millionths of a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scaled {
    pub(super) measure: Measure,
    pub(super) low: i64,
    pub(super) high: i64,
    pub(super) step: i64,
}

impl Scaled {
    pub(super) fn plus(self, other: Scaled) -> Option<Scaled> {
        Some(Scaled {
            measure: self.measure,
            low: self.low.checked_add(other.low)?,
            high: self.high.checked_add(other.high)?,
            step: self.step.min(other.step),
        })
    }
}

/// A number as written: digits, thousands marks, a point, `K` or `M`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    /// In millionths.
    value: i64,
    pub(super) step: i64,
    pub(super) end: usize,
}

impl Number {
    pub(super) fn read(text: &str, start: usize) -> Option<Number> {
        let rest = &text[start..];
        let bytes = rest.as_bytes();
        let mut at = 0;
        let mut whole: i64 = 0;
        let digit = |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit());
        digit(0)?;
        while let Some(byte) = bytes.get(at) {
            if byte.is_ascii_digit() {
                whole = whole.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                at += 1;
            } else if *byte == b','
                && digit(at + 1).is_some()
                && digit(at + 2).is_some()
                && digit(at + 3).is_some()
                && digit(at + 4).is_none()
            {
                at += 1;
            } else {
                break;
            }
        }
        let mut value = whole.checked_mul(Amount::ONE)?;
        let mut step = Amount::ONE;
        if bytes.get(at) == Some(&b'.') && digit(at + 1).is_some() {
            at += 1;
            while let Some(byte) = digit(at) {
                if step > 1 {
                    step /= 10;
                    value = value.checked_add(step.checked_mul(i64::from(byte - b'0'))?)?;
                }
                at += 1;
            }
            // "1.2.3" is a version.
            if bytes.get(at) == Some(&b'.') && digit(at + 1).is_some() {
                return None;
            }
        }
        let factor = match bytes.get(at) {
            Some(b'K' | b'k') => 1000,
            Some(b'M') => 1_000_000,
            _ => 1,
        };
        let ends = !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        if factor > 1 && ends {
            value = value.checked_mul(factor)?;
            step = step.checked_mul(factor)?;
            at += 1;
        }
        Some(Number {
            value,
            step,
            end: start + at,
        })
    }

    pub(super) fn scaled(self, unit: Unit) -> Option<Scaled> {
        Some(Scaled {
            measure: unit.measure,
            low: self.value.checked_mul(unit.low)?,
            high: self.value.checked_mul(unit.high)?,
            step: self.step.checked_mul(unit.low)?,
        })
    }
}
