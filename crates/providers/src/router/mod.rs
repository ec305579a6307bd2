//! Shares requests out among providers.

mod rotation;
mod rule;
mod wildcard;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use self::rotation::Rotation;
pub use self::rule::RouteRule;
pub use self::wildcard::wildcard_matches;
use crate::breaker::{Circuit, Watch, lock};
use crate::fallback::{after, after_all, calls};
use crate::ticket::{self, Ticket};
use crate::within::within;
use crate::{
    BreakerPolicy, ErrorKind, ModelPrice, Provider, ProviderError, Request, Response,
    ResponseStream, TimeoutPhase, TokenEstimator,
};

/// One of a [`Router`]'s providers.
#[derive(Debug)]
pub struct Target {
    name: String,
    provider: Box<dyn Provider>,
    weight: u32,
    cap: Option<usize>,
    price: Option<ModelPrice>,
    breaker: BreakerPolicy,
}

impl Target {
    /// A target of weight 1, by the provider's name.
    pub fn new(provider: impl Provider) -> Self {
        Self {
            name: provider.name().to_owned(),
            provider: Box::new(provider),
            weight: 1,
            cap: None,
            price: None,
            breaker: BreakerPolicy::default(),
        }
    }

    /// Gives it another name for rules and reports.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Its part of the requests, beside the weights of the others. Weight 0 stands by: it is asked when no other
    /// can be.
    #[must_use]
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// At most so many calls at the same time: others are preferred meanwhile, and where there is none, requests wait.
    /// So a slow local model is not overrun when all falls back to it. 0 counts as 1.
    #[must_use]
    pub fn cap(mut self, calls: usize) -> Self {
        self.cap = Some(calls.clamp(1, Semaphore::MAX_PERMITS));
        self
    }

    /// What it costs, for [`Router::cheapest`].
    #[must_use]
    pub fn price(mut self, price: ModelPrice) -> Self {
        self.price = Some(price);
        self
    }

    /// When it is left alone.
    #[must_use]
    pub fn breaker(mut self, policy: BreakerPolicy) -> Self {
        self.breaker = policy;
        self
    }
}

/// How a target's part of the requests came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Share {
    /// The name of the target.
    pub target: String,
    /// Its weight.
    pub weight: u32,
    /// How often it was asked.
    pub asked: u64,
    /// How often it answered.
    pub answered: u64,
    /// Its part of all answers, from 0 to 1.
    pub share: f64,
}

/// A provider that shares requests out among others.
///
/// The first [rule](RouteRule) that fits a request names the targets that it may go to; without one, all. Among those
/// that are well the weights decide, in turns, so that any run of requests is split as they say and what a missing
/// target would have got goes to the others by their weights. [`cheapest`](Self::cheapest) asks by price instead.
///
/// Each target has a circuit of its own (see [`Breaker`](crate::Breaker)): one that fails is left alone for a while and
/// comes back after a probe. When a target fails before the first piece of an answer, and another may mend that, the next
/// is asked. [`split`](Self::split) reports what came of the weights.
///
/// # Errors
///
/// As [`Fallback`](crate::Fallback): one failure speaks for itself, several are [`ErrorKind::Exhausted`]. When every
/// target is being left alone, no call is made, and the error says when the first is due.
#[derive(Debug)]
pub struct Router {
    name: String,
    lanes: Vec<Lane>,
    tiers: Vec<Tier>,
    cheapest: bool,
    estimator: Arc<TokenEstimator>,
}

#[derive(Debug)]
struct Lane {
    target: Target,
    circuit: Mutex<Circuit>,
    places: Option<Semaphore>,
    asked: AtomicU64,
    answered: AtomicU64,
}

#[derive(Debug)]
struct Tier {
    rule: RouteRule,
    lanes: Vec<usize>,
    rotation: Mutex<Rotation>,
}

