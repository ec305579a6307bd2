//! What went wrong when a provider was asked.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::excerpt::escaped;
use crate::{ErrorKind, LimitScope, Response, TimeoutPhase};

/// The longest message, in characters; what is longer is cut.
const MESSAGE_CHARS: usize = 4_000;
/// How much of a server's answer an error keeps, in characters before escaping.
const EXCERPT_CHARS: usize = 200;

/// Why a provider gave no whole answer.
///
/// Callers branch on [`kind`](Self::kind), [`is_transient`](Self::is_transient) and
/// [`retry_after`](Self::retry_after). All text of it is safe to print: control and direction characters are
/// escaped, lengths are bounded, and back-ends take their keys out before an error is made.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    kind: ErrorKind,
    provider: String,
    message: String,
    transient: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<LimitScope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phase: Option<TimeoutPhase>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<Duration>,
    attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partial: Option<Response>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<ProviderError>,
}

impl ProviderError {
    /// An error of one call, or of none when the kind is [`ErrorKind::Configuration`].
    ///
    /// The message is a lowercase fragment without the provider's name and without the kind's words.
    pub fn new(kind: ErrorKind, provider: impl Into<String>, message: impl AsRef<str>) -> Self {
        Self(Box::new(Inner {
            kind,
            provider: provider.into(),
            message: escaped(message.as_ref(), MESSAGE_CHARS),
            transient: kind.is_transient(),
            scope: None,
            phase: None,
            status: None,
            request_id: None,
            retry_after: None,
            attempts: u32::from(kind != ErrorKind::Configuration),
            excerpt: None,
            partial: None,
            failures: Vec::new(),
        }))
    }

    /// An error of a chain of providers, of which each failed. It is transient when any of them is, asks for
    /// the shortest wait that any of the transient ones asks for, and counts the attempts of all.
    pub fn exhausted(provider: impl Into<String>, failures: Vec<ProviderError>) -> Self {
        let list: Vec<String> = failures.iter().map(ToString::to_string).collect();
        let mut error = Self::new(ErrorKind::Exhausted, provider, list.join("; "));
        let transient = || failures.iter().filter(|failure| failure.is_transient());
        error.0.transient = transient().next().is_some();
        error.0.retry_after = if transient().all(|failure| failure.retry_after().is_some()) {
            transient().filter_map(ProviderError::retry_after).min()
        } else {
            None
        };
        error.0.attempts = failures
            .iter()
            .map(ProviderError::attempts)
            .fold(0, u32::saturating_add);
        error.0.failures = failures;
        error
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same call may well succeed later.
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// Which allowance a rate limit is about, where the server said so.
    pub fn limit_scope(&self) -> Option<LimitScope> {
        self.0.scope
    }

    /// What a timeout waited for.
    pub fn timeout_phase(&self) -> Option<TimeoutPhase> {
        self.0.phase
    }

    /// Whether a server may have charged for the call: it had begun to work, or nobody knows. As the
    /// [kind](ErrorKind::may_have_cost), but for a connection that did not come about.
    pub fn may_have_cost(&self) -> bool {
        self.0.kind.may_have_cost() && self.0.phase != Some(TimeoutPhase::Connect)
    }

    /// How long the server asked us to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The name of the provider that failed.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's id for the call, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Calls that were made, each of which may have been paid for.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What happened, without the provider's name and the kind.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// How the server's answer began, escaped.
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// What there is of an answer that was cut off, refused or filtered; its usage may have to be paid.
    pub fn partial(&self) -> Option<&Response> {
        self.0.partial.as_ref()
    }

    /// The failures of each provider of a chain, in the order in which they were tried.
    pub fn failures(&self) -> &[ProviderError] {
        &self.0.failures
    }

    /// Sets whether the same call may succeed later, when that is known better than by kind.
    #[must_use]
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.0.transient = transient;
        self
    }

    /// Sets which allowance a rate limit is about.
    #[must_use]
    pub fn with_limit_scope(mut self, scope: impl Into<Option<LimitScope>>) -> Self {
        self.0.scope = scope.into();
        self
    }

    /// Sets what a timeout waited for.
    #[must_use]
    pub fn with_timeout_phase(mut self, phase: impl Into<Option<TimeoutPhase>>) -> Self {
        self.0.phase = phase.into();
        self
    }

    /// Sets how long to wait before the next call.
    #[must_use]
    pub fn with_retry_after(mut self, wait: impl Into<Option<Duration>>) -> Self {
        self.0.retry_after = wait.into();
        self
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Sets the server's id for the call.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<impl AsRef<str>>) -> Self {
        self.0.request_id = id.map(|id| escaped(id.as_ref(), EXCERPT_CHARS));
        self
    }

    /// Sets how many calls were made.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Keeps the beginning of a server's answer, escaped and cut.
    #[must_use]
    pub fn with_excerpt(mut self, answer: impl AsRef<str>) -> Self {
        self.0.excerpt = Some(escaped(answer.as_ref(), EXCERPT_CHARS));
        self
    }

    /// Keeps what there is of an answer.
    #[must_use]
    pub fn with_partial(mut self, partial: Response) -> Self {
        self.0.partial = Some(partial);
        self
    }
}

/// `openai: rate limited: limit reached for gpt-4o (status 429, retry after 2s, request req-1)`.
impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.provider.is_empty() {
            write!(f, "{}: ", inner.provider)?;
        }
        write!(f, "{}", inner.kind)?;
        if !inner.message.is_empty() {
            write!(f, ": {}", inner.message)?;
        }
        let mut facts = Vec::new();
        facts.extend(inner.scope.map(|scope| format!("limit of {scope}")));
        facts.extend(inner.phase.map(|phase| format!("waited for {phase}")));
        facts.extend(inner.status.map(|status| format!("status {status}")));
        facts.extend(
            inner
                .retry_after
                .map(|wait| format!("retry after {wait:?}")),
        );
        facts.extend(inner.request_id.as_ref().map(|id| format!("request {id}")));
        if inner.attempts > 1 {
            facts.push(format!("{} attempts", inner.attempts));
        }
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        if let Some(excerpt) = &inner.excerpt {
            write!(f, "; the answer begins `{excerpt}`")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("ProviderError")
            .field("kind", &inner.kind)
            .field("provider", &inner.provider)
            .field("message", &inner.message)
            .field("transient", &inner.transient)
            .field("scope", &inner.scope)
            .field("phase", &inner.phase)
            .field("status", &inner.status)
            .field("request_id", &inner.request_id)
            .field("retry_after", &inner.retry_after)
            .field("attempts", &inner.attempts)
            .field("excerpt", &inner.excerpt)
            .field("partial", &inner.partial)
            .field("failures", &inner.failures)
            .finish()
    }
}

impl std::error::Error for ProviderError {}
