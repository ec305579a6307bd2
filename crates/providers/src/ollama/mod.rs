//! Ollama's own protocol.

mod answer;
mod body;
mod config;
mod events;
mod host;

use std::time::Instant;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;

pub use config::{OllamaApi, OllamaConfig};

use crate::http::{
    Client, Endpoint, ErrorBody, Incoming, NdJson, Reader, failure, names, streaming,
    with_request_id,
};
use crate::{ErrorKind, Health, Probe, Provider, ProviderError, Request, Response, ResponseStream};

/// A provider that speaks Ollama's native protocol: its chat, or its [`/api/generate`](OllamaApi::Generate).
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
    api: OllamaApi,
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
        let name = config.common.name.as_str();
        let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, name, message);
        let address = host::address(&config.host);
        let endpoint = Endpoint::parse(&address).map_err(|fault| wrong(format!("host {fault}")))?;
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.common.api_key {
            headers.insert(AUTHORIZATION, key.bearer().map_err(wrong)?);
        }
        let client = Client::new(&config.common, &endpoint, [&config.common.api_key])?;
        Ok(Self {
            model: config.common.model,
            num_ctx: config.num_ctx,
            keep_alive: config.keep_alive.as_deref().map(keep_alive),
            api: config.api,
            endpoint: endpoint.join(config.api.path()),
            headers,
            client,
        })
    }
}

#[async_trait]
impl Provider for Ollama {
    fn name(&self) -> &str {
        self.client.provider()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let incoming = self.ask(request, false).await?;
        self.whole(request.len_bytes(), incoming).await
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let incoming = self.ask(request, true).await?;
        let bytes = request.len_bytes();
        if incoming.is_document() {
            // The server does not stream, or only says so.
            return Ok(ResponseStream::of(self.whole(bytes, incoming).await?));
        }
        let id = incoming.request_id();
        let frames = NdJson::new(self.client.max_response_bytes());
        let events = events::LineReader::new(self.reader());
        let answer = streaming(incoming, frames, events);
        Ok(answer.map_end(move |end| {
            with_request_id(
                id,
                end.and_then(|response| self.whole_prompt(bytes, response)),
            )
        }))
    }
}

impl Ollama {
    async fn ask(&self, request: &Request, stream: bool) -> Result<Incoming<'_>, ProviderError> {
        let name = self.client.provider();
        let model = request
            .model
            .as_ref()
            .or(self.model.as_ref())
            .ok_or_else(|| {
                ProviderError::new(ErrorKind::Configuration, name, "no model is named")
            })?;
        let (num_ctx, keep_alive) = (self.num_ctx, self.keep_alive.as_ref());
        let body = body::body(self.api, model, request, num_ctx, keep_alive, stream);
        let incoming = self
            .client
            .open(&self.endpoint, &self.headers, request, body)
            .await?;
        if incoming.is_success() {
            return Ok(incoming);
        }
        let answer = incoming.whole().await?;
        let fault = ErrorBody::read(&answer.body);
        Err(failure(name, &answer, &fault, self.client.redactor()))
    }

    /// Reads all of an answer to a request of so many bytes.
    async fn whole(&self, bytes: usize, incoming: Incoming<'_>) -> Result<Response, ProviderError> {
        let id = incoming.request_id();
        let answer = incoming.whole().await;
        let end = answer.and_then(|answer| answer::read(self.reader(), &answer));
        with_request_id(
            id,
            end.and_then(|response| self.whole_prompt(bytes, response)),
        )
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            provider: self.client.provider(),
            redactor: self.client.redactor(),
            attempts: 1,
        }
    }

    /// Finds a conversation that an old server cut although it was asked not to.
    fn whole_prompt(
        &self,
        request_bytes: usize,
        response: Response,
    ) -> Result<Response, ProviderError> {
        let context = u64::from(self.num_ctx);
        let estimate = request_bytes as u64 / BYTES_PER_TOKEN;
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

#[async_trait]
impl Probe for Ollama {
    /// Asks for the version, the installed models and those in memory.
    async fn probe(&self) -> Result<Health, ProviderError> {
        let at = |name: &str| self.endpoint.clone().beside(1, &[name]);
        let started = Instant::now();
        let tags = self.client.look(&at("tags"), &self.headers).await?;
        let mut health = Health::new(self.client.provider(), at("tags").shown());
        health.latency = started.elapsed();
        health.models = models(&tags);
        // Servers that only speak its protocol do not know these two.
        let version = self.client.look(&at("version"), &self.headers).await.ok();
        let version =
            version.and_then(|version| Some(version.get("version")?.as_str()?.to_owned()));
        health.version = version.map(|version| self.client.redactor().clean(&version));
        let loaded = self.client.look(&at("ps"), &self.headers).await.ok();
        health.loaded = loaded.as_ref().and_then(models);
        let has = |model: &String| {
            let tagged = tagged(model);
            let models = health.models.as_ref()?.iter();
            Some(
                models
                    .map(|model| self::tagged(model))
                    .any(|model| model == tagged),
            )
        };
        health.has_model = self.model.as_ref().and_then(has);
        Ok(health)
    }
}

/// The names of a list of models.
fn models(list: &Value) -> Option<Vec<String>> {
    Some(names(list.get("models")?.as_array()?, "name"))
}

/// The name with its tag, as Ollama compares them.
fn tagged(model: &str) -> String {
    let name = model.rsplit('/').next().unwrap_or_default();
    match name.contains(':') {
        true => model.to_owned(),
        false => format!("{model}:latest"),
    }
}

/// A usual ratio for English text and for code.
const BYTES_PER_TOKEN: u64 = 4;

/// Ollama takes a number of seconds, or a text such as `10m`.
fn keep_alive(text: &str) -> Value {
    text.parse::<i64>()
        .map_or_else(|_| text.into(), Value::from)
}
