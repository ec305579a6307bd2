//! How long a server asks us to wait, in all the ways in which servers say it.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// What a longer wish is cut to, so that adding it to a clock cannot overflow: 30 days.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);

/// The wait that an answer asks for. The first of these that can be read counts:
///
/// 1. `retry-after-ms`, in milliseconds;
/// 2. `retry-after`, in seconds or as an HTTP date (against the server's own `Date`, or else our clock);
/// 3. `llm_provider-retry-after`, by which LiteLLM's proxy passes the second on;
/// 4. words of the message, such as `try again in 634ms`;
/// 5. the `x-ratelimit-reset-*` of whatever has nothing remaining.
///
/// The order of the first two is that of OpenAI's own Python client.
pub(crate) fn retry_after(headers: &HeaderMap, message: &str) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = || number(text("retry-after-ms")?, 0.001);
    let seconds = || text(RETRY_AFTER.as_str()).and_then(|value| number(value, 1.0));
    let date = || until(text(RETRY_AFTER.as_str())?, text(DATE.as_str()));
    let passed_on = || number(text("llm_provider-retry-after")?, 1.0);
    let reset = |what: &str| {
        let spent = text(&format!("x-ratelimit-remaining-{what}"))? == "0";
        duration(text(&format!("x-ratelimit-reset-{what}"))?).filter(|_| spent)
    };
    milliseconds()
        .or_else(seconds)
        .or_else(date)
        .or_else(passed_on)
        .or_else(|| in_words(message))
        .or_else(|| reset("requests").max(reset("tokens")))
        .map(|wait| wait.min(LONGEST))
}

/// A wait that the message names in words: `Please try again in 1m3.2s`, `retry after 20 seconds`.
pub(crate) fn in_words(message: &str) -> Option<Duration> {
    let message = message.to_ascii_lowercase();
    [
        "try again in ",
        "retry in ",
        "retry after ",
        "try again after ",
    ]
    .iter()
    .filter_map(|words| message.split_once(words))
    .find_map(|(_, rest)| duration(rest))
}

/// A number that is not negative, in units of so many seconds.
fn number(text: &str, unit: f64) -> Option<Duration> {
    let number: f64 = text.parse().ok()?;
    if number.is_nan() || number < 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(number * unit).unwrap_or(LONGEST))
}

fn until(date: &str, now: Option<&str>) -> Option<Duration> {
    let date = httpdate::parse_http_date(date).ok()?;
    let now = now.and_then(|now| httpdate::parse_http_date(now).ok());
    let now = now.unwrap_or_else(SystemTime::now);
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

/// A duration at the start of the text, of one or more numbers each with its unit: `1h2m3.5s`, `20ms`, `20 seconds`.
fn duration(text: &str) -> Option<Duration> {
    let mut total: Option<f64> = None;
    let mut rest = text.trim_start();
    loop {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let Ok(number) = rest[..digits].parse::<f64>() else {
            break;
        };
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let Some(unit) = seconds_in(&rest[..letters]) else {
            break;
        };
        rest = rest[letters..].trim_start();
        total = Some(total.unwrap_or(0.0) + number * unit);
    }
    Some(Duration::try_from_secs_f64(total?).unwrap_or(LONGEST))
}

fn seconds_in(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" | "millisecond" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn check(headers: &[(&str, &str)], message: &str, expected: Option<f64>) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::try_from(*name).unwrap(),
                    HeaderValue::try_from(*value).unwrap(),
                )
            })
            .collect();
        let found = retry_after(&headers, message).map(|wait| wait.as_secs_f64());
        assert_eq!(found, expected, "{headers:?} {message}");
    }

    #[test]
    fn headers() {
        check(&[("retry-after", "2")], "", Some(2.0));
        check(&[("retry-after", " 1.5 ")], "", Some(1.5));
        check(&[("retry-after", "0")], "", Some(0.0));
        check(
            &[("retry-after-ms", "250"), ("retry-after", "9")],
            "",
            Some(0.25),
        );
        check(
            &[("retry-after-ms", "soon"), ("retry-after", "9")],
            "",
            Some(9.0),
        );
        check(&[("retry-after", "86400")], "", Some(86_400.0));
        check(&[("llm_provider-retry-after", "60")], "", Some(60.0));
        for nonsense in ["-1", "soon", "", "NaN", "12 parsecs", "1,2"] {
            check(&[("retry-after", nonsense)], "", None);
        }
        for absurd in ["99999999999999999999", "1e308", "inf"] {
            check(&[("retry-after", absurd)], "", Some(LONGEST.as_secs_f64()));
        }
    }

    #[test]
    fn dates_count_from_the_servers_clock() {
        let date = ("date", "Fri, 20 Nov 2026 12:00:00 GMT");
        check(
            &[date, ("retry-after", "Fri, 20 Nov 2026 12:00:30 GMT")],
            "",
            Some(30.0),
        );
        check(
            &[date, ("retry-after", "Friday, 20-Nov-26 12:01:00 GMT")],
            "",
            Some(60.0),
        );
        check(
            &[date, ("retry-after", "Fri Nov 20 12:00:05 2026")],
            "",
            Some(5.0),
        );
        check(
            &[date, ("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT")],
            "",
            Some(0.0),
        );
        check(
            &[("retry-after", "Fri, 20 Nov 2015 11:00:00 GMT")],
            "",
            Some(0.0),
        );
    }

    #[test]
    fn words() {
        for (message, expected) in [
            ("Please try again in 634ms. Visit …", 0.634),
            ("Please try again in 3.233s.", 3.233),
            ("try again in 6m0s", 360.0),
            ("Try again in 1h2m3.5s", 3723.5),
            ("Please retry after 20 seconds.", 20.0),
            ("Please retry in 34.5s.", 34.5),
            ("try again in 2 minutes", 120.0),
        ] {
            check(&[], message, Some(expected));
        }
        for message in [
            "",
            "try again in a while",
            "try again in 5",
            "Limit 500 ms",
            "retry in -5s",
        ] {
            check(&[], message, None);
        }
        check(&[("retry-after", "1")], "try again in 9s", Some(1.0));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(header in "[ -~]{0,40}", message in ".{0,80}", number in "[0-9.]{0,30}") {
            let headers: HeaderMap = [(RETRY_AFTER, HeaderValue::try_from(header).unwrap())].into_iter().collect();
            for message in [message.clone(), format!("{message} try again in {number}s"), format!("retry in {message}")] {
                assert!(retry_after(&headers, &message).is_none_or(|wait| wait <= LONGEST));
            }
        }
    }

    #[test]
    fn resets_count_where_nothing_remains() {
        let limits = [
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "7"),
            ("x-ratelimit-reset-tokens", "6m0s"),
        ];
        check(&limits, "", Some(1.0));
        check(&limits[2..], "", None);
        check(&limits, "try again in 20ms", Some(0.02));
    }
}
