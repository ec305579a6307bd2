//! Answers that came to their end and are no good: they are paid for, so that only a new attempt at the task asks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wavecrew_providers::{
    ErrorKind, Provider, ProviderError, Request, Response, ResponseStream, Retry, RetryBudget,
    RetryPolicy, async_trait,
};

/// A provider that repeats calls to which no answer came, and does not repeat those to which one came that holds nothing or
/// cannot be read. Such an error goes up as it was: it may pass, and is a reason to try the task again.
#[derive(Debug)]
pub(super) struct Repeated {
    pub(super) inner: Arc<dyn Provider>,
    pub(super) policy: RetryPolicy,
    pub(super) budget: RetryBudget,
}

/// One call, and whether it ended with an answer that is no good.
#[derive(Debug)]
struct Call {
    inner: Arc<dyn Provider>,
    is_answered: AtomicBool,
}

impl Call {
    /// The error, in a form that is not repeated if an answer came.
    fn final_if_answered(&self, error: ProviderError) -> ProviderError {
        if !(error.is_transient() && is_answer(&error)) {
            return error;
        }
        self.is_answered.store(true, Ordering::Relaxed);
        error.with_transient(false)
    }
}

/// Whether an answer came whole from a server, and holds nothing or cannot be read.
fn is_answer(error: &ProviderError) -> bool {
    let is_well = |status: u16| (200..300).contains(&status);
    error.kind() == ErrorKind::BadResponse && error.status().is_none_or(is_well)
}

#[async_trait]
impl Provider for Call {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let answer = self.inner.complete(request).await;
        answer.map_err(|error| self.final_if_answered(error))
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        self.inner.stream(request).await
    }
}

#[async_trait]
impl Provider for Repeated {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let call = Call {
            inner: Arc::clone(&self.inner),
            is_answered: AtomicBool::new(false),
        };
        let repeated = Retry::new(call, self.policy).budget(self.budget.clone());
        let answer = repeated.complete(request).await;
        let is_answered = repeated.get_ref().is_answered.load(Ordering::Relaxed);
        answer.map_err(|error| match is_answered {
            true => error.with_transient(true),
            false => error,
        })
    }

    /// Nobody in a run asks for a stream; it is begun once.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        self.inner.stream(request).await
    }
}
