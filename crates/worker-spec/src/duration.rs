//! Durations as people write them.

use std::fmt;
use std::time::Duration;

/// Reads a duration: `4h`, `30min`, `1hr`, `20 minutes`, `1.5 days`, `1,5 h`, `~2 h`, `1h 30m`, `1h30`, `half a day`,
/// `2-3 hours`, `PT1H30M`.
///
/// Of a range the upper end counts, since a plan that is too slow is the smaller surprise. A day is 8 hours and a
/// week 5 days, as in estimates of work; months and sprints have no fixed length and are no durations. A comma before
/// three digits groups them, any other is a decimal comma. Text before the number other than `~`, `<`, `≈` or a word
/// such as "about" makes it no duration; text after the unit is passed over.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    leading_duration(text).map(|(found, _)| found)
}

/// Reads a duration that the whole text is: `~30 min`, not `5 min of rest`.
pub(crate) fn whole_duration(text: &str) -> Option<Duration> {
    leading_duration(text)
        .filter(|(_, rest)| rest.trim_matches(['*', '_', '`', ' ', '.']).is_empty())
        .map(|(found, _)| found)
}

/// The duration that a text begins with, and what follows it.
fn leading_duration(text: &str) -> Option<(Duration, &str)> {
    let mut rest = without_hedge(without_struck(text));
    if let Some(period) = rest.strip_prefix('P').and_then(iso_period) {
        return Some((duration(period)?, ""));
    }
    let mut total = 0.0;
    let mut found = false;
    while let Some((mut amount, after)) = number(rest) {
        let mut after = after.trim_start();
        if let Some((upper, after_upper)) = upper_end(after) {
            amount = upper;
            after = after_upper.trim_start();
        }
        // "2 x 30 min"
        if let Some((times, behind)) = factor(after) {
            amount *= times;
            after = behind.trim_start();
        }
        let Some((seconds, after)) = unit(after) else {
            break;
        };
        total += amount * seconds;
        found = true;
        if after.is_empty() {
            rest = after;
            break;
        }
        // "1h30", "1時間半".
        if let Some((minutes, after)) = minutes_behind_hours(seconds, after) {
            total += minutes * 60.0;
            rest = after;
            continue;
        }
        // "10 minutos y medio".
        if let Some(after) = and_a_half(after) {
            total += seconds / 2.0;
            rest = after;
            continue;
        }
        rest = after.trim_start_matches([' ', '\t']);
        if let Some((upper, after_upper)) = upper_end(rest)
            && let Some((seconds, after)) = unit(after_upper.trim_start())
        {
            // "30min - 1h": the second amount has a unit of its own.
            total = upper * seconds;
            rest = after.trim_start_matches([' ', '\t']);
        }
        rest = without_joint(without_remark(rest));
    }
    found.then_some((duration(total)?, rest))
}

/// Reads an estimate: a duration, or a stretch of a calendar (`Day 2-3` is two days, `Week 1` is one week).
pub(crate) fn parse_estimate(text: &str) -> Option<Duration> {
    parse_duration(text).or_else(|| calendar_stretch(text))
}

/// A time with a colon, `1:30`: most likely hours and minutes, but not beyond doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    hours: u32,
    minutes: u32,
}

impl Clock {
    /// Reads `1:30` and `01:30 h`.
    pub(crate) fn read(text: &str) -> Option<Clock> {
        let text = without_hedge(text);
        let (hours, rest) = text.split_once(':')?;
        let minutes = rest.get(..2)?;
        let digits = |text: &str| text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let ends = matches!(
            rest[2..].trim_start().bytes().next(),
            None | Some(b'h' | b'H' | b'(')
        );
        let clock = Clock {
            hours: hours.parse().ok().filter(|_| digits(hours))?,
            minutes: minutes
                .parse()
                .ok()
                .filter(|minutes| digits(&rest[..2]) && *minutes < 60)?,
        };
        ends.then_some(clock)
    }

    pub(crate) fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.hours) * 3600 + u64::from(self.minutes) * 60)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}h {}m", self.hours, self.minutes)
    }
}

/// A thousand years, far from the end of any integer.
const MOST_SECONDS: f64 = 1000.0 * 365.0 * 86_400.0;

fn duration(seconds: f64) -> Option<Duration> {
    (0.0..=MOST_SECONDS)
        .contains(&seconds)
        .then(|| Duration::from_millis((seconds * 1000.0).round() as u64))
}

