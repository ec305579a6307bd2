//! What is sent.

use serde_json::{Map, Value, json};

use crate::http::shortest;
use crate::prompt::wish;
use crate::{Request, Role};

/// The body of a call. Instructions stand apart from the turns of the conversation.
pub(super) fn body(
    model: &str,
    request: &Request,
    max_output_tokens: u32,
    temperature: bool,
    stream: bool,
) -> Value {
    let (instructions, turns): (Vec<_>, Vec<_>) = request
        .messages
        .iter()
        .partition(|message| message.role == Role::System);
    let instructions: Vec<String> = instructions
        .iter()
        .map(|message| message.content.clone())
        .chain(wish(&request.response_format))
        .collect();
    let turns: Vec<Value> = turns
        .iter()
        .map(|turn| json!({ "role": turn.role.as_str(), "content": turn.content }))
        .collect();
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    let limit = request.max_output_tokens.unwrap_or(max_output_tokens);
    body.insert("max_tokens".to_owned(), limit.into());
    if !instructions.is_empty() {
        body.insert("system".to_owned(), instructions.join("\n\n").into());
    }
    body.insert("messages".to_owned(), turns.into());
    if let Some(number) = request.temperature.filter(|_| temperature) {
        // The protocol's scale ends at 1 where others end at 2.
        body.insert("temperature".to_owned(), shortest(number.clamp(0.0, 1.0)));
    }
    if stream {
        body.insert("stream".to_owned(), true.into());
    }
    Value::Object(body)
}
