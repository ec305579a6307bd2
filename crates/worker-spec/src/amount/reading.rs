//! Amounts found in text.

use std::ops::Range;

use super::number::{Number, Scaled};
use super::unit::{Unit, unit_at};
use super::{Amount, Measure, Precision};

/// An amount at the start of a text and how many bytes of the text it takes, unit included.
///
/// Marks before it (`**`, `~`, `up to`, `(`) are passed over. A number with a word behind it that is no unit is a
/// count.
pub(crate) fn read_amount(text: &str) -> Option<(Amount, usize)> {
    let (precision, at) = lead(text);
    let (currency, at) = currency(text, at);
    let first = Number::read(text, at)?;
    let mut end = first.end;
    let mut last = first;
    let mut first_unit = unit_at(text, end);
    if let Some((_, after)) = first_unit {
        end = after;
    }
    if let Some(second) = range_end(text, end) {
        // "3-5x": the unit stands behind the second number; "30min - 1h": each has its own.
        let unit = unit_at(text, second.end);
        if let Some((unit, after)) = unit {
            first_unit = first_unit.or(Some((unit, after)));
            let (low, high) = (first.scaled(first_unit?.0)?, second.scaled(unit)?);
            return finish(low, high, precision, text, after);
        }
        if first_unit.is_none() {
            last = second;
            end = second.end;
        }
    }
    let unit = match (first_unit, currency) {
        (_, true) => Unit::of(Measure::Money),
        (Some((unit, _)), false) => unit,
        (None, false) => Unit::of(Measure::Count),
    };
    let mut low = first.scaled(unit)?;
    let mut high = last.scaled(unit)?;
    if unit.measure == Measure::Seconds && last.end == first.end {
        // "1h 30m".
        while let Some((more, after)) = further(text, end) {
            (low, high) = (low.plus(more)?, high.plus(more)?);
            end = after;
        }
    }
    finish(low, high, precision, text, end)
}

/// The amounts of a text, in order, each from its first digit, currency sign or mark of precision.
pub(crate) fn amounts(text: &str) -> impl Iterator<Item = (Amount, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at + text[at..].find(|c: char| c.is_ascii_digit() || "$€£".contains(c))?;
            let attached = text[..start]
                .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '#'));
            let head = &text[at..start];
            let marked = start - (head.len() - head.trim_end_matches(is_lead).len());
            match read_amount(&text[marked..]) {
                Some((amount, length)) if !attached => {
                    at = marked + length;
                    return Some((amount, marked..at));
                }
                _ => {
                    let rest = &text[start..];
                    let skip = rest
                        .find(|c: char| !c.is_alphanumeric() && !"$€£".contains(c))
                        .unwrap_or(rest.len());
                    at = start + skip.max(1);
                    while !text.is_char_boundary(at) {
                        at += 1;
                    }
                }
            }
        }
        None
    })
}

/// Marks that stand right before a number and say how exactly it is meant.
fn is_lead(c: char) -> bool {
    matches!(c, '~' | '≈' | '<' | '>' | '=' | '≤' | '≥')
}

fn finish(
    low: Scaled,
    high: Scaled,
    precision: Precision,
    text: &str,
    end: usize,
) -> Option<(Amount, usize)> {
    if low.measure != high.measure || low.low > high.high {
        return None;
    }
    let plus = text[end..].starts_with('+');
    let precision = match precision {
        Precision::Exact if plus => Precision::AtLeast,
        precision => precision,
    };
    let amount = Amount {
        measure: low.measure,
        low: low.low,
        high: high.high,
        step: low.step.min(high.step),
        precision,
    };
    Some((amount, end + usize::from(plus)))
}

/// What stands before a number, and where the number begins.
fn lead(text: &str) -> (Precision, usize) {
    let mut precision = Precision::Exact;
    let mut rest = text;
    'marks: loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "*_`(+".contains(c));
        for (mark, meaning) in LEADS {
            if let Some(after) = strip_word(rest, mark) {
                precision = meaning;
                rest = after;
                continue 'marks;
            }
        }
        return (precision, text.len() - rest.len());
    }
}

const LEADS: [(&str, Precision); 21] = [
    ("~", Precision::About),
    ("≈", Precision::About),
    ("about ", Precision::About),
    ("around ", Precision::About),
    ("approximately ", Precision::About),
    ("approx. ", Precision::About),
    ("roughly ", Precision::About),
    ("≤", Precision::AtMost),
    ("<=", Precision::AtMost),
    ("<", Precision::Below),
    ("up to ", Precision::AtMost),
    ("at most ", Precision::AtMost),
    ("under ", Precision::Below),
    ("below ", Precision::Below),
    ("less than ", Precision::Below),
    ("max ", Precision::AtMost),
    ("≥", Precision::AtLeast),
    (">=", Precision::AtLeast),
    (">", Precision::Above),
    ("at least ", Precision::AtLeast),
    ("more than ", Precision::Above),
];

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

fn currency(text: &str, at: usize) -> (bool, usize) {
    let rest = &text[at..];
    let bare = rest
        .strip_prefix("US$")
        .or_else(|| rest.strip_prefix(['$', '€', '£', '¥']));
    match bare {
        Some(bare) => (true, text.len() - bare.trim_start_matches(' ').len()),
        None => (false, at),
    }
}

/// The second number of a range.
fn range_end(text: &str, at: usize) -> Option<Number> {
    let rest = text[at..].trim_start_matches(' ');
    let after = ["-", "–", "—", "~", "to ", "bis "]
        .iter()
        .find_map(|dash| rest.strip_prefix(dash))?;
    let after = after.trim_start_matches([' ', '$', '€', '£']);
    Number::read(text, text.len() - after.len())
}

/// A further part of a duration: the `30m` of `1h 30m`.
fn further(text: &str, at: usize) -> Option<(Scaled, usize)> {
    let start = text.len() - text[at..].trim_start_matches(' ').len();
    let number = Number::read(text, start)?;
    let (unit, end) = unit_at(text, number.end)?;
    (unit.measure == Measure::Seconds).then_some(())?;
    Some((number.scaled(unit)?, end))
}
