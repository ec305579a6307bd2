//! Repeats calls that failed for a passing reason.

mod retry_budget;

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

pub use self::retry_budget::RetryBudget;
use crate::{CallLimits, ErrorKind, Provider, ProviderError, Request, Response, ResponseStream};

/// How often, and how soon, [`Retry`] repeats a call.
///
/// The defaults are those of OpenAI's own Python client (3 calls, waits from 0.5 s doubling to 8 s, a server's wish
/// honoured up to 120 s).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The most calls for one request, the first one too; 0 counts as 1.
    pub max_attempts: u32,
    /// The wait before the second call, before jitter. It doubles from call to call.
    pub base: Duration,
    /// The longest wait of our own choosing, before jitter.
    pub cap: Duration,
    /// The longest wait that a server may ask for. A longer one is handed up to the caller at once, as the error
    /// that asks for it.
    pub max_wait: Duration,
    /// Makes the jitter the same in every run.
    pub seed: Option<u64>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            max_wait: Duration::from_secs(120),
            seed: None,
        }
    }
}

impl RetryPolicy {
    /// Makes at most so many calls for one request.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Waits so long before the second call, before jitter.
    #[must_use]
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// Never waits longer by its own choice, before jitter.
    #[must_use]
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Waits no longer than this when a server asks for it.
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Makes the jitter the same in every run.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    fn backoff(&self) -> ExponentialBackoff {
        let builder = ExponentialBuilder::default()
            .with_min_delay(self.base)
            .with_max_delay(self.cap)
            .with_factor(2.0)
            .without_max_times()
            .with_jitter();
        match self.seed {
            Some(seed) => builder.with_jitter_seed(seed).build(),
            None => builder.build(),
        }
    }
}

/// A provider that repeats calls which failed for a passing reason ([`ProviderError::is_transient`]).
///
/// It mends transport, not content: whether a poor answer deserves another call is for the caller to say. Between
/// calls it waits with exponential backoff and jitter on the tokio clock; when the server said how long to wait, it
/// waits that long *and* the backoff, so that it is never early and many waiters do not come back at once. A wish
/// beyond [`RetryPolicy::max_wait`] ends the repetition: the error goes up with its
/// [`retry_after`](ProviderError::retry_after), for a layer that can pause without holding a worker.
///
/// Deadline and number of calls that the request brings along ([`CallLimits`]) bind it as well, and what it passes on
/// is what they leave: nested wrappers share them. A wait that would end after the deadline is not begun.
///
/// [`Response::attempts`] and [`ProviderError::attempts`] count all calls.
///
/// # Order
///
/// `Fallback` of `Retry`s tries each provider several times before the next. `Retry` of a `Fallback` goes through the
/// whole chain again, and only when the whole chain failed.
#[derive(Clone, Debug)]
pub struct Retry<P> {
    inner: P,
    policy: RetryPolicy,
    budget: Option<RetryBudget>,
}

impl<P> Retry<P> {
    /// Repeats the calls of `inner` as the policy says.
    pub fn new(inner: P, policy: RetryPolicy) -> Self {
        Self {
            inner,
            policy,
            budget: None,
        }
    }

    /// Repeats no more than the budget, which others share, allows. Without it the failure goes up.
    #[must_use]
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Retry<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let mut rounds = Rounds::new(&self.policy, self.budget.as_ref(), request);
        loop {
            match self.inner.complete(&rounds.request).await {
                Ok(response) => return Ok(counted(response, rounds.attempts)),
                Err(error) => rounds.wait(error).await?,
            }
        }
    }

    /// Repeats the call until the first piece of an answer; a failure after it goes up with the text so far.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let mut rounds = Rounds::new(&self.policy, self.budget.as_ref(), request);
        loop {
            let begun = async { self.inner.stream(&rounds.request).await?.begun().await };
            match begun.await {
                Ok(stream) => {
                    let before = rounds.attempts;
                    return Ok(stream.map_end(move |end| match end {
                        Ok(response) => Ok(counted(response, before)),
                        Err(error) => {
                            let attempts = error.attempts().saturating_add(before);
                            Err(error.with_attempts(attempts))
                        }
                    }));
                }
                Err(error) => rounds.wait(error).await?,
            }
        }
    }
}

/// The calls of one request so far.
struct Rounds<'a> {
    policy: &'a RetryPolicy,
    budget: Option<&'a RetryBudget>,
    /// The request with what its limits leave.
    request: Cow<'a, Request>,
    limits: CallLimits,
    /// Made only when a first call failed.
    backoff: Option<ExponentialBackoff>,
    attempts: u32,
    /// Calls that had failed before this wrapper was asked.
    before: u32,
    rounds: u32,
}

impl<'a> Rounds<'a> {
    fn new(policy: &'a RetryPolicy, budget: Option<&'a RetryBudget>, request: &'a Request) -> Self {
        if let Some(budget) = budget {
            budget.pay_in();
        }
        let limits = match policy.max_attempts {
            0 | 1 => request.limits,
            _ => request.limits.identified(),
        };
        let request = match limits == request.limits {
            true => Cow::Borrowed(request),
            false => Cow::Owned(request.clone().limits(limits)),
        };
        Self {
            policy,
            budget,
            before: request.tally.failed(),
            request,
            limits,
            backoff: None,
            attempts: 0,
            rounds: 0,
        }
    }

    /// Waits for the next call, or hands the error up with all attempts.
    async fn wait(&mut self, error: ProviderError) -> Result<(), ProviderError> {
        self.rounds += 1;
        self.attempts = self.attempts.saturating_add(error.attempts());
        self.request.tally.note(self.before, self.attempts);
        let told = error.retry_after().unwrap_or(Duration::ZERO);
        let policy = self.policy;
        let backoff = self.backoff.get_or_insert_with(|| policy.backoff());
        let wait = told.saturating_add(backoff.next().unwrap_or(policy.cap));
        if was_answered(&error) {
            self.limits = self.limits.renewed();
        }
        let left = self.limits.after(self.attempts);
        let goes_on = error.is_transient()
            && told <= policy.max_wait
            && self.rounds < policy.max_attempts
            && self.limits.allow_wait(wait);
        match left {
            Some(left) if goes_on && self.budget.is_none_or(RetryBudget::take) => {
                if left != self.request.limits {
                    self.request.to_mut().limits = left;
                }
                let tally = &self.request.tally;
                tally.waiting(tokio::time::sleep(wait)).await;
                Ok(())
            }
            _ => Err(error.with_attempts(self.attempts)),
        }
    }
}

/// Whether an answer came to its end and was no good. A server that knows calls by their keys would give the same one
/// again; where none came it may still have it, and must not do the work twice.
fn was_answered(error: &ProviderError) -> bool {
    let cut = [
        ErrorKind::Timeout,
        ErrorKind::Connect,
        ErrorKind::Incomplete,
    ]
    .contains(&error.kind());
    !cut && error
        .status()
        .is_some_and(|status| (200..300).contains(&status))
}

/// Adds the calls that had failed before.
fn counted(mut response: Response, before: u32) -> Response {
    response.attempts = response.attempts.saturating_add(before);
    response
}
