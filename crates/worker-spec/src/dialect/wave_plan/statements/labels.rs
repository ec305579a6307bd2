//! Labels whose value states something: `**Critical path**: 32 h`.

use super::phrases::speedup;
use crate::Subject;
use crate::amount::{Measure, read_amount};
use crate::dialect::wave_plan::cells::plain;
use crate::dialect::wave_plan::columns::{Column, column};
use crate::dialect::wave_plan::group_heading::is_task_word;
use crate::duration::parse_duration;

/// Where a label stands, and so what it can be about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Here {
    /// In a heading.
    pub(super) heading: bool,
    /// In the section of a group.
    pub(super) group: bool,
    /// Below the title, in a summary, below the last group.
    pub(super) whole: bool,
}

impl Here {
    pub(super) const HEADING: Here = Here {
        heading: true,
        group: false,
        whole: false,
    };
    /// Where only labels count that mean the same everywhere.
    pub(super) const ELSEWHERE: Here = Here {
        heading: false,
        group: false,
        whole: false,
    };
}

/// What a labelled value states, if it states anything: by the first row whose place, words and kind of value fit.
pub(super) fn subject_of_label(label: &str, value: &str, here: Here) -> Option<Subject> {
    let label = Label(label.trim().to_lowercase());
    let value = Value::new(value);
    let row = ROWS
        .iter()
        .find(|row| row.place.holds(here) && row.words.are_in(&label) && (row.value)(&value));
    row?.says
}

/// What a label says, where it says so, and of what kind of value.
struct Row {
    /// Nothing, where the label only looks like one of the rows below.
    says: Option<Subject>,
    place: Where,
    words: Words,
    value: fn(&Value) -> bool,
}

/// Where a label has to stand.
#[derive(Clone, Copy)]
enum Where {
    Anywhere,
    Heading,
    Group,
    Whole,
}

impl Where {
    fn holds(self, here: Here) -> bool {
        match self {
            Where::Anywhere => true,
            Where::Heading => here.heading,
            Where::Group => here.group,
            Where::Whole => here.whole,
        }
    }
}

/// The words of a label.
#[derive(Clone, Copy)]
enum Words {
    /// One of these is part of it.
    Has(&'static [&'static str]),
    /// It is one of these.
    Is(&'static [&'static str]),
    /// "total" or "number" and a word for tasks.
    OfAllTasks,
    /// "total" or "number" and one of these.
    OfAll(&'static [&'static str]),
}

impl Words {
    fn are_in(self, label: &Label) -> bool {
        let of_all = || label.has_word("total") || label.has(&["number of"]);
        match self {
            Words::Has(phrases) => label.has(phrases),
            Words::Is(labels) => labels.contains(&label.0.as_str()),
            Words::OfAllTasks => of_all() && label.words().any(is_task_word),
            Words::OfAll(nouns) => of_all() && label.has(nouns),
        }
    }
}

const fn row(says: Option<Subject>, place: Where, words: Words, value: fn(&Value) -> bool) -> Row {
    Row {
        says,
        place,
        words,
        value,
    }
}

