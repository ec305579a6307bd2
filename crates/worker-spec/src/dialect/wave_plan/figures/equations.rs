//! Equations in text: `120 workers × 15 min each = 1,800 minutes = 30 hours`.

use std::ops::Range;

use crate::amount::{Amount, Measure, read_amount};
use crate::{Document, Equation, Expression, Operator, Precision, Term};

/// The equation of a line, if it holds one that can be read whole.
pub(in crate::dialect::wave_plan) fn equation(
    document: &Document,
    line: Range<usize>,
) -> Option<Equation> {
    let text = &document.text()[line.clone()];
    let sides = sides(text)?;
    let mut expressions = Vec::new();
    let last = sides.len() - 1;
    for (index, side) in sides.iter().enumerate() {
        let part = &text[side.clone()];
        // "A (4h) → B (6h) = 10h" is a chain with its length.
        if part.contains(['→', '⟶', '➜']) || part.contains("->") {
            return None;
        }
        let read = if index == 0 {
            first_side(part)
        } else {
            read_side(part, 0, index == last)
        };
        match read {
            Some((terms, at)) => {
                let span = line.start + side.start + at.start..line.start + side.start + at.end;
                expressions.push(Expression {
                    terms,
                    text: document.text()[span.clone()].replace("**", ""),
                    location: document.location(span),
                });
            }
            // "A = 5 × 3 = 15" goes on without its name.
            None if expressions.is_empty() => {}
            None => return None,
        }
    }
    let (first, rest) = expressions.split_first()?;
    let last = rest.last()?;
    // "1 point = 4 hours" defines; "Week 1 = 5 tasks" names.
    let converts = matches!(first.terms.as_slice(), [term] if term.amount.measure != Measure::Count || term.per.is_some());
    let defines = matches!(first.terms.as_slice(), [term] if term.amount.low == Amount::ONE);
    if first.terms.len() == 1 && (!converts || defines) {
        return None;
    }
    let span = first.location.span.start..last.location.span.end;
    Some(Equation {
        location: document.location(span),
        sides: expressions,
    })
}

/// The parts of a line between equal signs.
fn sides(text: &str) -> Option<Vec<Range<usize>>> {
    let mut sides = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(" = ") {
        sides.push(start..at);
        start = at + 3;
    }
    sides.push(start..text.len());
    (sides.len() > 1).then_some(sides)
}

/// The expression that the first side ends with: it begins at the side's start, or behind a label or an opening
/// parenthesis.
fn first_side(text: &str) -> Option<(Vec<Term>, Range<usize>)> {
    let starts = std::iter::once(0).chain(
        text.match_indices([':', '(', ',', ';', '|'])
            .map(|(at, mark)| at + mark.len()),
    );
    let mut tried = 0;
    for start in starts {
        let inner = text[start..].trim_start_matches([' ', '*', '-', '~']);
        let start = text.len() - inner.len();
        if let Some((terms, at)) = read_side(text, start, false) {
            // Of "A (4h) + B (6h) = 10h" only the last number would be left.
            let in_parentheses = terms.len() == 1 && text[at.end..].contains(')');
            return (!in_parentheses).then_some((terms, at));
        }
        tried += 1;
        if tried > MOST_STARTS {
            break;
        }
    }
    None
}

/// More labels and parentheses than any line in earnest has before its equation.
const MOST_STARTS: usize = 16;
/// More terms than any equation in earnest.
const MOST_TERMS: usize = 64;

/// Reads an expression from `start`. Unless it is the last side it has to reach to the end of the text.
fn read_side(text: &str, start: usize, last: bool) -> Option<(Vec<Term>, Range<usize>)> {
    let mut at = start;
    let mut operator = Operator::Plus;
    let mut terms: Vec<Term> = Vec::new();
    loop {
        let (amount, length) = term_amount(&text[at..])?;
        at += length;
        let (per, after) = divisor(text, at);
        terms.push(Term {
            operator,
            amount,
            per,
        });
        let end = after;
        let rest = &text[end..];
        let words = words_before_operator(rest);
        if let Some((next, length)) = operator_at(&rest[words..])
            && terms.len() < MOST_TERMS
        {
            operator = next;
            at = end + words + length;
            continue;
        }
        let reaches = rest[words..].trim_matches([' ', '*', '.', ')']).is_empty();
        if !reaches && !last {
            return None;
        }
        let first = text[start..].trim_start_matches([' ', '*', '(']);
        return Some((terms, text.len() - first.len()..end));
    }
}

/// An amount, or a word that means nothing is paid.
fn term_amount(text: &str) -> Option<(Amount, usize)> {
    let bare = text.trim_start_matches([' ', '*', '(']);
    let skipped = text.len() - bare.len();
    let free = bare
        .get(..4)
        .is_some_and(|word| word.eq_ignore_ascii_case("free"));
    if free {
        return Some((Amount::whole(Measure::Money, 0), skipped + 4));
    }
    let begins = bare.starts_with(|c: char| c.is_ascii_digit() || "$€£~≈".contains(c));
    begins.then_some(())?;
    let (amount, length) = read_amount(bare)?;
    Some((amount, skipped + length))
}

