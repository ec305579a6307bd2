//! Phrases that state something wherever they stand.

use std::ops::Range;

use super::each::leading_duration;
use super::totals::number_word;
use crate::Subject;
use crate::amount::{Measure, read_amount};
use crate::dialect::wave_plan::group_heading::is_task_word;
use crate::duration::parse_duration;
use crate::label::split_label;

/// `3-5x speedup`, `2.5x faster`, `a speed-up of 2.5x`, where the text is about work done at once.
pub(super) fn speedup(text: &str) -> Option<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    for word in ["speedup", "speed-up", "speed up", "faster"] {
        let Some(at) = lower.find(word) else {
            continue;
        };
        let (before, after) = (&lower[..at], &lower[at + word.len()..]);
        let found = match factor_before(before) {
            Some(start) => start..at + word.len(),
            None => {
                let end = factor_after(after)?;
                at..at + word.len() + end
            }
        };
        let rest = lower[found.end..].trim_start_matches([' ', '*']);
        return (!is_of_other(rest)).then_some(found);
    }
    None
}

/// Where a factor begins that a text ends with: `3-5x (`.
fn factor_before(text: &str) -> Option<usize> {
    let before = text.trim_end_matches([' ', '*', '(']);
    let number = before.strip_suffix(['x', '×'])?;
    let start = number.trim_end_matches(is_of_range).len();
    (start < number.len()).then_some(start)
}

/// Where a factor ends that a text begins with: ` of about 3x`.
fn factor_after(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches([' ', '*']);
    let rest = ["of ", "is ", "by ", "factor of ", "= ", "~", "≈ "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .or_else(|| Some(rest).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))?;
    let rest = rest.trim_start_matches(|c: char| !c.is_ascii_digit() && !c.is_alphabetic());
    let rest = rest.strip_prefix("about ").unwrap_or(rest);
    let tail = rest.trim_start_matches(is_of_range);
    let tail = tail
        .strip_prefix(['x', '×'])
        .filter(|tail| tail.len() + 1 < rest.len())?;
    Some(text.len() - tail.len())
}

/// What follows a factor that is not the plan's: "3x speedup on parallel tasks" is about these, "the 3x speedup
/// requirement" about what is built, "3x faster than last year" about something else.
fn is_of_other(after: &str) -> bool {
    const PLAN: [&str; 9] = [
        "the plan",
        "this plan",
        "the project",
        "the whole",
        "sequential",
        "one worker",
        "a single",
        "one person",
        "single",
    ];
    let noun = ["requirement", "target", "goal"];
    if noun.iter().any(|word| after.starts_with(word)) {
        return true;
    }
    let strict = ["on ", "than "]
        .iter()
        .find_map(|word| after.strip_prefix(word));
    let loose = ["of ", "for ", "in ", "when "]
        .iter()
        .find_map(|word| after.strip_prefix(word));
    let of_plan = |rest: &str| PLAN.iter().any(|words| rest.starts_with(words));
    match (strict, loose) {
        (Some(rest), _) => !of_plan(rest),
        (None, Some(rest)) => !of_plan(rest) && !speaks_of_the_work(rest),
        (None, None) => false,
    }
}

