//! Servers that speak OpenAI's chat completions protocol.

mod answer;
mod body;
mod config;
mod events;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

pub use config::{OpenAiConfig, TokenLimit};

use crate::http::{
    Answer, Client, Endpoint, ErrorBody, Incoming, Sse, failure, json, listed, streaming,
};
use crate::redact::Redactor;
use crate::{ErrorKind, Health, Probe, Provider, ProviderError, Request, Response, ResponseStream};
use body::{Dialect, body};

/// The host that needs a key and has long moved to `max_completion_tokens`.
const OPENAI_HOST: &str = "api.openai.com";

/// A provider that speaks OpenAI's chat completions protocol: OpenAI itself, and the many servers that are
/// compatible with it, such as llama.cpp's, vLLM, LiteLLM or OpenRouter.
///
/// It must be used within a tokio runtime that has time and I/O enabled. Clones of its connection pool are shared by all
/// calls; make one and keep it.
///
/// # What it does about the differences between servers
///
/// - It reads answers and failures leniently, and never fails because the text of a failure could not be read.
/// - When a server refuses a parameter ("use `max_completion_tokens` instead", a fixed temperature), it repairs the
///   request and asks once more, and remembers the repair for that model. Each parameter is repaired at most once. A
///   temperature that is refused is left out.
/// - An answer that was cut by a token limit is [`ErrorKind::Incomplete`] and not transient; one that the server
///   itself calls unfinished is transient. Refused and filtered answers are errors too. All carry what came as
///   [`ProviderError::partial`].
/// - A message of the user that the server echoes is passed on as the server wrote it; the key is taken out wherever the
///   server echoes that.
#[derive(Debug)]
pub struct OpenAi {
    model: Option<String>,
    endpoint: Endpoint,
    headers: HeaderMap,
    client: Client,
    dialect: Dialect,
    learnt: Mutex<HashMap<String, Dialect>>,
}

impl OpenAi {
    /// Makes a provider of these settings. Nothing is asked of the server yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: the address is no `http` or `https` URL, or needs TLS and the program was built
    /// without; the key cannot be sent in a header; `api.openai.com` without a key.
    pub fn new(config: OpenAiConfig) -> Result<Self, ProviderError> {
        let name = config.name.as_str();
        let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, name, message);
        let endpoint = Endpoint::parse(&config.base_url)
            .map_err(|fault| wrong(format!("base URL {fault}")))?;
        let official = endpoint.host() == OPENAI_HOST;
        if official && config.api_key.is_none() {
            return Err(wrong(format!(
                "{OPENAI_HOST} needs a key; set OPENAI_API_KEY"
            )));
        }
        let mut secrets = endpoint.secrets();
        secrets.extend(config.api_key.iter().map(|key| key.secret().clone()));
        let client = Client::new(
            name,
            &config.http,
            endpoint.is_https(),
            Redactor::new(secrets.iter()),
        )?;
        Ok(Self {
            endpoint: chat(endpoint),
            headers: headers(&config).map_err(wrong)?,
            dialect: Dialect::new(config.token_limit, official),
            model: config.model,
            client,
            learnt: Mutex::default(),
        })
    }

    /// Asks, and once more for each repair; gives the answer as it comes, and the calls that were made.
    async fn ask(
        &self,
        request: &Request,
        stream: bool,
    ) -> Result<(u32, Incoming<'_>), ProviderError> {
        let model = request.model.as_ref().or(self.model.as_ref());
        let Some(model) = model else {
            let (kind, message) = (ErrorKind::Configuration, "no model is named");
            return Err(ProviderError::new(kind, self.client.provider(), message));
        };
        let mut dialect = self.dialect_of(model);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let body = body(model, request, dialect, stream).to_string();
            let incoming = self
                .client
                .open(&self.endpoint, &self.headers, body.into_bytes())
                .await
                .map_err(|error| error.with_attempts(attempts))?;
            if incoming.is_success() {
                self.learn(model, dialect);
                return Ok((attempts, incoming));
            }
            let answer = incoming
                .whole()
                .await
                .map_err(|error| error.with_attempts(attempts))?;
            let fault = ErrorBody::read(&answer.body);
            match dialect.repaired(request, stream, answer.status, &fault) {
                Some(repaired) => dialect = repaired,
                None => return Err(self.failure(&answer, &fault).with_attempts(attempts)),
            }
        }
    }

    async fn whole(
        &self,
        attempts: u32,
        incoming: Incoming<'_>,
    ) -> Result<Response, ProviderError> {
        let answer = incoming
            .whole()
            .await
            .map_err(|error| error.with_attempts(attempts))?;
        let reader = self.reader(attempts);
        match json(&answer.body) {
            Ok(value) => reader.read(&value, &answer),
            Err(error) => Err(reader.unreadable(&error, &answer)),
        }
    }

    fn reader(&self, attempts: u32) -> answer::Reader<'_> {
        answer::Reader {
            provider: self.client.provider(),
            redactor: self.client.redactor(),
            attempts,
        }
    }

    fn failure(&self, answer: &Answer, fault: &ErrorBody) -> ProviderError {
        failure(
            self.client.provider(),
            answer,
            fault,
            self.client.redactor(),
        )
    }

    fn dialect_of(&self, model: &str) -> Dialect {
        let learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        learnt.get(model).copied().unwrap_or(self.dialect)
    }

    fn learn(&self, model: &str, dialect: Dialect) {
        if dialect != self.dialect {
            let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
            learnt.insert(model.to_owned(), dialect);
        }
    }
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> &str {
        self.client.provider()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let (attempts, incoming) = self.ask(request, false).await?;
        self.whole(attempts, incoming).await
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let (attempts, incoming) = self.ask(request, true).await?;
        if incoming.is_json() {
            // The server does not stream.
            return Ok(ResponseStream::of(self.whole(attempts, incoming).await?));
        }
        let events = events::ChunkReader::new(self.reader(attempts));
        let frames = Sse::new(self.client.max_response_bytes());
        Ok(streaming(incoming, frames, events))
    }
}

#[async_trait]
impl Probe for OpenAi {
    /// Asks for the list of models, which checks the address and the key.
    async fn probe(&self) -> Result<Health, ProviderError> {
        // `chat/completions` are the last two segments.
        let models = self.endpoint.clone().beside(2, &["models"]);
        let started = Instant::now();
        let list = self.client.look(&models, &self.headers).await?;
        let mut health = Health::new(self.client.provider(), models.shown());
        health.latency = started.elapsed();
        health.models = listed(&list);
        let has = |model: &String| Some(health.models.as_ref()?.contains(model));
        health.has_model = self.model.as_ref().and_then(has);
        Ok(health)
    }
}

/// The address that chats are posted to. A bare host gets `/v1`; any other path is taken as it is.
fn chat(endpoint: Endpoint) -> Endpoint {
    match endpoint.last_segment() {
        None => endpoint.join(&["v1", "chat", "completions"]),
        Some("completions") => endpoint,
        Some(_) => endpoint.join(&["chat", "completions"]),
    }
}

fn headers(config: &OpenAiConfig) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    if let Some(key) = &config.api_key {
        headers.insert(AUTHORIZATION, key.bearer()?);
    }
    let named = [
        ("OpenAI-Organization", &config.organization),
        ("OpenAI-Project", &config.project),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            let value = HeaderValue::try_from(value.as_str())
                .map_err(|_| format!("the value for {name} cannot be sent in a header"))?;
            headers.insert(name, value);
        }
    }
    Ok(headers)
}
