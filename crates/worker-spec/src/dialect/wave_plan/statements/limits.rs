//! What a document grants each task: a timeout, retries, tokens, money, a place in a batch.

use std::ops::Range;

use crate::amount::{Amount, Measure, amounts, read_amount};
use crate::dialect::wave_plan::group_heading::is_task_word;
use crate::label::split_label;
use crate::{Precision, Subject};

/// A limit, where it is written, and how much it is.
pub(super) type Limit = (Subject, Range<usize>, Amount);

/// The limits that a line states. One about a part of a task, such as a single request, is none.
pub(super) fn limits(text: &str) -> Vec<Limit> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    found.extend(timeout(&lower));
    found.extend(retries(&lower));
    found.extend(batch_size(&lower));
    found.extend(per_task(&lower));
    found.extend(first_try(&lower));
    found
}

/// "5-minute timeout per worker", "any worker > 20 min = kill", "timeout: 30 min a task", "kill a worker after 10 min".
fn timeout(text: &str) -> Option<Limit> {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    let says_timeout = has(&["timeout", "time out", "time limit"]);
    let ends = words(text)
        .any(|(_, word)| matches!(word, "kill" | "killed" | "abort" | "cancel" | "terminate"));
    if !(says_timeout || ends) || !words(text).any(|(_, word)| is_task_word(word)) {
        return None;
    }
    amounts(text)
        .find(|(amount, at)| {
            let before = text[..at.start].trim_end();
            let after = ["after", "over", "than", "exceeds", "at"]
                .iter()
                .any(|word| before.ends_with(word));
            let is_time = amount.measure == Measure::Seconds && amount.low > 0;
            is_time && (says_timeout || after || amount.precision == Precision::Above)
        })
        .map(|(amount, at)| (Subject::Timeout, at, as_written(amount)))
}

/// "(1 retry max)", "after 2 retry attempts fail", "3-retry policy", "retry once", "max retries: 3".
fn retries(text: &str) -> Option<Limit> {
    for (start, word) in words(text) {
        if !matches!(word, "retry" | "retries") {
            continue;
        }
        let before = text[..start].trim_end_matches([' ', '-', '*']);
        if let Some(number) = whole_before(before) {
            return Some((Subject::Retries, number.1..start + word.len(), number.0));
        }
        let after = text[start + word.len()..].trim_start_matches(|c: char| "s:*( ".contains(c));
        for (said, count) in [("once", 1), ("twice", 2)] {
            if after.starts_with(said) {
                let end = text.len() - after.len() + said.len();
                return Some((Subject::Retries, start..end, Amount::count(count)));
            }
        }
        // "Retry failed workers up to 3 times" names between who is tried again.
        let limit = ["up to ", "at most "].iter().find_map(|phrase| {
            let at = after.find(phrase).filter(|at| *at < 40)?;
            (!after[..at].contains(['.', ';', ':'])).then(|| &after[at + phrase.len()..])
        });
        let after = limit.unwrap_or(after);
        let from = text.len() - after.len();
        // "3 times" is a number of retries, and no factor.
        let digits = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        let rest = after[digits..].trim_start();
        if let Ok(count @ 0..=20) = after[..digits].parse::<usize>()
            && !rest.starts_with(['%', '.', '-', ':'])
            && (word == "retries" || rest.starts_with("time") || rest.starts_with("attempt"))
        {
            return Some((Subject::Retries, start..from + digits, Amount::count(count)));
        }
    }
    None
}

fn whole_before(text: &str) -> Option<(Amount, usize)> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[number.len()..];
    let alone = !number.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let count: usize = digits.parse().ok()?;
    (alone && count <= 20).then(|| (Amount::count(count), number.len()))
}

/// "50 workers per batch", "batch size 50", "batches of 50 workers".
fn batch_size(text: &str) -> Option<Limit> {
    for phrase in ["batch size", "wave size", "batches of", "waves of"] {
        let Some(at) = text.find(phrase) else {
            continue;
        };
        let rest = text[at + phrase.len()..].trim_start_matches(|c: char| ": *_=(".contains(c));
        let from = text.len() - rest.len();
        if let Some((amount, length)) = read_amount(rest)
            && amount.measure == Measure::Count
        {
            return Some((Subject::BatchSize, from..from + length, amount));
        }
    }
    let at = [" per batch", " per wave", "/batch"]
        .iter()
        .find_map(|phrase| text.find(phrase))?;
    let (amount, place) = amounts(&text[..at]).last()?;
    let noun = text[place.end..at].trim();
    (amount.measure == Measure::Count && is_task_word(noun)).then_some((
        Subject::BatchSize,
        place,
        amount,
    ))
}

/// "80 workers × 3K tokens", "$0.09 per worker", "cost per worker: ~$0.09 (avg 6K tokens input + 3K tokens output)".
fn per_task(text: &str) -> Vec<Limit> {
    let about_one = ["per ", "each ", "/"].iter().any(|mark| {
        text.match_indices(mark).any(|(at, _)| {
            let word = text[at + mark.len()..]
                .split(|c: char| !c.is_alphabetic())
                .next();
            word.is_some_and(is_task_word)
        })
    });
    let times_tasks = ["×", "ã—", " x ", " * "].iter().any(|sign| {
        text.match_indices(sign).any(|(at, _)| {
            let before = text[..at].trim_end();
            let noun = before.rsplit(|c: char| !c.is_alphabetic()).next();
            noun.is_some_and(is_task_word)
        })
    });
    if !about_one && !times_tasks {
        return Vec::new();
    }
    let reckoned = text.split('=').next().unwrap_or_default();
    let mut found = Vec::new();
    if let Some(cost) = amounts(reckoned).find(|(amount, at)| {
        let rate = text[at.end..].starts_with("/1") || text[at.end..].starts_with("/k");
        about_one && amount.measure == Measure::Money && !rate
    }) {
        found.push((Subject::TaskCost, cost.1, cost.0));
    }
    // Input and output count together.
    let tokens: Vec<_> = amounts(reckoned)
        .filter(|(amount, _)| amount.measure == Measure::Tokens)
        .collect();
    if let Some((first, rest)) = tokens.split_first() {
        let mut sum = first.0;
        let mut place = first.1.clone();
        for (amount, at) in rest {
            let between = &text[place.end..at.start];
            if !between.contains(['+', '&']) {
                break;
            }
            sum.low = sum.low.saturating_add(amount.low);
            sum.high = sum.high.saturating_add(amount.high);
            place.end = at.end;
        }
        found.push((Subject::TaskTokens, place, sum));
    }
    found
}

