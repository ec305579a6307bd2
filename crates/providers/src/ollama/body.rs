//! What is sent.

use serde::Serialize;
use serde_json::Value;

use super::OllamaApi;
use crate::http::{shortest, with_turns};
use crate::prompt::conversation;
use crate::{Request, ResponseFormat, Role};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    stream: bool,
    truncate: bool,
    shift: bool,
    options: Options,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive: Option<&'a Value>,
}

#[derive(Serialize)]
struct Options {
    num_ctx: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_predict: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Value>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Format<'a> {
    Name(&'static str),
    Schema(&'a Value),
}

/// The body of a call. Neither the beginning nor the middle of what is sent may be dropped to make it fit.
pub(super) fn body(
    api: OllamaApi,
    model: &str,
    request: &Request,
    num_ctx: u32,
    keep_alive: Option<&Value>,
    stream: bool,
) -> serde_json::Result<Vec<u8>> {
    let generates = api == OllamaApi::Generate;
    let fields = Body {
        model,
        system: generates.then(|| instructions(request)).flatten(),
        prompt: generates.then(|| conversation(request)),
        stream,
        truncate: false,
        shift: false,
        options: Options {
            num_ctx,
            num_predict: request.max_output_tokens,
            temperature: request.temperature.map(shortest),
        },
        format: match &request.response_format {
            ResponseFormat::Text => None,
            ResponseFormat::Json => Some(Format::Name("json")),
            ResponseFormat::JsonSchema { schema, .. } => Some(Format::Schema(schema)),
        },
        keep_alive,
    };
    match api {
        OllamaApi::Chat => with_turns("messages", &request.messages, &fields),
        OllamaApi::Generate => serde_json::to_vec(&fields),
    }
}

fn instructions(request: &Request) -> Option<String> {
    let messages = request.messages.iter();
    let instructions = messages.filter(|message| message.role == Role::System);
    let instructions: Vec<&str> = instructions
        .map(|message| message.content.as_str())
        .collect();
    (!instructions.is_empty()).then(|| instructions.join("\n\n"))
}
