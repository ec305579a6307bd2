//! Reads what came back.

use serde_json::Value;

use super::events::MessageReader;
use crate::http::{Answer, Protocol, Reader, count, finish_reason, states_error};
use crate::{ProviderError, Response, Usage};

/// Reads a message.
#[derive(Clone, Copy)]
pub(super) struct Message<'a>(pub(super) Reader<'a>);

impl<'a> Protocol<'a> for Message<'a> {
    type Events = MessageReader<'a>;

    fn read(&self, value: &Value, answer: &Answer) -> Result<Response, ProviderError> {
        if states_error(value) {
            return Err(self.0.stated(value, answer));
        }
        let Some(blocks) = value.get("content").and_then(Value::as_array) else {
            return Err(self.0.bad("the answer has no content", answer));
        };
        let text: String = blocks.iter().filter_map(text).collect();
        let called_tool = blocks.iter().any(|block| kind(block) == "tool_use");
        let response = response(self.0, value, &text, value.get("stop_reason"));
        self.0.judge(response, called_tool, answer)
    }

    fn events(self) -> MessageReader<'a> {
        MessageReader::new(self.0)
    }

    fn reader(&self) -> Reader<'a> {
        self.0
    }
}

pub(super) fn response(
    reader: Reader<'_>,
    about: &Value,
    text: &str,
    reason: Option<&Value>,
) -> Response {
    let reason = finish_reason(reason.and_then(Value::as_str).unwrap_or_default());
    reader.response(about, text, reason, usage(about.get("usage")))
}

/// The type of a block.
pub(super) fn kind(block: &Value) -> &str {
    let kind = block.get("type").and_then(Value::as_str);
    kind.unwrap_or_default()
}

/// The text of a block; thinking and tools have none that is part of the answer.
fn text(block: &Value) -> Option<&str> {
    match kind(block) {
        "text" | "" => block.get("text")?.as_str(),
        _ => None,
    }
}

/// Tokens that a cache held, or was given, are not among the protocol's `input_tokens`; they are among ours.
fn usage(usage: Option<&Value>) -> Usage {
    let at = |name: &str| count(usage.and_then(|usage| usage.get(name)));
    let cached = at("cache_read_input_tokens");
    let written = at("cache_creation_input_tokens");
    let input = at("input_tokens").map(|fresh| {
        let cached = cached.unwrap_or(0).saturating_add(written.unwrap_or(0));
        fresh.saturating_add(cached)
    });
    let mut known = Usage::new(input, at("output_tokens"));
    known.cached_tokens = cached;
    known.cache_write_tokens = written;
    known
}