impl Router {
    /// Shares out among these targets by these rules.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] without targets, for two of one name, and for a rule that names none or an
    /// unknown one.
    pub fn new(
        targets: impl IntoIterator<Item = Target>,
        rules: impl IntoIterator<Item = RouteRule>,
    ) -> Result<Self, ProviderError> {
        let lanes: Vec<Lane> = targets.into_iter().map(Lane::new).collect();
        let names: Vec<String> = lanes.iter().map(|lane| lane.target.name.clone()).collect();
        let name = names.join("|");
        let wrong = |message: String| ProviderError::new(ErrorKind::Configuration, &name, message);
        if lanes.is_empty() {
            return Err(wrong("the router has no target".to_owned()));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
            return Err(wrong(format!("two targets are called `{twice}`")));
        }
        let all = RouteRule::to(names.clone());
        let mut tiers = Vec::new();
        for rule in rules.into_iter().chain([all]) {
            let found = rule.targets.iter().map(|target| {
                let at = names.iter().position(|name| name == target);
                at.ok_or_else(|| wrong(format!("a rule names the unknown target `{target}`")))
            });
            let found = found.collect::<Result<Vec<usize>, _>>()?;
            if found.is_empty() {
                return Err(wrong("a rule names no target".to_owned()));
            }
            tiers.push(Tier {
                rotation: Mutex::new(Rotation::new(lanes.len())),
                lanes: found,
                rule,
            });
        }
        Ok(Self {
            name,
            lanes,
            tiers,
            cheapest: false,
            estimator: Arc::default(),
        })
    }

    /// Asks the target that costs least for the request, instead of by weight; a target without a price comes last.
    #[must_use]
    pub fn cheapest(mut self) -> Self {
        self.cheapest = true;
        self
    }

    /// Estimates requests with this estimator, which others may share, for rules and [prices](Self::cheapest).
    #[must_use]
    pub fn estimator(mut self, estimator: Arc<TokenEstimator>) -> Self {
        self.estimator = estimator;
        self
    }

    /// How the requests were split so far, in the order of the targets.
    pub fn split(&self) -> Vec<Share> {
        let counts = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let all: u64 = self.lanes.iter().map(|lane| counts(&lane.answered)).sum();
        let share = |lane: &Lane| Share {
            target: lane.target.name.clone(),
            weight: lane.target.weight,
            asked: counts(&lane.asked),
            answered: counts(&lane.answered),
            share: counts(&lane.answered) as f64 / all.max(1) as f64,
        };
        self.lanes.iter().map(share).collect()
    }

    fn tier(&self, request: &Request) -> &Tier {
        // Counting reads the whole request: only where a rule asks.
        let tokens = std::cell::LazyCell::new(|| self.estimator.estimate(request));
        let fits = self
            .tiers
            .iter()
            .find(|tier| tier.rule.fits(request, || *tokens));
        fits.expect("the last rule fits every request")
    }

    /// The target to ask next: one that is well and was not tried, if possible one that has a place.
    fn pick(&self, tier: &Tier, tried: &[usize], request: &Request) -> Option<usize> {
        let now = Instant::now();
        let is_well = |at: &usize| lock(&self.lanes[*at].circuit).is_ready(now);
        let has_place = |at: &usize| self.lanes[*at].has_place();
        let lanes = tier.lanes.iter().copied();
        let mut candidates: Vec<usize> = lanes
            .filter(|at| !tried.contains(at) && is_well(at))
            .collect();
        if candidates.iter().any(has_place) {
            candidates.retain(has_place);
        }
        if self.cheapest {
            let input = self.estimator.estimate(request);
            return candidates
                .into_iter()
                .min_by_key(|at| self.lanes[*at].cost(request, input));
        }
        let weight = |at: &usize| self.lanes[*at].target.weight;
        let standing_by = candidates.iter().all(|at| weight(at) == 0);
        let weighted: Vec<(usize, u32)> = candidates
            .iter()
            .map(|at| (*at, if standing_by { 1 } else { weight(at) }))
            .filter(|(_, weight)| *weight > 0)
            .collect();
        let mut rotation = tier.rotation.lock().unwrap_or_else(PoisonError::into_inner);
        rotation.next(&weighted)
    }
}

impl Lane {
    fn new(target: Target) -> Self {
        Self {
            circuit: Mutex::new(Circuit::new(target.breaker)),
            places: target.cap.map(Semaphore::new),
            asked: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            target,
        }
    }

    fn has_place(&self) -> bool {
        let places = self.places.as_ref();
        places.is_none_or(|places| places.available_permits() > 0)
    }

    fn cost(&self, request: &Request, input: u64) -> u64 {
        let output = request.max_output_tokens.map_or(input, u64::from);
        let price = self.target.price.as_ref();
        price.map_or(u64::MAX, |price| price.at_most(input, output).nano_usd())
    }

