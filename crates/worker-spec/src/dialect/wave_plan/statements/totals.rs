//! Sentences that sum up the plan: "With 2 workers it takes 4 h.", "4 tasks, 8h of work, 3 waves."

use std::ops::Range;

use super::each::leading_duration;
use super::phrases::counted;
use crate::Subject;
use crate::amount::{Measure, read_amount};

/// What a clause states about the whole that names how many do it, or lists nothing but totals.
pub(super) fn totals(text: &str) -> Vec<(Subject, Range<usize>)> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let listed = list(text);
    if !listed.is_empty() {
        return listed;
    }
    let lower = text.to_ascii_lowercase();
    let elapsed = with_workers(&lower).map(|at| (Subject::TotalDuration, at));
    elapsed.into_iter().collect()
}

/// The number of tasks that a total is said of: "6 hours for 4 tasks".
pub(super) fn tasks_of_total(value: &str) -> Option<Range<usize>> {
    let (at, joint) = ["for ", "across ", "over "]
        .iter()
        .find_map(|joint| Some((value.find(&format!(" {joint}"))? + 1, joint)))?;
    let start = at + joint.len();
    let rest = value[start..]
        .strip_prefix("all ")
        .unwrap_or(&value[start..]);
    let start = value.len() - rest.len();
    let (_, length) = number(rest)?;
    let noun = rest[length..].trim_start_matches([' ', '*']);
    let end = noun
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(noun.len());
    let is_task = counted(&noun[..end].to_ascii_lowercase()) == Some(Subject::TaskCount);
    is_task.then(|| start..value.len() - noun.len() + end)
}

/// A list of totals and nothing else, a number of tasks among them: "4 tasks, 8h of work, 3 waves".
fn list(text: &str) -> Vec<(Subject, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split_inclusive([',', '/', '+']) {
        let start = at;
        at += part.len();
        let whole = part.trim_end_matches([',', '/', '+', '.', ' ', '!', '*']);
        let inner = whole.trim_start_matches([' ', '*']);
        let inner = inner.strip_prefix("and ").unwrap_or(inner);
        let start = start + whole.len() - inner.len();
        let Some(subject) = total(inner) else {
            return Vec::new();
        };
        found.extend(subject.map(|subject| (subject, start..start + inner.len())));
    }
    let counts_tasks = found
        .iter()
        .any(|(subject, _)| *subject == Subject::TaskCount);
    if found.len() < 2 || !counts_tasks {
        found.clear();
    }
    found
}

/// What one part of such a list states; nothing inside where it is an amount that is not looked at.
fn total(part: &str) -> Option<Option<Subject>> {
    if let Some((_, length)) = number(part) {
        let noun = part[length..].trim_start_matches([' ', '*']);
        let noun = noun.to_ascii_lowercase();
        let last = noun.rsplit(' ').next().unwrap_or_default();
        if let Some(subject) = counted(last).filter(|_| noun.split(' ').count() <= 2) {
            return Some(Some(subject));
        }
    }
    let (amount, length) = read_amount(part)?;
    let rest = part[length..].trim_matches([' ', '*']).to_ascii_lowercase();
    match (amount.measure, rest.as_str()) {
        (Measure::Seconds, "of work" | "of effort" | "work" | "effort" | "sequential") => {
            Some(Some(Subject::Work))
        }
        (Measure::Count, "agents" | "workers" | "files") => Some(None),
        _ => None,
    }
}

/// A number in digits or, up to twelve, in words, and how long it is.
pub(super) fn number(text: &str) -> Option<(usize, usize)> {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    let word = &text[..end];
    match word.parse() {
        Ok(number) => Some((number, end)),
        Err(_) => number_word(word).map(|number| (number, end)),
    }
}

/// The number of a word such as `five`.
pub(super) fn number_word(word: &str) -> Option<usize> {
    const WORDS: [&str; 11] = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    let place = WORDS
        .iter()
        .position(|known| known.eq_ignore_ascii_case(word))?;
    Some(place + 2)
}

