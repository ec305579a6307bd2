//! Reads an answer that comes line by line.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::answer::Reader;
use crate::http::{Answer, EventReader, Frame, Step, json};
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

    fn piece(&mut self, piece: String) -> Step {
        if piece.is_empty() {
            return Step::Progress;
        }
        self.text.push_str(&piece);
        Step::Text(piece)
    }
}

impl EventReader for LineReader<'_> {
    fn read(&mut self, frame: Frame<'_>, head: &Answer) -> Result<Step, ProviderError> {
        if let Some(piece) = plain_text(frame.data) {
            return Ok(self.piece(piece));
        }
        let value = json(frame.data).map_err(|error| {
            let unreadable = self.reader.unreadable(&error, &self.text, head);
            let data = String::from_utf8_lossy(frame.data);
            self.dressed(unreadable.with_excerpt(self.reader.redactor.clean(&data)))
        })?;
        if let Some(error) = self.reader.stated(&value, &self.text, head) {
            return Err(error);
        }
        let piece = super::answer::piece(&value).to_owned();
        if value.get("done").and_then(Value::as_bool) == Some(true) {
            self.text.push_str(&piece);
            let end = self.reader.finish(&self.text, &value, head);
            return Ok(Step::Last(piece, Box::new(end)));
        }
        self.last = value;
        Ok(self.piece(piece))
    }

    fn ended(&mut self, head: &Answer) -> Result<Response, ProviderError> {
        if self.last.is_null() {
            self.last = serde_json::json!({ "done": false });
        }
        self.reader.finish(&self.text, &self.last, head)
    }

    fn is_whole(&self) -> bool {
        false
    }

    fn dressed(&self, error: ProviderError) -> ProviderError {
        if self.text.is_empty() || error.kind() == ErrorKind::Configuration {
            return error;
        }
        error.with_partial(self.reader.response(&self.text, &self.last))
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
    let line: Line = serde_json::from_slice(data).ok()?;
    if line.done != Some(false) || line.error.is_some() {
        return None;
    }
    match (line.message, line.response) {
        (Some(Message { content }), None) => Some(content),
        (None, text) => text,
        (Some(_), Some(_)) => None,
    }
}
