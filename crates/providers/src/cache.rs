//! Does not ask the same twice.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::record::key;
use crate::ticket::{self, Ticket};
use crate::{Cost, Provider, ProviderError, Request, Response, ResponseStream};

/// A provider that keeps whole answers in memory and gives them again to equal requests.
///
/// Two requests are equal when all that is asked is: messages, model, bounds, temperature, format and metadata. Errors
/// are not kept, and neither is an answer that rules wrote as a last resort. An answer from the cache made no call
/// ([`Response::attempts`] is 0) and cost nothing. When the cache is full, what was not asked for the longest goes.
///
/// Equal requests that come while the first is under way are asked too: whoever wants several different answers to
/// one question does not want a cache.
///
/// Clones share the cache.
///
/// # Order
///
/// Outermost: what is known needs neither place nor budget.
#[derive(Clone)]
pub struct Cache<P> {
    inner: P,
    shelf: Arc<Mutex<Shelf>>,
}

/// What a [`Cache`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CacheCounts {
    /// Requests that it answered.
    pub hits: u64,
    /// Requests that it passed on.
    pub misses: u64,
    /// Answers that it holds.
    pub entries: usize,
}

struct Shelf {
    capacity: usize,
    lifetime: Option<Duration>,
    answers: HashMap<String, Kept>,
    /// Keys by when they were last asked for.
    order: BTreeMap<u64, String>,
    clock: u64,
    counts: CacheCounts,
}

struct Kept {
    response: Response,
    since: Instant,
    used: u64,
}

impl<P> Cache<P> {
    /// Keeps at most so many answers.
    pub fn new(inner: P, capacity: usize) -> Self {
        let shelf = Shelf {
            capacity,
            lifetime: None,
            answers: HashMap::new(),
            order: BTreeMap::new(),
            clock: 0,
            counts: CacheCounts::default(),
        };
        Self {
            inner,
            shelf: Arc::new(Mutex::new(shelf)),
        }
    }

    /// Gives an answer for so long only.
    #[must_use]
    pub fn lifetime(self, lifetime: Duration) -> Self {
        lock(&self.shelf).lifetime = Some(lifetime);
        self
    }

    /// What it did so far.
    pub fn counts(&self) -> CacheCounts {
        let shelf = lock(&self.shelf);
        CacheCounts {
            entries: shelf.answers.len(),
            ..shelf.counts
        }
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }
}

impl Shelf {
    fn get(&mut self, key: &str) -> Option<Response> {
        let now = Instant::now();
        self.clock += 1;
        let lifetime = self.lifetime;
        let fresh =
            |kept: &&mut Kept| lifetime.is_none_or(|most| now.duration_since(kept.since) < most);
        let Some(kept) = self.answers.get_mut(key).filter(fresh) else {
            self.counts.misses += 1;
            return None;
        };
        self.counts.hits += 1;
        let key = self.order.remove(&kept.used)?;
        kept.used = self.clock;
        self.order.insert(self.clock, key);
        Some(kept.response.clone())
    }

    fn put(&mut self, key: String, response: Response) {
        self.clock += 1;
        let kept = Kept {
            response,
            since: Instant::now(),
            used: self.clock,
        };
        if let Some(old) = self.answers.insert(key.clone(), kept) {
            self.order.remove(&old.used);
        }
        self.order.insert(self.clock, key);
        while self.answers.len() > self.capacity {
            let Some((_, oldest)) = self.order.pop_first() else {
                return;
            };
            self.answers.remove(&oldest);
        }
    }
}

/// A question that the cache does not know.
struct Unknown<'a> {
    shelf: &'a Mutex<Shelf>,
    key: String,
}

impl Ticket for Unknown<'_> {
    fn settle(self, end: &Result<Response, ProviderError>) {
        if let Ok(response) = end
            && !response.degraded
        {
            let mut known = response.clone();
            known.attempts = 0;
            known.cost = Some(Cost::ZERO);
            known.passed_over.clear();
            lock(self.shelf).put(self.key, known);
        }
    }
}

impl<P> Cache<P> {
    fn ask(&self, request: &Request) -> Result<Response, Unknown<'_>> {
        let key = key(request);
        let known = lock(&self.shelf).get(&key);
        known.ok_or(Unknown {
            shelf: &self.shelf,
            key,
        })
    }
}

fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<P: fmt::Debug> fmt::Debug for Cache<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("inner", &self.inner)
            .field("counts", &self.counts())
            .finish()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Cache<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        match self.ask(request) {
            Ok(response) => Ok(response),
            Err(unknown) => ticket::complete(&self.inner, request, unknown).await,
        }
    }

    /// What is known comes as one piece.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        match self.ask(request) {
            Ok(response) => Ok(ResponseStream::of(response)),
            Err(unknown) => ticket::stream(&self.inner, request, unknown).await,
        }
    }
}
