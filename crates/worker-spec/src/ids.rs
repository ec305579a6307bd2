//! Ids of tasks in running text, and ranges of them.

use std::ops::Range;

/// An id, or a range of ids, in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdRange<'t> {
    /// The first id, or the only one.
    pub(crate) first: &'t str,
    /// What stands after the dash of a range: a whole id (`WORKER_018`) or the number alone (`018`).
    pub(crate) last: Option<&'t str>,
    /// Where the whole mention starts in the text.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// More ids than any range in earnest.
pub(crate) const LONGEST_RANGE: u64 = 10_000;

/// Longer than any id in earnest.
const LONGEST_ID: usize = 64;

impl IdRange<'_> {
    pub(crate) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// How many ids it means; `None` when it runs backwards, is too long, or joins two different series.
    pub(crate) fn len(&self) -> Option<u64> {
        let Some(last) = self.last else {
            return Some(1);
        };
        let (prefix, from) = split_number(self.first)?;
        let (last_prefix, to) = split_number(last)?;
        if !last_prefix.is_empty() && !last_prefix.eq_ignore_ascii_case(prefix) {
            return None;
        }
        let (from, to) = (from.parse::<u64>().ok()?, to.parse::<u64>().ok()?);
        let length = to.checked_sub(from)?.checked_add(1)?;
        (length <= LONGEST_RANGE).then_some(length)
    }

    /// The ids, leading zeros kept; nothing when [`len`](Self::len) is `None`.
    pub(crate) fn ids(&self) -> impl Iterator<Item = String> + use<> {
        let whole = self.last.is_none().then(|| self.first.to_owned());
        let (prefix, number) = match &whole {
            Some(_) => ("", ""),
            None => split_number(self.first).unwrap_or((self.first, "")),
        };
        let (prefix, width, from) = (prefix.to_owned(), number.len(), number.parse().unwrap_or(0));
        let count = match &whole {
            Some(_) => 0,
            None => self.len().unwrap_or(0),
        };
        whole
            .into_iter()
            .chain((from..from + count).map(move |n: u64| format!("{prefix}{n:0width$}")))
    }
}

/// The ids and ranges of ids in a text, in order.
///
/// An id is letters, digits, `_`, `-` and `.` that hold a digit and begin with a letter, such as `WORKER_001`,
/// `MAH-4B-001`, `MCP-SEC-001`, `T007.1`. A range is `WORKER_001-018`, `WORKER_001-WORKER_018`,
/// `WORKER_001..018`, or two ids with `-`, `–`, `to` or `through` between them. A bare number is no id here: see
/// [`number_ranges`].
pub(crate) fn find_ids(text: &str) -> impl Iterator<Item = IdRange<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            // Most words have no digit, so a digit is looked for first and then the word around it.
            let digits = text.as_bytes()[at..].iter();
            let digit = at + digits.into_iter().position(u8::is_ascii_digit)?;
            let before = text[at..digit].trim_end_matches(is_id_character);
            at += before.len();
            let word = next_word(text, &mut at)?;
            if let Some(found) = id_range_at(text, word) {
                at = found.end;
                return Some(found);
            }
        }
    })
}

/// Numbers and ranges of numbers (`001-003, 007`), as used after a series has been named.
pub(crate) fn number_ranges(text: &str) -> impl Iterator<Item = IdRange<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find(|c: char| c.is_ascii_digit())?;
            let end = digits_end(text, start);
            at = end;
            if text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let first = &text[start..end];
            let last = range_mark(&text[end..])
                .map(|mark| end + mark)
                .filter(|&from| text[from..].starts_with(|c: char| c.is_ascii_digit()))
                .map(|from| from..digits_end(text, from));
            let end = last.as_ref().map_or(end, |last| last.end);
            at = end;
            return Some(IdRange {
                first,
                last: last.map(|last| &text[last]),
                start,
                end,
            });
        }
    })
}

/// Whether a whole text is one id (a number counts: `12`, `1.2`, `#12`).
pub(crate) fn is_id(text: &str) -> bool {
    let body = text.strip_prefix('#').unwrap_or(text);
    !body.is_empty()
        && body.len() <= LONGEST_ID
        && body.chars().all(is_id_character)
        && body.contains(|c: char| c.is_ascii_digit())
        && body.starts_with(char::is_alphanumeric)
        && body.ends_with(char::is_alphanumeric)
}

/// An id's series and its trailing number: `WORKER_001` is `("WORKER_", "001")`.
pub(crate) fn split_number(id: &str) -> Option<(&str, &str)> {
    let digits = id.bytes().rev().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| id.split_at(id.len() - digits))
}

