//! Reads an answer that comes in chunks.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::super::usage::{CHAT, usage};
use super::answer::{finish_reason, text};
use crate::http::{Answer, EventReader, Frame, Reader, Step, json, plain, states_error};
use crate::{FinishReason, ProviderError, Response};

/// What ends a stream of chunks.
const DONE: &[u8] = b"[DONE]";

/// Reads the chunks of one chat completion.
pub(crate) struct ChunkReader<'a> {
    reader: Reader<'a>,
    text: String,
    refusal: String,
    called_tool: bool,
    begun: bool,
    reason: Option<FinishReason>,
    /// What the chunks said of themselves: `id`, `model`, `usage`, `service_tier`.
    about: Map<String, Value>,
}

impl<'a> ChunkReader<'a> {
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            text: String::new(),
            refusal: String::new(),
            called_tool: false,
            begun: false,
            reason: None,
            about: Map::new(),
        }
    }

    fn chunk(&mut self, value: &Value, named: bool, head: &Answer) -> Result<Step, ProviderError> {
        let choices = value.get("choices").and_then(Value::as_array);
        let choice = choices.and_then(|choices| choices.first());
        for place in [Some(value), choice].into_iter().flatten() {
            if states_error(place) {
                return Err(self.dressed(self.reader.stated(place, head)));
            }
        }
        if named || value.get("object").and_then(Value::as_str) == Some("error") {
            return Err(self.dressed(self.reader.stated(value, head)));
        }
        for name in ["id", "model", "usage", "service_tier"] {
            let known = value.get(name).filter(|value| match value {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Object(fields) => !fields.is_empty(),
                _ => true,
            });
            if let Some(known) = known {
                self.about.insert(name.to_owned(), known.clone());
            }
        }
        let Some(choice) = choice else {
            // The chunk with the usage has no choices; signs of life have nothing at all.
            let counts = value.get("usage").is_some_and(Value::is_object);
            return Ok(if counts { Step::Progress } else { Step::Quiet });
        };
        let delta = choice.get("delta").unwrap_or(&Value::Null);
        if let Some(words) = delta.get("refusal").and_then(Value::as_str) {
            self.refusal.push_str(words);
        }
        let calls = delta.get("tool_calls").and_then(Value::as_array);
        self.called_tool |= calls.is_some_and(|calls| !calls.is_empty());
        if let Some(reason) = choice
            .get("finish_reason")
            .filter(|reason| !reason.is_null())
        {
            // An empty reason is none yet: some servers put it in every chunk.
            let stated = reason.as_str() != Some("");
            if stated {
                self.reason = Some(finish_reason(Some(reason)));
            }
        }
        match text(delta.get("content").or_else(|| choice.get("text"))) {
            Some(piece) => Ok(Step::piece(&mut self.text, piece)),
            None => Ok(Step::Progress),
        }
    }

    fn end(&mut self, head: &Answer) -> Result<Response, ProviderError> {
        let response = self.response(self.reason.clone().unwrap_or(FinishReason::Unstated));
        if !self.refusal.is_empty() {
            return Err(self.reader.refused(&self.refusal, response));
        }
        self.reader.judge(response, self.called_tool, head)
    }

    fn response(&self, reason: FinishReason) -> Response {
        let about = Value::Object(self.about.clone());
        let usage = usage(&about, &CHAT);
        self.reader.response(&about, &self.text, reason, usage)
    }
}