/// A text behind the signs and words that make an amount a rough one.
pub(crate) fn without_hedge(text: &str) -> &str {
    const WORDS: [&str; 12] = [
        "about ",
        "approximately ",
        "approx. ",
        "approx ",
        "around ",
        "roughly ",
        "circa ",
        "ca. ",
        "up to ",
        "max. ",
        "at most ",
        "under ",
    ];
    let sign = |c: char| c.is_whitespace() || "~<≈≤*`_(約约약".contains(c);
    let mut rest = text.trim_start_matches(sign);
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return rest;
    }
    for word in WORDS {
        if rest
            .get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
        {
            rest = rest[word.len()..].trim_start_matches(sign);
        }
    }
    rest
}

fn upper_end(text: &str) -> Option<(f64, &str)> {
    let after = ["-", "–", "—", "to ", "bis ", "〜", "～", "~"]
        .iter()
        .find_map(|dash| text.strip_prefix(dash))?;
    let (amount, rest) = number(after.trim_start())?;
    Some((amount, rest))
}

/// A text without what is struck out at its start: `~~6h~~ 4h`.
pub(crate) fn without_struck(text: &str) -> &str {
    let mut rest = text;
    while let Some(inner) = rest.trim_start().strip_prefix("~~")
        && let Some((_, after)) = inner.split_once("~~")
        && !after.trim().is_empty()
    {
        rest = after;
    }
    rest
}

/// The second number of `2 x 30 min`.
fn factor(text: &str) -> Option<(f64, &str)> {
    let after = text.strip_prefix(['x', '×', '*'])?.trim_start();
    let digits = after.starts_with(|c: char| c.is_ascii_digit());
    digits.then(|| number(after))?
}

/// A text from the sign that adds another amount to this one, when nothing but words stand before it: ` dev + 1h review`.
fn without_remark(text: &str) -> &str {
    const LONGEST: usize = 40;
    let head = &text[..text.floor_char_boundary(LONGEST)];
    let Some(plus) = head.find('+') else {
        return text;
    };
    let are_words = |c: char| c.is_alphabetic() || matches!(c, ' ' | '(' | ')' | '-' | '/');
    let adds = || {
        let after = text[plus + 1..].trim_start();
        number(after).is_some_and(|(_, behind)| unit(behind.trim_start()).is_some())
    };
    match head[..plus].chars().all(are_words) && adds() {
        // The sign with the space behind it, as a joint is.
        true => &text[plus..],
        false => text,
    }
}

/// `, 30 min`, `and 30 minutes`: what joins two amounts, if a number follows.
fn without_joint(text: &str) -> &str {
    [
        "and ", ", and ", ", ", ",", "& ", "+ ", "+", "und ", "et ", "y ", "e ",
    ]
    .iter()
    .find_map(|joint| text.strip_prefix(joint))
    .map(str::trim_start)
    .filter(|after| after.starts_with(|c: char| c.is_ascii_digit()))
    .unwrap_or(text)
}

/// What follows the words for half a unit more.
fn and_a_half(text: &str) -> Option<&str> {
    let text = text.trim_start();
    [
        "and a half",
        "y medio",
        "y media",
        "e meio",
        "e meia",
        "et demi",
        "et demie",
    ]
    .iter()
    .filter_map(|words| text.strip_prefix(words))
    .find(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// `30` right behind `1h`, or `半`: minutes without a unit of their own.
fn minutes_behind_hours(seconds: f64, after: &str) -> Option<(f64, &str)> {
    if seconds != HOUR {
        return None;
    }
    if let Some(rest) = after.strip_prefix(['半', '반']) {
        return Some((30.0, rest));
    }
    // "1 h 30" ends with the minutes; "1 h 30 min" and "1 h 30 files" go on.
    let spaced = after.starts_with(' ');
    let after = after.strip_prefix(' ').unwrap_or(after);
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &after[digits..];
    let goes_on = spaced
        && rest
            .trim_start()
            .starts_with(|c: char| !",;)]|·*_".contains(c));
    let alone = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == ',' && !spaced);
    let alone = alone && !goes_on;
    let minutes: f64 = after[..digits].parse().ok()?;
    (digits == 2 && minutes < 60.0 && alone).then_some((minutes, rest))
}

/// An amount: digits, `½`, or a word such as `two`, `a`, `half a`.
fn number(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(text.len());
    let digits = text[..end].trim_end_matches(['.', ',']);
    let rest = &text[digits.len()..];
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return part(text).or_else(|| number_in_words(text));
    }
    if rest.starts_with('/')
        && let Some(found) = part(text)
    {
        return Some(found);
    }
    let amount: f64 = decimal(digits)?;
    // "1½ h", "1 1/2 h".
    let after = rest.strip_prefix(' ').unwrap_or(rest);
    Some(match part(after) {
        Some((half, rest)) => (amount + half, rest),
        None => (amount, rest),
    })
}

