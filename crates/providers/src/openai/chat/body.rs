//! What is sent.

use serde::Serialize;
use serde_json::Value;

use super::super::dialect::Dialect;
use super::super::schema::Schema;
use crate::http::{shortest, with_turns};
use crate::{Request, ResponseFormat};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format<'a> {
    JsonObject,
    JsonSchema { json_schema: Schema<'a> },
}

/// The body of a call.
pub(crate) fn body(
    model: &str,
    request: &Request,
    dialect: Dialect,
    stream: bool,
) -> serde_json::Result<Vec<u8>> {
    let limit = |name: &str| {
        let tokens = request.max_output_tokens;
        tokens.filter(|_| dialect.limit == name)
    };
    let fields = Body {
        model,
        stream,
        stream_options: (stream && dialect.usage).then_some(StreamOptions {
            include_usage: true,
        }),
        max_tokens: limit("max_tokens"),
        max_completion_tokens: limit("max_completion_tokens"),
        temperature: request
            .temperature
            .filter(|_| dialect.temperature)
            .map(shortest),
        response_format: match &request.response_format {
            ResponseFormat::Text => None,
            ResponseFormat::Json => Some(Format::JsonObject),
            ResponseFormat::JsonSchema { name, schema } => Some(Format::JsonSchema {
                json_schema: Schema::new(name, schema),
            }),
        },
    };
    with_turns("messages", &request.messages, &fields)
}