/// All labels that state something, those that mean it everywhere first.
static ROWS: [Row; 29] = {
    use Subject::{
        Concurrency, Cost, CriticalPath, GroupCount, Speedup, TaskCount, Tokens, TotalDuration,
        Work,
    };
    use Where::{Anywhere, Group, Heading, Whole};
    use Words::{Has, Is, OfAll, OfAllTasks};
    [
        row(
            None,
            Anywhere,
            Has(&["non-critical", "noncritical"]),
            |_| true,
        ),
        // "Critical path (without T9)" is about a part.
        row(None, Anywhere, Has(&LEAVES_OUT), |_| true),
        row(Some(CriticalPath), Anywhere, Has(&CRITICAL_PATH), |value| {
            value.lasts || value.is_chain
        }),
        row(None, Anywhere, Has(&CRITICAL_PATH), |_| true),
        row(Some(Speedup), Anywhere, Has(&SPEEDUP), |value| {
            value.has_digit
        }),
        row(None, Anywhere, Has(&SPEEDUP), |_| true),
        row(None, Anywhere, Has(&NOT_THE_COST), |value| value.is_money),
        row(Some(Cost), Anywhere, Has(&COST), |value| value.is_money),
        row(Some(Speedup), Anywhere, Has(&CONCURRENCY), |value| {
            value.is_speedup
        }),
        row(Some(Concurrency), Anywhere, Has(&CONCURRENCY), |value| {
            value.counts
        }),
        row(None, Anywhere, Has(&CONCURRENCY), |_| true),
        row(Some(Work), Anywhere, Has(&WORK), |value| value.lasts),
        row(
            Some(TotalDuration),
            Anywhere,
            Has(&TOTAL_DURATION),
            |value| value.lasts,
        ),
        row(
            Some(Tokens),
            Anywhere,
            Has(&["total tokens", "token total"]),
            |value| value.counts,
        ),
        row(Some(TaskCount), Anywhere, OfAllTasks, |value| value.counts),
        row(Some(GroupCount), Anywhere, OfAll(&GROUPS), |value| {
            value.counts
        }),
        row(Some(Work), Heading, Has(&["sequential"]), |value| {
            value.lasts
        }),
        row(Some(TotalDuration), Heading, Has(&PARALLEL), |value| {
            value.lasts
        }),
        row(
            Some(TotalDuration),
            Group,
            Is(&DURATION_OF_GROUP),
            |value| value.is_time,
        ),
        row(Some(Tokens), Group, Is(&TOKENS), |value| value.is_tokens),
        row(Some(TaskCount), Group, Is(&["tasks", "workers"]), |value| {
            value.is_number
        }),
        row(Some(TotalDuration), Whole, Is(&DURATION_OF_PLAN), |value| {
            value.is_time
        }),
        row(Some(TotalDuration), Whole, Is(&AT_ONCE), |value| {
            value.is_time
        }),
        row(Some(Work), Whole, Is(&EFFORT), |value| value.is_time),
        row(Some(TaskCount), Whole, Is(&TASKS), |value| value.is_number),
        row(Some(GroupCount), Whole, Is(&GROUPS), |value| {
            value.is_number
        }),
        row(Some(Tokens), Whole, Is(&TOKENS), |value| value.is_tokens),
        row(Some(TaskCount), Whole, Is(&TOTAL), |value| {
            value.is_number_of_tasks
        }),
        row(Some(TotalDuration), Whole, Is(&TOTAL), |value| {
            value.is_time
        }),
    ]
};

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

const LEAVES_OUT: [&str; 14] = [
    "(without",
    "(excluding",
    "(excl",
    "(except",
    "(not counting",
    "(w/o",
    "(ohne",
    "(sans",
    "(hors",
    "(sin ",
    "(sem ",
    "除く",
    "除外",
    "不含",
];

const CRITICAL_PATH: [&str; 9] = [
    "critical path",
    "kritischer pfad",
    "chemin critique",
    "camino crítico",
    "ruta crítica",
    "caminho crítico",
    "критический путь",
    "关键路径",
    "クリティカルパス",
];

const AT_ONCE: [&str; 6] = [
    "parallel",
    "in parallel",
    "parallelized",
    "parallelised",
    "with parallelism",
    "with parallelization",
];

const SPEEDUP: [&str; 4] = ["speedup", "speed-up", "speed up", "acceleration"];

const COST: [&str; 4] = ["cost", "total", "budget", "price"];

const PARALLEL: [&str; 4] = ["parallel", "total", "overhead", "elapsed"];

const GROUPS: [&str; 5] = ["waves", "batches", "phases", "sprints", "stages"];

const TASKS: [&str; 6] = [
    "tasks",
    "task count",
    "tasks total",
    "aufgaben",
    "タスク数",
    "任务数",
];

const TOTAL: [&str; 8] = [
    "total",
    "totals",
    "in total",
    "sum",
    "gesamt",
    "insgesamt",
    "合計",
    "总计",
];

const TOKENS: [&str; 5] = [
    "tokens",
    "total",
    "estimated tokens",
    "est. tokens",
    "token estimate",
];

