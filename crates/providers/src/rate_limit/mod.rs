//! Keeps within an allowance of requests and tokens.

mod window;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Mutex as Turnstile, Notify};
use tokio::time::{Instant, timeout_at};

use self::window::Window;
use crate::ticket::{self, Ticket};
use crate::within::within;
use crate::{
    ErrorKind, LimitScope, Provider, ProviderError, Request, Response, ResponseStream,
    TimeoutPhase, TokenEstimator,
};

/// An allowance: so many requests and tokens in any span of time, wherever it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimits {
    /// Requests in a span.
    pub requests: u64,
    /// Tokens in a span, in and out together.
    pub tokens: u64,
    /// The span of time.
    pub span: Duration,
    /// How much longer than the span an entry is kept: requests travel for unequal times, so that one which left a
    /// whole span after another may arrive a little less than a span after it.
    pub slack: Duration,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self::per_minute()
    }
}

impl RateLimits {
    /// Unlimited in any minute, until a limit is set.
    pub fn per_minute() -> Self {
        Self {
            requests: u64::MAX,
            tokens: u64::MAX,
            span: Duration::from_secs(60),
            slack: Duration::from_millis(250),
        }
    }

    /// At most so many requests.
    #[must_use]
    pub fn requests(mut self, requests: u64) -> Self {
        self.requests = requests;
        self
    }

    /// At most so many tokens.
    #[must_use]
    pub fn tokens(mut self, tokens: u64) -> Self {
        self.tokens = tokens;
        self
    }

    /// In any span of this length.
    #[must_use]
    pub fn span(mut self, span: Duration) -> Self {
        self.span = span;
        self
    }

    /// Keeps entries so much longer than the span.
    #[must_use]
    pub fn slack(mut self, slack: Duration) -> Self {
        self.slack = slack;
        self
    }
}

type Key = dyn Fn(&Request) -> String + Send + Sync;

/// A provider that keeps within an allowance of requests and tokens per minute, so that the server need not refuse.
///
/// Before the call it reserves an estimate: the tokens of the request and the most that the answer may have. After it
/// the reservation is replaced by what was used. No span of time ever holds more than is allowed, wherever it begins,
/// as long as the reservations are no less than the use. Requests go in the order in which they came, so that none is
/// starved. When the server refuses all the same and says for how long, all wait that long.
///
/// Clones share the allowance. [`by_key`](Self::by_key) keeps one allowance for each key: model, account, caller.
///
/// # Order
///
/// `RateLimit` belongs inside [`Retry`](crate::Retry), so that each repetition is counted, and inside
/// [`Limit`](crate::Limit): a call is entered when it is let through, and whoever then stands in another line is sent later
/// than that, in a span that does not know of it.
///
/// # Errors
///
/// Without a call: [`ErrorKind::RequestTooLarge`] for a request that alone is beyond the allowance, and
/// [`ErrorKind::RateLimited`], with the wait, when that would end after the request's own deadline.
pub struct RateLimit<P> {
    inner: P,
    limits: RateLimits,
    lanes: Arc<Mutex<BTreeMap<String, Arc<Lane>>>>,
    key: Option<Arc<Key>>,
    estimator: Arc<TokenEstimator>,
    answer_tokens: u64,
}

/// The allowance of one key, and the line of those who wait for it.
struct Lane {
    /// Whoever is at the head of the line holds it; it is fair.
    turnstile: Turnstile<()>,
    window: Mutex<Window>,
    room: Notify,
}

impl<P> RateLimit<P> {
    /// One allowance for all requests.
    pub fn new(inner: P, limits: RateLimits) -> Self {
        Self {
            inner,
            limits,
            lanes: Arc::default(),
            key: None,
            estimator: Arc::default(),
            answer_tokens: 1_000,
        }
    }

    /// One allowance of this size for each key. Keys are kept for as long as the provider is.
    #[must_use]
    pub fn by_key(mut self, key: impl Fn(&Request) -> String + Send + Sync + 'static) -> Self {
        self.key = Some(Arc::new(key));
        self
    }

    /// Estimates requests with this estimator, which others may share.
    #[must_use]
    pub fn estimator(mut self, estimator: Arc<TokenEstimator>) -> Self {
        self.estimator = estimator;
        self
    }

    /// Reserves so many tokens for an answer that the request does not bound; at first 1,000.
    #[must_use]
    pub fn answer_tokens(mut self, tokens: u64) -> Self {
        self.answer_tokens = tokens;
        self
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }

    fn lane(&self, request: &Request) -> Arc<Lane> {
        let key = self
            .key
            .as_ref()
            .map_or_else(String::new, |key| key(request));
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(key).or_insert_with(|| {
            Arc::new(Lane {
                turnstile: Turnstile::new(()),
                window: Mutex::new(Window::new(self.limits)),
                room: Notify::new(),
            })
        }))
    }
}

impl<P: Provider> RateLimit<P> {
    async fn reserve(&self, request: &Request) -> Result<Reservation<'_>, ProviderError> {
        let lane = self.lane(request);
        let answer = request
            .max_output_tokens
            .map_or(self.answer_tokens, u64::from);
        let raw = self.estimator.uncorrected(request);
        let tokens = self
            .estimator
            .corrected(request, raw)
            .saturating_add(answer);
        if !lane.window().can_ever_hold(tokens) {
            let message = format!(
                "a request of some {tokens} tokens is beyond the allowance of {} tokens",
                self.limits.tokens
            );
            return Err(
                ProviderError::new(ErrorKind::RequestTooLarge, self.name(), message)
                    .with_limit_scope(LimitScope::Tokens)
                    .with_attempts(0),
            );
        }
        let turn = within(|| request.limits.deadline, lane.turnstile.lock());
        let _turn = request
            .tally
            .waiting(turn)
            .await
            .map_err(|_| self.limited(None))?;
        loop {
            let room = lane.room.notified();
            let entered = lane.window().enter(tokens, Instant::now());
            match entered {
                Ok(number) => {
                    let lane = Arc::clone(&lane);
                    let estimator = &*self.estimator;
                    return Ok(Reservation {
                        lane,
                        number,
                        estimator,
                        request: Estimated {
                            model: request.model.clone(),
                            raw,
                        },
                    });
                }
                Err(due) => {
                    let wait = due.saturating_duration_since(Instant::now());
                    if !request.limits.allow_wait(wait) {
                        return Err(self.limited(Some(wait)));
                    }
                    // Whichever comes first: the time, or an answer that used less than was reserved.
                    let _ = request.tally.waiting(timeout_at(due, room)).await;
                }
            }
        }
    }

    fn limited(&self, wait: Option<Duration>) -> ProviderError {
        let message = "the allowance has no room before the request's deadline";
        ProviderError::new(ErrorKind::RateLimited, self.name(), message)
            .with_retry_after(wait)
            .with_attempts(0)
    }
}

impl Lane {
    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the estimator needs to learn from the answer.
struct Estimated {
    model: Option<String>,
    raw: u64,
}

/// What was reserved. Dropped unsettled, it stays as used: the server may have done the work.
struct Reservation<'a> {
    lane: Arc<Lane>,
    number: u64,
    estimator: &'a TokenEstimator,
    request: Estimated,
}

impl Ticket for Reservation<'_> {
    fn settle(self, end: &Result<Response, ProviderError>) {
        let mut window = self.lane.window();
        let room = match end {
            Ok(response) => {
                let model = self.request.model.as_deref();
                self.estimator.learn(model, self.request.raw, response);
                let requests = u64::from(response.attempts);
                let used = response.usage.total_tokens();
                window.settle(
                    self.number,
                    requests,
                    used.filter(|_| requests > 0)
                        .or((requests == 0).then_some(0)),
                )
            }
            Err(error) => {
                if let (ErrorKind::RateLimited, Some(wait)) = (error.kind(), error.retry_after()) {
                    window.close(wait, Instant::now());
                }
                let unheard = error.kind() == ErrorKind::Connect
                    || error.timeout_phase() == Some(TimeoutPhase::Connect);
                let requests = u64::from(error.attempts());
                match requests {
                    0 => window.settle(self.number, 0, Some(0)),
                    _ if unheard => window.settle(self.number, requests, Some(0)),
                    _ => {
                        let used = error
                            .partial()
                            .and_then(|partial| partial.usage.total_tokens());
                        window.settle(self.number, requests, used)
                    }
                }
            }
        };
        drop(window);
        if room {
            self.lane.room.notify_waiters();
        }
    }
}

impl<P: Clone> Clone for RateLimit<P> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            limits: self.limits,
            lanes: Arc::clone(&self.lanes),
            key: self.key.clone(),
            estimator: Arc::clone(&self.estimator),
            answer_tokens: self.answer_tokens,
        }
    }
}

impl<P: fmt::Debug> fmt::Debug for RateLimit<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit")
            .field("inner", &self.inner)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for RateLimit<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let reservation = self.reserve(request).await?;
        ticket::complete(&self.inner, request, reservation).await
    }

    /// The reservation is settled when the stream has ended.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let reservation = self.reserve(request).await?;
        ticket::stream(&self.inner, request, reservation).await
    }
}
