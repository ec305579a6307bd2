//! Bounds how many calls are under way at the same time.

mod aimd;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::{Semaphore, SemaphorePermit};

use self::aimd::Aimd;
use crate::ticket::{self, Ticket};
use crate::within::within;
use crate::{
    ErrorKind, LimitScope, Provider, ProviderError, Request, Response, ResponseStream, TimeoutPhase,
};

/// A provider that has no more than so many calls under way; others wait in line, first come, first served.
///
/// An [adaptive](Self::adaptive) limit finds out by itself what a server bears: each whole round of answers raises it
/// by one, and a failure that says "too much" ([`ErrorKind::RateLimited`], [`ErrorKind::Overloaded`]) halves it, once for
/// all the calls that were under way then (additive increase, multiplicative decrease: Chiu and Jain 1989). A 429 so
/// means fewer calls, and not only a later one.
///
/// Clones share the limit.
///
/// # Order
///
/// `Limit` inside [`Retry`](crate::Retry) gives its place back while a repetition waits; outside, it keeps it. Around
/// [`RateLimit`](crate::RateLimit) it keeps the place while that waits, which costs nothing: the allowance is the bound then.
///
/// # Errors
///
/// [`ErrorKind::Timeout`] when the request's own deadline passes in line.
#[derive(Clone, Debug)]
pub struct Limit<P> {
    inner: P,
    gate: Arc<Gate>,
}

/// The places, how many there should be, and how many that are taken have to vanish when given back.
#[derive(Debug)]
struct Gate {
    places: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    aimd: Aimd,
    /// Places that there are, those that have to vanish left out.
    wanted: usize,
    surplus: usize,
}

impl<P> Limit<P> {
    /// Always so many calls at most; 0 counts as 1.
    pub fn fixed(inner: P, calls: usize) -> Self {
        Self::adaptive(inner, calls..=calls)
    }

    /// Between so many and so many calls, and half way at first.
    pub fn adaptive(inner: P, calls: std::ops::RangeInclusive<usize>) -> Self {
        let least = calls.start().clamp(&1, &Semaphore::MAX_PERMITS);
        let most = calls.end().clamp(least, &Semaphore::MAX_PERMITS);
        let aimd = Aimd::new(*least, *most);
        let wanted = aimd.limit();
        let gate = Gate {
            places: Semaphore::new(wanted),
            state: Mutex::new(State {
                aimd,
                wanted,
                surplus: 0,
            }),
        };
        Self {
            inner,
            gate: Arc::new(gate),
        }
    }

    /// How many calls there may be at this moment.
    pub fn current(&self) -> usize {
        self.gate.state().wanted
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }
}

impl<P: Provider> Limit<P> {
    async fn place(&self, request: &Request) -> Result<Place<'_>, ProviderError> {
        let place = within(|| request.limits.deadline, self.gate.places.acquire());
        match request.tally.waiting(place).await {
            Ok(Ok(permit)) => Ok(Place {
                gate: &self.gate,
                permit: Some(permit),
                round: self.gate.state().aimd.round(),
            }),
            _ => Err(ProviderError::new(
                ErrorKind::Timeout,
                self.inner.name(),
                "the deadline passed in line for a place",
            )
            .with_timeout_phase(TimeoutPhase::Total)
            .with_limit_scope(LimitScope::Concurrency)
            .with_attempts(0)),
        }
    }
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the number of places to what is wanted now.
    fn adjust(&self, state: &mut State) {
        let target = state.aimd.limit();
        if target < state.wanted {
            let less = state.wanted - target;
            state.surplus += less - self.places.forget_permits(less);
        } else {
            let more = target - state.wanted;
            let kept = more.min(state.surplus);
            state.surplus -= kept;
            self.places.add_permits(more - kept);
        }
        state.wanted = target;
    }
}

/// A place that is taken.
struct Place<'a> {
    gate: &'a Gate,
    permit: Option<SemaphorePermit<'a>>,
    round: u64,
}

impl Ticket for Place<'_> {
    fn settle(self, end: &Result<Response, ProviderError>) {
        let mut state = self.gate.state();
        match end {
            // Nobody was asked: a cache answered, or a wrapper inside refused.
            Ok(response) if response.attempts == 0 => return,
            Err(error) if error.attempts() == 0 => return,
            Ok(_) => state.aimd.answered(),
            Err(error) => match error.kind() {
                ErrorKind::RateLimited | ErrorKind::Overloaded => {
                    state.aimd.pushed_back(self.round)
                }
                _ => return,
            },
        }
        self.gate.adjust(&mut state);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else {
            return;
        };
        let mut state = self.gate.state();
        if state.surplus > 0 {
            state.surplus -= 1;
            permit.forget();
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Limit<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let place = self.place(request).await?;
        ticket::complete(&self.inner, request, place).await
    }

    /// The place is taken until the stream has ended or is dropped.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let place = self.place(request).await?;
        ticket::stream(&self.inner, request, place).await
    }
}
