//! What the readers of all protocols do alike.

use serde_json::Value;

use super::{Answer, ErrorBody, EventReader, Frame, failure};
use crate::redact::Redactor;
use crate::{ErrorKind, FinishReason, ProviderError, Response, Usage};

/// A protocol whose answers are one JSON value, or a stream of server-sent events.
pub(crate) trait Protocol<'a> {
    type Events: EventReader + 'a;

    /// Reads a whole answer.
    ///
    /// # Errors
    ///
    /// What the server says went wrong, everything that is no whole answer, and everything that is no answer.
    fn read(&self, value: &Value, answer: &Answer) -> Result<Response, ProviderError>;

    /// Reads an answer event by event.
    fn events(self) -> Self::Events;

    fn reader(&self) -> Reader<'a>;
}

/// Knows whose answer is read, what must not be shown of it, and how many calls it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) provider: &'a str,
    pub(crate) redactor: &'a Redactor,
    pub(crate) attempts: u32,
}

impl Reader<'_> {
    /// A response of this text, with the `model` and `id` that the value names.
    pub(crate) fn response(
        &self,
        about: &Value,
        text: &str,
        reason: FinishReason,
        usage: Usage,
    ) -> Response {
        let named = |name: &str| {
            let text = about.get(name).and_then(Value::as_str);
            let text = text.filter(|text| !text.is_empty());
            text.map(|text| self.redactor.clean_name(text))
        };
        let mut response = Response::new(self.provider, self.redactor.clean_answer(text))
            .finish_reason(self.redactor.clean_reason(reason))
            .usage(believable(usage, text));
        response.model = named("model");
        response.id = named("id");
        // Anthropic counts it among the usage.
        response.service_tier = named("service_tier").or_else(|| {
            let tier = about.get("usage")?.get("service_tier")?.as_str()?;
            Some(self.redactor.clean_name(tier)).filter(|tier| !tier.is_empty())
        });
        response.attempts = self.attempts;
        response
    }

    /// Whether an answer that ended is a whole one: the same for one that came at once and one that came in pieces.
    ///
    /// # Errors
    ///
    /// `Incomplete`, `ContentFilter`, `Refusal` or `Server`, by the reason; `BadResponse` without text.
    pub(crate) fn judge(
        &self,
        response: Response,
        called_tool: bool,
        answer: &Answer,
    ) -> Result<Response, ProviderError> {
        match &response.finish_reason {
            FinishReason::Length => {
                let message = "the answer was cut off at the limit of tokens";
                let error = self.withheld(ErrorKind::Incomplete, message, response);
                Err(error.with_transient(false))
            }
            FinishReason::ContentFilter => {
                let message = "a filter of the server withheld the answer";
                Err(self.withheld(ErrorKind::ContentFilter, message, response))
            }
            FinishReason::Refusal => {
                let message = "the model declined to answer";
                Err(self.withheld(ErrorKind::Refusal, message, response))
            }
            FinishReason::Other(reason)
                if BROKEN_OFF
                    .iter()
                    .any(|word| reason.eq_ignore_ascii_case(word)) =>
            {
                Err(self.unfinished(response))
            }
            FinishReason::Other(reason) if reason.eq_ignore_ascii_case("error") => {
                let message = "the server failed while it answered";
                Err(self.withheld(ErrorKind::Server, message, response))
            }
            _ if response.text.trim().is_empty() => {
                let message = match called_tool {
                    true => "the model called a tool and wrote no text",
                    false => "the answer has no text",
                };
                Err(self.bad(message, answer).with_partial(response))
            }
            _ => Ok(response),
        }
    }

    /// A refusal in the model's words.
    pub(crate) fn refused(&self, words: &str, response: Response) -> ProviderError {
        let response = response.finish_reason(FinishReason::Refusal);
        self.withheld(ErrorKind::Refusal, words, response)
    }

    /// An answer that the server itself calls unfinished.
    pub(crate) fn unfinished(&self, response: Response) -> ProviderError {
        let message = "the server says that the answer is not finished";
        self.withheld(ErrorKind::Incomplete, message, response)
    }

    /// A stream that ended without the sign that the answer did.
    pub(crate) fn cut(&self, response: Response) -> ProviderError {
        let message = "the stream ended before the answer did";
        self.withheld(ErrorKind::Incomplete, message, response)
    }

    /// A failure that came with an answer, or a part of one.
    pub(crate) fn withheld(
        &self,
        kind: ErrorKind,
        message: &str,
        partial: Response,
    ) -> ProviderError {
        let message = self.redactor.clean(message);
        self.dressed(ProviderError::new(kind, self.provider, message).with_partial(partial))
            .with_status(200)
    }

    /// A failure that the server tells of within an answer.
    pub(crate) fn stated(&self, value: &Value, answer: &Answer) -> ProviderError {
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
    pub(crate) fn unreadable(&self, error: &serde_json::Error, answer: &Answer) -> ProviderError {
        let message = format!("the answer is no JSON: {error}");
        let kind = match error.is_eof() && !answer.body.is_empty() {
            true => ErrorKind::Incomplete,
            false => ErrorKind::BadResponse,
        };
        self.excerpted(ProviderError::new(kind, self.provider, message), answer)
    }

    /// An event that is no JSON. One that is called an error is one all the same.
    pub(crate) fn unreadable_event(
        &self,
        error: &serde_json::Error,
        frame: Frame<'_>,
        head: &Answer,
    ) -> ProviderError {
        let data = String::from_utf8_lossy(frame.data);
        if frame.name == b"error" {
            return self.stated(&Value::from(data), head);
        }
        let kind = match error.is_eof() {
            true => ErrorKind::Incomplete,
            false => ErrorKind::BadResponse,
        };
        let message = format!("an event of the stream is no JSON: {error}");
        let error = ProviderError::new(kind, self.provider, message).with_status(head.status);
        self.dressed(error.with_excerpt(self.redactor.clean(&data)))
    }

    /// Something else than an answer.
    pub(crate) fn bad(&self, message: &str, answer: &Answer) -> ProviderError {
        let error = ProviderError::new(ErrorKind::BadResponse, self.provider, message);
        self.excerpted(error, answer)
    }

    fn excerpted(&self, error: ProviderError, answer: &Answer) -> ProviderError {
        let error = self.dressed(error.with_status(answer.status));
        if answer.streamed {
            return error;
        }
        let text = String::from_utf8_lossy(&answer.body);
        error.with_excerpt(self.redactor.clean(&text))
    }

    pub(crate) fn dressed(&self, error: ProviderError) -> ProviderError {
        error.with_attempts(self.attempts)
    }
}

