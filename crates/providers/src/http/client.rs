//! Makes bounded calls.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};

use super::idempotency::{IDEMPOTENCY_KEY, idempotency_key};
use super::{ApiKey, Deadlines, Endpoint, HttpOptions, Incoming, Settings, tls};
use crate::redact::Redactor;
use crate::within::within;
use crate::{ErrorKind, ProviderError, Request, TimeoutPhase};

/// Makes calls and reads their answers, within the bounds of [`HttpOptions`]. It follows no redirect: a key goes to the
/// host that it was given for, and to no other.
#[derive(Clone)]
pub(crate) struct Client {
    provider: String,
    inner: reqwest::Client,
    options: HttpOptions,
    redactor: Redactor,
}

/// What a server answered, whole or, when `status` tells of a failure, its beginning.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The body came in pieces, and is not here.
    pub(crate) streamed: bool,
}

impl Client {
    /// A client for this server, which keeps these keys and the secrets of the address to itself.
    ///
    /// # Errors
    ///
    /// `Configuration`: TLS could not be set up, or a proxy is none.
    pub(crate) fn new<'k>(
        settings: &Settings,
        endpoint: &Endpoint,
        keys: impl IntoIterator<Item = &'k Option<ApiKey>>,
    ) -> Result<Self, ProviderError> {
        let (provider, options) = (settings.name.as_str(), &settings.http);
        let keys = keys.into_iter().flatten();
        let keys = keys.map(|key| ("key", key.secret().clone()));
        let of_address = endpoint.secrets();
        let of_address = of_address.iter();
        let of_address = of_address.map(|(name, secret)| (name.as_str(), secret.clone()));
        let redactor = Redactor::new(keys.chain(of_address));
        let https = endpoint.is_https();
        let configuration =
            |message: String| ProviderError::new(ErrorKind::Configuration, provider, message);
        let builder = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("wavecrew/", env!("CARGO_PKG_VERSION")));
        let builder = tls::apply(builder, https || !options.proxies.is_empty())
            .map_err(|fault| configuration(format!("TLS could not be set up: {fault}")))?;
        let builder = options.proxies.apply(builder).map_err(configuration)?;
        let inner = builder.build().map_err(|error| {
            configuration(format!(
                "the HTTP client could not be made: {}",
                chain(&error)
            ))
        })?;
        Ok(Self {
            provider: provider.to_owned(),
            inner,
            options: options.clone(),
            redactor,
        })
    }

    pub(crate) fn provider(&self) -> &str {
        &self.provider
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Posts JSON and gives the answer as it comes, whatever its status.
    ///
    /// # Errors
    ///
    /// `Connect`, `Timeout`, `Incomplete` (the connection ended early), `Configuration` (a redirect).
    pub(crate) async fn open(
        &self,
        endpoint: &Endpoint,
        headers: &HeaderMap,
        request: &Request,
        body: serde_json::Result<Vec<u8>>,
    ) -> Result<Incoming<'_>, ProviderError> {
        let body = body.map_err(|error| {
            let message = format!("the request cannot be written as JSON: {error}");
            ProviderError::new(ErrorKind::BadRequest, &self.provider, message).with_attempts(0)
        })?;
        let mut call = self
            .inner
            .post(endpoint.url().clone())
            .headers(headers.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(id) = request.limits.id.filter(|_| self.options.idempotency_keys) {
            call = call.header(IDEMPOTENCY_KEY, idempotency_key(id, &body));
        }
        let deadlines = Deadlines::start(&self.options);
        self.send(call.body(body), deadlines).await
    }

    /// Looks something up within so much time, and reads the answer, whatever its status.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and as [`Incoming::whole`].
    pub(crate) async fn get(
        &self,
        endpoint: &Endpoint,
        headers: &HeaderMap,
        timeout: Duration,
    ) -> Result<Answer, ProviderError> {
        let request = self
            .inner
            .get(endpoint.url().clone())
            .headers(headers.clone());
        let options = HttpOptions {
            timeout: timeout.min(self.options.timeout),
            ..self.options.clone()
        };
        let incoming = self.send(request, Deadlines::start(&options)).await?;
        incoming.whole().await
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        mut deadlines: Deadlines,
    ) -> Result<Incoming<'_>, ProviderError> {
        let response = within(|| Some(deadlines.next()), request.send())
            .await
            .map_err(|_| deadlines.missed(&self.provider))?
            .map_err(|error| self.transport(error, &[]))?;
        if response.status().is_redirection() {
            return Err(self.redirected(&response));
        }
        Ok(Incoming::new(self, response, deadlines))
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        self.options.max_response_bytes
    }

    fn redirected(&self, response: &reqwest::Response) -> ProviderError {
        let target = response
            .headers()
            .get(LOCATION)
            .map(|value| value.as_bytes());
        let target = String::from_utf8_lossy(target.unwrap_or(b"nowhere")).into_owned();
        let target = super::Address::new(target).to_string();
        let message = format!(
            "the server redirects to {}, which is not followed; if that is right, make it the base address",
            self.redactor.clean(&target)
        );
        ProviderError::new(ErrorKind::Configuration, &self.provider, message)
            .with_attempts(1)
            .with_status(response.status().as_u16())
    }

    /// What a failure below HTTP means.
    pub(super) fn transport(&self, error: reqwest::Error, read: &[u8]) -> ProviderError {
        let kind = match &error {
            error if error.is_timeout() => ErrorKind::Timeout,
            error if error.is_connect() => ErrorKind::Connect,
            error if error.is_builder() => ErrorKind::Configuration,
            _ => ErrorKind::Incomplete,
        };
        let error_is_connect = error.is_connect();
        let message = self.redactor.clean(&chain(&error.without_url()));
        let connecting = error_is_connect && kind == ErrorKind::Timeout;
        let error = ProviderError::new(kind, &self.provider, message)
            .with_timeout_phase(connecting.then_some(TimeoutPhase::Connect));
        if read.is_empty() {
            error
        } else {
            error.with_excerpt(self.shown(read))
        }
    }

    pub(super) fn shown(&self, body: &[u8]) -> String {
        self.redactor.clean(&String::from_utf8_lossy(body))
    }
}

/// The HTTP client inside would show the addresses of proxies, passwords and all; our own options do not.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("provider", &self.provider)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The causes of an error from the outside in, each said once, without what only names the layers of the client.
fn chain(error: &dyn Error) -> String {
    const LAYERS: [&str; 2] = ["error sending request", "client error ("];
    let mut parts: Vec<String> = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        cause = error.source();
        let layer = cause.is_some() && LAYERS.iter().any(|layer| text.starts_with(layer));
        if !layer && !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}