const EFFORT: [&str; 6] = [
    "effort",
    "work",
    "workload",
    "estimated effort",
    "estimated work",
    "aufwand",
];

const DURATION_OF_GROUP: [&str; 6] = [
    "duration",
    "estimated duration",
    "estimated time",
    "time",
    "estimate",
    "total",
];

const DURATION_OF_PLAN: [&str; 7] = [
    "duration",
    "estimated duration",
    "estimated time",
    "expected duration",
    "timeline",
    "gesamtdauer",
    "所要時間",
];

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

const WORK: [&str; 10] = [
    "gesamtaufwand",
    "esfuerzo total",
    "esforço total",
    "sequential",
    "single-threaded",
    "total work",
    "total effort",
    "total estimate",
    "person-hours",
    "sum of",
];

const TOTAL_DURATION: [&str; 21] = [
    "durée totale",
    "duración total",
    "duração total",
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
    "batch execution",
    "batched execution",
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
    /// It begins with a time that is not one of each of several.
    is_time: bool,
    is_tokens: bool,
    /// A number of its own, no list of numbers and no share of one.
    is_number: bool,
    is_number_of_tasks: bool,
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
            is_time: !is_of_each(value)
                && (parse_duration(value).is_some() || parse_duration(result).is_some()),
            is_tokens: !is_of_each(value)
                && read_amount(value)
                    .is_some_and(|(amount, _)| matches!(amount.measure, Measure::Tokens)),
            is_number: first_word(value).is_some_and(|word| {
                word.is_empty() || is_task_word(&word) || OF_A_NUMBER.contains(&word.as_str())
            }),
            is_number_of_tasks: first_word(value).is_some_and(|word| is_task_word(&word)),
        }
    }
}

/// Words that may stand behind a number of tasks or groups.
const OF_A_NUMBER: [&str; 10] = [
    "total",
    "in",
    "across",
    "overall",
    "pending",
    "atomic",
    "parallel",
    "independent",
    "waves",
    "phases",
];

/// The word behind the number that a value is; empty at its end or before a remark. `None` when the value is no plain
/// number, or one of a list.
fn first_word(value: &str) -> Option<String> {
    let (amount, length) = read_amount(value)?;
    if amount.measure != Measure::Count {
        return None;
    }
    let rest = value[length..].trim_start_matches([' ', '*', '_']);
    if rest.is_empty() || rest.starts_with(['(', '（', '.', ';', '|']) {
        return Some(String::new());
    }
    let end = rest
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_lowercase())
}

/// "20 min each", "2 h per task".
fn is_of_each(value: &str) -> bool {
    let value = value.to_lowercase();
    [" each", " per ", "/task", "/worker", "a week", "a day"]
        .iter()
        .any(|words| value.contains(words))
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
            ("Tasks", "9", None),
        ] {
            assert_eq!(
                subject_of_label(label, value, Here::ELSEWHERE),
                expected,
                "{label}: {value}"
            );
        }
    }

    #[test]
    fn labels_of_the_whole() {
        let whole = Here {
            whole: true,
            ..Here::ELSEWHERE
        };
        for (label, value, expected) in [
            ("Tasks", "9", Some(Subject::TaskCount)),
            ("Tasks", "9 in 3 waves", Some(Subject::TaskCount)),
            ("Tasks", "1, 2, 3", None),
            ("Tasks", "4 of 9 done", None),
            ("Waves", "3", Some(Subject::GroupCount)),
            ("Total", "12 hours", Some(Subject::TotalDuration)),
            ("Total", "9 tasks", Some(Subject::TaskCount)),
            ("Total", "9", None),
            ("合計", "8時間", Some(Subject::TotalDuration)),
            ("Effort", "12 h", Some(Subject::Work)),
            ("Duration", "20 min each", None),
            ("Estimated tokens", "12K tokens", Some(Subject::Tokens)),
        ] {
            assert_eq!(
                subject_of_label(label, value, whole),
                expected,
                "{label}: {value}"
            );
        }
    }
}
