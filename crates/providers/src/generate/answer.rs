//! Reads what came back.

use serde_json::Value;

use crate::http::{Answer, ErrorBody, count, failure, json};
use crate::redact::Redactor;
use crate::{ErrorKind, FinishReason, ProviderError, Response, Usage};

pub(super) struct Reader<'a> {
    pub(super) provider: &'a str,
    pub(super) redactor: &'a Redactor,
}

impl Reader<'_> {
    /// Reads an answer: an object with the text as `text` or `response`.
    ///
    /// # Errors
    ///
    /// The server's own failure within a 200; `Incomplete` where it says that the text is not whole, or the JSON was cut;
    /// `BadResponse` for everything that is no answer.
    pub(super) fn read(&self, answer: &Answer) -> Result<Response, ProviderError> {
        let value = match json(&answer.body) {
            Ok(value) => value,
            Err(error) => {
                let kind = match error.is_eof() && !answer.body.is_empty() {
                    true => ErrorKind::Incomplete,
                    false => ErrorKind::BadResponse,
                };
                return Err(self.error(kind, &format!("the answer is no JSON: {error}"), answer));
            }
        };
        let failed = value.get("error").is_some_and(|error| match error {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            _ => true,
        });
        if failed {
            let fault = ErrorBody::of(&value);
            return Err(failure(self.provider, answer, &fault, self.redactor));
        }
        let text = ["text", "response"]
            .iter()
            .find_map(|name| value.get(name).and_then(Value::as_str));
        let Some(text) = text else {
            let message = "the answer has neither `text` nor `response`";
            return Err(self.error(ErrorKind::BadResponse, message, answer));
        };
        let response = self.response(&value, text);
        let cut = response.finish_reason == FinishReason::Length;
        if cut || value.get("done").and_then(Value::as_bool) == Some(false) {
            let message = match cut {
                true => "the answer was cut off at the limit of tokens",
                false => "the server says that the answer is not finished",
            };
            return Err(
                ProviderError::new(ErrorKind::Incomplete, self.provider, message)
                    .with_transient(!cut)
                    .with_status(answer.status)
                    .with_partial(response),
            );
        }
        if response.text.trim().is_empty() {
            let message = "the answer has no text";
            let error = self.error(ErrorKind::BadResponse, message, answer);
            return Err(error.with_partial(response));
        }
        Ok(response)
    }

    fn response(&self, value: &Value, text: &str) -> Response {
        let named = |names: &[&str]| {
            let text = names.iter().find_map(|name| value.get(name)?.as_str());
            text.filter(|text| !text.is_empty())
        };
        let reason = match named(&["finish_reason", "stop_reason", "done_reason"]) {
            None => FinishReason::Unstated,
            Some("stop" | "end_turn" | "eos") => FinishReason::Stop,
            Some("length" | "max_tokens") => FinishReason::Length,
            Some(other) => FinishReason::Other(other.to_owned()),
        };
        let tokens = |names: &[&str]| {
            let usage = value.get("usage");
            names
                .iter()
                .find_map(|name| count(usage.and_then(|usage| usage.get(name))))
        };
        let input = tokens(&["input_tokens", "prompt_tokens"]);
        let output = tokens(&["output_tokens", "completion_tokens"]);
        let mut response = Response::new(self.provider, self.redactor.clean_answer(text))
            .finish_reason(self.redactor.clean_reason(reason))
            .usage(Usage::new(input, output));
        response.model = named(&["model"]).map(|model| self.redactor.clean(model));
        response.id = named(&["id", "request_id"]).map(|id| self.redactor.clean(id));
        response
    }

    fn error(&self, kind: ErrorKind, message: &str, answer: &Answer) -> ProviderError {
        let error = ProviderError::new(kind, self.provider, message).with_status(answer.status);
        if answer.body.is_empty() {
            return error;
        }
        let text = String::from_utf8_lossy(&answer.body);
        error.with_excerpt(self.redactor.clean(&text))
    }
}