/// Whether a text speaks of how work is done, and not only of what is built.
pub(super) fn speaks_of_the_work(text: &str) -> bool {
    const WORDS: [&str; 24] = [
        "parallel",
        "sequential",
        "concurren",
        "worker",
        "agent",
        "people",
        "person",
        "developer",
        "team",
        "wave",
        "batch",
        "phase",
        "sprint",
        "plan",
        "schedule",
        "timeline",
        "duration",
        "execution",
        "critical path",
        "one after another",
        "orchestrat",
        "hours",
        "days",
        "performance",
    ];
    let lower = text.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// Whether a line with a factor in it is about a case ("if … doesn't achieve 3x"), or about a part ("10 tasks: …").
pub(super) fn is_about_a_part(text: &str) -> bool {
    let text = text
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .to_ascii_lowercase();
    let of_number = split_label(&text)
        .is_some_and(|(label, _)| label.starts_with(|c: char| c.is_ascii_digit()));
    let words = text.trim_start_matches(|c: char| !c.is_alphabetic());
    words.starts_with("if ") || of_number
}

/// "75 hours sequential", "single-threaded (~67hr)", "2 hours parallel execution": a duration and the way it is
/// reached.
pub(super) fn manners(text: &str) -> Vec<(Subject, Range<usize>)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (word, subject) in [
        ("sequential", Subject::Work),
        ("single-threaded", Subject::Work),
        ("parallelized", Subject::TotalDuration),
        ("parallel execution", Subject::TotalDuration),
        ("with parallelization", Subject::TotalDuration),
        ("with parallelisation", Subject::TotalDuration),
    ] {
        for (at, _) in lower.match_indices(word) {
            let before = lower[..at].trim_end_matches(['(', ' ', '*']);
            let after = &lower[at + word.len()..];
            let inside = after
                .strip_prefix(" (")
                .and_then(|inside| Some(&inside[..inside.find(')')?]));
            if let Some(start) = duration_before(before) {
                found.push((subject, start..before.len()));
                // "2 hours (vs 75 hours sequential)": what takes so long is the same work at once.
                let at_once = (subject == Subject::Work)
                    .then(|| compared(&lower[..start]))
                    .flatten();
                found.extend(at_once.map(|at| (Subject::TotalDuration, at)));
            } else if let Some(inside) = inside
                && parse_duration(inside).is_some()
            {
                let start = at + word.len() + 2;
                found.push((subject, start..start + inside.len()));
            }
        }
    }
    found.sort_by_key(|(_, at)| at.start);
    found
}

/// The duration that another one is compared with which follows: `2 hours (vs `.
fn compared(text: &str) -> Option<Range<usize>> {
    let text = text.trim_end_matches(['~', ' ', '*']);
    let text = ["vs", "vs.", "versus", "instead of", "down from"]
        .iter()
        .find_map(|word| text.strip_suffix(word))?;
    let text = text.trim_end_matches(['(', ' ', '*', ',']);
    duration_before(text).map(|start| start..text.len())
}

/// Where a duration begins that a text ends with. "adds 5 hours" is about a part.
fn duration_before(text: &str) -> Option<usize> {
    let number = text.trim_end_matches(char::is_alphabetic).trim_end();
    let start = number.trim_end_matches(is_of_range).len();
    let before = text[..start].trim_end_matches(['~', ' ', '*']);
    let is_part = ["add", "adds", "save", "saves"]
        .iter()
        .any(|word| before.ends_with(word));
    let is_duration = start < number.len() && leading_duration(&text[start..]).is_some();
    (text.len() > number.len() && is_duration && !is_part).then_some(start)
}

fn is_of_range(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | '-' | '–')
}

/// "66 pending tasks", "all 225 workers", "5 parallel batches total": numbers of what the whole document holds.
pub(super) fn counts(text: &str) -> Vec<(Subject, Range<usize>)> {
    let mut found = Vec::new();
    let mut number: Option<Range<usize>> = None;
    // How many words stand after the number.
    let mut between = 0;
    let mut says_all = false;
    for (start, word) in words(text) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) || number_word(word).is_some() {
            // "2. Parallel batches" is a numbered heading.
            let is_numbering = start == 0 && text[word.len()..].starts_with(['.', ')']);
            number = (!is_numbering).then_some(start..start + word.len());
            between = 0;
            continue;
        }
        let lower = word.to_lowercase();
        let subject = counted(&lower);
        if let (Some(subject), Some(number)) = (subject, &number) {
            // A number alone may be about anything; it is about the whole when the text says so.
            let end = start + word.len();
            let between = text[number.end..start].to_ascii_lowercase();
            let whole = says_all
                || says_whole(&text[..number.start], &text[end..], subject)
                || subject == Subject::TestCount && between.trim().is_empty()
                || text[end..].trim_start().starts_with("total")
                || ["pending", "total", "atomic"]
                    .iter()
                    .any(|word| between.contains(word))
                || subject == Subject::GroupCount && between.contains("parallel");
            if whole {
                found.push((subject, number.start..end));
            }
        }
        says_all = matches!(lower.as_str(), "all" | "total" | "of");
        between += 1;
        if between > 3 || subject.is_some() {
            number = None;
        }
    }
    found
}

