//! Lines that state several things: "**Tasks:** 9 | **Work:** 12 h", "9 tasks; critical path: 7 h. Speed-up: 2x".

use std::ops::Range;

/// The parts of a line that state something of their own: they end at a semicolon, a bar, a dot in the middle, or with
/// their sentence. What stands in parentheses is not cut.
pub(super) fn clauses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let next = at + c.len_utf8();
        let ends = match c {
            ';' | '；' | '。' => true,
            '|' | '·' | '•' => text[..at].ends_with(' ') && text[next..].starts_with(' '),
            '.' | '!' => is_end_of_sentence(&text[start..at], &text[next..]),
            ',' => begins_with_bold_label(&text[next..]),
            _ => false,
        };
        if ends && depth == 0 {
            found.push(start..at);
            start = next;
        }
    }
    found.push(start..text.len());
    found.retain(|range| !text[range.clone()].trim().is_empty());
    found
}

/// How far from a statement its clause is looked for, in bytes.
const MOST_BEFORE: usize = 512;

/// The clause of its line that a place stands in.
pub(super) fn clause_around<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    let near = text.floor_char_boundary(span.start.saturating_sub(MOST_BEFORE));
    let from = text[near..span.start]
        .rfind('\n')
        .map_or(near, |at| near + at + 1);
    let far = text.ceil_char_boundary(text.len().min(span.end + MOST_BEFORE));
    let end = text[span.end..far]
        .find('\n')
        .map_or(far, |at| span.end + at);
    let line = &text[from..end];
    let (start, end) = (span.start - from, span.end - from);
    let clauses = clauses(line);
    let first = clauses.iter().rfind(|clause| clause.start <= start);
    let last = clauses.iter().find(|clause| clause.end >= end);
    match (first, last) {
        (Some(first), Some(last)) if first.start <= last.end => &line[first.start..last.end],
        _ => line,
    }
}

/// Whether a dot ends a sentence: a capital, a number or a mark follows, and no abbreviation stands before it.
fn is_end_of_sentence(before: &str, after: &str) -> bool {
    const SHORT: [&str; 16] = [
        "vs", "approx", "est", "ca", "etc", "incl", "excl", "max", "min", "no", "nr", "e.g", "i.e",
        "ex", "avg", "resp",
    ];
    let Some(next) = after.strip_prefix(' ') else {
        return false;
    };
    let next = next.trim_start().trim_start_matches(['*', '_', '~', '(']);
    // "by A. Turing"
    let is_initial = before.ends_with(|c: char| c.is_uppercase())
        && !before
            .trim_end_matches(char::is_uppercase)
            .ends_with(char::is_alphanumeric)
        && before
            .chars()
            .rev()
            .nth(1)
            .is_none_or(|c| !c.is_alphanumeric());
    let word = before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default()
        .trim_matches(['*', '_'])
        .to_lowercase();
    // "1. Write": a numbered item.
    let is_number = before.trim().chars().all(|c| c.is_ascii_digit());
    next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && !is_number
        && !SHORT.contains(&word.as_str())
        && !is_initial
}

fn begins_with_bold_label(text: &str) -> bool {
    let Some(inner) = text.strip_prefix(" **") else {
        return false;
    };
    inner
        .split_once("**")
        .is_some_and(|(label, rest)| label.ends_with(':') || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_where_another_statement_begins() {
        for (line, expected) in [
            ("Tasks: 9", vec!["Tasks: 9"]),
            (
                "**Tasks:** 9 | **Work:** 12 h",
                vec!["**Tasks:** 9 ", " **Work:** 12 h"],
            ),
            (
                "Work: 12 h; path: 7 h. Speed-up: 1.7x.",
                vec!["Work: 12 h", " path: 7 h", " Speed-up: 1.7x."],
            ),
            (
                "41 h vs. 65 h (approx. 3 weeks)",
                vec!["41 h vs. 65 h (approx. 3 weeks)"],
            ),
            ("1. Write 2.5 pages", vec!["1. Write 2.5 pages"]),
            ("path: A (2 h; alone) → B", vec!["path: A (2 h; alone) → B"]),
            (
                "**Tasks:** 9, **Waves:** 3",
                vec!["**Tasks:** 9", " **Waves:** 3"],
            ),
        ] {
            let found: Vec<&str> = clauses(line)
                .into_iter()
                .map(|range| &line[range])
                .collect();
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn the_clause_of_a_place() {
        let text = "one\nWave 1: 3 h; Wave 2: 5 h\ntwo";
        let at = text.find("5 h").expect("a number");
        assert_eq!(clause_around(text, &(at..at + 3)), " Wave 2: 5 h");
    }
}
