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
    /// Nothing is to be kept at the server: no call refers to an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
}

#[derive(Serialize)]
struct Text<'a> {
    format: Format<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format<'a> {
    JsonObject,
    JsonSchema(Schema<'a>),
}

/// The body of a call.
pub(crate) fn body(
    model: &str,
    request: &Request,
    dialect: Dialect,
    stream: bool,
) -> serde_json::Result<Vec<u8>> {
    let format = match &request.response_format {
        ResponseFormat::Text => None,
        ResponseFormat::Json => Some(Format::JsonObject),
        ResponseFormat::JsonSchema { name, schema } => {
            Some(Format::JsonSchema(Schema::new(name, schema)))
        }
    };
    let fields = Body {
        model,
        stream,
        store: dialect.store.then_some(false),
        max_output_tokens: request.max_output_tokens,
        temperature: request
            .temperature
            .filter(|_| dialect.temperature)
            .map(shortest),
        text: format.map(|format| Text { format }),
    };
    with_turns("input", &request.messages, &fields)
}
