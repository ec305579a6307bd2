//! Durations as people write them.

use std::time::Duration;

/// Reads a duration: `4h`, `30min`, `1hr`, `20 minutes`, `1.5 days`, `~2 h`, `1h 30m`, `2-3 hours`.
///
/// Of a range the upper end counts, since a plan that is too slow is the smaller surprise. A day is 8 hours and a
/// week 5 days, as in estimates of work. Text before the number other than `~`, `<`, `≈` or `about` makes it no
/// duration; text after the unit is passed over.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || "~<≈≤*`_(".contains(c));
    rest = rest.strip_prefix("about ").unwrap_or(rest);
    let mut total = 0.0;
    let mut found = false;
    while let Some((mut amount, after)) = number(rest) {
        let mut after = after.trim_start();
        if let Some((upper, after_upper)) = upper_end(after) {
            amount = upper;
            after = after_upper.trim_start();
        }
        let Some((seconds, after)) = unit(after) else {
            break;
        };
        total += amount * seconds;
        found = true;
        rest = after.trim_start_matches([' ', '\t']);
        if let Some((upper, after_upper)) = upper_end(rest)
            && let Some((seconds, after)) = unit(after_upper.trim_start())
        {
            // "30min - 1h": the second amount has a unit of its own.
            total = upper * seconds;
            rest = after.trim_start_matches([' ', '\t']);
        }
    }
    if !found || !(0.0..=MOST_SECONDS).contains(&total) {
        return None;
    }
    Some(Duration::from_millis((total * 1000.0).round() as u64))
}

/// A thousand years, far from the end of any integer.
const MOST_SECONDS: f64 = 1000.0 * 365.0 * 86_400.0;

fn upper_end(text: &str) -> Option<(f64, &str)> {
    let after = ["-", "–", "—", "to ", "bis "]
        .iter()
        .find_map(|dash| text.strip_prefix(dash))?;
    let (amount, rest) = number(after.trim_start())?;
    Some((amount, rest))
}

fn number(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(text.len());
    let digits = text[..end].trim_end_matches(['.', ',']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let amount = digits.replace(',', "").parse().ok()?;
    Some((amount, &text[digits.len()..]))
}

fn unit(text: &str) -> Option<(f64, &str)> {
    for (name, seconds) in [
        ("時間", 3600.0),
        ("시간", 3600.0),
        ("小时", 3600.0),
        ("分钟", 60.0),
        ("分", 60.0),
        ("분", 60.0),
        ("日", DAY),
        ("天", DAY),
        ("일", DAY),
        ("週", 5.0 * DAY),
    ] {
        if let Some(rest) = text.strip_prefix(name) {
            return Some((seconds, rest));
        }
    }
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let mut word = text[..end].to_lowercase();
    // "30m" is minutes in every plan seen; months are spelt out and not durations of work.
    if word.len() > 1 && word.ends_with('s') {
        word.pop();
    }
    let seconds = match word.as_str() {
        "s" | "sec" | "second" => 1.0,
        "m" | "min" | "minute" | "мин" => 60.0,
        "h" | "hr" | "hour" | "час" | "ч" => 3600.0,
        "d" | "day" => DAY,
        "w" | "wk" | "week" => 5.0 * DAY,
        _ => return None,
    };
    Some((seconds, &text[end..]))
}

const DAY: f64 = 8.0 * 3600.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, minutes: Option<f64>) {
        assert_eq!(
            parse_duration(text).map(|d| d.as_secs_f64() / 60.0),
            minutes,
            "{text}"
        );
    }

    #[test]
    fn amounts_and_units() {
        check("4h", Some(240.0));
        check("30min", Some(30.0));
        check("1hr", Some(60.0));
        check("20 minutes", Some(20.0));
        check("1.5 days", Some(720.0));
        check("90s", Some(1.5));
        check("1h 30m", Some(90.0));
        check("**~2 hours** (with review)", Some(120.0));
        check("1,000 minutes", Some(1000.0));
        check("2時間", Some(120.0));
        check("30분", Some(30.0));
    }

    #[test]
    fn of_a_range_the_upper_end_counts() {
        check("2-3 hours", Some(180.0));
        check("2 – 3h", Some(180.0));
        check("30min - 1h", Some(60.0));
        check("1 to 2 days", Some(960.0));
    }

    #[test]
    fn what_is_no_duration() {
        for text in [
            "",
            "4",
            "h",
            "soon",
            "12 tasks",
            "Day 1-2",
            "1e400 h",
            "-1 h",
            "NaN h",
            "99999999999999999999999 h",
        ] {
            check(text, None);
        }
    }
}
