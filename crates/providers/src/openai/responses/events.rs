//! Reads an answer that comes event by event.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::usage::{RESPONSES, usage};
use super::answer::{Item, Output, kind};
use crate::http::{Answer, EventReader, Frame, Reader, Step, json, plain, states_error};
use crate::{ErrorKind, FinishReason, ProviderError, Response};

/// Reads the events of one response, which is whole only with an event that says so.
pub(crate) struct ItemReader<'a> {
    item: Item<'a>,
    text: String,
    refusal: String,
    called_tool: bool,
    /// How much of the text had come when its current part began.
    part: usize,
    /// What was last said of the whole response.
    about: Value,
}

impl<'a> ItemReader<'a> {
    pub(super) fn new(item: Item<'a>) -> Self {
        Self {
            item,
            text: String::new(),
            refusal: String::new(),
            called_tool: false,
            part: 0,
            about: Value::Object(Map::new()),
        }
    }

    fn event(&mut self, value: &Value, name: &[u8], head: &Answer) -> Result<Step, ProviderError> {
        let stated = kind(value);
        let kind = match stated.is_empty() {
            true => std::str::from_utf8(name).unwrap_or_default(),
            false => stated,
        };
        let words = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        match kind {
            // The documents show it flat, the server nests it.
            "error" => return Err(self.dressed(self.item.reader.stated(value, head))),
            _ if states_error(value) => {
                return Err(self.dressed(self.item.reader.stated(value, head)));
            }
            "response.output_text.delta" => {
                return Ok(Step::piece(&mut self.text, words("delta").to_owned()));
            }
            // The part once more: all of it, where a server sends no pieces.
            "response.output_text.done" => {
                let sent = self.part < self.text.len();
                let step = match sent {
                    true => Step::Progress,
                    false => Step::piece(&mut self.text, words("text").to_owned()),
                };
                self.part = self.text.len();
                return Ok(step);
            }
            "response.refusal.delta" => self.refusal += words("delta"),
            "response.output_item.added" | "response.output_item.done" => {
                let item = value.get("item").map(self::kind);
                self.called_tool |= item.is_some_and(|kind| kind.ends_with("_call"));
            }
            "response.completed"
            | "response.incomplete"
            | "response.failed"
            | "response.cancelled" => return self.last(value, head),
            "response.created" | "response.queued" | "response.in_progress" => {
                if let Some(response @ Value::Object(_)) = value.get("response") {
                    self.about = response.clone();
                }
            }
            "keepalive" | "ping" => return Ok(Step::Quiet),
            // There are dozens of others, and there will be more.
            _ => {}
        }
        Ok(Step::Progress)
    }

    /// The last event, which has the whole response once more.
    fn last(&mut self, value: &Value, head: &Answer) -> Result<Step, ProviderError> {
        let Some(response @ Value::Object(_)) = value.get("response") else {
            let message = "the last event has no response";
            let error =
                ProviderError::new(ErrorKind::BadResponse, self.item.reader.provider, message);
            return Err(self.dressed(error.with_status(head.status)));
        };
        self.about = response.clone();
        let mut output = Output::of(response);
        output.called_tool |= self.called_tool;
        if output.refusal.is_empty() {
            output.refusal = std::mem::take(&mut self.refusal);
        }
        // Some servers say nothing of the output at the end.
        let rest = match output.text.is_empty() {
            true => Some(""),
            false => output.text.strip_prefix(self.text.as_str()),
        };
        let Some(rest) = rest else {
            let message = "the pieces of the answer are not its text";
            let error =
                ProviderError::new(ErrorKind::Incomplete, self.item.reader.provider, message);
            return Err(self.dressed(error.with_status(head.status)));
        };
        let rest = rest.to_owned();
        self.text.push_str(&rest);
        let end = self.item.judge(response, &output, &self.text, head);
        Ok(Step::Last(rest, Box::new(end)))
    }
}

impl EventReader for ItemReader<'_> {
    fn read(&mut self, frame: Frame<'_>, head: &Answer) -> Result<Step, ProviderError> {
        if frame.name == b"response.output_text.delta"
            && let Some(piece) = plain_text(frame.data)
        {
            return Ok(Step::piece(&mut self.text, piece));
        }
        let data = frame.data.trim_ascii();
        // Compatible servers end as chats do, which says nothing here.
        if data.is_empty() || data == b"[DONE]" {
            return Ok(Step::Quiet);
        }
        match json(data) {
            Ok(value) => self.event(&value, frame.name, head),
            Err(error) => Err(self.dressed(self.item.reader.unreadable_event(&error, frame, head))),
        }
    }

    fn reader(&self) -> Reader<'_> {
        self.item.reader
    }

    fn so_far(&self) -> Response {
        let usage = usage(&self.about, &RESPONSES);
        let reader = self.item.reader;
        reader.response(&self.about, &self.text, FinishReason::Unstated, usage)
    }

    fn has_begun(&self) -> bool {
        let about = self.about.as_object();
        !self.text.is_empty() || about.is_some_and(|about| !about.is_empty())
    }
}

/// The text of an event that has nothing else to say.
fn plain_text(data: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "type")]
        _kind: EventKind,
        delta: String,
    }
    #[derive(Deserialize)]
    enum EventKind {
        #[serde(rename = "response.output_text.delta")]
        Delta,
    }
    let event: Event = plain(data)?;
    Some(event.delta)
}
