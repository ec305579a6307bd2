//! What is sent.

use serde::Serialize;
use serde_json::Value;

use crate::http::{shortest, with_turns};
use crate::prompt::wish;
use crate::{Request, Role};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Value>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
}

/// The body of a call. Instructions stand apart from the turns of the conversation.
pub(super) fn body(
    model: &str,
    request: &Request,
    max_output_tokens: u32,
    temperature: bool,
    stream: bool,
) -> serde_json::Result<Vec<u8>> {
    let instructs = |message: &&crate::Message| message.role == Role::System;
    let instructions: Vec<String> = request
        .messages
        .iter()
        .filter(instructs)
        .map(|message| message.content.clone())
        .chain(wish(&request.response_format))
        .collect();
    let fields = Body {
        model,
        max_tokens: request.max_output_tokens.unwrap_or(max_output_tokens),
        system: (!instructions.is_empty()).then(|| instructions.join("\n\n")),
        // The protocol's scale ends at 1 where others end at 2.
        temperature: request
            .temperature
            .filter(|_| temperature)
            .map(|number| shortest(number.clamp(0.0, 1.0))),
        stream,
    };
    let turns = request.messages.iter().filter(|turn| !instructs(turn));
    with_turns("messages", turns, &fields)
}
