//! Kinds of failures, and what is known more exactly of some of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of failure it was: what a caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// Too many requests or tokens for now; waiting mends it.
    RateLimited,
    /// The account is used up or not paid; waiting mends nothing.
    Quota,
    /// The request alone is larger than a limit of the server; waiting mends nothing.
    RequestTooLarge,
    /// The key is missing, wrong, or may not do this.
    Authentication,
    /// The server has no such model.
    ModelNotFound,
    /// The messages do not fit in the model's context.
    ContextOverflow,
    /// The server is too busy.
    Overloaded,
    /// The server failed inside.
    Server,
    /// A deadline passed, ours or the server's.
    Timeout,
    /// No connection came about: nothing was asked.
    Connect,
    /// The answer is not whole: the connection ended early, or a token limit cut the text off.
    Incomplete,
    /// The model declined to answer.
    Refusal,
    /// A filter withheld the question or the answer.
    ContentFilter,
    /// The server found fault with the request.
    BadRequest,
    /// The answer is not what the protocol says it should be, or too large.
    BadResponse,
    /// What may be spent is spent, or the price is not known: nothing was asked.
    Budget,
    /// Our own settings are wrong: an address, a key, a missing feature.
    Configuration,
    /// Every provider of a chain failed; [`ProviderError::failures`](crate::ProviderError::failures) has each.
    Exhausted,
    /// The caller gave the call up.
    Cancelled,
}

impl ErrorKind {
    /// Whether the same call may well succeed later.
    /// [`ProviderError::is_transient`](crate::ProviderError::is_transient) knows more about a single failure.
    pub fn is_transient(self) -> bool {
        match self {
            ErrorKind::RateLimited
            | ErrorKind::Overloaded
            | ErrorKind::Server
            | ErrorKind::Timeout
            | ErrorKind::Connect
            | ErrorKind::Incomplete
            | ErrorKind::BadResponse => true,
            ErrorKind::Quota
            | ErrorKind::RequestTooLarge
            | ErrorKind::Authentication
            | ErrorKind::ModelNotFound
            | ErrorKind::ContextOverflow
            | ErrorKind::Refusal
            | ErrorKind::ContentFilter
            | ErrorKind::BadRequest
            | ErrorKind::Budget
            | ErrorKind::Configuration
            | ErrorKind::Exhausted
            | ErrorKind::Cancelled => false,
        }
    }

    /// Whether another provider may answer where this one failed: always, unless the request itself is at fault or
    /// nobody waits for the answer any more.
    pub fn is_mendable_elsewhere(self) -> bool {
        !matches!(self, ErrorKind::BadRequest | ErrorKind::Cancelled)
    }

    /// Whether a server may have charged for a call that failed so: it had begun to work, or nobody knows.
    pub fn may_have_cost(self) -> bool {
        matches!(
            self,
            ErrorKind::Server
                | ErrorKind::Timeout
                | ErrorKind::Incomplete
                | ErrorKind::Refusal
                | ErrorKind::ContentFilter
                | ErrorKind::BadResponse
                | ErrorKind::Exhausted
                | ErrorKind::Cancelled
        )
    }

    /// A short name in words: `rate limited`.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::RateLimited => "rate limited",
            ErrorKind::Quota => "quota used up",
            ErrorKind::RequestTooLarge => "request too large",
            ErrorKind::Authentication => "not authorised",
            ErrorKind::ModelNotFound => "model not found",
            ErrorKind::ContextOverflow => "context overflow",
            ErrorKind::Overloaded => "overloaded",
            ErrorKind::Server => "server error",
            ErrorKind::Timeout => "timed out",
            ErrorKind::Connect => "could not connect",
            ErrorKind::Incomplete => "incomplete answer",
            ErrorKind::Refusal => "refused",
            ErrorKind::ContentFilter => "content filtered",
            ErrorKind::BadRequest => "bad request",
            ErrorKind::BadResponse => "bad response",
            ErrorKind::Budget => "out of budget",
            ErrorKind::Configuration => "configuration",
            ErrorKind::Exhausted => "no provider answered",
            ErrorKind::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The allowance that a rate limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LimitScope {
    /// Requests in a span of time.
    Requests,
    /// Tokens in a span of time, in and out together.
    Tokens,
    /// Tokens of requests in a span of time.
    InputTokens,
    /// Tokens of answers in a span of time.
    OutputTokens,
    /// Requests at the same time.
    Concurrency,
}

impl fmt::Display for LimitScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LimitScope::Requests => "requests",
            LimitScope::Tokens => "tokens",
            LimitScope::InputTokens => "input tokens",
            LimitScope::OutputTokens => "output tokens",
            LimitScope::Concurrency => "concurrent requests",
        })
    }
}

/// What a call waited for when its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TimeoutPhase {
    /// A connection: nothing was asked.
    Connect,
    /// The first piece of an answer.
    FirstByte,
    /// The next piece of an answer; signs of life without content do not count.
    Idle,
    /// The whole answer.
    Total,
}

impl fmt::Display for TimeoutPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeoutPhase::Connect => "a connection",
            TimeoutPhase::FirstByte => "the first piece",
            TimeoutPhase::Idle => "the next piece",
            TimeoutPhase::Total => "the whole answer",
        })
    }
}
