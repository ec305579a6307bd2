//! Reads what came back.

use serde_json::Value;

use crate::http::{Answer, ErrorBody, count, failure, few};
use crate::redact::Redactor;
use crate::{ErrorKind, FinishReason, ProviderError, Response, Usage};

pub(super) struct Reader<'a> {
    pub(super) provider: &'a str,
    pub(super) redactor: &'a Redactor,
}

impl Reader<'_> {
    /// Reads a chat answer, as one object or as the lines of a stream: some servers stream whatever was asked.
    ///
    /// # Errors
    ///
    /// `Incomplete` without `done`, or when a limit cut the text off; the server's own failure, which may come after
    /// text; `BadResponse` for everything that is no answer.
    pub(super) fn read(&self, answer: &Answer) -> Result<Response, ProviderError> {
        let body = answer
            .body
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&answer.body);
        let mut text = String::new();
        let mut last = Value::Null;
        few(body).map_err(|error| self.unreadable(&error, "", answer))?;
        for value in serde_json::Deserializer::from_slice(body).into_iter::<Value>() {
            let value = value.map_err(|error| self.unreadable(&error, &text, answer))?;
            if let Some(error) = self.stated(&value, &text, answer) {
                return Err(error);
            }
            text.push_str(piece(&value));
            last = value;
        }
        self.finish(&text, &last, answer)
    }

    /// The failure that the value tells of, if it does.
    pub(super) fn stated(
        &self,
        value: &Value,
        text: &str,
        answer: &Answer,
    ) -> Option<ProviderError> {
        value.get("error").filter(|error| !error.is_null())?;
        let error = failure(self.provider, answer, &ErrorBody::of(value), self.redactor);
        Some(error.with_partial(self.response(text, value)))
    }

    /// What the last value of an answer means for all of it.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(super) fn finish(
        &self,
        text: &str,
        last: &Value,
        answer: &Answer,
    ) -> Result<Response, ProviderError> {
        let response = self.response(text, last);
        let reason = last
            .get("done_reason")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match last.get("done").and_then(Value::as_bool) {
            None => Err(self.bad("the answer is no chat answer", answer)),
            Some(false) => {
                let message = "the answer ends before it is done";
                Err(self.cut(message, response))
            }
            Some(true) if matches!(reason, "load" | "unload") => Err(self.bad(
                &format!("the server only did this: {reason} the model"),
                answer,
            )),
            Some(true) if reason == "length" => {
                let message = "the answer was cut off at the limit of tokens";
                Err(self.cut(message, response).with_transient(false))
            }
            Some(true) if text.trim().is_empty() => Err(self
                .bad("the answer has no text", answer)
                .with_partial(response)),
            Some(true) => Ok(response),
        }
    }

    pub(super) fn response(&self, text: &str, last: &Value) -> Response {
        let reason = match last.get("done_reason").and_then(Value::as_str) {
            None | Some("") => FinishReason::Unstated,
            Some("stop") => FinishReason::Stop,
            Some("length") => FinishReason::Length,
            Some(other) => FinishReason::Other(other.to_owned()),
        };
        // The server leaves out what is 0, and 0 is no measurement.
        let tokens = |name: &str| count(last.get(name)).filter(|tokens| *tokens > 0);
        let usage = Usage::new(tokens("prompt_eval_count"), tokens("eval_count"));
        let mut response = Response::new(self.provider, self.redactor.clean_answer(text))
            .finish_reason(self.redactor.clean_reason(reason))
            .usage(usage);
        let model = last
            .get("model")
            .and_then(Value::as_str)
            .filter(|model| !model.is_empty());
        response.model = model.map(|model| self.redactor.clean(model));
        response
    }

    pub(super) fn unreadable(
        &self,
        error: &serde_json::Error,
        text: &str,
        answer: &Answer,
    ) -> ProviderError {
        let message = format!("the answer is no JSON: {error}");
        if error.is_eof() {
            return self.cut(&message, self.response(text, &Value::Null));
        }
        self.bad(&message, answer)
    }

    fn cut(&self, message: &str, partial: Response) -> ProviderError {
        ProviderError::new(ErrorKind::Incomplete, self.provider, message)
            .with_status(200)
            .with_partial(partial)
    }

    fn bad(&self, message: &str, answer: &Answer) -> ProviderError {
        let error = ProviderError::new(ErrorKind::BadResponse, self.provider, message)
            .with_status(answer.status);
        if answer.streamed {
            return error;
        }
        let text = String::from_utf8_lossy(&answer.body);
        error.with_excerpt(self.redactor.clean(&text))
    }
}

/// The text of one value, as chats and as single generations name it.
pub(super) fn piece(value: &Value) -> &str {
    let text = value
        .pointer("/message/content")
        .or_else(|| value.get("response"));
    text.and_then(Value::as_str).unwrap_or_default()
}
