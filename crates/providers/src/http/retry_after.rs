//! How long a server asks us to wait, in all the ways in which servers say it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// What a longer wish is cut to, so that adding it to a clock cannot overflow: 30 days.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);

/// The wait that an answer asks for. The first of these that can be read counts:
///
/// 1. `retry-after-ms`, in milliseconds;
/// 2. `retry-after`, in seconds or as an HTTP date (against the server's own `Date`, or else our clock); of several lines
///    the longest;
/// 3. `llm_provider-retry-after`, by which LiteLLM's proxy passes the second on;
/// 4. words of the message, such as `try again in 634ms`;
/// 5. the resets of whatever has nothing remaining: `x-ratelimit-reset-*` of OpenAI and Groq, `anthropic-ratelimit-*-reset`,
///    `x-ratelimit-reset` and `ratelimit-reset` of gateways. They are durations (`6m0s`), seconds, moments since 1970 in
///    seconds or milliseconds, or RFC 3339.
///
/// The order of the first two is that of OpenAI's own Python client.
pub(crate) fn retry_after(headers: &HeaderMap, message: &str) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let now = now(text(DATE.as_str()));
    let all = |name: &str, read: &dyn Fn(&str) -> Option<Duration>| {
        let lines = headers.get_all(name).iter();
        let waits = lines.filter_map(|line| read(line.to_str().ok()?.trim()));
        waits.max()
    };
    let seconds = |text: &str| number(text, 1.0);
    all("retry-after-ms", &|text| number(text, 0.001))
        .or_else(|| {
            all(RETRY_AFTER.as_str(), &|text| {
                seconds(text).or_else(|| until(httpdate::parse_http_date(text).ok()?, now))
            })
        })
        .or_else(|| all("llm_provider-retry-after", &seconds))
        .or_else(|| in_words(message))
        .or_else(|| resets(&text, now))
        .map(|wait| wait.min(LONGEST))
}

/// When all that is spent is there again.
fn resets<'h>(text: &dyn Fn(&str) -> Option<&'h str>, now: SystemTime) -> Option<Duration> {
    let openai = ["requests", "tokens", "input-tokens", "output-tokens"];
    let names = openai.iter().flat_map(|what| {
        [
            (
                format!("x-ratelimit-remaining-{what}"),
                format!("x-ratelimit-reset-{what}"),
            ),
            (
                format!("anthropic-ratelimit-{what}-remaining"),
                format!("anthropic-ratelimit-{what}-reset"),
            ),
        ]
    });
    let plain = ["x-ratelimit", "ratelimit"];
    let plain = plain.map(|what| (format!("{what}-remaining"), format!("{what}-reset")));
    let waits = names.chain(plain).filter_map(|(remaining, reset)| {
        let remaining: f64 = text(&remaining)?.parse().ok()?;
        moment(text(&reset)?, now).filter(|_| remaining <= 0.0)
    });
    waits.max()
}

/// How long it is until what a reset names: a duration, a moment, or a number that is the one or the other by its size.
fn moment(text: &str, now: SystemTime) -> Option<Duration> {
    /// More seconds are no wait.
    const A_YEAR: f64 = 31_536_000.0;
    /// Moments of this century are smaller in seconds, and larger in milliseconds.
    const MILLISECONDS: f64 = 1e11;
    if let Ok(number) = text.parse::<f64>() {
        return match number {
            number if !(0.0..1e15).contains(&number) => None,
            number if number < A_YEAR => Some(Duration::from_secs_f64(number)),
            number if number < MILLISECONDS => until(since_1970(number)?, now),
            number => until(since_1970(number / 1e3)?, now),
        };
    }
    match rfc3339(text).or_else(|| httpdate::parse_http_date(text).ok()) {
        Some(moment) => until(moment, now),
        None => duration(text),
    }
}

