//! One provider of a run, with all that bounds it.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use wavecrew_providers::{
    Breaker, BreakerPolicy, Budget, Limit, PriceTable, Priced, Provider, ProviderError, Purse,
    RateLimit, RateLimits, Request, Response, ResponseStream, RetryBudget, RetryPolicy,
    async_trait,
};

use super::answered::Repeated;
use super::back_end::{Vars, back_end, usual_model};
use super::bill::Billed;
use super::bounded::Bounded;
use super::failed_programs::AskedAnew;
use super::gate::{Gate, Gated};
use super::route::{TaskNote, for_model};
use super::settings::ProviderSettings;

/// What all providers of a run share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) prices: Arc<PriceTable>,
    pub(super) purse: Purse,
    pub(super) gate: Gate,
    pub(super) repetitions: RetryBudget,
    /// Tasks at a time.
    pub(super) workers: NonZeroUsize,
    /// Folders that programs can only read.
    pub(super) read_only: Vec<PathBuf>,
}

/// Sets a provider up. From the inside out: what an answer cost; the bill of the request; how many calls there are in a minute; how many at the
/// same time, fewer when the server says "too much"; what they may cost; repetitions of what did not come to an
/// answer; a rest when it fails; and how long an answer may be.
///
/// # Errors
///
/// What is wrong with its settings.
pub(super) fn lane(
    name: &str,
    settings: &ProviderSettings,
    vars: Vars<'_>,
    shared: &Shared,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let gate = shared.gate.clone();
    let back_end = back_end(name, settings, vars, &shared.read_only)?;
    if settings.is_rules(name) {
        let inner = back_end;
        return Ok(Arc::new(Gated { inner, gate }));
    }
    let usual = usual_model(name, settings, vars);
    let priced = Priced::new(back_end, Arc::clone(&shared.prices));
    let priced = match &usual {
        Some(model) => priced.default_model(model),
        None => priced,
    };
    let mut call: Box<dyn Provider> = Box::new(Billed {
        inner: priced,
        prices: Arc::clone(&shared.prices),
        model: usual.clone(),
        is_bounded: settings.has_budget(),
    });
    // Within the limits: who waits for a place is not entered in the minute yet.
    if let Some(limits) = rate_limits(name, settings) {
        call = Box::new(RateLimit::new(call, limits));
    }
    // Half way between one and this is where it begins: with a place for every worker.
    let most = shared.workers.get().saturating_mul(2);
    call = Box::new(Limit::adaptive(call, 1..=most));
    let own = settings.back_ends.get(name);
    if let Some(most) = own.and_then(|own| own.calls_at_once) {
        call = Box::new(Limit::fixed(call, most.get()));
    }
    if settings.has_budget() {
        let mut budget = Budget::new(call, shared.purse.clone(), Arc::clone(&shared.prices));
        if let Some(model) = &usual {
            budget = budget.default_model(model);
        }
        if settings.allow_unknown_prices {
            budget = budget.allow_unpriced();
        }
        call = Box::new(budget);
    }
    call = match settings.is_command(name) {
        true => Box::new(AskedAnew { inner: call }),
        false => Box::new(Repeated {
            inner: Arc::from(call),
            policy: RetryPolicy::default(),
            budget: shared.repetitions.clone(),
        }),
    };
    call = Box::new(Breaker::new(call, BreakerPolicy::default()));
    if let Some(most) = settings.max_output_tokens.of(name) {
        call = Box::new(Bounded { inner: call, most });
    }
    let always = settings.models.get(name);
    if let Some(model) = always.or_else(|| own.and_then(|own| own.model.as_ref())) {
        call = Box::new(OwnModel {
            inner: call,
            model: model.clone(),
            always: always.is_some(),
        });
    }
    Ok(Arc::new(Gated { inner: call, gate }))
}

fn rate_limits(name: &str, settings: &ProviderSettings) -> Option<RateLimits> {
    let requests = settings.requests_per_minute.of(name);
    let tokens = settings.tokens_per_minute.of(name);
    if requests.is_none() && tokens.is_none() {
        return None;
    }
    let mut limits = RateLimits::per_minute();
    if let Some(requests) = requests {
        limits = limits.requests(requests.get());
    }
    if let Some(tokens) = tokens {
        limits = limits.tokens(tokens.get());
    }
    Some(limits)
}

/// A provider that is asked for a model of its own: always, or where the request names only what the plan says.
#[derive(Debug)]
struct OwnModel {
    inner: Box<dyn Provider>,
    model: String,
    always: bool,
}

impl OwnModel {
    fn request(&self, request: &Request) -> Option<Request> {
        let by_plan = || request.model.is_some() && TaskNote::of(request).plans_model;
        let replaced = self.always || by_plan();
        replaced.then(|| for_model(request.clone(), &self.model))
    }
}

#[async_trait]
impl Provider for OwnModel {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        match self.request(request) {
            Some(request) => self.inner.complete(&request).await,
            None => self.inner.complete(request).await,
        }
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        match self.request(request) {
            Some(request) => self.inner.stream(&request).await,
            None => self.inner.stream(request).await,
        }
    }
}
