//! Reads what came back.

use serde_json::Value;

use super::super::usage::{RESPONSES, usage};
use super::events::ItemReader;
use crate::http::{Answer, Protocol, Reader, states_error};
use crate::{FinishReason, ProviderError, Response};

/// Reads a response, which the protocol calls an item of what it stores.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) reader: Reader<'a>,
    /// The most tokens that the answer was allowed.
    pub(crate) limit: Option<u32>,
}

impl<'a> Protocol<'a> for Item<'a> {
    type Events = ItemReader<'a>;

    fn read(&self, value: &Value, answer: &Answer) -> Result<Response, ProviderError> {
        if value.get("output").is_none_or(|output| !output.is_array()) && !states_error(value) {
            return Err(self.reader.bad("the answer has no output", answer));
        }
        let output = Output::of(value);
        self.judge(value, &output, &output.text, answer)
    }

    fn events(self) -> ItemReader<'a> {
        ItemReader::new(self)
    }

    fn reader(&self) -> Reader<'a> {
        self.reader
    }
}

/// What a model put out.
#[derive(Default)]
pub(super) struct Output {
    pub(super) text: String,
    pub(super) refusal: String,
    pub(super) called_tool: bool,
}

impl Output {
    /// The output of a whole response. Reasoning is no part of the answer.
    pub(super) fn of(response: &Value) -> Self {
        let mut found = Self::default();
        let items = response.get("output").and_then(Value::as_array);
        for item in items.into_iter().flatten() {
            let kind = kind(item);
            found.called_tool |= kind.ends_with("_call");
            if !matches!(kind, "message" | "") {
                continue;
            }
            let parts = item.get("content").and_then(Value::as_array);
            for part in parts.into_iter().flatten() {
                let words = |name: &str| part.get(name).and_then(Value::as_str);
                found.text += words("text").unwrap_or_default();
                found.refusal += words("refusal").unwrap_or_default();
            }
        }
        found
    }
}

impl Item<'_> {
    /// What a response means that has ended, with the text that came of it.
    ///
    /// # Errors
    ///
    /// The failure that it states; `Incomplete` when it is unfinished or was cut; all that [`Reader::judge`] finds.
    pub(super) fn judge(
        &self,
        value: &Value,
        output: &Output,
        text: &str,
        answer: &Answer,
    ) -> Result<Response, ProviderError> {
        let status = value.get("status").and_then(Value::as_str);
        let (mut reason, whole) = finish_reason(status, value);
        let usage = usage(value, &RESPONSES);
        // Some servers call every answer completed. One that used up all that it was allowed was most likely cut.
        let spent = usage.output_tokens.zip(self.limit.map(u64::from));
        if reason == FinishReason::Stop && spent.is_some_and(|(used, limit)| used >= limit) {
            reason = FinishReason::Length;
        }
        let text = match text.is_empty() {
            true => output.refusal.as_str(),
            false => text,
        };
        let response = self.reader.response(value, text, reason, usage);
        if states_error(value) {
            let error = self.reader.stated(value, answer);
            return Err(error.with_partial(response));
        }
        if !output.refusal.is_empty() {
            return Err(self.reader.refused(&output.refusal, response));
        }
        if !whole {
            return Err(self.reader.unfinished(response));
        }
        self.reader.judge(response, output.called_tool, answer)
    }
}

/// Why the response ended, and whether it did.
fn finish_reason(status: Option<&str>, value: &Value) -> (FinishReason, bool) {
    let cut = value.pointer("/incomplete_details/reason");
    let reason = match (status, cut.and_then(Value::as_str)) {
        (_, Some("max_output_tokens" | "max_tokens")) => FinishReason::Length,
        (_, Some("content_filter")) => FinishReason::ContentFilter,
        (_, Some(other)) => return (FinishReason::Other(other.to_owned()), false),
        (Some("completed"), None) => FinishReason::Stop,
        // For no stated reason: those that are stated have been seen.
        (Some("failed"), None) => FinishReason::Other("error".to_owned()),
        (None | Some(""), None) => FinishReason::Unstated,
        // Incomplete for no stated reason, in progress, queued, cancelled by someone else.
        (Some(other), None) => return (FinishReason::Other(other.to_owned()), false),
    };
    (reason, true)
}

pub(super) fn kind(item: &Value) -> &str {
    let kind = item.get("type").and_then(Value::as_str);
    kind.unwrap_or_default()
}