/// What stands behind an amount as its divisor: `/1K`, ` requests/min`, ` RPM`.
fn divisor(text: &str, at: usize) -> (Option<Amount>, usize) {
    let rest = &text[at..];
    if let Some(after) = rest.strip_prefix('/') {
        if after.starts_with(|c: char| c.is_ascii_digit())
            && let Some((amount, length)) = read_amount(after)
        {
            return (Some(amount), at + 1 + length);
        }
        let (amount, length) = named(after);
        return (amount, at + 1 + length);
    }
    let bare = rest.trim_start_matches(' ');
    let word_end = bare
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(bare.len());
    let end = text.len() - bare.len() + word_end;
    match bare[..word_end].to_ascii_lowercase().as_str() {
        "rpm" | "tpm" => (Some(seconds(60)), end),
        "rps" | "qps" => (Some(seconds(1)), end),
        _ => match bare[word_end..].strip_prefix('/') {
            Some(after) if word_end > 0 => {
                let (amount, length) = named(after);
                let taken = if amount.is_some() { 1 + length } else { 0 };
                (amount, end + taken)
            }
            _ => (None, at),
        },
    }
}

/// A unit of time by its name: `min`.
fn named(text: &str) -> (Option<Amount>, usize) {
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let amount = match text[..end].to_ascii_lowercase().as_str() {
        "s" | "sec" | "second" => seconds(1),
        "min" | "minute" => seconds(60),
        "h" | "hr" | "hour" => seconds(3600),
        _ => return (None, end),
    };
    (Some(amount), end)
}

fn seconds(number: u64) -> Amount {
    Amount {
        precision: Precision::Exact,
        ..Amount::whole(Measure::Seconds, number)
    }
}

/// The length of the words and remarks between an amount and what follows: "workers", "(OpenAI)", "each".
fn words_before_operator(text: &str) -> usize {
    let mut at = 0;
    for _ in 0..6 {
        let rest = &text[at..];
        let bare = rest.trim_start_matches([' ', '*']);
        let skipped = rest.len() - bare.len();
        if rest[..skipped].contains(" * ") {
            return at;
        }
        if bare.starts_with('(') {
            match bare.find(')') {
                Some(close) => at += skipped + close + 1,
                None => return at,
            }
            continue;
        }
        let end = bare
            .find(|c: char| !c.is_alphabetic() && c != '-' && c != '\'')
            .unwrap_or(bare.len());
        let word = &bare[..end];
        if end == 0 || matches!(word, "x" | "X" | "-") || word.contains('Ã') {
            return at + skipped;
        }
        at += skipped + end;
    }
    at
}

/// An operator and its length. The sign of multiplication may be broken by a wrong decoding.
fn operator_at(text: &str) -> Option<(Operator, usize)> {
    let bare = text.trim_start_matches([' ', '*']);
    let skipped = text.len() - bare.len();
    let starred = text[..skipped].contains(" * ");
    if starred {
        return Some((Operator::Times, skipped));
    }
    for (sign, operator) in [
        ("×", Operator::Times),
        ("Ã—", Operator::Times),
        ("Ã\u{97}", Operator::Times),
        ("·", Operator::Times),
        ("x ", Operator::Times),
        ("X ", Operator::Times),
        ("÷", Operator::Over),
        ("/ ", Operator::Over),
        ("+ ", Operator::Plus),
        ("- ", Operator::Minus),
        ("− ", Operator::Minus),
        ("– ", Operator::Minus),
    ] {
        if bare.starts_with(sign) {
            return Some((operator, skipped + sign.len()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<String> {
        let document = Document::new("a.md", line);
        let equation = equation(&document, 0..line.len())?;
        let sides = equation.sides.iter().map(|side| {
            let terms = side.terms.iter().map(|term| {
                let per = term
                    .per
                    .map(|per| format!(" per {per}"))
                    .unwrap_or_default();
                format!("{:?} {}{per}", term.operator, term.amount)
            });
            terms.collect::<Vec<_>>().join(", ")
        });
        Some(sides.collect::<Vec<_>>().join(" = "))
    }

    #[test]
    fn equations() {
        for (line, expected) in [
            (
                "- 120 workers × 15 min each = 1,800 minutes = 30 hours",
                "Plus 120, Times 15 min = Plus 30 h = Plus 30 h",
            ),
            (
                "- Hosted: 80 workers × 3K tokens × $0.02/1K = $4.80",
                "Plus 80, Times 3K tokens, Times $0.02 per 1000 = Plus $4.80",
            ),
            (
                "- **Pace**: 40 workers × 0.8s interval = 50 requests/min (far below)",
                "Plus 40, Times 0.8 s = Plus 50 per 1 min",
            ),
            (
                "**Cost:** $7.40 (API) + $0 (local) = $7.40 total",
                "Plus $7.40, Plus $0 = Plus $7.40",
            ),
            (
                "- Local: 14 workers × 3K tokens × FREE = $0.00",
                "Plus 14, Times 3K tokens, Times $0 = Plus $0",
            ),
            (
                "- **Limit**: 10,000 RPM = 166 RPS",
                "Plus 10000 per 1 min = Plus 166 per 1 s",
            ),
            ("Total: 3 * 4h = 12h", "Plus 3, Times 4 h = Plus 12 h"),
        ] {
            assert_eq!(shown(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_is_no_equation() {
        for line in [
            "Week 1 = 5 tasks",
            "1 point = 4 hours",
            "timeout=300",
            "x = 3",
            "git diff empty for 5 min = STALLED",
            "a = b = c",
            "",
            " = ",
            "5 things are 3 things = 4",
            "A-1 (4h) → A-2 (6h) → A-3 (4h) = **14h**",
            "A-1 (4h) + A-2 (6h) = 10h",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }
}