/// How long everything takes where a text says how many do it: "With 2 workers it takes 4 h", "The plan can be done in 3 hours with
/// 3 agents".
fn with_workers(lower: &str) -> Option<Range<usize>> {
    const WHOLE: [&str; 9] = [
        "it ",
        "this ",
        "the plan ",
        "this plan ",
        "the whole plan ",
        "the project ",
        "everything ",
        "all tasks ",
        "all of it ",
    ];
    const VERBS: [&str; 14] = [
        "takes ",
        "take ",
        "needs ",
        "will take ",
        "would take ",
        "is done in ",
        "are done in ",
        "can be done in ",
        "could be done in ",
        "can be finished in ",
        "can be completed in ",
        "can finish in ",
        "finishes in ",
        "is finished in ",
    ];
    let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let (whole, is_behind) = match workers(bare) {
        Some(length) => (bare[length..].trim_start_matches([',', ' ']), true),
        None => (bare, false),
    };
    let verb = WHOLE.iter().find_map(|name| whole.strip_prefix(name))?;
    let amount = VERBS.iter().find_map(|name| verb.strip_prefix(name))?;
    let amount = ["about ", "only ", "just ", "at least "]
        .iter()
        .fold(amount, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    leading_duration(amount)?;
    let (_, length) =
        read_amount(amount).filter(|(amount, _)| amount.measure == Measure::Seconds)?;
    let rest = amount[length..].trim_start();
    let is_told = is_behind || workers(rest).is_some();
    let start = lower.len() - amount.len();
    (is_told && says_no_more(rest)).then_some(start..start + length)
}

/// Whether nothing but words about the whole follows an amount: "in total", and no "to import the corpus".
fn says_no_more(rest: &str) -> bool {
    const WORDS: [&str; 9] = [
        "in total",
        "overall",
        "altogether",
        "end to end",
        "end-to-end",
        "of wall time",
        "of wall-clock time",
        "wall-clock",
        "from start to end",
    ];
    let rest = match workers(rest) {
        Some(length) => rest[length..].trim_start(),
        None => rest,
    };
    let rest = WORDS
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    !rest.trim_start().starts_with(|c: char| c.is_alphanumeric())
}

/// Whether a heading is about other work than that of the plan.
pub(super) fn speaks_of_other_work(heading: &str) -> bool {
    const WORDS: [&str; 18] = [
        "background",
        "history",
        "alternatives",
        "alternative",
        "previous",
        "previously",
        "prior",
        "motivation",
        "context",
        "rejected",
        "lessons",
        "historie",
        "hintergrund",
        "contexte",
        "historique",
        "antecedentes",
        "contexto",
        "история",
    ];
    let lower = heading.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word)) || lower.contains("背景")
}

/// How long the words are at the start of a text that say how many do it: "with 2 workers".
fn workers(text: &str) -> Option<usize> {
    const NOUNS: [&str; 8] = [
        "workers",
        "agents",
        "people",
        "developers",
        "engineers",
        "sessions",
        "persons",
        "teams",
    ];
    let rest = text.strip_prefix("with ")?;
    let (_, length) = number(rest)?;
    let rest = rest[length..].trim_start();
    let rest = rest.strip_prefix("parallel ").unwrap_or(rest);
    let noun = NOUNS.iter().find_map(|noun| rest.strip_prefix(noun))?;
    Some(text.len() - noun.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_the_plan() {
        use Subject::{GroupCount, TaskCount, TotalDuration, Work};
        for (text, expected) in [
            (
                "With 2 workers it takes 4 h.",
                &[(TotalDuration, "4 h")][..],
            ),
            (
                "With three agents, the plan takes about 4 hours",
                &[(TotalDuration, "4 hours")],
            ),
            (
                "The plan can be done in 3 hours with 3 agents.",
                &[(TotalDuration, "3 hours")],
            ),
            (
                "4 tasks, 8h of work, 3 waves.",
                &[
                    (TaskCount, "4 tasks"),
                    (Work, "8h of work"),
                    (GroupCount, "3 waves"),
                ],
            ),
            (
                "5 tasks, 2 agents, 3 phases",
                &[(TaskCount, "5 tasks"), (GroupCount, "3 phases")],
            ),
            ("The plan takes 4 hours of our time", &[]),
            ("With 2 retries it takes 4 s", &[]),
            ("With 2 agents it takes 90 min to import the corpus.", &[]),
            (
                "With 2 agents it takes 90 min in total.",
                &[(TotalDuration, "90 min")],
            ),
            ("It takes 2 minutes with 3 nodes", &[]),
            ("3 tasks, one of them hard", &[]),
            ("2 tasks", &[]),
        ] {
            let found: Vec<_> = totals(text)
                .into_iter()
                .map(|(subject, at)| (subject, &text[at]))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
        let of_total = |text: &'static str| tasks_of_total(text).map(|at| &text[at]);
        assert_eq!(of_total("6 hours for 4 tasks."), Some("4 tasks"));
        assert_eq!(of_total("6 hours for all 12 workers"), Some("12 workers"));
        assert_eq!(of_total("6 hours for the 2 demos"), None);
    }
}
