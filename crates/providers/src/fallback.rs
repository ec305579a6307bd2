//! Asks the next provider when one fails.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{CallLimits, ErrorKind, Provider, ProviderError, Request, Response, ResponseStream};

/// A chain of providers: the first that can answers.
///
/// The next one is asked after every failure that another provider may mend
/// ([`ErrorKind::is_mendable_elsewhere`]); a request that is itself at fault is not sent on. An answer tells in
/// [`Response::passed_over`] why the earlier ones did not give it, and counts their calls in
/// [`Response::attempts`]. A model that a request names is asked of every provider of the chain: leave
/// [`Request::model`] open where each is to use its own.
///
/// ```
/// use wavecrew_providers::{ErrorKind, Fallback, Provider, ProviderError, Request, Scripted};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let down = Scripted::by(|_| Err::<&str, _>(ProviderError::new(ErrorKind::Connect, "a", "refused")));
/// let chain = Fallback::new(vec![Box::new(down), Box::new(Scripted::new("b", [Ok("hello")]))]);
/// let response = chain.complete(&Request::prompt("hi")).await?;
/// assert_eq!((response.provider.as_str(), response.attempts), ("b", 2));
/// assert_eq!(response.passed_over, ["a: could not connect: refused"]);
/// # Ok::<(), ProviderError>(()) }).unwrap();
/// ```
///
/// # Errors
///
/// When several fail, [`ErrorKind::Exhausted`] with each failure; see [`ProviderError::exhausted`]. When only one was
/// asked, its own error. An empty chain is [`ErrorKind::Configuration`].
///
/// # Waiting
///
/// When every provider of the chain is cooling, because its server or a [`Breaker`](crate::Breaker) said when it may be
/// asked again, a chain that is [`patient`](Self::patient) waits for the first of them and asks that one; others
/// hand the wait up, as [`ProviderError::retry_after`].
///
/// # Order
///
/// `Fallback` of [`Retry`](crate::Retry)s tries each provider several times before the next; `Retry` of a `Fallback` goes
/// through the whole chain again. Both keep to the [`CallLimits`] that the request brings along.
#[derive(Debug)]
pub struct Fallback {
    name: String,
    chain: Vec<Box<dyn Provider>>,
    patience: Duration,
}

/// How often a chain waits for one request: a server that says "at once" for ever must not keep it.
const MAX_WAITS: u32 = 4;

impl Fallback {
    /// A chain in this order. Its name is the names of its providers, joined by commas.
    pub fn new(chain: Vec<Box<dyn Provider>>) -> Self {
        let names: Vec<&str> = chain.iter().map(|provider| provider.name()).collect();
        Self {
            name: names.join(","),
            chain,
            patience: Duration::ZERO,
        }
    }

    /// Waits so long in all, on the tokio clock, for the first provider to recover when all are cooling.
    #[must_use]
    pub fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The providers, in the order in which they are asked.
    pub fn providers(&self) -> &[Box<dyn Provider>] {
        &self.chain
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Provider for Fallback {
    fn name(&self) -> &str {
        &self.name
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let mut walk = Walk::new(self, request);
        while let Some(at) = walk.next().await {
            match self.chain[at].complete(&walk.request).await {
                Ok(response) => return Ok(after(&walk.failures, response)),
                Err(error) => walk.failed(at, error),
            }
        }
        Err(walk.error())
    }

    /// Asks the next provider until one gives the first piece of an answer; a failure after it goes up with the text
    /// so far, since another's text would not continue it.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let mut walk = Walk::new(self, request);
        while let Some(at) = walk.next().await {
            let begun = async { self.chain[at].stream(&walk.request).await?.begun().await };
            match begun.await {
                Ok(stream) => return Ok(after_all(walk.failures, stream)),
                Err(error) => walk.failed(at, error),
            }
        }
        Err(walk.error())
    }
}

/// The way of one request along the chain.
struct Walk<'a> {
    name: &'a str,
    /// The request with what its limits leave.
    request: Cow<'a, Request>,
    limits: CallLimits,
    /// Calls that had failed before the chain was asked.
    before: u32,
    /// Providers still to ask, and those to ask again later.
    ahead: VecDeque<usize>,
    cooling: Vec<(Instant, usize)>,
    patience: Duration,
    waits: u32,
    failures: Vec<ProviderError>,
}

impl<'a> Walk<'a> {
    fn new(chain: &'a Fallback, request: &'a Request) -> Self {
        Self {
            name: &chain.name,
            request: Cow::Borrowed(request),
            limits: request.limits,
            before: request.tally.failed(),
            ahead: (0..chain.chain.len()).collect(),
            cooling: Vec::new(),
            patience: chain.patience,
            waits: 0,
            failures: Vec::new(),
        }
    }

    /// The provider to ask next, when it is time to.
    async fn next(&mut self) -> Option<usize> {
        let failed = calls(&self.failures);
        self.request.tally.note(self.before, failed);
        let left = self.limits.after(failed)?;
        if left != self.request.limits {
            self.request.to_mut().limits = left;
        }
        if self.ahead.is_empty() {
            self.wait().await?;
        }
        self.ahead.pop_front()
    }

    /// Waits for the first provider that cools, if the chain is that patient.
    async fn wait(&mut self) -> Option<()> {
        let first = self.cooling.iter().map(|(due, _)| *due).min()?;
        let wait = first.saturating_duration_since(Instant::now());
        if self.waits == MAX_WAITS || wait > self.patience || !self.limits.allow_wait(wait) {
            return None;
        }
        self.waits += 1;
        self.patience -= wait;
        let pause = tokio::time::sleep_until(first);
        self.request.tally.waiting(pause).await;
        let due = self.cooling.extract_if(.., |(due, _)| *due <= first);
        self.ahead.extend(due.map(|(_, at)| at));
        Some(())
    }

    fn failed(&mut self, at: usize, error: ProviderError) {
        if !error.kind().is_mendable_elsewhere() {
            self.ahead.clear();
            self.cooling.clear();
        } else if let Some(wait) = error.retry_after().filter(|_| error.is_transient())
            && let Some(due) = Instant::now().checked_add(wait)
            && !self.patience.is_zero()
        {
            self.cooling.push((due, at));
        }
        self.failures.push(error);
    }

    fn error(mut self) -> ProviderError {
        match self.failures.len() {
            0 => ProviderError::new(
                ErrorKind::Configuration,
                self.name,
                "the chain has no provider that may be asked",
            ),
            // One failure speaks for itself, with its own kind.
            1 => self.failures.remove(0),
            _ => ProviderError::exhausted(self.name, self.failures),
        }
    }
}

/// How many calls failed.
pub(crate) fn calls(failures: &[ProviderError]) -> u32 {
    let calls = failures.iter().map(ProviderError::attempts);
    calls.fold(0, u32::saturating_add)
}

/// Tells in the response what went before it.
pub(crate) fn after(failures: &[ProviderError], mut response: Response) -> Response {
    response.attempts = response.attempts.saturating_add(calls(failures));
    let reasons = failures.iter().map(ToString::to_string);
    response.passed_over.splice(0..0, reasons);
    response
}

/// Tells at the end of the stream what went before it.
pub(crate) fn after_all(
    failures: Vec<ProviderError>,
    stream: ResponseStream<'_>,
) -> ResponseStream<'_> {
    stream.map_end(move |end| match end {
        Ok(response) => Ok(after(&failures, response)),
        Err(error) => {
            let attempts = calls(&failures).saturating_add(error.attempts());
            Err(error.with_attempts(attempts))
        }
    })
}
