//! What is sent.

use serde_json::{Map, Value, json};

use super::TokenLimit;
use crate::http::{ErrorBody, shortest};
use crate::{Message, Request, ResponseFormat};

/// The longest name of a schema that the protocol allows.
const MAX_SCHEMA_NAME: usize = 64;

/// Which parameters a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    limit: &'static str,
    temperature: bool,
    limit_repaired: bool,
    /// Whether a stream may be asked for its usage.
    usage: bool,
}

const MAX_TOKENS: &str = "max_tokens";
const STREAM_OPTIONS: &str = "stream_options";
const MAX_COMPLETION_TOKENS: &str = "max_completion_tokens";

impl Dialect {
    pub(super) fn new(limit: TokenLimit, official: bool) -> Self {
        let limit = match limit {
            TokenLimit::MaxTokens => MAX_TOKENS,
            TokenLimit::MaxCompletionTokens => MAX_COMPLETION_TOKENS,
            TokenLimit::Auto if official => MAX_COMPLETION_TOKENS,
            TokenLimit::Auto => MAX_TOKENS,
        };
        Self {
            limit,
            temperature: true,
            limit_repaired: false,
            usage: true,
        }
    }

    /// The dialect to ask again in, when the server refused a parameter that the request sent and that can be sent
    /// otherwise or left out.
    pub(super) fn repaired(
        self,
        request: &Request,
        stream: bool,
        status: u16,
        fault: &ErrorBody,
    ) -> Option<Self> {
        let refused = matches!(status, 400 | 422)
            && (fault.is_coded(&["unsupported_parameter", "unsupported_value"])
                || fault.says(REFUSALS));
        if !refused {
            return None;
        }
        let about = |parameter: &str| match &fault.param {
            Some(param) => param == parameter,
            None => fault.says(&[parameter]),
        };
        if request.max_output_tokens.is_some() && !self.limit_repaired && about(self.limit) {
            let limit = if self.limit == MAX_TOKENS {
                MAX_COMPLETION_TOKENS
            } else {
                MAX_TOKENS
            };
            return Some(Self {
                limit,
                limit_repaired: true,
                ..self
            });
        }
        if request.temperature.is_some() && self.temperature && about("temperature") {
            return Some(Self {
                temperature: false,
                ..self
            });
        }
        if stream && self.usage && (about(STREAM_OPTIONS) || about("include_usage")) {
            return Some(Self {
                usage: false,
                ..self
            });
        }
        None
    }
}

const REFUSALS: &[&str] = &[
    "unsupported",
    "not supported",
    "not support",
    "unrecognized",
    "unknown parameter",
    "unknown field",
    "not permitted",
];

/// The body of a call.
pub(super) fn body(model: &str, request: &Request, dialect: Dialect, stream: bool) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    body.insert(
        "messages".to_owned(),
        request.messages.iter().map(message).collect(),
    );
    body.insert("stream".to_owned(), stream.into());
    if stream && dialect.usage {
        body.insert(STREAM_OPTIONS.to_owned(), json!({ "include_usage": true }));
    }
    if let Some(tokens) = request.max_output_tokens {
        body.insert(dialect.limit.to_owned(), tokens.into());
    }
    if let Some(temperature) = request.temperature.filter(|_| dialect.temperature) {
        body.insert("temperature".to_owned(), shortest(temperature));
    }
    if let Some(format) = response_format(&request.response_format) {
        body.insert("response_format".to_owned(), format);
    }
    Value::Object(body)
}

fn message(message: &Message) -> Value {
    json!({ "role": message.role.as_str(), "content": message.content })
}

fn response_format(format: &ResponseFormat) -> Option<Value> {
    match format {
        ResponseFormat::Text => None,
        ResponseFormat::Json => Some(json!({ "type": "json_object" })),
        ResponseFormat::JsonSchema { name, schema } => Some(json!({
            "type": "json_schema",
            "json_schema": { "name": schema_name(name), "schema": schema, "strict": true },
        })),
    }
}

fn schema_name(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name: String = name
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .take(MAX_SCHEMA_NAME)
        .collect();
    if name.is_empty() {
        "answer".to_owned()
    } else {
        name
    }
}
