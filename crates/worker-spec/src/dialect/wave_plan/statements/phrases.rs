//! Phrases that state something wherever they stand.

use std::ops::Range;

use super::each::leading_duration;
use crate::Subject;
use crate::dialect::wave_plan::group_heading::is_task_word;
use crate::duration::parse_duration;
use crate::label::split_label;

/// `3-5x speedup`, `2.5x faster`.
pub(super) fn speedup(text: &str) -> Option<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    for word in ["speedup", "speed-up", "speed up", "faster"] {
        let Some(at) = lower.find(word) else {
            continue;
        };
        let before = lower[..at].trim_end_matches([' ', '*', '(']);
        let Some(number) = before.strip_suffix(['x', '×']) else {
            continue;
        };
        let start = number.trim_end_matches(is_of_range).len();
        if start < number.len() {
            return Some(start..at + word.len());
        }
    }
    None
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
    ] {
        for (at, _) in lower.match_indices(word) {
            let before = lower[..at].trim_end_matches(['(', ' ', '*']);
            let after = &lower[at + word.len()..];
            let inside = after
                .strip_prefix(" (")
                .and_then(|inside| Some(&inside[..inside.find(')')?]));
            if let Some(start) = duration_before(before) {
                found.push((subject, start..before.len()));
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
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
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
fn counted(word: &str) -> Option<Subject> {
    match word {
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
            ("2. Parallel Execution Batches", vec![]),
            ("run 50 workers at once", vec![]),
            ("10 independent tasks: 50 minutes", vec![]),
        ] {
            check(counts(text), text, &expected);
        }
    }
}
