//! Reads what came back.

use serde_json::Value;

use crate::http::{Answer, ErrorBody, count, failure};
use crate::redact::Redactor;
use crate::{ErrorKind, FinishReason, ProviderError, Response, Usage};

pub(super) struct Reader<'a> {
    pub(super) provider: &'a str,
    pub(super) redactor: &'a Redactor,
    pub(super) attempts: u32,
}

impl Reader<'_> {
    /// Reads a whole message.
    ///
    /// # Errors
    ///
    /// See [`Anthropic`](super::Anthropic).
    pub(super) fn read(&self, value: &Value, answer: &Answer) -> Result<Response, ProviderError> {
        if value.get("error").is_some_and(|error| !error.is_null()) {
            return Err(self.stated(value, answer));
        }
        let Some(blocks) = value.get("content").and_then(Value::as_array) else {
            return Err(self.bad("the answer has no content", answer));
        };
        let text: String = blocks.iter().filter_map(text).collect();
        let called_tool = blocks.iter().any(|block| kind(block) == "tool_use");
        let response = self.response(value, &text, value.get("stop_reason"));
        self.judge(response, called_tool, answer)
    }

    /// Whether an answer that ended is a whole one: the same for one that came at once and one that came in pieces.
    ///
    /// # Errors
    ///
    /// See [`Anthropic`](super::Anthropic).
    pub(super) fn judge(
        &self,
        response: Response,
        called_tool: bool,
        answer: &Answer,
    ) -> Result<Response, ProviderError> {
        match &response.finish_reason {
            FinishReason::Length => {
                let message = "the answer was cut off at the limit of tokens";
                Err(self
                    .withheld(ErrorKind::Incomplete, message, response)
                    .with_transient(false))
            }
            FinishReason::Refusal => {
                let message = "the model declined to answer";
                Err(self.withheld(ErrorKind::Refusal, message, response))
            }
            FinishReason::Other(reason) if reason == "pause_turn" => {
                let message = "the server says that the answer is not finished";
                Err(self.withheld(ErrorKind::Incomplete, message, response))
            }
            _ if response.text.trim().is_empty() => {
                let message = if called_tool {
                    "the model called a tool and wrote no text"
                } else {
                    "the answer has no text"
                };
                Err(self.bad(message, answer).with_partial(response))
            }
            _ => Ok(response),
        }
    }

    /// A failure that the server tells of within an answer.
    pub(super) fn stated(&self, value: &Value, answer: &Answer) -> ProviderError {
        let error = failure(self.provider, answer, &ErrorBody::of(value), self.redactor);
        let error = match value.get("request_id").and_then(Value::as_str) {
            Some(id) if error.request_id().is_none() => {
                error.with_request_id(Some(self.redactor.clean(id)))
            }
            _ => error,
        };
        self.dressed(error)
    }

    /// An answer that is no JSON.
    pub(super) fn unreadable(&self, error: &serde_json::Error, answer: &Answer) -> ProviderError {
        let message = format!("the answer is no JSON: {error}");
        let error = match error.is_eof() && !answer.body.is_empty() {
            true => ProviderError::new(ErrorKind::Incomplete, self.provider, message),
            false => return self.bad(&message, answer),
        };
        let text = String::from_utf8_lossy(&answer.body);
        let error = error.with_status(answer.status);
        self.dressed(error.with_excerpt(self.redactor.clean(&text)))
    }

    pub(super) fn response(&self, value: &Value, text: &str, reason: Option<&Value>) -> Response {
        let named = |name: &str| {
            let text = value.get(name).and_then(Value::as_str);
            let text = text.filter(|text| !text.is_empty());
            text.map(|text| self.redactor.clean(text))
        };
        let mut response = Response::new(self.provider, self.redactor.clean_answer(text))
            .finish_reason(finish_reason(reason.and_then(Value::as_str)))
            .usage(usage(value.get("usage")));
        response.model = named("model");
        response.id = named("id");
        response.attempts = self.attempts;
        response
    }

    pub(super) fn withheld(
        &self,
        kind: ErrorKind,
        message: &str,
        partial: Response,
    ) -> ProviderError {
        self.dressed(ProviderError::new(kind, self.provider, message).with_partial(partial))
            .with_status(200)
    }

    pub(super) fn bad(&self, message: &str, answer: &Answer) -> ProviderError {
        let error = ProviderError::new(ErrorKind::BadResponse, self.provider, message);
        let error = self.dressed(error.with_status(answer.status));
        if answer.streamed {
            return error;
        }
        let text = String::from_utf8_lossy(&answer.body);
        error.with_excerpt(self.redactor.clean(&text))
    }

    pub(super) fn dressed(&self, error: ProviderError) -> ProviderError {
        error.with_attempts(self.attempts)
    }
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

fn finish_reason(reason: Option<&str>) -> FinishReason {
    match reason {
        None | Some("") => FinishReason::Unstated,
        Some("end_turn" | "stop_sequence") => FinishReason::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => FinishReason::Length,
        Some("refusal") => FinishReason::Refusal,
        Some(other) => FinishReason::Other(other.to_owned()),
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
