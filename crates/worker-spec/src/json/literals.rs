//! Numbers, `true`, `false`, `null`, and words that should be none of these.

use std::ops::Range;

use super::{Kind, Problem, Value};

/// Reads the word at a place; moves behind it. `None` when no word begins there.
pub(super) fn word(text: &str, at: &mut usize, problems: &mut Vec<Problem>) -> Option<Value> {
    let span = word_span(text, *at)?;
    *at = span.end;
    let word = &text[span.clone()];
    let (kind, problem) = match word {
        "true" => (Kind::Bool(true), None),
        "false" => (Kind::Bool(false), None),
        "null" => (Kind::Null, None),
        _ if is_number(word) => (Kind::Number(word.into()), None),
        "True" | "TRUE" => (Kind::Bool(true), Some(constant(word, &span, "true"))),
        "False" | "FALSE" => (Kind::Bool(false), Some(constant(word, &span, "false"))),
        "None" | "NULL" | "Null" | "undefined" | "NaN" => {
            (Kind::Null, Some(constant(word, &span, "null")))
        }
        _ if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) => {
            let message = format!("`{}` is no number of JSON", shown(word));
            let help = "write digits such as 12 or 0.5, or put an id in double quotes";
            (
                Kind::String(word.into()),
                Some(Problem::syntax(span.clone(), message, help)),
            )
        }
        _ => {
            let message = format!("the word `{}` stands without quotes", shown(word));
            let help = format!("write \"{}\"", shown(word));
            let problem = Problem::syntax(span.clone(), message, help);
            let problem = problem.fix(span.clone(), format!("\"{word}\""));
            (Kind::String(word.into()), Some(problem))
        }
    };
    problems.extend(problem);
    Some(Value { kind, span })
}

/// The run of letters, digits and signs that begins at a place.
pub(super) fn word_span(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '-' | '.' | '_' | '$')))
        .unwrap_or(rest.len());
    (end > 0).then_some(at..at + end)
}

fn constant(word: &str, span: &Range<usize>, meant: &'static str) -> Problem {
    Problem::syntax(
        span.clone(),
        format!("`{word}` is no value of JSON"),
        format!("write {meant}"),
    )
    .fix(span.clone(), meant)
}

/// A word, cut off when it is long.
fn shown(word: &str) -> String {
    let end = word.char_indices().nth(40).map_or(word.len(), |(at, _)| at);
    word[..end].escape_debug().to_string()
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
fn is_number(word: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.strip_prefix('-').unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}
