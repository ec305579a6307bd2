//! Types and values, as Python writes them.

use crate::heuristic::python::signature::expression;
use crate::heuristic::wants::is_number;

pub(super) fn type_word(words: &str) -> Option<String> {
    words
        .split_whitespace()
        .find_map(|word| type_named(word.trim_matches(['(', ')', ','])))
}

pub(super) fn type_in_brackets(words: &str) -> Option<String> {
    let (_, rest) = words.split_once('(')?;
    let inner = rest.split(')').next()?;
    inner
        .split([',', ';'])
        .find_map(|part| type_named(part.trim()))
}

pub(super) fn type_named(word: &str) -> Option<String> {
    let name = match word.to_ascii_lowercase().as_str() {
        "string" | "str" => "str",
        "integer" | "int" => "int",
        "float" => "float",
        "bool" | "boolean" => "bool",
        "list" => "List[Any]",
        "dict" | "dictionary" => "Dict[str, Any]",
        "path" => "Path",
        _ => return None,
    };
    Some(name.to_owned())
}

pub(super) fn default_in_brackets(words: &str) -> Option<String> {
    let (_, rest) = words
        .split_once("default:")
        .or_else(|| words.split_once("default "))?;
    let value = rest.split(')').next()?.split([',', ';']).next()?.trim();
    (!value.is_empty()).then(|| literal(value))
}

/// A value as Python writes it: as it is if it is an expression of literals, else as a string.
pub(in crate::heuristic::python) fn literal(value: &str) -> String {
    let value = value.trim();
    let is_literal = is_number(value)
        || matches!(value, "None" | "True" | "False" | "[]" | "{}" | "()")
        || value.starts_with(['"', '\'']) && expression(value).is_some();
    match is_literal {
        true => value.to_owned(),
        false => quoted(value),
    }
}

pub(in crate::heuristic::python) fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}
