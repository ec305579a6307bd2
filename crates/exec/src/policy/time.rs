//! Times as people write them.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// Reads `"300s"`, `"5min"`, `"1h 30min"`, `"250ms"`, a number of seconds, or `{"secs": 300, "nanos": 0}`, which is how a time
/// is written.
pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    from.deserialize_any(Time)
}

struct Time;

impl<'de> Visitor<'de> for Time {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as \"300s\", \"5min\", \"1h 30min\" or a number of seconds")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
        parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Duration, E> {
        Ok(Duration::from_secs(seconds))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Duration, E> {
        let whole = u64::try_from(seconds).map(Duration::from_secs);
        whole.map_err(|_| E::invalid_value(de::Unexpected::Signed(seconds), &self))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Duration, E> {
        let time = Duration::try_from_secs_f64(seconds);
        time.map_err(|_| E::invalid_value(de::Unexpected::Float(seconds), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Duration, A::Error> {
        Duration::deserialize(de::value::MapAccessDeserializer::new(map))
    }
}

/// Numbers, each with a unit; `None` for anything else, and for what is too long to count.
fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphabetic());
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let nanos: u64 = match unit.to_ascii_lowercase().as_str() {
            "ms" => 1_000_000,
            "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000_000,
            "m" | "min" | "mins" | "minute" | "minutes" => 60_000_000_000,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000_000_000,
            "d" | "day" | "days" => 86_400_000_000_000,
            _ => return None,
        };
        sum = sum.checked_add(times(number, nanos)?)?;
        rest = after.trim_start();
    }
    Some(sum)
}

/// A decimal number of units of so many nanoseconds; what is below one nanosecond is left out.
fn times(number: &str, nanos: u64) -> Option<Duration> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u64 = whole.parse().ok()?;
    let part: String = part.chars().take(9).collect();
    let below: u64 = format!("{part:0<9}").parse().ok()?;
    let whole = u128::from(whole).checked_mul(u128::from(nanos))?;
    let part = u128::from(below) * u128::from(nanos) / 1_000_000_000;
    let all = whole.checked_add(part)?;
    let seconds = u64::try_from(all / 1_000_000_000).ok()?;
    Some(Duration::new(seconds, (all % 1_000_000_000) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Backoff, Bound, Policy};

    #[test]
    fn times_are_read_as_people_write_them() {
        let ms = Duration::from_millis;
        for (text, time) in [
            ("300s", ms(300_000)),
            ("5min", ms(300_000)),
            (" 1 h 30 min ", ms(5_400_000)),
            ("1h30m", ms(5_400_000)),
            ("250ms", ms(250)),
            ("1.5 hours", ms(5_400_000)),
            ("2 Days", ms(172_800_000)),
            ("0s", Duration::ZERO),
        ] {
            assert_eq!(parse(text), Some(time), "{text}");
        }
        for wrong in [
            "",
            "5",
            "min",
            "5 parsecs",
            "-5s",
            "1..5s",
            ".s",
            "5s 3",
            "99999999999999999999d",
            "18446744073709551615d",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn all_times_of_a_policy_are_read_so_and_as_they_are_written() {
        let policy = |time: &str| {
            let text = format!(
                r#"{{ "longest_wait": {time}, "backoff": {{ "base": {time}, "cap": {time} }},
                     "thresholds": [{{ "bound": {{ "time": {{ "above": {time} }} }}, "then": "abort" }}],
                     "targets": [{{ "time": {{ "at_most": {time} }} }}] }}"#
            );
            serde_json::from_str::<Policy>(&text)
        };
        let long = policy("\"5min\"").expect("a policy");
        assert_eq!(long.longest_wait, Duration::from_secs(300));
        assert_eq!(long.backoff.base, Duration::from_secs(300));
        let above = Duration::from_secs(300);
        assert_eq!(long.thresholds[0].bound, Bound::Time { above });
        for same in ["300", "300.0", "\"300s\"", r#"{ "secs": 300, "nanos": 0 }"#] {
            assert_eq!(policy(same).expect(same), long, "{same}");
        }
        let written = serde_json::to_string(&long).expect("it can be written");
        assert_eq!(
            serde_json::from_str::<Policy>(&written).expect("it is read"),
            long
        );
        assert_eq!(
            Backoff::default(),
            serde_json::from_str("{}").expect("all may be left out")
        );
        for wrong in [
            "-1",
            "\"soon\"",
            "true",
            "null",
            "-0.5",
            r#"{ "secs": 1, "nano": 0 }"#,
        ] {
            assert!(policy(wrong).is_err(), "{wrong}");
        }
        let error = policy("\"soon\"").expect_err("no time").to_string();
        assert!(error.contains("a time such as \"300s\""), "{error}");
    }
}