impl EventReader for ChunkReader<'_> {
    fn read(&mut self, frame: Frame<'_>, head: &Answer) -> Result<Step, ProviderError> {
        let data = frame.data.trim_ascii();
        if data == DONE {
            return self
                .end(head)
                .map(|response| Step::Done(Box::new(response)));
        }
        let named = frame.name == b"error";
        // What the first chunk says of the answer is known by now, and most others are only text.
        if !named
            && std::mem::replace(&mut self.begun, true)
            && let Some(piece) = plain_text(data)
        {
            return Ok(Step::piece(&mut self.text, piece));
        }
        if data.is_empty() {
            return Ok(Step::Quiet);
        }
        match json(data) {
            Ok(value) => self.chunk(&value, named, head),
            // The text is whole; what would have come is only about it.
            Err(_) if self.is_whole() => Ok(Step::Quiet),
            Err(error) => Err(self.dressed(self.reader.unreadable_event(&error, frame, head))),
        }
    }

    fn ended(&mut self, head: &Answer) -> Result<Response, ProviderError> {
        if self.is_whole() {
            return self.end(head);
        }
        Err(self.reader.cut(self.response(FinishReason::Unstated)))
    }

    fn is_whole(&self) -> bool {
        self.reason.is_some()
    }

    fn reader(&self) -> Reader<'_> {
        self.reader
    }

    fn so_far(&self) -> Response {
        self.response(FinishReason::Unstated)
    }

    fn has_begun(&self) -> bool {
        !self.text.is_empty() || !self.about.is_empty()
    }
}

/// The text of a chunk that has nothing else to say: one choice with a piece of text, no reason, no failure, no usage.
/// Everything but that is read with more care.
fn plain_text(data: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Chunk {
        choices: (Choice,),
        #[serde(default)]
        usage: Option<IgnoredAny>,
        #[serde(default)]
        error: Option<IgnoredAny>,
        #[serde(default)]
        object: ChunkMark,
    }
    #[derive(Deserialize)]
    struct Choice {
        delta: Delta,
        #[serde(default)]
        finish_reason: Option<IgnoredAny>,
        #[serde(default)]
        error: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Delta {
        content: String,
        #[serde(default)]
        refusal: Option<IgnoredAny>,
        #[serde(default)]
        tool_calls: Option<IgnoredAny>,
    }
    #[derive(Default, Deserialize)]
    enum ChunkMark {
        #[default]
        #[serde(rename = "chat.completion.chunk")]
        Chunk,
    }
    let chunk: Chunk = plain(data)?;
    let ChunkMark::Chunk = chunk.object;
    let choice = chunk.choices.0;
    let bare = chunk.usage.is_none()
        && chunk.error.is_none()
        && choice.finish_reason.is_none()
        && choice.error.is_none()
        && choice.delta.refusal.is_none()
        && choice.delta.tool_calls.is_none()
        && !choice.delta.content.is_empty();
    bare.then_some(choice.delta.content)
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn only_plain_text_takes_the_short_way() {
        let plain = r#"{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"a\n"},"finish_reason":null,"logprobs":null}],"usage":null}"#;
        assert_eq!(plain_text(plain.as_bytes()).as_deref(), Some("a\n"));
        for other in [
            r#"{"choices":[]}"#,
            r#"{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}"#,
            r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#,
            r#"{"choices":[{"delta":{"content":"a"},"finish_reason":""}]}"#,
            r#"{"choices":[{"delta":{"content":"a"}}],"usage":{}}"#,
            r#"{"choices":[{"delta":{"content":"a"}}],"error":"x"}"#,
            r#"{"choices":[{"delta":{"content":"a"},"error":{}}]}"#,
            r#"{"object":"error","choices":[{"delta":{"content":"a"}}]}"#,
            r#"{"choices":[{"delta":{"content":"a","refusal":"no"}}]}"#,
            r#"{"choices":[{"delta":{"content":"a","tool_calls":[]}}]}"#,
            r#"{"choices":[{"delta":{"content":""}}]}"#,
            r#"{"choices":[{"delta":{"content":null}}]}"#,
            r#"{"choices":[{"delta":{"content":[{"text":"a"}]}}]}"#,
            r#"{"choices":[{"delta":{"content":"a"}}"#,
        ] {
            assert_eq!(plain_text(other.as_bytes()), None, "{other}");
        }
    }
}
