//! Amounts as people write them: `225 workers`, `3-5x`, `~$33`, `65-67 h`, `≤ 30 min`, `98%`, `84K tokens`.

use std::fmt;

use serde::{Deserialize, Serialize};

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
        (_, true) => Kind::of(Measure::Money),
        (Some((unit, _)), false) => unit,
        (None, false) => Kind::of(Measure::Count),
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
pub(crate) fn amounts(text: &str) -> impl Iterator<Item = (Amount, std::ops::Range<usize>)> {
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

/// A unit with its factors: of a day, 8 and 24 hours.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kind {
    measure: Measure,
    low: i64,
    high: i64,
}

impl Kind {
    const fn of(measure: Measure) -> Kind {
        Kind::times(measure, 1)
    }

    const fn times(measure: Measure, factor: i64) -> Kind {
        Kind {
            measure,
            low: factor,
            high: factor,
        }
    }
}

/// A number in millionths of a unit.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    measure: Measure,
    low: i64,
    high: i64,
    step: i64,
}

impl Scaled {
    fn plus(self, other: Scaled) -> Option<Scaled> {
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
struct Number {
    /// In millionths.
    value: i64,
    step: i64,
    end: usize,
}

impl Number {
    fn read(text: &str, start: usize) -> Option<Number> {
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

    fn scaled(self, kind: Kind) -> Option<Scaled> {
        Some(Scaled {
            measure: kind.measure,
            low: self.value.checked_mul(kind.low)?,
            high: self.value.checked_mul(kind.high)?,
            step: self.step.checked_mul(kind.low)?,
        })
    }
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
    let (kind, end) = unit_at(text, number.end)?;
    (kind.measure == Measure::Seconds).then_some(())?;
    Some((number.scaled(kind)?, end))
}

const HOUR: i64 = 3600;

/// A unit right behind a number, or after a space or a hyphen ("5-minute").
fn unit_at(text: &str, at: usize) -> Option<(Kind, usize)> {
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
        return Some((Kind::of(Measure::Percent), start + 1));
    }
    if let Some(after) = bare.strip_prefix('×') {
        let attached = start == at && !after.trim_start().starts_with(|c: char| c.is_ascii_digit());
        return attached.then_some((Kind::of(Measure::Times), start + '×'.len_utf8()));
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
            return Some((Kind::times(Measure::Seconds, seconds), start + word.len()));
        }
    }
    let length = bare
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(bare.len());
    let word = bare[..length].to_lowercase();
    let kind = match word.as_str() {
        "x" if start == at => Kind::of(Measure::Times),
        "times" => Kind::of(Measure::Times),
        "percent" => Kind::of(Measure::Percent),
        "token" | "tokens" | "tok" => Kind::of(Measure::Tokens),
        "usd" | "dollar" | "dollars" | "eur" | "euros" => Kind::of(Measure::Money),
        "ms" => return None,
        "s" | "sec" | "secs" | "second" | "seconds" => Kind::of(Measure::Seconds),
        "m" if start == at => Kind::times(Measure::Seconds, 60),
        "min" | "mins" | "minute" | "minutes" | "мин" => Kind::times(Measure::Seconds, 60),
        "h" | "hr" | "hrs" | "hour" | "hours" | "час" | "ч" => {
            Kind::times(Measure::Seconds, HOUR)
        }
        "d" | "day" | "days" => Kind {
            measure: Measure::Seconds,
            low: 8 * HOUR,
            high: 24 * HOUR,
        },
        "w" | "wk" | "week" | "weeks" => Kind {
            measure: Measure::Seconds,
            low: 5 * 8 * HOUR,
            high: 7 * 24 * HOUR,
        },
        _ => return None,
    };
    Some((kind, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, taken: &str) {
        let (amount, end) = read_amount(text).unwrap_or_else(|| panic!("{text} is an amount"));
        assert_eq!(
            (amount.to_string().as_str(), &text[..end]),
            (expected, taken)
        );
    }

    #[test]
    fn amounts() {
        check("225 workers", "225", "225");
        check("3-5x speedup", "3x to 5x", "3-5x");
        check("65-67 h", "65 h to 67 h", "65-67 h");
        check("1.5-2 hours", "1.5 h to 2 h", "1.5-2 hours");
        check("~$33 a month", "about $33", "~$33");
        check("$12.18", "$12.18", "$12.18");
        check("≤ 30 min", "at most 30 min", "≤ 30 min");
        check("**84K tokens**", "84K tokens", "**84K tokens");
        check("98% reduction", "98%", "98%");
        check("4,500 minutes", "75 h", "4,500 minutes");
        check("1h 30m of work", "1.5 h", "1h 30m");
        check("30min - 1h", "30 min to 1 h", "30min - 1h");
        check("up to 8 concurrent", "at most 8", "up to 8");
        check("50K+ tokens", "at least 50000", "50K+");
        check("2 days", "2 days", "2 days");
        check("5-minute timeout", "5 min", "5-minute");
        check("0.6s interval", "0.6 s", "0.6s");
        check("2 × 3", "2", "2");
    }

    #[test]
    fn what_is_no_amount() {
        for text in [
            "",
            "workers",
            "1.2.3",
            "h 2",
            "99999999999999999999 h",
            "5-3 h",
        ] {
            assert_eq!(read_amount(text), None, "{text}");
        }
    }

    #[test]
    fn what_an_amount_admits() {
        let (hours, _) = read_amount("1.67 hours").expect("an amount");
        assert!(hours.admits(6000 * i128::from(Amount::ONE)));
        assert!(!hours.admits(5400 * i128::from(Amount::ONE)));
        let (about, _) = read_amount("~42 h").expect("an amount");
        let (close, _) = read_amount("41 h").expect("an amount");
        assert!(about.agrees_with(&close));
        assert!(!about.as_digits().agrees_with(&close));
        let (round, _) = read_amount("~40 h").expect("an amount");
        assert!(round.as_digits().agrees_with(&close));
        let (below, _) = read_amount("< 10K tokens").expect("an amount");
        assert!(!below.admits(10_000 * i128::from(Amount::ONE)));
        let (bound, _) = read_amount("up to 8").expect("an amount");
        assert!(bound.admits(3) && !bound.admits(9 * i128::from(Amount::ONE)));
    }
}