/// A number with points and commas: `1,000`, `1.5`, `1,5`.
fn decimal(digits: &str) -> Option<f64> {
    let groups = |digits: &str| {
        let mut parts = digits.split(',');
        let first = parts.next().unwrap_or_default();
        (1..=3).contains(&first.len())
            && parts.all(|part| part.split('.').next().is_some_and(|part| part.len() == 3))
    };
    if !digits.contains(',') {
        digits.parse().ok()
    } else if groups(digits) {
        digits.replace(',', "").parse().ok()
    } else {
        let (whole, part) = digits.split_once(',')?;
        format!("{whole}.{part}").parse().ok()
    }
}

/// `½`, `1/2`.
fn part(text: &str) -> Option<(f64, &str)> {
    [
        ("½", 0.5),
        ("¼", 0.25),
        ("¾", 0.75),
        ("1/2", 0.5),
        ("1/4", 0.25),
        ("3/4", 0.75),
    ]
    .iter()
    .find_map(|(written, amount)| Some((*amount, text.strip_prefix(written)?)))
}

fn number_in_words(text: &str) -> Option<(f64, &str)> {
    const WORDS: [(&str, f64); 49] = [
        ("half a ", 0.5),
        ("half an ", 0.5),
        ("half-", 0.5),
        ("half ", 0.5),
        ("a half ", 0.5),
        ("a quarter of an ", 0.25),
        ("an ", 1.0),
        ("a ", 1.0),
        ("one ", 1.0),
        ("two ", 2.0),
        ("three ", 3.0),
        ("four ", 4.0),
        ("five ", 5.0),
        ("six ", 6.0),
        ("seven ", 7.0),
        ("eight ", 8.0),
        ("nine ", 9.0),
        ("ten ", 10.0),
        ("twelve ", 12.0),
        ("半", 0.5),
        ("ein halber ", 0.5),
        ("einen halben ", 0.5),
        ("eine halbe ", 0.5),
        ("halber ", 0.5),
        ("halben ", 0.5),
        ("halbe ", 0.5),
        ("ein ", 1.0),
        ("einen ", 1.0),
        ("eine ", 1.0),
        ("zwei ", 2.0),
        ("drei ", 3.0),
        ("une demi-", 0.5),
        ("demi-", 0.5),
        ("un ", 1.0),
        ("une ", 1.0),
        ("deux ", 2.0),
        ("trois ", 3.0),
        ("medio ", 0.5),
        ("media ", 0.5),
        ("meio ", 0.5),
        ("meia ", 0.5),
        ("mezza ", 0.5),
        ("mezzo ", 0.5),
        ("dos ", 2.0),
        ("tres ", 3.0),
        ("dois ", 2.0),
        ("duas ", 2.0),
        ("een halve ", 0.5),
        ("halve ", 0.5),
    ];
    WORDS.iter().find_map(|(word, amount)| {
        let head = text.get(..word.len())?;
        head.eq_ignore_ascii_case(word)
            .then(|| (*amount, text[word.len()..].trim_start()))
    })
}

fn unit(text: &str) -> Option<(f64, &str)> {
    let text = text
        .strip_prefix(['-', '\u{a0}', '\u{202f}'])
        .unwrap_or(text);
    let text = without_doer(text);
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let word = &text[..end];
    if !word.is_ascii()
        && let Some(found) = unit_of_another_script(text)
    {
        return Some(found);
    }
    let mut buffer = [0; 16];
    let lower = buffer.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    // "30m" is minutes in every plan seen; months are spelt out and not durations of work.
    let singular = match &*lower {
        [head @ .., b's'] if !head.is_empty() => head,
        word => word,
    };
    let seconds = match singular {
        b"s" | b"sec" | b"second" => 1.0,
        b"m" | b"min" | b"minute" => 60.0,
        b"h" | b"hr" | b"hour" => HOUR,
        b"d" | b"day" => DAY,
        b"w" | b"wk" | b"week" => WEEK,
        b"minuto" | b"minuten" | b"minuut" | b"minuti" => 60.0,
        b"j" => DAY,
        b"std" | b"stunde" | b"stunden" | b"hora" | b"heure" | b"ora" | b"ore" | b"uur"
        | b"uren" => HOUR,
        b"tag" | b"tage" | b"tagen" | b"dia" | b"jour" | b"giorno" | b"giorni" | b"dag"
        | b"dagen" | b"giornata" | b"jornada" | b"arbeitstag" | b"arbeitstage" | b"personentag"
        | b"personentage" | b"manntag" | b"manntage" | b"werktag" | b"werktage" => DAY,
        b"woche" | b"wochen" | b"semana" | b"semaine" | b"settimana" | b"settimane" | b"weken" => {
            WEEK
        }
        _ => return None,
    };
    Some((seconds, &text[end..]))
}

