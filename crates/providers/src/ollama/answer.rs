//! Reads what came back.

use serde_json::Value;

use crate::http::{Answer, Reader, count, few, finish_reason, states_error};
use crate::{ErrorKind, ProviderError, Response, Usage};

/// Reads a chat answer, as one object or as the lines of a stream: some servers stream whatever was asked.
///
/// # Errors
///
/// `Incomplete` without `done`, or when a limit cut the text off; the server's own failure, which may come after text;
/// `BadResponse` for everything that is no answer.
pub(super) fn read(reader: Reader<'_>, answer: &Answer) -> Result<Response, ProviderError> {
    let body = answer.body.as_slice();
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let mut text = String::new();
    let mut last = Value::Null;
    few(body).map_err(|error| reader.unreadable(&error, answer))?;
    for value in serde_json::Deserializer::from_slice(body).into_iter::<Value>() {
        let value = value.map_err(|error| {
            let error = reader.unreadable(&error, answer);
            with_text(reader, &text, error)
        })?;
        if states_error(&value) {
            return Err(with_text(reader, &text, reader.stated(&value, answer)));
        }
        text.push_str(piece(&value));
        last = value;
    }
    finish(reader, &text, &last, answer)
}

/// What the last value of an answer means for all of it.
///
/// # Errors
///
/// As [`read`].
pub(super) fn finish(
    reader: Reader<'_>,
    text: &str,
    last: &Value,
    answer: &Answer,
) -> Result<Response, ProviderError> {
    let response = response(reader, text, last);
    match last.get("done").and_then(Value::as_bool) {
        None if text.is_empty() => Err(reader.bad("the answer is no chat answer", answer)),
        None | Some(false) => {
            let message = "the answer ends before it is done";
            Err(reader.withheld(ErrorKind::Incomplete, message, response))
        }
        Some(true) => match reason(last) {
            reason @ ("load" | "unload") => {
                let message = format!("the server only did this: {reason} the model");
                Err(reader.bad(&message, answer))
            }
            _ => reader.judge(response, false, answer),
        },
    }
}

/// What there is of an answer whose last value is this.
pub(super) fn response(reader: Reader<'_>, text: &str, last: &Value) -> Response {
    // The server leaves out what is 0, and 0 is no measurement.
    let tokens = |name: &str| count(last.get(name)).filter(|tokens| *tokens > 0);
    let usage = Usage::new(tokens("prompt_eval_count"), tokens("eval_count"));
    reader.response(last, text, finish_reason(reason(last)), usage)
}

/// The error with the text that came before it.
pub(super) fn with_text(reader: Reader<'_>, text: &str, error: ProviderError) -> ProviderError {
    match text.is_empty() {
        true => error,
        false => error.with_partial(response(reader, text, &Value::Null)),
    }
}

fn reason(last: &Value) -> &str {
    let reason = last.get("done_reason").and_then(Value::as_str);
    reason.unwrap_or_default()
}

/// The text of one value, as chats and as single generations name it.
pub(super) fn piece(value: &Value) -> &str {
    let chat = value
        .get("message")
        .and_then(|message| message.get("content"));
    let text = chat.or_else(|| value.get("response"));
    text.and_then(Value::as_str).unwrap_or_default()
}
