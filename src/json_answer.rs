//! Answers that are to be one JSON value.

/// The answer without a fence around the whole of it.
pub(crate) fn without_fence(text: &str) -> &str {
    let text = text.trim();
    let inner = text
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"));
    match inner {
        Some(inner) => inner.strip_prefix("json").unwrap_or(inner),
        None => text,
    }
}
