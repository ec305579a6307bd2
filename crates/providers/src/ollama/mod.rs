//! Ollama's own protocol.

mod answer;
mod config;
mod host;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Map, Value, json};

pub use config::OllamaConfig;

use crate::http::{Client, Endpoint, ErrorBody, Redactor, failure, shortest};
use crate::{ErrorKind, Provider, ProviderError, Request, Response, ResponseFormat};

/// A provider that speaks Ollama's native chat protocol.
///
/// It must be used within a tokio runtime that has time and I/O enabled.
///
/// # Nothing is cut silently
///
/// Left to itself, Ollama drops the beginning of a conversation that does not fit in the context, and says nothing.
/// Every call therefore states the size of the context ([`OllamaConfig::num_ctx`]) and asks the server not to cut and
/// not to shift; a conversation that does not fit is [`ErrorKind::ContextOverflow`]. Old servers ignore that wish: when
/// the server read far fewer tokens than the messages must have, and those would not fit, it is the same error.
///
/// The size of the context is the same in all calls, because a server loads the model anew whenever it changes.
#[derive(Debug)]
pub struct Ollama {
    model: Option<String>,
    num_ctx: u32,
    keep_alive: Option<Value>,
    endpoint: Endpoint,
    headers: HeaderMap,
    client: Client,
}

impl Ollama {
    /// Makes a provider of these settings. Nothing is asked of the server yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the address is none, or needs TLS and the program was built without; the key cannot
    /// be sent in a header.
    pub fn new(config: OllamaConfig) -> Result<Self, ProviderError> {
        let name = config.name.as_str();
        let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, name, message);
        let address = host::address(&config.host);
        let endpoint = Endpoint::parse(&address).map_err(|fault| wrong(format!("host {fault}")))?;
        let mut secrets = endpoint.secrets();
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.api_key {
            headers.insert(AUTHORIZATION, key.bearer().map_err(wrong)?);
            secrets.push(key.secret().clone());
        }
        let redactor = Redactor::new(secrets.iter());
        let client = Client::new(name, &config.http, endpoint.is_https(), redactor)?;
        Ok(Self {
            model: config.model,
            num_ctx: config.num_ctx,
            keep_alive: config.keep_alive.as_deref().map(keep_alive),
            endpoint: endpoint.join(&["api", "chat"]),
            headers,
            client,
        })
    }

    fn body(&self, model: &str, request: &Request) -> Value {
        let mut options = Map::new();
        options.insert("num_ctx".to_owned(), self.num_ctx.into());
        if let Some(tokens) = request.max_output_tokens {
            options.insert("num_predict".to_owned(), tokens.into());
        }
        if let Some(temperature) = request.temperature {
            options.insert("temperature".to_owned(), shortest(temperature));
        }
        let messages: Vec<Value> = request
            .messages
            .iter()
            .map(|message| json!({ "role": message.role.as_str(), "content": message.content }))
            .collect();
        let mut body = json!({
            "model": model,
            "messages": messages,
            "stream": false,
            "truncate": false,
            "shift": false,
            "options": options,
        });
        match &request.response_format {
            ResponseFormat::Text => {}
            ResponseFormat::Json => body["format"] = "json".into(),
            ResponseFormat::JsonSchema { schema, .. } => body["format"] = schema.clone(),
        }
        if let Some(keep_alive) = &self.keep_alive {
            body["keep_alive"] = keep_alive.clone();
        }
        body
    }
}

#[async_trait]
impl Provider for Ollama {
    fn name(&self) -> &str {
        self.client.provider()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let name = self.client.provider();
        let model = request
            .model
            .as_ref()
            .or(self.model.as_ref())
            .ok_or_else(|| {
                ProviderError::new(ErrorKind::Configuration, name, "no model is named")
            })?;
        let body = self.body(model, request).to_string().into_bytes();
        let answer = self
            .client
            .post(&self.endpoint, &self.headers, body)
            .await?;
        if !(200..300).contains(&answer.status) {
            let fault = ErrorBody::read(&answer.body);
            return Err(failure(name, &answer, &fault, self.client.redactor()));
        }
        let reader = answer::Reader {
            provider: name,
            redactor: self.client.redactor(),
        };
        let response = reader.read(&answer)?;
        self.whole_prompt(request, response)
    }
}

impl Ollama {
    /// Finds a conversation that an old server cut although it was asked not to.
    fn whole_prompt(
        &self,
        request: &Request,
        response: Response,
    ) -> Result<Response, ProviderError> {
        let context = u64::from(self.num_ctx);
        let estimate = request.len_bytes() as u64 / BYTES_PER_TOKEN;
        match response.usage.input_tokens {
            Some(read) if estimate > context && read.saturating_mul(2) < estimate => {
                let message = format!(
                    "the server read {read} of about {estimate} tokens: they do not fit in a context of {context}"
                );
                Err(
                    ProviderError::new(ErrorKind::ContextOverflow, self.name(), message)
                        .with_status(200)
                        .with_partial(response),
                )
            }
            _ => Ok(response),
        }
    }
}

/// A usual ratio for English text and for code.
const BYTES_PER_TOKEN: u64 = 4;

/// Ollama takes a number of seconds, or a text such as `10m`.
fn keep_alive(text: &str) -> Value {
    text.parse::<i64>()
        .map_or_else(|_| text.into(), Value::from)
}
