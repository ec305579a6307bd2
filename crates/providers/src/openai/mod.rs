//! Servers that speak OpenAI's protocols.

mod chat;
mod config;
mod dialect;
mod responses;
mod schema;
mod usage;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

pub use config::{OpenAiApi, OpenAiConfig, TokenLimit};

use self::chat::Completion;
use self::dialect::Dialect;
use self::responses::Item;
use crate::http::{Client, Endpoint, ErrorBody, Incoming, Reader, failure, listed};
use crate::{ErrorKind, Health, Probe, Provider, ProviderError, Request, Response, ResponseStream};

/// The host that needs a key and has long moved to `max_completion_tokens`.
const OPENAI_HOST: &str = "api.openai.com";

/// A provider that speaks OpenAI's protocols: OpenAI itself, and the many servers that are compatible with it, such as
/// llama.cpp's, vLLM, LiteLLM or OpenRouter.
///
/// All of them know chat completions, which are asked unless [`OpenAiConfig::api`] says [`OpenAiApi::Responses`].
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
/// - A response of the Responses API that is called completed and used up all the tokens that it was allowed counts as
///   cut: some servers call every response completed.
/// - A message of the user that the server echoes is passed on as the server wrote it; the key is taken out wherever the
///   server echoes that.
#[derive(Debug)]
pub struct OpenAi {
    model: Option<String>,
    endpoint: Endpoint,
    headers: HeaderMap,
    client: Client,
    api: OpenAiApi,
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
        let name = config.common.name.as_str();
        let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, name, message);
        let endpoint = Endpoint::parse(&config.base_url)
            .map_err(|fault| wrong(format!("base URL {fault}")))?;
        let official = endpoint.host() == OPENAI_HOST;
        if official && config.common.api_key.is_none() {
            return Err(wrong(format!(
                "{OPENAI_HOST} needs a key; set OPENAI_API_KEY"
            )));
        }
        let client = Client::new(&config.common, &endpoint, [&config.common.api_key])?;
        let (api, endpoint) = address(endpoint, config.api);
        Ok(Self {
            endpoint,
            headers: headers(&config).map_err(wrong)?,
            api,
            dialect: Dialect::new(api, config.token_limit, official),
            model: config.common.model,
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
        let (before, mut attempts) = (request.tally.failed(), 0);
        loop {
            request.tally.note(before, attempts);
            attempts += 1;
            let counted = |error: ProviderError| error.with_attempts(attempts);
            let body = match self.api {
                OpenAiApi::ChatCompletions => chat::body(model, request, dialect, stream),
                OpenAiApi::Responses => responses::body(model, request, dialect, stream),
            };
            let incoming = self
                .client
                .open(&self.endpoint, &self.headers, request, body)
                .await
                .map_err(counted)?;
            if incoming.is_success() {
                self.learn(model, dialect);
                return Ok((attempts, incoming));
            }
            let answer = incoming.whole().await.map_err(counted)?;
            let fault = ErrorBody::read(&answer.body);
            match dialect.repaired(request, stream, answer.status, &fault) {
                Some(repaired) if request.limits.allow_another(attempts) => dialect = repaired,
                repaired => {
                    // No further call is allowed; the next request need not learn it again.
                    if let Some(repaired) = repaired {
                        self.learn(model, repaired);
                    }
                    let (name, redactor) = (self.client.provider(), self.client.redactor());
                    return Err(counted(failure(name, &answer, &fault, redactor)));
                }
            }
        }
    }

    fn reader(&self, attempts: u32) -> Reader<'_> {
        Reader {
            provider: self.client.provider(),
            redactor: self.client.redactor(),
            attempts,
        }
    }

    fn dialect_of(&self, model: &str) -> Dialect {
        let learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        learnt.get(model).copied().unwrap_or(self.dialect)
    }

    fn learn(&self, model: &str, dialect: Dialect) {
        if dialect != self.dialect {
            let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
            learnt
                .entry(model.to_owned())
                .and_modify(|known| *known = known.and(dialect))
                .or_insert(dialect);
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
        let reader = self.reader(attempts);
        match self.api {
            OpenAiApi::ChatCompletions => incoming.complete(Completion(reader)).await,
            OpenAiApi::Responses => incoming.complete(item(reader, request)).await,
        }
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let (attempts, incoming) = self.ask(request, true).await?;
        let reader = self.reader(attempts);
        match self.api {
            OpenAiApi::ChatCompletions => incoming.stream(Completion(reader)).await,
            OpenAiApi::Responses => incoming.stream(item(reader, request)).await,
        }
    }
}

#[async_trait]
impl Probe for OpenAi {
    /// Asks for the list of models, which checks the address and the key.
    async fn probe(&self) -> Result<Health, ProviderError> {
        let models = self
            .endpoint
            .clone()
            .beside(self.api.path().len(), &["models"]);
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

/// The address to post to, and how it wants to be asked: an address that names a path of the protocol has chosen. A bare
/// host gets `/v1`; any other path is taken as it is.
fn address(endpoint: Endpoint, api: Option<OpenAiApi>) -> (OpenAiApi, Endpoint) {
    let stated = match endpoint.last_segment() {
        Some("completions") => Some(OpenAiApi::ChatCompletions),
        Some("responses") => Some(OpenAiApi::Responses),
        _ => None,
    };
    let chosen = api.or(stated).unwrap_or_default();
    let base = match (stated, endpoint.last_segment()) {
        (Some(stated), _) if stated == chosen => return (chosen, endpoint),
        (Some(stated), _) => endpoint.beside(stated.path().len(), &[]),
        (None, None) => endpoint.join(&["v1"]),
        (None, Some(_)) => endpoint,
    };
    (chosen, base.join(chosen.path()))
}

fn item<'a>(reader: Reader<'a>, request: &Request) -> Item<'a> {
    let limit = request.max_output_tokens;
    Item { reader, limit }
}

fn headers(config: &OpenAiConfig) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    if let Some(key) = &config.common.api_key {
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
