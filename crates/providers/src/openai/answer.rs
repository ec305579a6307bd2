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

/// An answer at its end.
pub(super) struct Ended {
    pub(super) response: Response,
    pub(super) refusal: Option<String>,
    /// Whether the server says that it is finished.
    pub(super) whole: bool,
    pub(super) called_tool: bool,
}

impl Reader<'_> {
    /// Reads a whole completion.
    ///
    /// # Errors
    ///
    /// See [`OpenAi`](super::OpenAi).
    pub(super) fn read(&self, value: &Value, answer: &Answer) -> Result<Response, ProviderError> {
        let choice = value.get("choices").and_then(|choices| choices.get(0));
        let stated = |value: &Value| value.get("error").is_some_and(|error| !error.is_null());
        for place in [Some(value), choice].into_iter().flatten() {
            if stated(place) {
                return Err(self.stated(place, answer));
            }
        }
        let Some(choice) = choice else {
            return Err(self.bad("the answer has no choices", answer));
        };
        let message = choice.get("message").unwrap_or(&Value::Null);
        let text = text(message.get("content").or_else(|| choice.get("text")));
        let refusal = message
            .get("refusal")
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty());
        let (reason, whole) = finish_reason(choice.get("finish_reason"));
        let calls = message.get("tool_calls").and_then(Value::as_array);
        let ended = Ended {
            response: self.response(value, text.as_deref().or(refusal), reason),
            refusal: refusal.map(str::to_owned),
            whole,
            called_tool: calls.is_some_and(|calls| !calls.is_empty()),
        };
        self.judge(ended, answer)
    }

    /// Whether an answer that ended is a whole one: the same for one that came at once and one that came in pieces.
    ///
    /// # Errors
    ///
    /// See [`OpenAi`](super::OpenAi).
    pub(super) fn judge(&self, ended: Ended, answer: &Answer) -> Result<Response, ProviderError> {
        let response = ended.response;
        if let Some(refusal) = &ended.refusal {
            let response = response.finish_reason(FinishReason::Refusal);
            return Err(self.withheld(ErrorKind::Refusal, refusal, response));
        }
        if !ended.whole {
            let message = "the server says that the answer is not finished";
            return Err(self.withheld(ErrorKind::Incomplete, message, response));
        }
        match &response.finish_reason {
            FinishReason::Length => {
                let message = "the answer was cut off at the limit of tokens";
                Err(self
                    .withheld(ErrorKind::Incomplete, message, response)
                    .with_transient(false))
            }
            FinishReason::ContentFilter => {
                let message = "a filter of the server withheld the answer";
                Err(self.withheld(ErrorKind::ContentFilter, message, response))
            }
            FinishReason::Refusal => {
                let message = "the model declined to answer";
                Err(self.withheld(ErrorKind::Refusal, message, response))
            }
            FinishReason::Other(reason) if reason == "error" => {
                let message = "the server failed while it answered";
                Err(self.withheld(ErrorKind::Server, message, response))
            }
            _ if response.text.trim().is_empty() => {
                let message = if ended.called_tool {
                    "the model called a tool and wrote no text"
                } else {
                    "the answer has no text"
                };
                Err(self.bad(message, answer).with_partial(response))
            }
            _ => Ok(response),
        }
    }

    /// An answer that is no JSON.
    pub(super) fn unreadable(&self, error: &serde_json::Error, answer: &Answer) -> ProviderError {
        let message = format!("the answer is no JSON: {error}");
        if error.is_eof() && !answer.body.is_empty() {
            let error = ProviderError::new(ErrorKind::Incomplete, self.provider, message);
            return self.dressed(self.excerpted(error, answer));
        }
        self.bad(&message, answer)
    }

    /// A failure that the server tells of within an answer.
    pub(super) fn stated(&self, value: &Value, answer: &Answer) -> ProviderError {
        let fault = ErrorBody::of(value);
        self.dressed(failure(self.provider, answer, &fault, self.redactor))
    }

    pub(super) fn response(
        &self,
        value: &Value,
        text: Option<&str>,
        reason: FinishReason,
    ) -> Response {
        let named = |name: &str| {
            let text = value
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty());
            text.map(|text| self.redactor.clean(text))
        };
        let text = self.redactor.clean_answer(text.unwrap_or_default());
        let mut response = Response::new(self.provider, text)
            .finish_reason(reason)
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
        let message = self.redactor.clean(message);
        self.dressed(ProviderError::new(kind, self.provider, message).with_partial(partial))
            .with_status(200)
    }

    pub(super) fn bad(&self, message: &str, answer: &Answer) -> ProviderError {
        let error = ProviderError::new(ErrorKind::BadResponse, self.provider, message);
        self.dressed(self.excerpted(error, answer))
    }

    fn excerpted(&self, error: ProviderError, answer: &Answer) -> ProviderError {
        let error = error.with_status(answer.status);
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

/// Why the answer ended, and whether it did: `null` means that it has not. Some servers leave the reason out.
pub(super) fn finish_reason(reason: Option<&Value>) -> (FinishReason, bool) {
    let Some(reason) = reason else {
        return (FinishReason::Unstated, true);
    };
    let reason = match reason.as_str() {
        None => return (FinishReason::Unstated, !reason.is_null()),
        Some("") => FinishReason::Unstated,
        Some("stop") => FinishReason::Stop,
        Some("length") => FinishReason::Length,
        Some("content_filter") => FinishReason::ContentFilter,
        Some("refusal") => FinishReason::Refusal,
        Some(other) => FinishReason::Other(other.to_owned()),
    };
    (reason, true)
}

fn usage(usage: Option<&Value>) -> Usage {
    let at = |path: &str| count(usage.and_then(|usage| usage.pointer(path)));
    let mut known = Usage::new(at("/prompt_tokens"), at("/completion_tokens"));
    known.cached_tokens = at("/prompt_tokens_details/cached_tokens");
    known.cache_write_tokens = at("/prompt_tokens_details/cache_write_tokens");
    known.reasoning_tokens = at("/completion_tokens_details/reasoning_tokens");
    known
}
