//! Estimates, tokens, states and paths as JSON values.

use std::time::Duration;

use crate::duration::parse_duration;
use crate::json::{Kind, Value};
use crate::path::normal_path;
use crate::status_words::status_of;
use crate::tokens::parse_tokens;
use crate::{Code, Diagnostic, Document, Status};

/// A thousand years, far from the end of any integer.
const MOST_SECONDS: f64 = 1000.0 * 365.0 * 86_400.0;

/// A number in words: `"2.5"` counts as one.
fn number(value: &Value) -> Option<f64> {
    let text = value.name()?;
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        .then(|| text.parse().ok())?
}

/// An estimate. `unit` is the seconds of the unit that the key names.
pub(in crate::dialect) fn estimate(
    document: &Document,
    value: &Value,
    unit: Option<u32>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Duration> {
    let mut tell = |message: String, help: &str| {
        diagnostics.push(bad_value(document, value, message, help));
    };
    if let Kind::Null = value.kind {
        return None;
    }
    if value.is_object() {
        let amount = value.get("value").or_else(|| value.get("amount"))?;
        let unit = value.get("unit").and_then(Value::text)?;
        return parse_duration(&format!("{} {unit}", amount.name()?));
    }
    if let Some(amount) = number(value) {
        let Some(unit) = unit else {
            if amount != 0.0 {
                let message = format!("the estimate {} has no unit", shown(value));
                tell(
                    message,
                    "write \"2h\" or \"30min\", or name the unit in the key: `estimated_hours`",
                );
            }
            return None;
        };
        let seconds = amount * f64::from(unit);
        if (0.0..=MOST_SECONDS).contains(&seconds) {
            return Some(Duration::from_millis((seconds * 1000.0).round() as u64));
        }
        let message = format!("{} is no amount of work", shown(value));
        tell(message, "write a number that is not negative");
        return None;
    }
    let Some(text) = value.text() else {
        let message = format!("an estimate is a number or a string, not {}", value.what());
        tell(message, "write \"2h\" or \"30min\"");
        return None;
    };
    let read = parse_duration(text).or_else(|| {
        // "2-3" of a key that names the unit.
        let name = match unit? {
            1 => "s",
            60 => "min",
            3600 => "h",
            28_800 => "d",
            _ => "w",
        };
        parse_duration(&format!("{} {name}", text.trim()))
    });
    let amount = text
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let other_unit = ["point", "pt", "sp", "token", "k", "%"];
    let lower = text.to_lowercase();
    let rest = lower.trim_start_matches(|c: char| !c.is_alphabetic() && c != '%');
    if read.is_none() && amount && !other_unit.iter().any(|unit| rest.starts_with(unit)) {
        tell(
            format!("`{}` is no duration", shown(value)),
            "write \"2h\", \"30min\" or \"1.5 days\"",
        );
    }
    read
}

/// An amount of tokens.
pub(super) fn tokens(
    document: &Document,
    value: &Value,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<u64> {
    if let Kind::Null = value.kind {
        return None;
    }
    let read = value.name().and_then(parse_tokens);
    if read.is_none() {
        let message = format!("`{}` is no amount of tokens", shown(value));
        diagnostics.push(bad_value(
            document,
            value,
            message,
            "write 15000 or \"15K\"",
        ));
    }
    read
}

/// A state in words.
pub(in crate::dialect) fn status(
    document: &Document,
    value: &Value,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Status> {
    let read = match &value.kind {
        Kind::Null => return None,
        Kind::Bool(done) => Some(if *done { Status::Done } else { Status::Pending }),
        Kind::String(text) if text.trim().is_empty() => return None,
        Kind::String(text) => status_of(text),
        _ => None,
    };
    if read.is_none() {
        let message = format!(
            "`{}` is no known status; the task counts as not yet begun",
            shown(value)
        );
        diagnostics.push(
            Diagnostic::note(Code::BAD_VALUE, message)
                .at(document.location(value.span.clone()))
                .help("write one of: pending, in-progress, done, deferred, cancelled"),
        );
    }
    read
}

/// The state that `done: true` means.
pub(super) fn status_of_flag(value: &Value) -> Option<Status> {
    match value.kind {
        Kind::Bool(true) => Some(Status::Done),
        Kind::Bool(false) => Some(Status::Pending),
        _ => None,
    }
}

/// Whether a text is a state.
pub(super) fn is_status(text: &str) -> bool {
    status_of(text).is_some()
}

/// The paths in a string, a list of strings, or a list of objects with a `path` or a `file`. Globs and prose are none.
pub(super) fn paths(value: &Value) -> Vec<String> {
    let path = |value: &Value| {
        let named = value.get("path").or_else(|| value.get("file"));
        let text = named.unwrap_or(value).text()?.trim();
        let like_path = text.contains(['/', '.'])
            && !text.contains(char::is_whitespace)
            && !text.contains("://");
        like_path.then(|| normal_path(text).ok())?
    };
    match &value.kind {
        Kind::Array(items) => items.iter().filter_map(path).collect(),
        _ => path(value).into_iter().collect(),
    }
}

pub(super) fn bad_value(
    document: &Document,
    value: &Value,
    message: String,
    help: &str,
) -> Diagnostic {
    Diagnostic::warning(Code::BAD_VALUE, message)
        .at(document.location(value.span.clone()))
        .help(help)
}

/// A scalar as it is shown in a message.
pub(super) fn shown(value: &Value) -> String {
    let text = value.name().unwrap_or_else(|| value.what());
    let end = text.char_indices().nth(60).map_or(text.len(), |(at, _)| at);
    text[..end].escape_debug().to_string()
}
