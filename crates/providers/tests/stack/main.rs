//! The wrappers, on paused time and without a network.

mod breaker;
mod budget;
mod deadline;
mod estimates;
mod limit;
mod memory;
mod metrics;
mod price;
mod rate_limit;
mod retry;
mod router;
mod shared_limits;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use wavecrew_providers::{
    ErrorKind, Provider, ProviderError, Request, Response, Usage, async_trait,
};

fn request() -> Request {
    Request::prompt("hi")
}

fn failure(kind: ErrorKind) -> ProviderError {
    ProviderError::new(kind, "model", "for a test")
}

type Answer = dyn Fn(&Request, usize) -> Result<Response, ProviderError> + Send + Sync;

/// A model that takes its time, and counts who is with it.
struct Slow {
    name: String,
    takes: Duration,
    answer: Box<Answer>,
    calls: AtomicUsize,
    inside: AtomicUsize,
    crowd: AtomicUsize,
    log: std::sync::Mutex<Vec<(Instant, Request)>>,
}

impl std::fmt::Debug for Slow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slow")
    }
}

impl Slow {
    fn new(
        takes: Duration,
        answer: impl Fn(&Request, usize) -> Result<Response, ProviderError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::named("slow", takes, answer)
    }

    fn named(
        name: &str,
        takes: Duration,
        answer: impl Fn(&Request, usize) -> Result<Response, ProviderError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            takes,
            answer: Box::new(answer),
            calls: AtomicUsize::new(0),
            inside: AtomicUsize::new(0),
            crowd: AtomicUsize::new(0),
            log: std::sync::Mutex::default(),
        })
    }

    /// Answers with so many tokens in and out.
    fn of_tokens(takes: Duration, input: u64, output: u64) -> Arc<Self> {
        Self::new(takes, move |_, _| {
            Ok(Response::new("slow", "done").usage(Usage::new(input, output)))
        })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// The most that were inside at the same time.
    fn crowd(&self) -> usize {
        self.crowd.load(Ordering::Relaxed)
    }

    fn log(&self) -> Vec<(Instant, Request)> {
        self.log.lock().unwrap().clone()
    }
}

/// Leaves also when the call is dropped.
struct Inside<'a>(&'a AtomicUsize);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Provider for Slow {
    fn name(&self) -> &str {
        &self.name
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        self.log
            .lock()
            .unwrap()
            .push((Instant::now(), request.clone()));
        let inside = self.inside.fetch_add(1, Ordering::Relaxed) + 1;
        let _inside = Inside(&self.inside);
        self.crowd.fetch_max(inside, Ordering::Relaxed);
        sleep(self.takes).await;
        (self.answer)(request, call)
    }
}

/// Asks for a stream and reads it to its end.
async fn collected(provider: &dyn Provider) -> Result<Response, ProviderError> {
    provider.stream(&request()).await?.collect().await
}

/// Makes all the calls at once and gives their ends in order.
async fn all_at_once(
    provider: &dyn Provider,
    requests: &[Request],
) -> Vec<Result<Response, ProviderError>> {
    futures::future::join_all(requests.iter().map(|request| provider.complete(request))).await
}
