//! Units behind a number: `h`, `minutes`, `tokens`, `x`, `%`, `時間`.

use super::Measure;

/// A unit with its factors: of a day, 8 and 24 hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    pub(super) measure: Measure,
    pub(super) low: i64,
    pub(super) high: i64,
}

impl Unit {
    pub(super) const fn of(measure: Measure) -> Unit {
        Unit::times(measure, 1)
    }

    const fn times(measure: Measure, factor: i64) -> Unit {
        Unit {
            measure,
            low: factor,
            high: factor,
        }
    }
}

const HOUR: i64 = 3600;

/// A unit right behind a number, or after a space or a hyphen ("5-minute").
pub(super) fn unit_at(text: &str, at: usize) -> Option<(Unit, usize)> {
    let rest = &text[at..];
    let bare = rest
        .strip_prefix([' ', '\u{a0}'])
        .or_else(|| {
            rest.strip_prefix('-')
                .filter(|after| after.starts_with(char::is_alphabetic))
        })
        .unwrap_or(rest);
    let start = text.len() - bare.len();
    if bare.starts_with('%') {
        return Some((Unit::of(Measure::Percent), start + 1));
    }
    if let Some(after) = bare.strip_prefix('×') {
        let attached = start == at && !after.trim_start().starts_with(|c: char| c.is_ascii_digit());
        return attached.then_some((Unit::of(Measure::Times), start + '×'.len_utf8()));
    }
    for (word, seconds) in [
        ("時間", HOUR),
        ("시간", HOUR),
        ("小时", HOUR),
        ("分钟", 60),
        ("分", 60),
        ("분", 60),
    ] {
        if bare.starts_with(word) {
            return Some((Unit::times(Measure::Seconds, seconds), start + word.len()));
        }
    }
    let length = bare
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(bare.len());
    let word = bare[..length].to_lowercase();
    let unit = match word.as_str() {
        "x" if start == at => Unit::of(Measure::Times),
        "times" => Unit::of(Measure::Times),
        "percent" => Unit::of(Measure::Percent),
        "token" | "tokens" | "tok" => Unit::of(Measure::Tokens),
        "usd" | "dollar" | "dollars" | "eur" | "euros" => Unit::of(Measure::Money),
        "ms" => return None,
        "s" | "sec" | "secs" | "second" | "seconds" => Unit::of(Measure::Seconds),
        "m" if start == at => Unit::times(Measure::Seconds, 60),
        "min" | "mins" | "minute" | "minutes" | "мин" => Unit::times(Measure::Seconds, 60),
        "h" | "hr" | "hrs" | "hour" | "hours" | "час" | "ч" => {
            Unit::times(Measure::Seconds, HOUR)
        }
        "d" | "day" | "days" => Unit {
            measure: Measure::Seconds,
            low: 8 * HOUR,
            high: 24 * HOUR,
        },
        "w" | "wk" | "week" | "weeks" => Unit {
            measure: Measure::Seconds,
            low: 5 * 8 * HOUR,
            high: 7 * 24 * HOUR,
        },
        _ => return None,
    };
    Some((unit, start + length))
}