/// A unit without the word for whose time it is: `person-days`, `business days`.
fn without_doer(text: &str) -> &str {
    const WORDS: [&str; 15] = [
        "man",
        "person",
        "people",
        "business",
        "working",
        "work",
        "engineer",
        "engineering",
        "dev",
        "developer",
        "staff",
        "team",
        "full",
        "ideal",
        "whole",
    ];
    let end = text.find(|c: char| !c.is_ascii_alphabetic());
    let Some((word, rest)) = end.map(|end| text.split_at(end)) else {
        return text;
    };
    let is_one = WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    match rest.strip_prefix(['-', ' ']).filter(|_| is_one) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphabetic()) => rest,
        _ => text,
    }
}

fn unit_of_another_script(text: &str) -> Option<(f64, &str)> {
    [
        ("人时", HOUR),
        ("人時", HOUR),
        ("工时", HOUR),
        ("人日", DAY),
        ("人天", DAY),
        ("工日", DAY),
        ("個工作日", DAY),
        ("个工作日", DAY),
        ("工作日", DAY),
        ("人周", WEEK),
        ("영업일", DAY),
        ("時間", HOUR),
        ("시간", HOUR),
        ("小时", HOUR),
        ("小時", HOUR),
        ("分钟", 60.0),
        ("分鐘", 60.0),
        ("分間", 60.0),
        ("分", 60.0),
        ("분", 60.0),
        ("秒", 1.0),
        ("초", 1.0),
        ("日間", DAY),
        ("日", DAY),
        ("天", DAY),
        ("일", DAY),
        ("週間", WEEK),
        ("週", WEEK),
        ("周", WEEK),
        ("주", WEEK),
        ("días", DAY),
        ("día", DAY),
        ("journées", DAY),
        ("journée", DAY),
        ("недель", WEEK),
        ("недели", WEEK),
        ("неделя", WEEK),
        ("неделю", WEEK),
        ("нед", WEEK),
        ("минут", 60.0),
        ("мин", 60.0),
        ("часов", HOUR),
        ("часы", HOUR),
        ("часа", HOUR),
        ("час", HOUR),
        ("ч", HOUR),
        ("рабочих дней", DAY),
        ("рабочих дня", DAY),
        ("рабочий день", DAY),
        ("дней", DAY),
        ("дня", DAY),
        ("день", DAY),
        ("дн", DAY),
    ]
    .into_iter()
    .find_map(|(name, seconds)| Some((seconds, text.strip_prefix(name)?)))
}

/// What stands behind the `P` of an ISO 8601 period: `T1H30M`, `2DT4H`, `1W`.
fn iso_period(text: &str) -> Option<f64> {
    let mut rest = text.trim_end();
    let mut total = 0.0;
    let mut in_time = false;
    let mut found = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T').filter(|_| !in_time) {
            (rest, in_time) = (after, true);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount: f64 = rest[..end].parse().ok()?;
        let seconds = match (rest.as_bytes()[end], in_time) {
            (b'H', true) => HOUR,
            (b'M', true) => 60.0,
            (b'S', true) => 1.0,
            (b'D', false) => DAY,
            (b'W', false) => WEEK,
            _ => return None,
        };
        total += amount * seconds;
        found = true;
        rest = &rest[end + 1..];
    }
    found.then_some(total)
}

/// `Day 2-3`, `Days 1 to 2`, `Week 1`: from the first to the last, both counted.
fn calendar_stretch(text: &str) -> Option<Duration> {
    let text = text.trim_start_matches(['*', ' ']);
    let (seconds, rest) = [("days", DAY), ("day", DAY), ("weeks", WEEK), ("week", WEEK)]
        .iter()
        .find_map(|(word, seconds)| {
            let head = text.get(..word.len())?;
            head.eq_ignore_ascii_case(word)
                .then(|| (*seconds, &text[word.len()..]))
        })?;
    let whole = |text: &str| -> Option<(f64, usize)> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        Some((text[..digits].parse().ok()?, digits))
    };
    let rest = rest.trim_start();
    let (first, length) = whole(rest)?;
    let after = rest[length..].trim_start();
    let last = ["-", "–", "—", "to "]
        .iter()
        .find_map(|dash| whole(after.strip_prefix(dash)?.trim_start()));
    let count = last.map_or(1.0, |(last, _)| last - first + 1.0);
    (count >= 1.0).then(|| duration(count * seconds))?
}

const HOUR: f64 = 3600.0;
const DAY: f64 = 8.0 * HOUR;
const WEEK: f64 = 5.0 * DAY;

#[cfg(test)]
mod tests;
