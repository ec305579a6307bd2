//! The state of a breaker: a pure function of what happened and when.

use std::time::Duration;

use tokio::time::Instant;

use super::BreakerPolicy;
use crate::{ErrorKind, ProviderError};

/// Whether a provider may be asked.
#[derive(Debug)]
pub(crate) struct Circuit {
    policy: BreakerPolicy,
    state: State,
    /// Failures in a row while closed.
    failures: u32,
    /// Openings in a row without a success between them.
    openings: u32,
    /// Calls that began before the state last changed say nothing about it.
    era: u64,
    cause: Option<ProviderError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: Instant },
    HalfOpen { since: Instant },
}

/// What a failure says of the provider's health.
enum Sign {
    /// It answered; that it did not like the request is the caller's own affair.
    Alive,
    /// It may be down.
    Failure,
    /// It said so itself, and for how long.
    Closed(Duration),
    /// Nobody asked it.
    Nothing,
}

impl Circuit {
    pub(crate) fn new(policy: BreakerPolicy) -> Self {
        Self {
            policy,
            state: State::Closed,
            failures: 0,
            openings: 0,
            era: 0,
            cause: None,
        }
    }

    /// Lets a call through and tells its era, or says how long not to ask. After the wait one call is a probe, and
    /// no other is let through until it has ended.
    pub(crate) fn enter(&mut self, now: Instant) -> Result<u64, Duration> {
        match self.state {
            State::Closed => Ok(self.era),
            State::Open { until } if until <= now => {
                self.turn(State::HalfOpen { since: now });
                Ok(self.era)
            }
            State::Open { until } => Err(until - now),
            // The longer the probe takes, the less often the others come to see.
            State::HalfOpen { since } => {
                let longest = self.policy.max_cool_down.max(self.policy.probe_wait);
                Err((now - since).clamp(self.policy.probe_wait, longest))
            }
        }
    }

    /// Whether a call would be let through.
    pub(crate) fn is_ready(&self, now: Instant) -> bool {
        match self.state {
            State::Closed => true,
            State::Open { until } => until <= now,
            State::HalfOpen { .. } => false,
        }
    }

    pub(crate) fn succeeded(&mut self, era: u64) {
        if era == self.era {
            self.alive();
        }
    }

    pub(crate) fn failed(&mut self, era: u64, error: &ProviderError, now: Instant) {
        if era != self.era {
            return;
        }
        match sign(error, &self.policy) {
            Sign::Alive if self.is_half_open() => self.alive(),
            Sign::Alive => {}
            Sign::Nothing => self.abandoned(era, now),
            Sign::Closed(wait) => self.open(wait, error, now),
            Sign::Failure => {
                self.failures += 1;
                if self.is_half_open() || self.failures >= self.policy.failures {
                    let doubled = 1_u32 << self.openings.min(16);
                    let wait = self.policy.cool_down.saturating_mul(doubled);
                    self.open(wait.min(self.policy.max_cool_down), error, now);
                }
            }
        }
    }

    /// A call was given up: if it was the probe, another may take its place at once.
    pub(crate) fn abandoned(&mut self, era: u64, now: Instant) {
        if era == self.era && self.is_half_open() {
            self.turn(State::Open { until: now });
        }
    }

    /// Why the provider is not asked.
    pub(crate) fn cause(&self) -> Option<&ProviderError> {
        self.cause.as_ref()
    }

    fn is_half_open(&self) -> bool {
        matches!(self.state, State::HalfOpen { .. })
    }

    fn alive(&mut self) {
        self.failures = 0;
        self.openings = 0;
        if self.state != State::Closed {
            self.turn(State::Closed);
            self.cause = None;
        }
    }

    fn open(&mut self, wait: Duration, error: &ProviderError, now: Instant) {
        let longest = Duration::from_secs(365 * 86_400);
        self.turn(State::Open {
            until: now + wait.min(longest),
        });
        self.openings = self.openings.saturating_add(1);
        self.failures = 0;
        self.cause = Some(error.clone());
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.era += 1;
    }
}

fn sign(error: &ProviderError, policy: &BreakerPolicy) -> Sign {
    if error.attempts() == 0 {
        return Sign::Nothing;
    }
    match error.kind() {
        ErrorKind::Quota | ErrorKind::Authentication => {
            Sign::Closed(error.retry_after().unwrap_or(policy.long))
        }
        ErrorKind::RateLimited => Sign::Closed(error.retry_after().unwrap_or(policy.cool_down)),
        ErrorKind::Cancelled | ErrorKind::Configuration | ErrorKind::Budget => Sign::Nothing,
        _ if error.is_transient() => match error.retry_after() {
            Some(wait) => Sign::Closed(wait),
            None => Sign::Failure,
        },
        _ => Sign::Alive,
    }
}
