//! A provider that gives the answers it was given.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{ErrorKind, Provider, ProviderError, Request, Response, ResponseStream};
use async_trait::async_trait;

type Script = dyn Fn(&Request) -> Option<Result<Response, ProviderError>> + Send + Sync;

/// A provider that gives prepared answers: for tests, examples and documentation, without a network or a key.
///
/// It keeps every request, so that a test can look at what was asked; share it in an [`Arc`](std::sync::Arc) to do
/// so while something else owns a handle.
///
/// ```
/// use wavecrew_providers::{Provider, Request, Scripted};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let provider = Scripted::new("model", [Ok("first"), Ok("second")]);
/// assert_eq!(provider.complete(&Request::prompt("1?")).await?.text, "first");
/// assert_eq!(provider.complete(&Request::prompt("2?")).await?.text, "second");
/// assert_eq!(provider.calls(), 2);
/// assert_eq!(provider.requests()[1].messages[0].content, "2?");
/// # Ok::<(), wavecrew_providers::ProviderError>(()) }).unwrap();
/// ```
pub struct Scripted {
    name: String,
    script: Box<Script>,
    requests: Mutex<Vec<Request>>,
}

impl Scripted {
    /// Gives these answers, one for each call and in this order. A call after the last one fails with
    /// [`ErrorKind::Configuration`].
    pub fn new<T: Into<Response>>(
        name: impl Into<String>,
        answers: impl IntoIterator<Item = Result<T, ProviderError>>,
    ) -> Self {
        let answers: VecDeque<_> = answers
            .into_iter()
            .map(|answer| answer.map(Into::into))
            .collect();
        let answers = Mutex::new(answers);
        Self::with_script(name.into(), Box::new(move |_| lock(&answers).pop_front()))
    }

    /// Answers each request as the closure says, under the name `scripted`.
    pub fn by<T: Into<Response>>(
        answer: impl Fn(&Request) -> Result<T, ProviderError> + Send + Sync + 'static,
    ) -> Self {
        let script = move |request: &Request| Some(answer(request).map(Into::into));
        Self::with_script("scripted".to_owned(), Box::new(script))
    }

    /// Gives the provider another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How many calls were made so far.
    pub fn calls(&self) -> usize {
        lock(&self.requests).len()
    }

    /// What was asked so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }

    fn with_script(name: String, script: Box<Script>) -> Self {
        Self {
            name,
            script,
            requests: Mutex::default(),
        }
    }
}

#[async_trait]
impl Provider for Scripted {
    fn name(&self) -> &str {
        &self.name
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let call = {
            let mut requests = lock(&self.requests);
            requests.push(request.clone());
            requests.len()
        };
        let Some(answer) = (self.script)(request) else {
            let message = format!("no answer is prepared for call {call}");
            return Err(ProviderError::new(
                ErrorKind::Configuration,
                &self.name,
                message,
            ));
        };
        answer.map(|mut response| {
            if response.provider.is_empty() {
                response.provider.clone_from(&self.name);
            }
            response
        })
    }

    /// Gives the prepared answer word by word. A prepared error that carries a part of an answer gives the words of
    /// that part first: a stream that breaks off.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        ResponseStream::of_end(&self.name, self.complete(request).await)
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted")
            .field("name", &self.name)
            .field("calls", &self.calls())
            .finish_non_exhaustive()
    }
}

/// The answers and requests stay whole when a user's closure panics: nothing is half done under the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
