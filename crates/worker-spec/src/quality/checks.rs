//! How often code compares something.

/// Words that compare or search, in shells and in the test libraries of many languages.
const WORDS: [&str; 22] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "assertEqual",
    "assertTrue",
    "assertFalse",
    "assertRaises",
    "assertIn",
    "expect",
    "should",
    "raises",
    "test",
    "grep",
    "diff",
    "cmp",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "require",
];

/// The comparisons in a command: lines or parts of it that assert, compare, or search.
///
/// One part counts once, however many signs of a comparison it holds.
pub(super) fn checks(code: &str) -> u64 {
    let parts = code.split(['\n', ';', '|', '&']);
    parts.filter(|part| compares(part)).count() as u64 + code.matches(".py::").count() as u64
}

fn compares(part: &str) -> bool {
    let part = part.trim_start();
    if part.starts_with('#') {
        return false;
    }
    part.starts_with("[ ")
        || part.contains("[[ ")
        || ["==", "!=", "===", ">= ", "<= "]
            .iter()
            .any(|sign| part.contains(sign))
        || part
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|word| WORDS.contains(&word))
}
