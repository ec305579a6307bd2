//! Asks the next provider when one fails.

use async_trait::async_trait;

use crate::{ErrorKind, Provider, ProviderError, Request, Response};

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
        let mut failures: Vec<ProviderError> = Vec::new();
        for provider in &self.chain {
            match provider.complete(request).await {
                Ok(response) => return Ok(after(&failures, response)),
                Err(error) => {
                    let ends = !error.kind().is_mendable_elsewhere();
                    failures.push(error);
                    if ends {
                        break;
                    }
                }
            }
        }
        match failures.len() {
            0 => Err(ProviderError::new(
                ErrorKind::Configuration,
                &self.name,
                "the chain has no provider",
            )),
            // One failure speaks for itself, with its own kind.
            1 => Err(failures.remove(0)),
            _ => Err(ProviderError::exhausted(&self.name, failures)),
        }
    }
}

/// Tells in the response what went before it.
fn after(failures: &[ProviderError], mut response: Response) -> Response {
    let calls = failures
        .iter()
        .map(ProviderError::attempts)
        .fold(0, u32::saturating_add);
    response.attempts = response.attempts.saturating_add(calls);
    let reasons = failures.iter().map(ToString::to_string);
    response.passed_over.splice(0..0, reasons);
    response
}
