//! Words and values in what a brief states.

use crate::heuristic::cues;
use crate::heuristic::kind::Kind;
use crate::heuristic::statement::Span;

pub(super) const NO_ARGUMENT: &[&str] = &[
    "without argument",
    "without an argument",
    "without any argument",
    "with no argument",
    "no argument is given",
    "no arguments are given",
    "called without",
    "given no argument",
    "argument is missing",
];

pub(super) const BARE: &[&str] = &[
    "exactly",
    "only the line",
    "nothing else",
    "consists of",
    "nothing but",
];

const LINKS: &[&str] = &[
    "is",
    "=",
    "to",
    "equals",
    "is set to",
    "set to",
    "has the value",
    "has value",
    "with the value",
    "with value",
    "is equal to",
    ":",
    "->",
    "→",
    "maps to",
    "must be",
    "should be",
    "is exactly",
    "being",
    "as",
    "has type",
    "is the string",
    "is the number",
];

/// Words that join a key to its value.
pub(in crate::heuristic) fn is_link(words: &str) -> bool {
    LINKS.contains(&words.trim().to_ascii_lowercase().as_str())
}

/// A value without backticks: "is 8080", "is true", "is an empty list".
pub(in crate::heuristic) fn plain_value(words: &str) -> Option<String> {
    let words = words.trim_start();
    let lower = words.to_ascii_lowercase();
    let link = LINKS.iter().filter(|link| {
        lower
            .strip_prefix(**link)
            .is_some_and(|rest| rest.starts_with(' '))
    });
    let link = link.max_by_key(|link| link.len())?;
    let rest = words[link.len()..].trim_start();
    let end = rest.find([',', ';']).unwrap_or(rest.len());
    let rest = rest[..end].split(" and ").next().unwrap_or_default();
    let value = rest.trim().trim_end_matches('.').trim();
    match value.to_ascii_lowercase().as_str() {
        "true" | "false" | "null" => Some(value.to_ascii_lowercase()),
        "an empty list" | "an empty array" => Some("[]".to_owned()),
        "an empty object" | "an empty map" => Some("{}".to_owned()),
        "an empty string" | "empty" => Some("\"\"".to_owned()),
        number if is_number(number) => Some(value.to_owned()),
        _ => None,
    }
}

pub(in crate::heuristic) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|sign: char| sign.is_ascii_digit())
        && digits.ends_with(|sign: char| sign.is_ascii_digit())
        && digits
            .chars()
            .all(|sign| sign.is_ascii_digit() || sign == '.')
        && digits.matches('.').count() <= 1
}

pub(super) fn as_value(span: &Span) -> String {
    match span.quoted {
        true => format!("\"{}\"", span.text.replace('\\', "\\\\")),
        false => span.text.clone(),
    }
}

/// "… and the line `x`" after a heading is another demand, not one about the section.
pub(super) fn starts_anew(words: &str) -> bool {
    let words = words.trim_start().to_ascii_lowercase();
    words.starts_with("and ") || words.starts_with([',', ';', '.']) || words.trim() == "and"
}

pub(super) fn is_table_name(text: &str, kind: Kind) -> bool {
    matches!(kind, Kind::Toml | Kind::Ini) && text.starts_with('[') && text.ends_with(']')
}

pub(super) fn split_cells(text: &str) -> Vec<String> {
    let inner = text.trim().trim_matches('|');
    let separator = if text.contains('|') { '|' } else { ',' };
    inner
        .split(separator)
        .map(|cell| cell.trim().to_owned())
        .collect()
}

pub(super) fn is_argument_name(text: &str) -> bool {
    let name = argument_name(text);
    let is_upper = name.chars().all(|sign| {
        sign.is_ascii_uppercase() || sign.is_ascii_digit() || matches!(sign, '_' | '-')
    });
    !name.is_empty() && !name.starts_with('-') && (is_upper || text.starts_with(['<', '{', '[']))
}

pub(super) fn argument_name(text: &str) -> String {
    text.trim_matches(['<', '>', '{', '}', '[', ']', '.', '$', '"'])
        .to_owned()
}

pub(super) fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

/// The status of "exits with status 2", given in words or in the span that follows them.
pub(super) fn exit_status(words: &str, span: Option<&str>) -> Option<u8> {
    const PHRASES: &[&str] = &[
        "exits with",
        "exit with",
        "exit status",
        "exit code",
        "exits",
    ];
    const SKIPPED: &[&str] = &["status", "code", "is", "with", "of", "the", "exit", "a"];
    let end = PHRASES
        .iter()
        .filter_map(|phrase| cues::last_word_match(words, phrase))
        .max()?;
    let mut rest = words[end..]
        .split_whitespace()
        .filter(|word| !SKIPPED.contains(word));
    match rest.next() {
        Some(word) => word.trim_end_matches(['.', ',', ')']).parse().ok(),
        None => span?.parse().ok(),
    }
}

/// The number of "exactly 5 lines".
pub(super) fn line_count(words: &str) -> Option<usize> {
    const NUMBERS: &[&str] = &[
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let mut rest = words.split("exactly").nth(1)?.split_whitespace();
    let number = rest.next()?;
    let is_lines = rest
        .next()?
        .trim_matches([',', '.', ';'])
        .starts_with("line");
    let spelled = NUMBERS.iter().position(|name| *name == number);
    number.parse().ok().or(spelled).filter(|_| is_lines)
}
