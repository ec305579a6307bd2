//! Keys of data files, and their values.

use super::place::whole;
use crate::Candidate;
use crate::source::Language;

/// The line of a key; JSON and TOML are read as such, dots lead into tables.
pub(super) fn key_line(key: &str, file: &Candidate<'_>) -> Result<Option<usize>, String> {
    match Language::of(file.path) {
        Some(Language::Json | Language::Toml) => {
            Ok(value_of(key, file)?.map(|_| line_of_key(key, file.content)))
        }
        Some(Language::Yaml) => Ok(key_at_line(key, ':', file)),
        Some(Language::Config) => Ok(key_at_line(key, '=', file)),
        _ => Err(format!("keys are not read in `{}`", file.path)),
    }
}

fn line_of_key(key: &str, text: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    whole(text, last).map_or(1, |at| 1 + text[..at].matches('\n').count())
}

fn key_at_line(key: &str, mark: char, file: &Candidate<'_>) -> Option<usize> {
    let lines = file.content.lines().enumerate();
    let mut lines = lines.filter(|(_, line)| {
        let rest = line.trim_start().trim_start_matches("- ").strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with(mark))
    });
    lines.next().map(|(index, _)| index + 1)
}

/// The value of a key as text: a string without quotes, a number or truth value as it is written.
pub(super) fn value_of(key: &str, file: &Candidate<'_>) -> Result<Option<String>, String> {
    match Language::of(file.path) {
        Some(Language::Json) => json_value(key, file),
        Some(Language::Toml) => toml_value(key, file),
        _ => Err(format!("values of keys are not read in `{}`", file.path)),
    }
}

#[cfg(feature = "json")]
fn json_value(key: &str, file: &Candidate<'_>) -> Result<Option<String>, String> {
    use serde_json::Value;
    let Ok(root) = serde_json::from_str::<Value>(file.content) else {
        return Ok(None);
    };
    let nested = || {
        key.split('.')
            .try_fold(&root, |value, part| value.get(part))
    };
    let value = root.get(key).or_else(nested);
    Ok(value.map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }))
}

#[cfg(not(feature = "json"))]
fn json_value(_: &str, file: &Candidate<'_>) -> Result<Option<String>, String> {
    Err(format!("built without `json`, which reads `{}`", file.path))
}

#[cfg(feature = "toml")]
fn toml_value(key: &str, file: &Candidate<'_>) -> Result<Option<String>, String> {
    use toml::Value;
    let Ok(root) = file.content.parse::<toml::Table>() else {
        return Ok(None);
    };
    let root = Value::Table(root);
    let nested = || {
        key.split('.')
            .try_fold(&root, |value, part| value.get(part))
    };
    let value = root.get(key).or_else(nested);
    Ok(value.map(|value| match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Array(_) => "[…]".into(),
        Value::Table(_) => "{…}".into(),
    }))
}

#[cfg(not(feature = "toml"))]
fn toml_value(_: &str, file: &Candidate<'_>) -> Result<Option<String>, String> {
    Err(format!("built without `toml`, which reads `{}`", file.path))
}
