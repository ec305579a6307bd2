//! Anthropic's messages protocol.

mod answer;
mod body;
mod config;
mod events;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

pub use config::AnthropicConfig;

use self::answer::Message;
use crate::http::{Client, Endpoint, ErrorBody, Incoming, Reader, failure, json, listed};
use crate::{ErrorKind, Health, Probe, Provider, ProviderError, Request, Response, ResponseStream};

/// The version of the protocol that is spoken.
const VERSION: &str = "2023-06-01";
/// The host that needs a key.
const HOST: &str = "api.anthropic.com";

/// A provider that speaks Anthropic's messages protocol.
///
/// It must be used within a tokio runtime that has time and I/O enabled. Make one and keep it: all its calls share one
/// pool of connections.
///
/// - Instructions ([`Role::System`](crate::Role::System)) go into the protocol's field for them, wherever they stand.
/// - The protocol has no field for the shape of an answer that all its models know; a wish for JSON is put into words.
/// - Every answer has a limit on its tokens: [`AnthropicConfig::max_output_tokens`] where a request states none.
/// - A temperature above 1 is sent as 1. When a model takes none, the request is sent once more without it, and
///   that is remembered.
/// - An answer that was cut by a limit is [`ErrorKind::Incomplete`] and not transient; a turn that the server paused is
///   transient; a refusal is [`ErrorKind::Refusal`]. All carry what came.
/// - [`Usage::input_tokens`](crate::Usage::input_tokens) counts what a cache held or was given, unlike the
///   protocol's own field.
#[derive(Debug)]
pub struct Anthropic {
    model: Option<String>,
    max_output_tokens: u32,
    endpoint: Endpoint,
    headers: HeaderMap,
    client: Client,
    without_temperature: Mutex<HashSet<String>>,
}

impl Anthropic {
    /// Makes a provider of these settings. Nothing is asked of the server yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the address is no `http` or `https` URL, or needs TLS and the program was built
    /// without; a key cannot be sent in a header; `api.anthropic.com` without a key.
    pub fn new(config: AnthropicConfig) -> Result<Self, ProviderError> {
        let name = config.common.name.as_str();
        let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, name, message);
        let endpoint = Endpoint::parse(&config.base_url)
            .map_err(|fault| wrong(format!("base URL {fault}")))?;
        let keys = [&config.common.api_key, &config.auth_token];
        if endpoint.host() == HOST && keys.iter().all(|key| key.is_none()) {
            return Err(wrong(format!("{HOST} needs a key; set ANTHROPIC_API_KEY")));
        }
        let client = Client::new(&config.common, &endpoint, keys)?;
        Ok(Self {
            endpoint: messages(endpoint),
            headers: headers(&config).map_err(wrong)?,
            model: config.common.model,
            max_output_tokens: config.max_output_tokens,
            client,
            without_temperature: Mutex::default(),
        })
    }

    /// Asks, and once more when the model takes no temperature; gives the answer as it comes, and the calls that were made.
    async fn ask(
        &self,
        request: &Request,
        stream: bool,
    ) -> Result<(u32, Incoming<'_>), ProviderError> {
        let name = self.client.provider();
        let model = request.model.as_ref().or(self.model.as_ref());
        let Some(model) = model else {
            let (kind, message) = (ErrorKind::Configuration, "no model is named");
            return Err(ProviderError::new(kind, name, message));
        };
        let mut temperature = !self.learnt().contains(model);
        let (before, mut attempts) = (request.tally.failed(), 0);
        loop {
            request.tally.note(before, attempts);
            attempts += 1;
            let counted = |error: ProviderError| error.with_attempts(attempts);
            let limit = self.max_output_tokens;
            let body = body::body(model, request, limit, temperature, stream);
            let incoming = self
                .client
                .open(&self.endpoint, &self.headers, request, body)
                .await
                .map_err(counted)?;
            if incoming.is_success() {
                return Ok((attempts, incoming));
            }
            let answer = incoming.whole().await.map_err(counted)?;
            let fault = ErrorBody::read(&answer.body);
            let refused = answer.status == 400 && fault.says(&["temperature"]);
            if refused && temperature && request.temperature.is_some() {
                self.learnt().insert(model.clone());
                if request.limits.allow_another(attempts) {
                    temperature = false;
                    continue;
                }
            }
            if let Ok(value) = json(&answer.body) {
                return Err(self.reader(attempts).stated(&value, &answer));
            }
            let error = failure(name, &answer, &fault, self.client.redactor());
            return Err(counted(error));
        }
    }

    fn reader(&self, attempts: u32) -> Reader<'_> {
        Reader {
            provider: self.client.provider(),
            redactor: self.client.redactor(),
            attempts,
        }
    }

    fn learnt(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        let learnt = self.without_temperature.lock();
        learnt.unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Provider for Anthropic {
    fn name(&self) -> &str {
        self.client.provider()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let (attempts, incoming) = self.ask(request, false).await?;
        incoming.complete(Message(self.reader(attempts))).await
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let (attempts, incoming) = self.ask(request, true).await?;
        incoming.stream(Message(self.reader(attempts))).await
    }
}

#[async_trait]
impl Probe for Anthropic {
    /// Asks for the list of models, which checks the address and the key.
    async fn probe(&self) -> Result<Health, ProviderError> {
        let models = self.endpoint.clone().beside(1, &["models"]);
        let started = Instant::now();
        let list = self.client.look(&models, &self.headers).await?;
        let mut health = Health::new(self.client.provider(), models.shown());
        health.latency = started.elapsed();
        health.models = listed(&list);
        // An alias is no member of the list, and a long list comes in parts.
        let listed = health.models.as_ref().zip(self.model.as_ref());
        health.has_model = listed
            .filter(|(models, model)| models.contains(model))
            .map(|_| true);
        Ok(health)
    }
}

/// The address that messages are posted to.
fn messages(endpoint: Endpoint) -> Endpoint {
    match endpoint.last_segment() {
        Some("messages") => endpoint,
        Some("v1") => endpoint.join(&["messages"]),
        _ => endpoint.join(&["v1", "messages"]),
    }
}

fn headers(config: &AnthropicConfig) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static("anthropic-version"),
        HeaderValue::from_static(VERSION),
    );
    if let Some(key) = &config.common.api_key {
        headers.insert(HeaderName::from_static("x-api-key"), key.header("")?);
    }
    if let Some(token) = &config.auth_token {
        headers.insert(AUTHORIZATION, token.bearer()?);
    }
    Ok(headers)
}
