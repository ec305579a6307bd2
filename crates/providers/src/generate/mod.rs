//! A plain JSON endpoint: a prompt in, a text out.

mod answer;
mod config;

use std::time::Instant;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Map, Value};

pub use config::GenerateConfig;

use crate::http::{Client, Endpoint, ErrorBody, Reader, failure, shortest, with_request_id};
use crate::probe::TIMEOUT;
use crate::prompt::prompt;
use crate::{ErrorKind, Health, Probe, Provider, ProviderError, Request, Response};

/// A provider that posts `{"prompt":…,"model":…,"max_tokens":…}` and reads `{"text":…}` or `{"response":…}`: how
/// in-house routers and processors are asked.
///
/// It must be used within a tokio runtime that has time and I/O enabled.
///
/// - `model`, `max_tokens` and `temperature` are sent only where they are known: such a server often chooses by itself.
/// - The whole conversation becomes one prompt: instructions first, and of several turns each says who speaks. A wish for
///   JSON is put into words.
/// - A text that the server calls unfinished (`"done": false`) or cut (`"finish_reason": "length"`) is
///   [`ErrorKind::Incomplete`]. `usage`, `model` and `id` are read where they are there.
/// - A streamed answer comes as one piece.
#[derive(Debug)]
pub struct Generate {
    model: Option<String>,
    endpoint: Endpoint,
    headers: HeaderMap,
    client: Client,
}

impl Generate {
    /// Makes a provider of these settings. Nothing is asked of the server yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the address is none, or needs TLS and the program was built without; the key cannot
    /// be sent in a header.
    pub fn new(config: GenerateConfig) -> Result<Self, ProviderError> {
        let name = config.common.name.as_str();
        let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, name, message);
        if config.url.expose().trim().is_empty() {
            return Err(wrong("no address is known; set GENERATE_URL".to_owned()));
        }
        let endpoint =
            Endpoint::parse(&config.url).map_err(|fault| wrong(format!("address {fault}")))?;
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.common.api_key {
            headers.insert(AUTHORIZATION, key.bearer().map_err(wrong)?);
        }
        let client = Client::new(&config.common, &endpoint, [&config.common.api_key])?;
        let endpoint = match endpoint.last_segment() {
            None => endpoint.join(&["generate"]),
            Some(_) => endpoint,
        };
        Ok(Self {
            model: config.common.model,
            endpoint,
            headers,
            client,
        })
    }

    fn body(&self, request: &Request) -> Value {
        let mut body = Map::new();
        body.insert("prompt".to_owned(), prompt(request).into());
        if let Some(model) = request.model.as_ref().or(self.model.as_ref()) {
            body.insert("model".to_owned(), model.as_str().into());
        }
        if let Some(tokens) = request.max_output_tokens {
            body.insert("max_tokens".to_owned(), tokens.into());
        }
        if let Some(temperature) = request.temperature {
            body.insert("temperature".to_owned(), shortest(temperature));
        }
        Value::Object(body)
    }
}

#[async_trait]
impl Provider for Generate {
    fn name(&self) -> &str {
        self.client.provider()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let name = self.client.provider();
        let body = serde_json::to_vec(&self.body(request));
        let incoming = self
            .client
            .open(&self.endpoint, &self.headers, request, body)
            .await?;
        let id = incoming.request_id();
        let answer = match incoming.whole().await {
            Ok(answer) => answer,
            Err(error) => return with_request_id(id, Err(error)),
        };
        let redactor = self.client.redactor();
        if !(200..300).contains(&answer.status) {
            let fault = ErrorBody::read(&answer.body);
            return Err(failure(name, &answer, &fault, redactor));
        }
        let reader = Reader {
            provider: name,
            redactor,
            attempts: 1,
        };
        with_request_id(id, answer::read(reader, &answer))
    }
}

#[async_trait]
impl Probe for Generate {
    /// Looks at the address without a prompt: any answer but a refused key, a missing address or a broken server shows
    /// that there is someone to ask.
    async fn probe(&self) -> Result<Health, ProviderError> {
        let started = Instant::now();
        let answer = self
            .client
            .get(&self.endpoint, &self.headers, TIMEOUT)
            .await?;
        // Most such addresses take nothing but a post.
        if !matches!(answer.status, 200..=299 | 400 | 405 | 415 | 422) {
            let fault = ErrorBody::read(&answer.body);
            let redactor = self.client.redactor();
            return Err(failure(self.client.provider(), &answer, &fault, redactor));
        }
        let mut health = Health::new(self.client.provider(), self.endpoint.shown());
        health.latency = started.elapsed();
        Ok(health)
    }
}
