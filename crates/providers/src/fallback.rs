//! Asks the next provider when one fails.

use async_trait::async_trait;

use crate::{ErrorKind, Provider, ProviderError, Request, Response, ResponseStream};

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
#[derive(Debug)]
pub struct Fallback {
    name: String,
    chain: Vec<Box<dyn Provider>>,
}

impl Fallback {
    /// A chain in this order. Its name is the names of its providers, joined by commas.
    pub fn new(chain: Vec<Box<dyn Provider>>) -> Self {
        let names: Vec<&str> = chain.iter().map(|provider| provider.name()).collect();
        Self {
            name: names.join(","),
            chain,
        }
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
        let mut failures = Vec::new();
        for provider in &self.chain {
            match provider.complete(request).await {
                Ok(response) => return Ok(after(&failures, response)),
                Err(error) => failures.push(error),
            }
            if ends(&failures) {
                break;
            }
        }
        Err(self.failed(failures))
    }

    /// Asks the next provider until one gives the first piece of an answer; a failure after it goes up with the text
    /// so far, since another's text would not continue it.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let mut failures = Vec::new();
        for provider in &self.chain {
            let begun = async { provider.stream(request).await?.begun().await };
            match begun.await {
                Ok(stream) => {
                    return Ok(stream.map_end(move |end| match end {
                        Ok(response) => Ok(after(&failures, response)),
                        Err(error) => {
                            let attempts = calls(&failures).saturating_add(error.attempts());
                            Err(error.with_attempts(attempts))
                        }
                    }));
                }
                Err(error) => failures.push(error),
            }
            if ends(&failures) {
                break;
            }
        }
        Err(self.failed(failures))
    }
}

impl Fallback {
    fn failed(&self, mut failures: Vec<ProviderError>) -> ProviderError {
        match failures.len() {
            0 => ProviderError::new(
                ErrorKind::Configuration,
                &self.name,
                "the chain has no provider",
            ),
            // One failure speaks for itself, with its own kind.
            1 => failures.remove(0),
            _ => ProviderError::exhausted(&self.name, failures),
        }
    }
}

/// Whether the last failure is one that no other provider mends.
fn ends(failures: &[ProviderError]) -> bool {
    failures
        .last()
        .is_some_and(|error| !error.kind().is_mendable_elsewhere())
}

/// How many calls failed.
fn calls(failures: &[ProviderError]) -> u32 {
    let calls = failures.iter().map(ProviderError::attempts);
    calls.fold(0, u32::saturating_add)
}

/// Tells in the response what went before it.
fn after(failures: &[ProviderError], mut response: Response) -> Response {
    response.attempts = response.attempts.saturating_add(calls(failures));
    let reasons = failures.iter().map(ToString::to_string);
    response.passed_over.splice(0..0, reasons);
    response
}