/// Not every system's clock knows so late a moment.
fn since_1970(seconds: f64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

/// A moment such as `2026-11-20T12:00:30.5Z` or `…+01:00` (RFC 3339), from 1970 on.
fn rfc3339(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(str::parse::<u64>);
    let mut part = || date.next()?.ok();
    let (year, month, day) = (part()?, part()?, part()?);
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let mut time = time.splitn(3, ':');
    let (hours, minutes) = (whole(time.next()?, 23)?, whole(time.next()?, 59)?);
    let seconds: f64 = time.next()?.parse().ok()?;
    let offset = match zone {
        "Z" | "z" => 0.0,
        zone => {
            let (hours, minutes) = zone[1..].split_once(':')?;
            let offset = (whole(hours, 23)? * 60 + whole(minutes, 59)?) as f64 * 60.0;
            if zone.starts_with('-') {
                -offset
            } else {
                offset
            }
        }
    };
    let in_bounds = (1970..=9999).contains(&year) && (1..=12).contains(&month);
    if !in_bounds || !(1..=31).contains(&day) || !(0.0..61.0).contains(&seconds) {
        return None;
    }
    // Days before a day of the Gregorian calendar, the year beginning with March.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let days = days.checked_sub(DAYS_TO_1970)?;
    let total = ((days * 24 + hours) * 60 + minutes) as f64 * 60.0 + seconds - offset;
    let since = Duration::try_from_secs_f64(total).ok()?;
    UNIX_EPOCH.checked_add(since)
}

/// Days from the first of March of the year 0 to the first of January 1970.
const DAYS_TO_1970: u64 = 719_468;

fn whole(text: &str, most: u64) -> Option<u64> {
    text.parse().ok().filter(|number| *number <= most)
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

/// The server's clock, or ours where it does not tell.
fn now(date: Option<&str>) -> SystemTime {
    date.and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or_else(SystemTime::now)
}

fn until(moment: SystemTime, now: SystemTime) -> Option<Duration> {
    Some(moment.duration_since(now).unwrap_or(Duration::ZERO))
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

    #[test]
    fn resets_in_all_their_forms() {
        const DATE: (&str, &str) = ("date", "Fri, 20 Nov 2026 12:00:00 GMT");
        let spent = |reset: &str, expected: Option<f64>| {
            for (remaining, name) in [
                ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
                (
                    "anthropic-ratelimit-input-tokens-remaining",
                    "anthropic-ratelimit-input-tokens-reset",
                ),
                ("x-ratelimit-remaining", "x-ratelimit-reset"),
                ("ratelimit-remaining", "ratelimit-reset"),
            ] {
                check(&[DATE, (remaining, "0"), (name, reset)], "", expected);
            }
        };
        for (reset, expected) in [
            ("1s", 1.0),
            ("6m0s", 360.0),
            ("20ms", 0.02),
            ("1h2m3s", 3723.0),
            ("2m59.56s", 179.56),
            ("1d", 86_400.0),
            ("58", 58.0),
            ("0", 0.0),
            ("1.5", 1.5),
            ("1795176030", 30.0),
            ("1795176030500", 30.5),
            ("2026-11-20T12:00:30Z", 30.0),
            ("2026-11-20T12:00:30.25Z", 30.25),
            ("2026-11-20T13:00:30+01:00", 30.0),
            ("2026-11-20T06:30:30-05:30", 30.0),
            ("2026-11-19T12:00:00Z", 0.0),
            ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
            ("9999-12-31T23:59:59Z", LONGEST.as_secs_f64()),
        ] {
            spent(reset, Some(expected));
        }
        for reset in [
            "",
            "soon",
            "-5",
            "1e300",
            "nan",
            "inf",
            "2026-11-20",
            "2026-11-20T12:00:30",
            "2026-13-20T12:00:30Z",
            "2026-11-20T24:00:30Z",
            "2026-11-20T12:00:30+1",
            "T:Z",
            "1969-01-01T00:00:00Z",
            "9".repeat(400).as_str(),
        ] {
            spent(reset, None);
        }
        let more = [
            ("retry-after", "5"),
            ("retry-after", "60"),
            ("retry-after", "x"),
        ];
        let headers = more.map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        assert_eq!(retry_after(&map, ""), Some(Duration::from_secs(60)));
    }

    proptest::proptest! {
        #[test]
        fn a_moment_is_the_same_in_both_forms(seconds in 0_u64..4_000_000_000) {
            let moment = UNIX_EPOCH + Duration::from_secs(seconds);
            let http = httpdate::fmt_http_date(moment);
            let words: Vec<&str> = http.split_whitespace().collect();
            let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
            let month = months.find(words[2]).unwrap() / 3 + 1;
            let text = format!("{}-{month:02}-{}T{}Z", words[3], words[1], words[4]);
            assert_eq!(rfc3339(&text), Some(moment), "{text}");
        }

        #[test]
        fn no_moment_breaks_it(text in "[0-9TZ:.+é-]{0,30}") {
            let _ = moment(&text, UNIX_EPOCH);
        }
    }
}
