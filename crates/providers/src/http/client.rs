//! One bounded call.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use tokio::time::{Instant, timeout_at};

use super::{Endpoint, HttpOptions, Redactor};
use crate::{ErrorKind, ProviderError};

/// How much is read of an answer that only tells of a failure.
const MAX_FAILURE_BYTES: usize = 64 << 10;

/// Makes calls and reads their answers, within the bounds of [`HttpOptions`]. It follows no redirect: a key goes to the
/// host that it was given for, and to no other.
#[derive(Clone)]
pub(crate) struct Client {
    provider: String,
    inner: reqwest::Client,
    timeout: Duration,
    max_response_bytes: usize,
    redactor: Redactor,
}

/// What a server answered, whole or, when `status` tells of a failure, its beginning.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(
        provider: &str,
        options: &HttpOptions,
        https: bool,
        redactor: Redactor,
    ) -> Result<Self, ProviderError> {
        let configuration =
            |message: String| ProviderError::new(ErrorKind::Configuration, provider, message);
        let builder = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("wavecrew/", env!("CARGO_PKG_VERSION")));
        let builder = certificates(builder, https || !options.proxies.is_empty());
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
            timeout: options.timeout,
            max_response_bytes: options.max_response_bytes,
            redactor,
        })
    }

    pub(crate) fn provider(&self) -> &str {
        &self.provider
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Posts JSON and reads the answer, whatever its status.
    ///
    /// # Errors
    ///
    /// `Connect`, `Timeout`, `Incomplete` (the connection ended early), `BadResponse` (too large), `Configuration` (a
    /// redirect).
    pub(crate) async fn post(
        &self,
        endpoint: &Endpoint,
        headers: &HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, ProviderError> {
        // An absurdly long timeout must not overflow the clock.
        let now = Instant::now();
        let deadline = now
            .checked_add(self.timeout)
            .unwrap_or(now + Duration::from_secs(86_400));
        let request = self
            .inner
            .post(endpoint.url().clone())
            .headers(headers.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body);
        let response = timeout_at(deadline, request.send())
            .await
            .map_err(|_| self.late("no answer"))?
            .map_err(|error| self.transport(error, &[]))?;
        if response.status().is_redirection() {
            return Err(self.redirected(&response));
        }
        self.read(response, deadline).await
    }

    async fn read(
        &self,
        mut response: reqwest::Response,
        deadline: Instant,
    ) -> Result<Answer, ProviderError> {
        let success = response.status().is_success();
        let status = response.status().as_u16();
        let limit = if success {
            self.max_response_bytes
        } else {
            MAX_FAILURE_BYTES
        };
        let mut body = Vec::new();
        loop {
            let chunk = match timeout_at(deadline, response.chunk()).await {
                Ok(Ok(None)) => break,
                Ok(Ok(Some(chunk))) => chunk,
                // The status alone says what failed.
                Ok(Err(_)) | Err(_) if !success => break,
                Ok(Err(error)) => return Err(self.transport(error, &body).with_status(status)),
                Err(_) => {
                    let late = self.late("an unfinished answer");
                    return Err(late.with_status(status).with_excerpt(self.shown(&body)));
                }
            };
            let room = limit - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                if !success {
                    break;
                }
                let message = format!("the answer is larger than {limit} bytes");
                return Err(
                    ProviderError::new(ErrorKind::BadResponse, &self.provider, message)
                        .with_transient(false)
                        .with_status(status)
                        .with_excerpt(self.shown(&body)),
                );
            }
        }
        Ok(Answer {
            status,
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }

    fn late(&self, what: &str) -> ProviderError {
        let message = format!("{what} after {:?}", self.timeout);
        ProviderError::new(ErrorKind::Timeout, &self.provider, message)
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
    fn transport(&self, error: reqwest::Error, read: &[u8]) -> ProviderError {
        let kind = match &error {
            error if error.is_timeout() => ErrorKind::Timeout,
            error if error.is_connect() => ErrorKind::Connect,
            error if error.is_builder() => ErrorKind::Configuration,
            _ => ErrorKind::Incomplete,
        };
        let message = self.redactor.clean(&chain(&error.without_url()));
        let error = ProviderError::new(kind, &self.provider, message);
        if read.is_empty() {
            error
        } else {
            error.with_excerpt(self.shown(read))
        }
    }

    fn shown(&self, body: &[u8]) -> String {
        self.redactor.clean(&String::from_utf8_lossy(body))
    }
}

/// The HTTP client inside would show the addresses of proxies, passwords and all.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("provider", &self.provider)
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}

/// A client that speaks only plain HTTP needs no root certificates, which a small container may not have.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn certificates(builder: reqwest::ClientBuilder, needed: bool) -> reqwest::ClientBuilder {
    if needed {
        builder
    } else {
        builder.tls_certs_only([])
    }
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn certificates(builder: reqwest::ClientBuilder, _needed: bool) -> reqwest::ClientBuilder {
    builder
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