/// The usage without zeros that cannot be: by them some servers say that they do not know.
fn believable(mut usage: Usage, text: &str) -> Usage {
    usage.input_tokens = usage.input_tokens.filter(|tokens| *tokens > 0);
    let said = |tokens: &u64| *tokens > 0 || text.is_empty();
    usage.output_tokens = usage.output_tokens.filter(said);
    usage
}

/// The reason that a server gives, in whatever words and case servers of this sort use for it.
pub(crate) fn finish_reason(reason: &str) -> FinishReason {
    let is = |words: &[&str]| words.iter().any(|word| reason.eq_ignore_ascii_case(word));
    if reason.is_empty() {
        FinishReason::Unstated
    } else if is(&[
        "stop",
        "end_turn",
        "stop_sequence",
        "eos",
        "eos_token",
        "completed",
    ]) {
        FinishReason::Stop
    } else if is(&[
        "length",
        "max_tokens",
        "model_length",
        "max_output_tokens",
        "model_context_window_exceeded",
    ]) {
        FinishReason::Length
    } else if is(&["content_filter", "safety"]) {
        FinishReason::ContentFilter
    } else if is(&["refusal"]) {
        FinishReason::Refusal
    } else {
        FinishReason::Other(reason.to_owned())
    }
}

/// Reasons of an answer that someone broke off.
const BROKEN_OFF: [&str; 5] = ["abort", "aborted", "cancelled", "canceled", "pause_turn"];

/// Whether the value tells of a failure.
pub(crate) fn states_error(value: &Value) -> bool {
    value.get("error").is_some_and(|error| !error.is_null())
}