    /// Waits for a place and enters.
    async fn enter(&self, request: &Request) -> Result<Visit<'_>, ProviderError> {
        let place = match &self.places {
            None => None,
            Some(places) => {
                let place = within(|| request.limits.deadline, places.acquire());
                let place = request.tally.waiting(place).await.map_err(|_| {
                    let message = "the deadline passed in line for a place";
                    ProviderError::new(ErrorKind::Timeout, &self.target.name, message)
                        .with_timeout_phase(TimeoutPhase::Total)
                        .with_attempts(0)
                });
                place?.ok()
            }
        };
        // Whoever stood in line while the target failed must not ask it all the same.
        let watch = Watch::enter(&self.circuit, &self.target.name)?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(Visit {
            lane: self,
            watch,
            _place: place,
        })
    }
}

/// A call of a target.
struct Visit<'a> {
    lane: &'a Lane,
    watch: Watch<'a>,
    _place: Option<SemaphorePermit<'a>>,
}

impl Ticket for Visit<'_> {
    fn settle(self, end: &Result<Response, ProviderError>) {
        if end.is_ok() {
            self.lane.answered.fetch_add(1, Ordering::Relaxed);
        }
        self.watch.settle(end);
    }
}

/// The way of one request from target to target.
struct Trip<'a, 'r> {
    router: &'a Router,
    tier: &'a Tier,
    original: &'r Request,
    /// The request with what its limits leave.
    request: Cow<'r, Request>,
    /// Calls that had failed before the router was asked.
    before: u32,
    tried: Vec<usize>,
    failures: Vec<ProviderError>,
}

impl<'a, 'r> Trip<'a, 'r> {
    fn new(router: &'a Router, request: &'r Request) -> Self {
        Self {
            router,
            tier: router.tier(request),
            original: request,
            request: Cow::Borrowed(request),
            before: request.tally.failed(),
            tried: Vec::new(),
            failures: Vec::new(),
        }
    }

    async fn next(&mut self) -> Option<(&'a Lane, Visit<'a>)> {
        loop {
            let last = self.failures.last();
            if last.is_some_and(|error| !error.kind().is_mendable_elsewhere()) {
                return None;
            }
            let failed = calls(&self.failures);
            self.original.tally.note(self.before, failed);
            let left = self.original.limits.after(failed)?;
            if left != self.request.limits {
                self.request.to_mut().limits = left;
            }
            let at = self.router.pick(self.tier, &self.tried, &self.request)?;
            self.tried.push(at);
            let lane = &self.router.lanes[at];
            match lane.enter(&self.request).await {
                Ok(visit) => return Some((lane, visit)),
                Err(error) => self.failures.push(error),
            }
        }
    }

    fn error(mut self) -> ProviderError {
        let last = self.failures.last();
        if last.is_none_or(|error| error.kind().is_mendable_elsewhere()) {
            // Those that are being left alone; each says why and for how long.
            for at in self.tier.lanes.iter().filter(|at| !self.tried.contains(at)) {
                let lane = &self.router.lanes[*at];
                if !lock(&lane.circuit).is_ready(Instant::now()) {
                    let refused = Watch::enter(&lane.circuit, &lane.target.name);
                    self.failures.extend(refused.err());
                }
            }
        }
        match self.failures.len() {
            0 => ProviderError::new(
                ErrorKind::Overloaded,
                &self.router.name,
                "no target may be asked now",
            )
            .with_attempts(0),
            1 => self.failures.remove(0),
            _ => ProviderError::exhausted(&self.router.name, self.failures),
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Provider for Router {
    fn name(&self) -> &str {
        &self.name
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let mut trip = Trip::new(self, request);
        while let Some((lane, visit)) = trip.next().await {
            match ticket::complete(&lane.target.provider, &trip.request, visit).await {
                Ok(response) => return Ok(after(&trip.failures, response)),
                Err(error) => trip.failures.push(error),
            }
        }
        Err(trip.error())
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let mut trip = Trip::new(self, request);
        while let Some((lane, visit)) = trip.next().await {
            let stream = ticket::stream(&lane.target.provider, &trip.request, visit);
            match async { stream.await?.begun().await }.await {
                Ok(stream) => return Ok(after_all(trip.failures, stream)),
                Err(error) => trip.failures.push(error),
            }
        }
        Err(trip.error())
    }
}