/// Whether what stands before and behind a number says that there are no more: "there are 9 tasks.", "9 tasks in 3
/// waves". Of the waves it is enough that tasks are counted before them.
fn says_whole(before: &str, after: &str, subject: Subject) -> bool {
    const HOLDS: [&str; 9] = [
        "there are",
        "there will be",
        "plan has",
        "plan holds",
        "plan contains",
        "plan comprises",
        "plan lists",
        "consists of",
        "comprises",
    ];
    const SPLIT: [&str; 9] = [
        "in",
        "across",
        "over",
        "into",
        "split into",
        "grouped into",
        "divided into",
        "organized in",
        "organised in",
    ];
    let before = before.to_lowercase();
    let before = before.trim_end_matches([' ', '*', '_']);
    let after = after.trim_start_matches(['*', '_']);
    if subject == Subject::GroupCount {
        let head = SPLIT.iter().find_map(|word| before.strip_suffix(word));
        return head.is_some_and(|head| {
            let head = head.trim_end_matches([' ', '*', '_', ',']);
            head.rsplit(|c: char| !c.is_alphanumeric())
                .next()
                .is_some_and(is_task_word)
        });
    }
    let rest = after.trim_start().to_lowercase();
    let split = SPLIT.iter().any(|word| {
        let groups = rest
            .strip_prefix(word)
            .map(|rest| rest.trim_start_matches([' ', '*']));
        groups.is_some_and(|groups| {
            let word = groups.split(' ').next().unwrap_or_default();
            let length = number_word(word).map_or(0, |_| word.len());
            let noun = groups[length..].trim_start_matches(|c: char| c.is_ascii_digit());
            let noun = noun.trim_start_matches([' ', '*']);
            noun.len() < groups.len() && GROUPS.iter().any(|group| noun.starts_with(group))
        })
    });
    let ends = rest.is_empty() || rest.starts_with(['.', ',', ';', ':', ')', '|']);
    let ends = ends
        || ["and ", "in all", "in total", "altogether"]
            .iter()
            .any(|word| rest.starts_with(word));
    split || ends && HOLDS.iter().any(|words| before.ends_with(words))
}

const GROUPS: [&str; 5] = ["waves", "batches", "phases", "sprints", "stages"];

/// "The critical path takes 7 hours."
pub(super) fn path_length(text: &str) -> Option<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let at = ["critical path", "longest chain", "longest path"]
        .iter()
        .find_map(|name| Some(lower.find(name)? + name.len()))?;
    let rest = lower[at..].trim_start_matches([' ', '*', '_']);
    let rest = behind_chain(rest);
    let rest = [
        "takes ",
        "is ",
        "of ",
        "lasts ",
        "= ",
        "≈ ",
        "comes to ",
        "adds up to ",
        "has ",
    ]
    .iter()
    .find_map(|verb| rest.strip_prefix(verb))?;
    let start = lower.len() - rest.len();
    let (amount, length) = read_amount(rest)?;
    let after = rest[length..].trim_start_matches(['*', '_']).trim_start();
    let ends = after.is_empty()
        || after.starts_with(['.', ',', ';', ')', '(', '|', ':'])
        || ["and ", "long", "in ", "with "]
            .iter()
            .any(|word| after.starts_with(word));
    (ends && amount.measure == Measure::Seconds).then_some(start..start + length)
}

