//! Reads an answer that comes event by event.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{kind, response};
use crate::http::{Answer, EventReader, Frame, Reader, Step, json, plain, states_error};
use crate::{ProviderError, Response};

/// Reads the events of one message, which is whole only with `message_stop`.
pub(super) struct MessageReader<'a> {
    reader: Reader<'a>,
    text: String,
    called_tool: bool,
    stop_reason: Option<Value>,
    /// Whether the tokens of the answer are known: what the first event says of them is a beginning.
    counted: bool,
    /// What `message_start` said, with the usage brought up to date.
    message: Map<String, Value>,
}

impl<'a> MessageReader<'a> {
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            text: String::new(),
            called_tool: false,
            stop_reason: None,
            counted: false,
            message: Map::new(),
        }
    }

    fn event(&mut self, value: &Value, name: &[u8], head: &Answer) -> Result<Step, ProviderError> {
        if name == b"error" || states_error(value) {
            return Err(self.dressed(self.reader.stated(value, head)));
        }
        match kind(value) {
            "message_start" => {
                if let Some(Value::Object(message)) = value.get("message") {
                    self.message.clone_from(message);
                }
            }
            "content_block_start" => {
                let block = value.get("content_block").unwrap_or(&Value::Null);
                self.called_tool |= kind(block) == "tool_use";
                if let Some(piece) = block.get("text").and_then(Value::as_str) {
                    return Ok(Step::piece(&mut self.text, piece.to_owned()));
                }
            }
            "content_block_delta" => {
                let text = value
                    .get("delta")
                    .and_then(|delta| delta.get("text")?.as_str());
                if let Some(piece) = text {
                    return Ok(Step::piece(&mut self.text, piece.to_owned()));
                }
            }
            "message_delta" => {
                let reason = value.pointer("/delta/stop_reason");
                if let Some(reason) = reason.filter(|reason| !reason.is_null()) {
                    self.stop_reason = Some(reason.clone());
                }
                // The counts are those of the whole message so far.
                self.count(value.get("usage"));
                self.counted = true;
            }
            "message_stop" => {
                return self
                    .end(head)
                    .map(|response| Step::Done(Box::new(response)));
            }
            "ping" => return Ok(Step::Quiet),
            // New events may be added at any time.
            _ => {}
        }
        Ok(Step::Progress)
    }

    fn count(&mut self, usage: Option<&Value>) {
        let Some(Value::Object(counts)) = usage else {
            return;
        };
        let known = self
            .message
            .entry("usage")
            .or_insert_with(|| Map::new().into());
        if !known.is_object() {
            *known = Map::new().into();
        }
        if let Value::Object(known) = known {
            let stated = counts.iter().filter(|(_, count)| !count.is_null());
            known.extend(stated.map(|(name, count)| (name.clone(), count.clone())));
        }
    }

    fn end(&self, head: &Answer) -> Result<Response, ProviderError> {
        self.reader.judge(self.response(), self.called_tool, head)
    }

    fn response(&self) -> Response {
        let message = Value::Object(self.message.clone());
        let reason = self.stop_reason.as_ref();
        let mut response = response(self.reader, &message, &self.text, reason);
        if !self.counted {
            response.usage.output_tokens = None;
        }
        response
    }
}

impl EventReader for MessageReader<'_> {
    fn read(&mut self, frame: Frame<'_>, head: &Answer) -> Result<Step, ProviderError> {
        if frame.name == b"content_block_delta"
            && let Some(piece) = plain_text(frame.data)
        {
            return Ok(Step::piece(&mut self.text, piece));
        }
        if frame.data.trim_ascii().is_empty() {
            return Ok(Step::Quiet);
        }
        match json(frame.data) {
            Ok(value) => self.event(&value, frame.name, head),
            Err(error) => Err(self.dressed(self.reader.unreadable_event(&error, frame, head))),
        }
    }

    fn reader(&self) -> Reader<'_> {
        self.reader
    }

    fn so_far(&self) -> Response {
        self.response()
    }

    fn has_begun(&self) -> bool {
        !self.message.is_empty() || !self.text.is_empty()
    }
}

/// The text of an event that has nothing else to say.
fn plain_text(data: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "type")]
        _kind: EventKind,
        delta: Delta,
    }
    #[derive(Deserialize)]
    enum EventKind {
        #[serde(rename = "content_block_delta")]
        Delta,
    }
    #[derive(Deserialize)]
    struct Delta {
        #[serde(rename = "type")]
        _kind: DeltaKind,
        text: String,
    }
    #[derive(Deserialize)]
    enum DeltaKind {
        #[serde(rename = "text_delta")]
        Text,
    }
    let event: Event = plain(data)?;
    Some(event.delta.text)
}