/// ">90% of workers pass on first try", "success rate: ≥95% (213 tasks succeed on first attempt)".
fn first_try(text: &str) -> Option<Limit> {
    let at_first = ["first try", "first attempt", "first pass", "first run"]
        .iter()
        .any(|words| text.contains(words));
    let about_tasks = words(text).any(|(_, word)| is_task_word(word));
    if !at_first || !about_tasks {
        return None;
    }
    let mut shares = amounts(text).filter(|(amount, _)| amount.measure == Measure::Percent);
    // Of two shares only one would be meant.
    match (shares.next(), shares.next()) {
        (Some((amount, at)), None) => Some((Subject::FirstTry, at, as_written(amount))),
        _ => None,
    }
}

/// "Haiku: simple tasks (< 10K tokens each)": whose tasks these are, and what one of them may take.
pub(super) fn tokens_of_one(text: &str) -> Option<(&str, Range<usize>, Amount)> {
    let (label, value) = split_label(text)?;
    let is_name = label.split_whitespace().count() <= 2 && label.contains(char::is_alphabetic);
    let start = text.len() - value.len();
    let is_bound = |amount: &Amount| {
        amount.measure == Measure::Tokens
            && matches!(amount.precision, Precision::Below | Precision::AtMost)
    };
    let of_tasks = value.split(|c: char| !c.is_alphabetic()).any(is_task_word);
    let mut bounds = value.match_indices(['<', '≤']).map(|(at, _)| at);
    let words = ["up to ", "at most ", "under ", "below ", "less than "];
    let at = bounds
        .next()
        .or_else(|| words.iter().find_map(|words| value.find(words)))?;
    let (amount, length) = read_amount(&value[at..])?;
    (is_name && of_tasks && is_bound(&amount)).then_some((
        label,
        start + at..start + at + length,
        amount,
    ))
}

/// The value of a bound as a plain amount: a timeout of at most 20 min is one of 20 min.
fn as_written(amount: Amount) -> Amount {
    Amount {
        precision: match amount.precision {
            Precision::About => Precision::About,
            _ => Precision::Exact,
        },
        ..amount
    }
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(|c: char| !c.is_alphabetic())
        .filter_map(move |piece| {
            let start = at;
            at += piece.len();
            let word = piece.trim_end_matches(|c: char| !c.is_alphabetic());
            (!word.is_empty()).then_some((start, word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Subject, &str)]) {
        let found: Vec<_> = limits(text)
            .into_iter()
            .map(|(subject, _, amount)| (subject, amount.to_string()))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(subject, amount)| (*subject, (*amount).to_owned()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn timeouts_and_retries() {
        check(
            "Timeout detection: any worker >20 min is killed",
            &[(Subject::Timeout, "20 min")],
        );
        check(
            "5-minute timeout per worker",
            &[(Subject::Timeout, "5 min")],
        );
        check(
            "Kill a worker after 10 minutes",
            &[(Subject::Timeout, "10 min")],
        );
        check("Kill the server after the last worker, 5 min in all", &[]);
        check("HTTP timeout of 30 s", &[]);
        check(
            "Retry failed workers up to 3 times",
            &[(Subject::Retries, "3")],
        );
        check(
            "retry with a better prompt (1 retry max)",
            &[(Subject::Retries, "1")],
        );
        check("after 2 retry attempts fail", &[(Subject::Retries, "2")]);
        check("Low (retry once)", &[(Subject::Retries, "1")]);
        check("Max retries: 3", &[(Subject::Retries, "3")]);
        check("3-retry policy", &[(Subject::Retries, "3")]);
        check("retry with enhanced instructions", &[]);
    }

    #[test]
    fn shares_that_pass_at_once() {
        check(
            "Success rate: ≥95% (190 tasks succeed on the first attempt)",
            &[(Subject::FirstTry, "95%")],
        );
        check(
            ">90% of workers pass on first try",
            &[(Subject::FirstTry, "90%")],
        );
        check("80% of requests hit the cache on first try", &[]);
        check("first try: 80% of tasks, then 95%", &[]);
    }

    #[test]
    fn what_each_task_may_take() {
        check(
            "Cost per worker: ~$0.09 (avg 6K tokens input + 3K tokens output)",
            &[
                (Subject::TaskCost, "about $0.09"),
                (Subject::TaskTokens, "9K tokens"),
            ],
        );
        check(
            "Hosted: 80 workers × 3K tokens × $0.02/1K = $4.80",
            &[(Subject::TaskTokens, "3K tokens")],
        );
        check(
            "Batch Size: 50 workers per batch",
            &[(Subject::BatchSize, "50")],
        );
        check("at most 12 tasks per wave", &[(Subject::BatchSize, "12")]);
        check("50 workers are many", &[]);
    }
}
