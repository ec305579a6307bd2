//! The ids that a line names: whole ones, numbers after a kind, and bare numbers.

use std::ops::Range;

use super::super::title::KINDS;
use crate::Reference;
use crate::ids::{IdRange, find_ids, number_ranges, split_number};

/// Ids named in a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mention<'t> {
    pub(super) range: IdRange<'t>,
    /// Whether the range is of numbers, to be put behind the worker's own series.
    pub(super) numbers: bool,
    pub(super) reference: Reference,
}

/// The mentions of a line by a worker of a series (`WORKER_`), in order.
pub(super) fn mentions<'t>(text: &'t str, series: &str) -> Vec<Mention<'t>> {
    let mut found: Vec<Mention<'t>> = find_ids(text)
        .filter(|range| !is_part_of_path(text, range.span()))
        .filter_map(|range| {
            Some(Mention {
                range,
                numbers: false,
                reference: reference(&range, series)?,
            })
        })
        .collect();
    let whole = found.len();
    numbers_after_kind(text, series, &mut found);
    if found.is_empty() && says_only_numbers(text) {
        found.extend(number_ranges(text).map(|range| Mention {
            range,
            numbers: true,
            reference: Reference::Id,
        }));
    }
    if whole > 0 && found.len() > whole {
        found.sort_by_key(|mention| mention.range.start);
    }
    found
}

/// An id of the worker's own series is one; another word of that shape may be one.
fn reference(range: &IdRange<'_>, series: &str) -> Option<Reference> {
    let (other, _) = split_number(range.first)?;
    if other.eq_ignore_ascii_case(series) {
        return Some(Reference::Id);
    }
    let capitals = !other.contains(|c: char| c.is_lowercase());
    (capitals || other.ends_with(['-', '_'])).then_some(Reference::Perhaps)
}

/// `Workers 001-003, 007 and 9`: numbers after the word that the worker's own id begins with, or after another word
/// for a piece of work.
fn numbers_after_kind<'t>(text: &'t str, series: &str, found: &mut Vec<Mention<'t>>) {
    let own = series.trim_end_matches(['_', '-']);
    // Words begin here or further on, and so do numbers.
    let (mut at, mut from) = (0, 0);
    while let Some(number) = next_number(text, &mut from) {
        let before = &text[at..number];
        let lead = without_number_word(before.trim_end_matches([' ', '#', '`', '*']));
        let word = &lead[lead.trim_end_matches(char::is_alphabetic).len()..];
        if word.is_empty() || lead.len() == before.len() {
            continue;
        }
        let reference = if is_kind(word, own) {
            Reference::Id
        } else if KINDS.iter().any(|kind| is_kind(word, kind)) {
            Reference::Perhaps
        } else {
            continue;
        };
        at = number + list_length(&text[number..]);
        from = from.max(at);
        for range in number_ranges(&text[number..at]) {
            found.push(Mention {
                range: IdRange {
                    start: number + range.start,
                    end: number + range.end,
                    ..range
                },
                numbers: true,
                reference,
            });
        }
    }
}

/// A text without a word for "number" at its end: "Worker No."
fn without_number_word(text: &str) -> &str {
    ["no.", "nr.", "no", "nr", "number"]
        .iter()
        .find_map(|word| {
            let head = text.get(..text.len().checked_sub(word.len())?)?;
            let is_word = text[head.len()..].eq_ignore_ascii_case(word) && head.ends_with(' ');
            is_word.then(|| head.trim_end())
        })
        .unwrap_or(text)
}

/// Whether a word is a kind or its plural.
fn is_kind(word: &str, kind: &str) -> bool {
    let plural = |ending: &str| {
        word.strip_suffix(ending)
            .is_some_and(|word| word.eq_ignore_ascii_case(kind))
    };
    !kind.is_empty() && (word.eq_ignore_ascii_case(kind) || plural("s") || plural("S"))
        || kind == "story" && word.eq_ignore_ascii_case("stories")
}

/// Where the next run of digits begins at or after `from`, which is moved behind it.
fn next_number(text: &str, from: &mut usize) -> Option<usize> {
    let rest = &text.as_bytes()[*from..];
    let start = rest.iter().position(u8::is_ascii_digit)?;
    let digits = rest[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let number = *from + start;
    *from = number + digits.count();
    Some(number)
}

/// The length of a list of numbers and ranges: `1, 2-4 and #7`.
fn list_length(text: &str) -> usize {
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let gap = rest.len() - rest.trim_start_matches([' ', '#', '`', '*']).len();
        let digits = rest[gap..].bytes().take_while(u8::is_ascii_digit).count();
        let after = &rest[gap + digits..];
        // "Task 1.2", "2h": no number of this series.
        let part = after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '%')
            || after
                .strip_prefix('.')
                .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        if digits == 0 || part {
            return end;
        }
        let closed = end + gap + digits;
        end = closed;
        let rest = text[end..].trim_start_matches([' ', '`', '*']);
        let mark = [
            ", and ", ", or ", ",", "and ", "or ", "&", "+", "through ", "to ", "..", "-", "–",
            "—", "/",
        ]
        .iter()
        .find(|mark| rest.starts_with(**mark));
        let Some(mark) = mark else { return closed };
        let next = text.len() - rest.len() + mark.len();
        if !text[next..]
            .trim_start_matches([' ', '#', '`', '*'])
            .starts_with(|c: char| c.is_ascii_digit())
        {
            return closed;
        }
        end = next;
    }
}

/// Whether a text is nothing but a list of numbers, with a word for "done" behind it.
fn says_only_numbers(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['[', '(', '#', '`']);
    let length = list_length(text);
    let rest = text[length..].trim_matches(|c: char| !c.is_alphanumeric());
    length > 0
        && ["", "complete", "completed", "done", "finished"]
            .iter()
            .any(|done| done.eq_ignore_ascii_case(rest))
}

/// Whether an id is a piece of a path or of a file's name.
fn is_part_of_path(text: &str, span: Range<usize>) -> bool {
    text[..span.start].ends_with(['/', '\\', '.', '$'])
        || text[span.end..].starts_with(['/', '\\', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, series: &str, expected: &[&str]) {
        let found: Vec<String> = mentions(text, series)
            .iter()
            .flat_map(|mention| mention.range.ids())
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers() {
        check("Workers 1, 2 and 5", "WORKER_", &["1", "2", "5"]);
        check("Tasks 1 to 3", "TASK-", &["1", "2", "3"]);
        check("tasks #4 & #6 are done", "WORKER_", &["4", "6"]);
        check("1-3", "T", &["1", "2", "3"]);
        check("[1, 2] complete", "T", &["1", "2"]);
        check("Task 3, 2h of work", "TASK-", &["3"]);
        check("1 hour", "T", &[]);
        check("3 of them", "T", &[]);
        check("Task 1.2", "TASK-", &[]);
        check("Worker No. 3 and worker no 4", "WORKER_", &["3", "4"]);
        check("no 3 of them", "T", &[]);
        check("TASK-1, Task 2", "TASK-", &["TASK-1", "2"]);
    }
}