fn is_id_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The next run of id characters at or after `at`, which is moved behind it.
fn next_word(text: &str, at: &mut usize) -> Option<Range<usize>> {
    let start = *at + text[*at..].find(char::is_alphanumeric)?;
    let length = text[start..]
        .find(|c| !is_id_character(c))
        .unwrap_or(text.len() - start);
    *at = start + length;
    let word = text[start..*at].trim_end_matches(['.', '-', '_']);
    Some(start..start + word.len())
}

fn id_range_at(text: &str, word: Range<usize>) -> Option<IdRange<'_>> {
    let body = &text[word.clone()];
    if body.len() > 2 * LONGEST_ID + 2 {
        return None;
    }
    if !body.starts_with(char::is_alphabetic) || !body.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let start = word.start;
    if let Some((first, last)) = range_in_word(body) {
        return Some(IdRange {
            first,
            last: Some(last),
            start,
            end: word.end,
        });
    }
    // `A-001 through A-010`, `A-001–A-010`: the second id is a word of its own.
    let (series, _) = split_number(body)?;
    if let Some(mark) = range_mark(&text[word.end..]) {
        let from = word.end + mark;
        let mut at = from;
        if text[from..].starts_with(char::is_alphanumeric)
            && let Some(second) = next_word(text, &mut at)
            && let Some((second_series, _)) = split_number(&text[second.clone()])
            && (second_series.is_empty() || second_series.eq_ignore_ascii_case(series))
        {
            return Some(IdRange {
                first: body,
                last: Some(&text[second.clone()]),
                start,
                end: second.end,
            });
        }
    }
    Some(IdRange {
        first: body,
        last: None,
        start,
        end: word.end,
    })
}

/// `WORKER_001-018` or `WORKER_001-WORKER_018` or `T001..T004`, all within one word. `MAH-4B-001` is no range: what
/// stands before the dash must end in a number that is as wide as the one after it, or the whole series is
/// repeated.
fn range_in_word(word: &str) -> Option<(&str, &str)> {
    for (at, mark) in word.match_indices("..").chain(word.match_indices('-')) {
        let (first, last) = (&word[..at], &word[at + mark.len()..]);
        let (Some((series, from)), Some((last_series, to))) =
            (split_number(first), split_number(last))
        else {
            continue;
        };
        if series.is_empty() {
            continue;
        }
        let repeats = last_series.eq_ignore_ascii_case(series);
        let counts_on = last_series.is_empty()
            && (mark == ".." || from.len() >= 2 && from.len() == to.len() && from < to);
        if repeats || counts_on {
            return Some((first, last));
        }
    }
    None
}

/// The length of a range mark with the space around it.
fn range_mark(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches([' ', '\t', '`', '*']);
    let mark = [
        "through ", "thru ", "to ", "...", "..", "…", "-", "–", "—", "~", "〜", "～", "→",
    ]
    .into_iter()
    .find(|mark| rest.starts_with(mark))?;
    let after = rest[mark.len()..].trim_start_matches([' ', '\t', '`', '*']);
    Some(text.len() - after.len())
}

fn digits_end(text: &str, start: usize) -> usize {
    start + text[start..].bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = find_ids(text).flat_map(|range| range.ids()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn ids_in_text() {
        check("WORKER_066 complete", &["WORKER_066"]);
        check(
            "**MAH-4B-001** and MCP-SEC-002.",
            &["MAH-4B-001", "MCP-SEC-002"],
        );
        check("after T007.1, then 12 more", &["T007.1"]);
        check("Phase 4 done", &[]);
        check("", &[]);
        check("日本-1 と T001", &["日本-1", "T001"]);
    }

    #[test]
    fn ranges_of_ids() {
        check(
            "WORKER_001-003",
            &["WORKER_001", "WORKER_002", "WORKER_003"],
        );
        check(
            "WORKER_001-WORKER_003 complete",
            &["WORKER_001", "WORKER_002", "WORKER_003"],
        );
        check("T009..T011", &["T009", "T010", "T011"]);
        check(
            "MAH-4B-009 through MAH-4B-010 (10 tasks)",
            &["MAH-4B-009", "MAH-4B-010"],
        );
        check("WORKER_001 – 002", &["WORKER_001", "WORKER_002"]);
        check("`T001` to `T002`", &["T001", "T002"]);
    }

    #[test]
    fn a_backward_or_endless_range_is_nothing() {
        for text in [
            "T009..T001",
            "T1..T99999999",
            "T1..T99999999999999999999999",
        ] {
            let found: Vec<_> = find_ids(text).collect();
            assert_eq!((found.len(), found[0].len()), (1, None), "{text}");
            assert_eq!(found[0].ids().count(), 0, "{text}");
        }
    }

    #[test]
    fn ranges_of_numbers() {
        let found: Vec<String> = number_ranges("001-003, 007 (4 of them? no: x12)")
            .flat_map(|r| r.ids())
            .collect();
        assert_eq!(found, ["001", "002", "003", "007", "4"]);
    }
}
