//! What a provider did, as plain data.

mod histogram;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use self::histogram::Histogram;
use crate::ticket::{self, Ticket};
use crate::{Cost, ErrorKind, Provider, ProviderError, Request, Response, ResponseStream};

/// What a provider did so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProviderMetrics {
    /// The name of the provider.
    pub provider: String,
    /// Requests that came in.
    pub requests: u64,
    /// Calls that were made for them, repetitions included.
    pub calls: u64,
    /// Requests that were answered.
    pub answers: u64,
    /// Requests that were given up by the caller.
    pub abandoned: u64,
    /// Requests that failed, by kind.
    pub errors: BTreeMap<ErrorKind, u64>,
    /// Tokens of requests, as far as servers told.
    pub input_tokens: u64,
    /// Tokens of answers, as far as servers told.
    pub output_tokens: u64,
    /// Answers whose tokens are not known.
    pub uncounted: u64,
    /// What the answers cost, as far as that is known.
    pub cost: Cost,
    /// Answers whose cost is not known: where there are any, `cost` is a lower bound.
    pub unpriced: u64,
    /// How long answers took.
    pub latency: Option<Latency>,
    /// How long streams took to their first piece.
    pub first_piece: Option<Latency>,
}

/// How long something took: within so much time for that part of all. Quantiles are up to 10 % too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Latency {
    /// Half of all.
    pub p50: Duration,
    /// Nine of ten.
    pub p90: Duration,
    /// Ninety-nine of a hundred.
    pub p99: Duration,
    /// All; exact.
    pub max: Duration,
}

/// A provider that keeps count of what it does. Clones count together.
///
/// # Order
///
/// Around a back-end it counts calls, around a whole stack what callers see; a stack may hold several.
#[derive(Clone, Debug)]
pub struct Metered<P> {
    inner: P,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Debug, Default)]
struct Counts {
    metrics: ProviderMetrics,
    latency: Histogram,
    first_piece: Histogram,
}

impl<P> Metered<P> {
    /// Nothing counted yet.
    pub fn new(inner: P) -> Self {
        Self {
            inner,
            counts: Arc::default(),
        }
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }
}

impl<P: Provider> Metered<P> {
    /// What was counted so far. Requests under way are in `requests` alone.
    pub fn metrics(&self) -> ProviderMetrics {
        let counts = lock(&self.counts);
        let mut metrics = counts.metrics.clone();
        metrics.provider = self.inner.name().to_owned();
        metrics.latency = latency(&counts.latency);
        metrics.first_piece = latency(&counts.first_piece);
        metrics
    }

    fn begin(&self) -> Count<'_> {
        lock(&self.counts).metrics.requests += 1;
        Count {
            counts: &self.counts,
            began: Instant::now(),
            settled: false,
        }
    }
}

fn latency(histogram: &Histogram) -> Option<Latency> {
    Some(Latency {
        p50: histogram.quantile(0.5)?,
        p90: histogram.quantile(0.9)?,
        p99: histogram.quantile(0.99)?,
        max: histogram.max()?,
    })
}

/// A request under way.
struct Count<'a> {
    counts: &'a Mutex<Counts>,
    began: Instant,
    settled: bool,
}

impl Ticket for Count<'_> {
    fn settle(mut self, end: &Result<Response, ProviderError>) {
        self.settled = true;
        let mut counts = lock(self.counts);
        match end {
            Ok(response) => {
                counts.latency.add(self.began.elapsed());
                counts.metrics.answers += 1;
                counts.metrics.add(response.attempts, Some(response));
            }
            Err(error) => {
                *counts.metrics.errors.entry(error.kind()).or_default() += 1;
                counts.metrics.add(error.attempts(), error.partial());
            }
        }
    }
}

impl Drop for Count<'_> {
    fn drop(&mut self) {
        if !self.settled {
            let mut counts = lock(self.counts);
            counts.metrics.abandoned += 1;
            counts.metrics.calls += 1;
        }
    }
}

impl ProviderMetrics {
    fn add(&mut self, attempts: u32, response: Option<&Response>) {
        self.calls = self.calls.saturating_add(u64::from(attempts));
        let Some(response) = response else { return };
        let usage = &response.usage;
        self.input_tokens = self
            .input_tokens
            .saturating_add(usage.input_tokens.unwrap_or(0));
        self.output_tokens = self
            .output_tokens
            .saturating_add(usage.output_tokens.unwrap_or(0));
        self.uncounted += u64::from(usage.total_tokens().is_none());
        match response.cost {
            Some(cost) => self.cost = self.cost.saturating_add(cost),
            None => self.unpriced += 1,
        }
    }
}

fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Metered<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let count = self.begin();
        ticket::complete(&self.inner, request, count).await
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let count = self.begin();
        let began = count.began;
        let stream = ticket::stream(&self.inner, request, count).await?;
        Ok(stream.on_first(move || lock(&self.counts).first_piece.add(began.elapsed())))
    }
}
