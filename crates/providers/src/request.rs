//! What is asked of a provider.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::CallLimits;
use crate::tally::Tally;

/// One question to a model, the same for every provider.
///
/// Whatever is `None` is left to the provider's own configuration or to the server.
///
/// ```
/// use wavecrew_providers::{Message, Request};
///
/// let request = Request::new([Message::system("Answer in one word."), Message::user("Colour of the sky?")])
///     .max_output_tokens(16)
///     .temperature(0.0);
/// assert_eq!(request.messages.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Request {
    /// The conversation so far, oldest first.
    pub messages: Vec<Message>,
    /// The model to ask, by the provider's own name for it; `None` asks the provider's default.
    pub model: Option<String>,
    /// The most tokens that the answer may have.
    pub max_output_tokens: Option<u32>,
    /// How freely the model chooses, usually from 0 to 2.
    pub temperature: Option<f32>,
    /// The shape of the answer.
    pub response_format: ResponseFormat,
    /// Notes for wrappers and local providers. They are never sent to a server.
    pub metadata: Map<String, Value>,
    /// How long the answer may take and how many calls it may cost. No part of what is sent or recorded.
    #[serde(skip)]
    pub limits: CallLimits,
    /// The calls that have failed, where someone wants to know.
    #[serde(skip)]
    pub(crate) tally: Tally,
}

impl Request {
    /// A request of these messages, all else left open.
    pub fn new(messages: impl IntoIterator<Item = Message>) -> Self {
        Self {
            messages: messages.into_iter().collect(),
            ..Self::default()
        }
    }

    /// A request of one message of the user.
    pub fn prompt(text: impl Into<String>) -> Self {
        Self::new([Message::user(text)])
    }

    /// Asks this model.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Bounds the answer to so many tokens.
    #[must_use]
    pub fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.max_output_tokens = Some(tokens);
        self
    }

    /// Sets the temperature.
    #[must_use]
    pub fn temperature(mut self, temperature: f32) -> Self {
        self.temperature = Some(temperature);
        self
    }

    /// Asks for an answer of this shape.
    #[must_use]
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.response_format = format;
        self
    }

    /// Adds a note for wrappers and local providers; a second note of the same key replaces the first.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Bounds the time and the calls that the answer may take; see [`CallLimits`].
    #[must_use]
    pub fn limits(mut self, limits: CallLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Bytes of a schema that the answer is to have, with the words around it where a protocol has no field for one.
    pub(crate) fn schema_bytes(&self) -> usize {
        const WORDS: usize = 160;
        match &self.response_format {
            ResponseFormat::JsonSchema { schema, .. } => schema.to_string().len() + WORDS,
            ResponseFormat::Text | ResponseFormat::Json => 0,
        }
    }

    /// Bytes of text in all messages.
    pub fn len_bytes(&self) -> usize {
        self.messages
            .iter()
            .map(|message| message.content.len())
            .sum()
    }
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// A message that instructs the model.
    pub fn system(content: impl Into<String>) -> Self {
        Self {
            role: Role::System,
            content: content.into(),
        }
    }

    /// A message of the user.
    pub fn user(content: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            content: content.into(),
        }
    }

    /// A message that the model gave earlier.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self {
            role: Role::Assistant,
            content: content.into(),
        }
    }
}

/// Who speaks in a [`Message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Instructions to the model.
    System,
    /// The one who asks.
    User,
    /// The model itself.
    Assistant,
}

impl Role {
    /// The name that chat protocols use.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        }
    }
}

/// The shape of an answer. Servers are asked for it, and not all of them keep to it: check what comes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Plain text.
    #[default]
    Text,
    /// One JSON value of any shape.
    Json,
    /// One JSON value of the shape that a JSON Schema describes.
    JsonSchema {
        /// A name for the schema; back-ends that restrict names replace what they may not contain.
        name: String,
        /// The schema.
        schema: Value,
    },
}
