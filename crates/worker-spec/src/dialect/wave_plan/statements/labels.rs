//! Labels whose value states something: `**Critical path**: 32 h`.

use super::phrases::speedup;
use crate::Subject;
use crate::amount::{Measure, read_amount};
use crate::dialect::wave_plan::cells::plain;
use crate::dialect::wave_plan::columns::{Column, column};
use crate::dialect::wave_plan::group_heading::is_task_word;
use crate::duration::parse_duration;

/// What a labelled value states, if the value can state it.
pub(super) fn subject_of_label(label: &str, value: &str) -> Option<Subject> {
    let label = Label(label.to_lowercase());
    let value = Value::new(value);
    if label.has(&["non-critical", "noncritical"]) {
        None
    } else if label.has(&["critical path"]) {
        (value.lasts || value.is_chain).then_some(Subject::CriticalPath)
    } else if label.has(&["speedup", "speed-up", "speed up", "acceleration"]) {
        value.has_digit.then_some(Subject::Speedup)
    } else if value.is_money && label.has(&["cost", "total", "budget", "price"]) {
        (!label.has(&NOT_THE_COST)).then_some(Subject::Cost)
    } else if label.has(&CONCURRENCY) {
        if value.is_speedup {
            return Some(Subject::Speedup);
        }
        value.counts.then_some(Subject::Concurrency)
    } else if value.lasts && label.has(&WORK) {
        Some(Subject::Work)
    } else if value.lasts && label.has(&TOTAL_DURATION) {
        Some(Subject::TotalDuration)
    } else if label.has(&["total tokens", "token total"]) {
        value.counts.then_some(Subject::Tokens)
    } else if !value.counts || !label.has_word("total") {
        None
    } else if label.words().any(is_task_word) {
        Some(Subject::TaskCount)
    } else if label.has(&["waves", "batches", "phases", "sprints"]) {
        Some(Subject::GroupCount)
    } else {
        None
    }
}

/// What a label and a value in a heading state: "Sequential (old way): 75 hours".
pub(super) fn subject_of_heading(label: &str, value: &str) -> Option<Subject> {
    if let Some(subject) = subject_of_label(label, value) {
        return Some(subject);
    }
    let label = Label(label.to_lowercase());
    parse_duration(value)?;
    if label.has(&["sequential"]) {
        Some(Subject::Work)
    } else if label.has(&["parallel", "total", "overhead", "elapsed"]) {
        Some(Subject::TotalDuration)
    } else {
        None
    }
}

/// What the total of a column states.
pub(in crate::dialect::wave_plan) fn subject_of_column(heading: &str) -> Option<Subject> {
    let name = plain(heading).to_lowercase();
    match name.as_str() {
        _ if name.contains("cost") || name.contains("price") => Some(Subject::Cost),
        "total tokens" => Some(Subject::Tokens),
        "tasks" | "# tasks" | "task count" | "workers" | "count" => Some(Subject::TaskCount),
        _ => match column(heading) {
            Column::Tokens => Some(Subject::Tokens),
            Column::Estimate(_) => Some(Subject::Work),
            _ => None,
        },
    }
}

const CONCURRENCY: [&str; 8] = [
    "max concurrent",
    "maximum concurrent",
    "max parallel",
    "maximum parallel",
    "concurrency",
    "parallel workers",
    "parallel agents",
    "parallelism",
];

const WORK: [&str; 7] = [
    "sequential",
    "single-threaded",
    "total work",
    "total effort",
    "total estimate",
    "person-hours",
    "sum of",
];

const TOTAL_DURATION: [&str; 16] = [
    "total elapsed",
    "elapsed time",
    "total time",
    "total duration",
    "total timeline",
    "estimated total",
    "total estimated",
    "estimated completion",
    "execution time",
    "parallel execution",
    "completion time",
    "wall clock",
    "wall-clock",
    "makespan",
    "timeline total",
    "end to end",
];

/// What one worker costs, or what is saved, is not what the plan costs.
const NOT_THE_COST: [&str; 9] = [
    "difference",
    "saving",
    "saved",
    "avoid",
    "per ",
    "avg",
    "average",
    "overrun",
    "risk",
];

/// A label in lower case.
struct Label(String);

impl Label {
    fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.0.contains(phrase))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(|c: char| !c.is_alphanumeric())
    }

    fn has_word(&self, word: &str) -> bool {
        self.words().any(|other| other == word)
    }
}

/// What kind of thing a value is.
struct Value {
    lasts: bool,
    counts: bool,
    is_money: bool,
    is_chain: bool,
    is_speedup: bool,
    has_digit: bool,
}

impl Value {
    fn new(value: &str) -> Value {
        // "5 batches × 20 min = 2 hours": the result counts.
        let result = value.rsplit('=').next().unwrap_or_default();
        let bare = |text: &str| text.trim_start_matches(['*', '~', '≈', ' ']).to_owned();
        let is_money = |text: &str| bare(text).starts_with(['$', '€', '£', '¥']);
        Value {
            lasts: parse_duration(value).is_some() || parse_duration(result).is_some(),
            counts: bare(value).starts_with(|c: char| c.is_ascii_digit())
                || read_amount(value).is_some_and(|(amount, _)| amount.measure == Measure::Count),
            is_money: is_money(value) || is_money(result),
            is_chain: is_chain(value),
            is_speedup: speedup(value).is_some(),
            has_digit: value.contains(|c: char| c.is_ascii_digit()),
        }
    }
}

/// Names with arrows between them.
pub(super) fn is_chain(text: &str) -> bool {
    ["→", "->", "=>"].iter().any(|arrow| text.contains(arrow))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for (label, value, expected) in [
            (
                "Critical Path Duration",
                "~32 hours",
                Some(Subject::CriticalPath),
            ),
            ("Critical path", "A → B", Some(Subject::CriticalPath)),
            ("Critical path", "see below", None),
            ("Non-Critical Path Maximum", "~28 hours", None),
            (
                "Total Elapsed Time",
                "~42 hours",
                Some(Subject::TotalDuration),
            ),
            (
                "Parallel execution",
                "5 batches x 20 min = 2 hours",
                Some(Subject::TotalDuration),
            ),
            (
                "Sequential execution",
                "225 x 20 min = 75 hours",
                Some(Subject::Work),
            ),
            ("Max Concurrent Agents", "3", Some(Subject::Concurrency)),
            (
                "Parallelism",
                "4x speedup potential",
                Some(Subject::Speedup),
            ),
            ("Total", "$12.18", Some(Subject::Cost)),
            ("Cost per worker", "~$0.06", None),
            ("Cost difference", "+$2.04", None),
            ("Total Workers", "225", Some(Subject::TaskCount)),
            ("Total batches", "5", Some(Subject::GroupCount)),
            ("Total tokens", "612K", Some(Subject::Tokens)),
            ("Status", "ready", None),
        ] {
            assert_eq!(subject_of_label(label, value), expected, "{label}: {value}");
        }
    }
}
