//! Reads an answer that comes line by line.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::answer::{finish, piece, response, with_text};
use crate::http::{Answer, EventReader, Frame, Reader, Step, json, plain, states_error};
use crate::{ProviderError, Response};

/// Reads the lines of one chat.
pub(super) struct LineReader<'a> {
    reader: Reader<'a>,
    text: String,
    /// What came last that was no plain text.
    last: Value,
}

impl<'a> LineReader<'a> {
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            text: String::new(),
            last: Value::Null,
        }
    }
}

impl EventReader for LineReader<'_> {
    fn read(&mut self, frame: Frame<'_>, head: &Answer) -> Result<Step, ProviderError> {
        if let Some(piece) = plain_text(frame.data) {
            return Ok(Step::piece(&mut self.text, piece));
        }
        let value = json(frame.data)
            .map_err(|error| self.dressed(self.reader.unreadable_event(&error, frame, head)))?;
        if states_error(&value) {
            let error = self.reader.stated(&value, head);
            return Err(with_text(self.reader, &self.text, error));
        }
        let piece = piece(&value).to_owned();
        if value.get("done").and_then(Value::as_bool) == Some(true) {
            self.text.push_str(&piece);
            let end = finish(self.reader, &self.text, &value, head);
            return Ok(Step::Last(piece, Box::new(end)));
        }
        self.last = value;
        Ok(Step::piece(&mut self.text, piece))
    }

    fn ended(&mut self, head: &Answer) -> Result<Response, ProviderError> {
        if self.last.is_null() {
            self.last = serde_json::json!({ "done": false });
        }
        finish(self.reader, &self.text, &self.last, head)
    }

    fn reader(&self) -> Reader<'_> {
        self.reader
    }

    fn so_far(&self) -> Response {
        response(self.reader, &self.text, &self.last)
    }

    fn has_begun(&self) -> bool {
        !self.text.is_empty()
    }
}

/// The text of a line that has nothing else to tell, of a chat or of a single generation. Everything else is read with
/// more care.
fn plain_text(data: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Line {
        #[serde(default)]
        message: Option<Message>,
        #[serde(default)]
        response: Option<String>,
        #[serde(default)]
        done: Option<bool>,
        #[serde(default)]
        error: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Message {
        content: String,
    }
    let line: Line = plain(data)?;
    if line.done != Some(false) || line.error.is_some() {
        return None;
    }
    match (line.message, line.response) {
        (Some(Message { content }), None) => Some(content),
        (None, text) => text,
        (Some(_), Some(_)) => None,
    }
}
