//! Reads what came back.

use serde_json::Value;

use super::super::usage::{CHAT, usage};
use super::events::ChunkReader;
use crate::http::{self, Answer, Protocol, Reader, states_error};
use crate::{FinishReason, ProviderError, Response};

/// Reads a chat completion.
#[derive(Clone, Copy)]
pub(crate) struct Completion<'a>(pub(crate) Reader<'a>);

impl<'a> Protocol<'a> for Completion<'a> {
    type Events = ChunkReader<'a>;

    fn read(&self, value: &Value, answer: &Answer) -> Result<Response, ProviderError> {
        let choice = value.get("choices").and_then(|choices| choices.get(0));
        for place in [Some(value), choice].into_iter().flatten() {
            if states_error(place) {
                return Err(self.0.stated(place, answer));
            }
        }
        let Some(choice) = choice else {
            return Err(self.0.bad("the answer has no choices", answer));
        };
        let message = choice.get("message").unwrap_or(&Value::Null);
        let text = text(message.get("content").or_else(|| choice.get("text")));
        let refusal = message
            .get("refusal")
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty());
        let reason = finish_reason(choice.get("finish_reason"));
        let calls = message.get("tool_calls").and_then(Value::as_array);
        let text = text.as_deref().or(refusal).unwrap_or_default();
        let response = self.0.response(value, text, reason, usage(value, &CHAT));
        if let Some(refusal) = refusal {
            return Err(self.0.refused(refusal, response));
        }
        let called_tool = calls.is_some_and(|calls| !calls.is_empty());
        self.0.judge(response, called_tool, answer)
    }

    fn events(self) -> ChunkReader<'a> {
        ChunkReader::new(self.0)
    }

    fn reader(&self) -> Reader<'a> {
        self.0
    }
}

/// The text of a message: a string, or the text parts of a list.
pub(super) fn text(content: Option<&Value>) -> Option<String> {
    match content? {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(
            parts
                .iter()
                .filter_map(|part| part.get("text")?.as_str())
                .collect(),
        ),
        _ => None,
    }
}

/// Why the answer ended. Some servers leave the reason out or have `null` there; what came in one piece of JSON is whole
/// all the same, as nothing more of it could follow.
pub(super) fn finish_reason(reason: Option<&Value>) -> FinishReason {
    reason
        .and_then(Value::as_str)
        .map_or(FinishReason::Unstated, http::finish_reason)
}
