//! Leaves a provider alone that fails.

mod circuit;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

pub(crate) use self::circuit::Circuit;
use crate::ticket::{self, Ticket};
use crate::{ErrorKind, Provider, ProviderError, Request, Response, ResponseStream};

/// When a [`Breaker`] opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerPolicy {
    /// Failures in a row that open it; 0 counts as 1.
    pub failures: u32,
    /// How long it stays open at first. The time doubles while probes fail.
    pub cool_down: Duration,
    /// The longest that it stays open by its own choice.
    pub max_cool_down: Duration,
    /// How long it stays open when the account is used up or the key refused, and the server says no time.
    pub long: Duration,
    /// How long callers are told to wait while a probe is under way, at least; later as long as it has taken so far.
    pub probe_wait: Duration,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self {
            failures: 5,
            cool_down: Duration::from_secs(15),
            max_cool_down: Duration::from_secs(300),
            long: Duration::from_secs(900),
            probe_wait: Duration::from_secs(1),
        }
    }
}

impl BreakerPolicy {
    /// Opens after so many failures in a row.
    #[must_use]
    pub fn failures(mut self, failures: u32) -> Self {
        self.failures = failures;
        self
    }

    /// Stays open so long at first.
    #[must_use]
    pub fn cool_down(mut self, wait: Duration) -> Self {
        self.cool_down = wait;
        self
    }

    /// Stays open so long when the account is used up or the key refused.
    #[must_use]
    pub fn long(mut self, wait: Duration) -> Self {
        self.long = wait;
        self
    }
}

/// A provider that is left alone for a while when it fails, so that neither it nor its callers waste calls.
///
/// | what comes | what it does |
/// |---|---|
/// | an answer | closes, and forgets the failures before it |
/// | rate limited, or any passing failure that names a wait | opens for as long as told |
/// | quota used up, key refused | opens for [`BreakerPolicy::long`] |
/// | other passing failures, so many in a row | opens for the cool-down |
/// | a request at fault: too large, unknown model, refused, filtered | nothing: the provider is well |
///
/// When the time is over, one call is let through as a probe; the others are refused until it has ended. What comes
/// from calls that began before it opened is not counted.
///
/// Clones share the state.
///
/// # Order
///
/// `Breaker` belongs inside [`Fallback`](crate::Fallback) and [`Router`](crate::Router), each provider with its own.
/// Inside [`Retry`](crate::Retry) it counts single calls, outside it counts requests that failed in spite of
/// repetition.
///
/// # Errors
///
/// While it is open: the kind of the failure that opened it, with no attempts and with the time that is left as
/// [`retry_after`](ProviderError::retry_after).
#[derive(Clone, Debug)]
pub struct Breaker<P> {
    inner: P,
    circuit: Arc<Mutex<Circuit>>,
}

impl<P> Breaker<P> {
    /// Closed at first.
    pub fn new(inner: P, policy: BreakerPolicy) -> Self {
        Self {
            inner,
            circuit: Arc::new(Mutex::new(Circuit::new(policy))),
        }
    }

    /// Whether a call would be let through now.
    pub fn is_ready(&self) -> bool {
        lock(&self.circuit).is_ready(Instant::now())
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }
}

impl<P: Provider> Breaker<P> {
    fn enter(&self) -> Result<Watch<'_>, ProviderError> {
        Watch::enter(&self.circuit, self.inner.name())
    }
}

/// A call that a circuit let through.
pub(crate) struct Watch<'a> {
    circuit: &'a Mutex<Circuit>,
    era: Option<u64>,
}

impl<'a> Watch<'a> {
    /// Lets a call through, or refuses it for the reason that opened the circuit.
    pub(crate) fn enter(
        circuit: &'a Mutex<Circuit>,
        provider: &str,
    ) -> Result<Self, ProviderError> {
        let mut state = lock(circuit);
        match state.enter(Instant::now()) {
            Ok(era) => Ok(Self {
                circuit,
                era: Some(era),
            }),
            Err(wait) => Err(not_asked(provider, state.cause(), wait)),
        }
    }
}

impl Ticket for Watch<'_> {
    fn settle(mut self, end: &Result<Response, ProviderError>) {
        let Some(era) = self.era.take() else { return };
        let mut circuit = lock(self.circuit);
        match end {
            Ok(_) => circuit.succeeded(era),
            Err(error) => circuit.failed(era, error, Instant::now()),
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if let Some(era) = self.era {
            lock(self.circuit).abandoned(era, Instant::now());
        }
    }
}

fn not_asked(provider: &str, cause: Option<&ProviderError>, wait: Duration) -> ProviderError {
    let kind = cause.map_or(ErrorKind::Overloaded, ProviderError::kind);
    let why = cause.map_or("it failed before", ProviderError::message);
    let error = ProviderError::new(kind, provider, format!("not asked again yet: {why}"));
    let transient = cause.map_or(kind.is_transient(), ProviderError::is_transient);
    error
        .with_transient(transient)
        .with_limit_scope(cause.and_then(ProviderError::limit_scope))
        .with_retry_after(wait)
        .with_attempts(0)
}

pub(crate) fn lock(circuit: &Mutex<Circuit>) -> MutexGuard<'_, Circuit> {
    circuit.lock().unwrap_or_else(PoisonError::into_inner)
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Breaker<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let watch = self.enter()?;
        ticket::complete(&self.inner, request, watch).await
    }

    /// The end of the stream counts, and giving it up says nothing.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let watch = self.enter()?;
        ticket::stream(&self.inner, request, watch).await
    }
}