/// A text behind the chain that it begins with: "is S1 → S2 and takes 4 h", "(S1 → S2) is 4 h".
fn behind_chain(text: &str) -> &str {
    if let Some(inner) = text.strip_prefix('(') {
        let end = inner.find(')').map_or(inner.len(), |end| end + 1);
        return inner[end..].trim_start_matches([' ', ',', '*']);
    }
    let arrow = ["→", "->", "➜"]
        .iter()
        .filter_map(|arrow| text.rfind(arrow))
        .max();
    let Some(arrow) = arrow.filter(|_| text.starts_with("is ") || text.starts_with("runs ")) else {
        return text;
    };
    let rest = &text[arrow..];
    let verb = [" takes ", " lasts ", " = ", " comes to ", " adds up to "]
        .iter()
        .filter_map(|verb| rest.find(verb))
        .min();
    verb.map_or(text, |at| &rest[at + 1..])
}

/// "12 hours of work", in a text that counts all tasks.
pub(super) fn work(text: &str) -> Option<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let at = [" of work", " of effort", " one after another"]
        .iter()
        .find_map(|words| lower.find(words))?;
    duration_before(&lower[..at]).map(|start| start..at)
}

/// The words of a text and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let cuts = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '*');
    text.split_inclusive(cuts).filter_map(move |piece| {
        let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
        let start = at + piece.len()
            - piece
                .trim_start_matches(|c: char| !c.is_alphanumeric())
                .len();
        at += piece.len();
        (!word.is_empty()).then_some((start, word))
    })
}

/// What a plural counts.
pub(super) fn counted(word: &str) -> Option<Subject> {
    match word {
        "tests" => Some(Subject::TestCount),
        "batches" | "waves" | "phases" | "sprints" => Some(Subject::GroupCount),
        // What is no task by its name: one agent does many of them, one story needs many.
        "items" | "issues" | "tickets" | "agents" | "stories" => None,
        _ if is_task_word(word) && word.ends_with('s') => Some(Subject::TaskCount),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors() {
        let text = "designed to achieve **3-5x speedup** by parallel work";
        assert_eq!(speedup(text).map(|at| &text[at]), Some("3-5x speedup"));
        assert_eq!(speedup("no speedup here"), None);
        assert_eq!(speedup("3x speedup on parallel tasks"), None);
        assert!(is_about_a_part("2. **If it doesn't achieve 3x speedup**:"));
        assert!(is_about_a_part("10 independent tasks: 12 min (3x speedup)"));
        assert!(!is_about_a_part("Performance: 3-5x speedup"));
    }

    fn check(found: Vec<(Subject, Range<usize>)>, text: &str, expected: &[(Subject, &str)]) {
        let found: Vec<_> = found
            .into_iter()
            .map(|(subject, at)| (subject, &text[at]))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn durations_and_how_they_are_reached() {
        for (text, expected) in [
            (
                "75 hours sequential execution",
                vec![(Subject::Work, "75 hours")],
            ),
            (
                "saves 25 hours vs single-threaded (~67hr)",
                vec![(Subject::Work, "~67hr")],
            ),
            (
                "41 hours (parallelized) vs 65 hours (sequential)",
                vec![
                    (Subject::TotalDuration, "41 hours"),
                    (Subject::Work, "65 hours"),
                ],
            ),
            ("sequential merge to master", vec![]),
        ] {
            check(manners(text), text, &expected);
        }
    }

    #[test]
    fn numbers_of_the_whole() {
        for (text, expected) in [
            (
                "Task inventory: 66 pending tasks",
                vec![(Subject::TaskCount, "66 pending tasks")],
            ),
            (
                "All 225 workers executed",
                vec![(Subject::TaskCount, "225 workers")],
            ),
            (
                "Execution Batches (5 batches total)",
                vec![(Subject::GroupCount, "5 batches")],
            ),
            (
                "organised into 5 parallel execution batches",
                vec![(Subject::GroupCount, "5 parallel execution batches")],
            ),
            (
                "All 225 tests fail",
                vec![(Subject::TestCount, "225 tests")],
            ),
            ("2. Parallel Execution Batches", vec![]),
            ("run 50 workers at once", vec![]),
            ("10 independent tasks: 50 minutes", vec![]),
        ] {
            check(counts(text), text, &expected);
        }
    }
}
