//! Reads an answer that comes line by line.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::answer::Reader;
use crate::http::{Answer, EventReader, Frame, Step};
use crate::{ErrorKind, ProviderError, Response};

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
        let value = match serde_json::from_slice::<Line>(frame.data) {
            Ok(line) if line.is_plain() => {
                let Some(Message { content: piece }) = line.message else {
                    return Ok(Step::Progress);
                };
                self.text.push_str(&piece);
                return Ok(match piece.is_empty() {
                    true => Step::Progress,
                    false => Step::Text(piece),
                });
            }
            _ => serde_json::from_slice::<Value>(frame.data).map_err(|error| {
                let unreadable = self.reader.unreadable(&error, &self.text, head);
                let data = String::from_utf8_lossy(frame.data);
                self.dressed(unreadable.with_excerpt(self.reader.redactor.clean(&data)))
            })?,
        };
        if let Some(error) = self.reader.stated(&value, &self.text, head) {
            return Err(error);
        }
        let piece = super::answer::piece(&value);
        self.text.push_str(piece);
        let done = value.get("done").and_then(Value::as_bool) == Some(true);
        if !done && !piece.is_empty() {
            let piece = piece.to_owned();
            self.last = value;
            return Ok(Step::Text(piece));
        }
        if !done {
            self.last = value;
            return Ok(Step::Progress);
        }
        if piece.is_empty() {
            return self.reader.finish(&self.text, &value, head).map(Step::Done);
        }
        // Text in the last line: it is given out first, and the line is what the end is read from.
        let piece = piece.to_owned();
        self.last = value;
        Ok(Step::Text(piece))
    }

    fn ended(&mut self, head: &Answer) -> Result<Response, ProviderError> {
        if self.last.is_null() {
            self.last = serde_json::json!({ "done": false });
        }
        self.reader.finish(&self.text, &self.last, head)
    }

    fn is_whole(&self) -> bool {
        self.last.get("done").and_then(Value::as_bool) == Some(true)
    }

    fn dressed(&self, error: ProviderError) -> ProviderError {
        if self.text.is_empty() || error.kind() == ErrorKind::Configuration {
            return error;
        }
        error.with_partial(self.reader.response(&self.text, &self.last))
    }
}

/// A line that has nothing but text to tell. Everything else is read with more care.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    done: Option<bool>,
    #[serde(default)]
    error: Option<IgnoredAny>,
    #[serde(default)]
    response: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

impl Line {
    fn is_plain(&self) -> bool {
        self.done == Some(false)
            && self.error.is_none()
            && self.response.is_none()
            && self.message.is_some()
    }
}
