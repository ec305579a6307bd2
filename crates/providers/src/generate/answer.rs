//! Reads what came back.

use serde_json::Value;

use crate::http::{Answer, Reader, count, finish_reason, json};
use crate::{FinishReason, ProviderError, Response, Usage};

/// Reads an answer: an object with the text as `text` or `response`.
///
/// # Errors
///
/// The server's own failure within a 200; `Incomplete` where it says that the text is not whole, or the JSON was cut; all
/// that [`Reader::judge`] finds; `BadResponse` for everything that is no answer.
pub(super) fn read(reader: Reader<'_>, answer: &Answer) -> Result<Response, ProviderError> {
    let value = json(&answer.body).map_err(|error| reader.unreadable(&error, answer))?;
    let failed = value.get("error").is_some_and(|error| match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    });
    if failed {
        return Err(reader.stated(&value, answer));
    }
    let text = ["text", "response"]
        .iter()
        .find_map(|name| value.get(name).and_then(Value::as_str));
    let Some(text) = text else {
        let message = "the answer has neither `text` nor `response`";
        return Err(reader.bad(message, answer));
    };
    let named = |names: &[&str]| {
        let text = names.iter().find_map(|name| value.get(name)?.as_str());
        text.filter(|text| !text.is_empty())
    };
    let reason = named(&["finish_reason", "stop_reason", "done_reason"]);
    let reason = finish_reason(reason.unwrap_or_default());
    let mut response = reader.response(&value, text, reason, usage(&value));
    let id = named(&["id", "request_id"]);
    response.id = id.map(|id| reader.redactor.clean_name(id));
    let done = value.get("done").and_then(Value::as_bool);
    if done == Some(false) && response.finish_reason != FinishReason::Length {
        return Err(reader.unfinished(response));
    }
    reader.judge(response, false, answer)
}

fn usage(value: &Value) -> Usage {
    let tokens = |names: &[&str]| {
        let usage = value.get("usage")?;
        names.iter().find_map(|name| count(usage.get(name)))
    };
    Usage::new(
        tokens(&["input_tokens", "prompt_tokens"]),
        tokens(&["output_tokens", "completion_tokens"]),
    )
}
