//! One empty purse closes all providers of a run.

use std::sync::{Arc, OnceLock};

use wavecrew_providers::{
    ErrorKind, Provider, ProviderError, Request, Response, ResponseStream, async_trait,
};

use super::bill;

/// Whether anybody may still be asked. Clones are the same gate.
///
/// Without it a chain would go on with its next provider when the first one's call does not fit into
/// the budget, and a run that is to stop would end by rule instead.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate(Arc<OnceLock<String>>);

impl Gate {
    /// Why nobody is asked any more.
    pub(super) fn closed(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// A provider behind the gate. Calls of all that are behind one are put on the bill of the request.
#[derive(Debug)]
pub(super) struct Gated<P> {
    pub(super) inner: P,
    pub(super) gate: Gate,
}

impl<P: Provider> Gated<P> {
    fn enter(&self) -> Result<(), ProviderError> {
        bill::is_kept();
        match self.gate.closed() {
            None => Ok(()),
            Some(why) => {
                let error = ProviderError::new(ErrorKind::Budget, self.inner.name(), why);
                Err(error.with_attempts(0))
            }
        }
    }

    fn note(&self, error: &ProviderError) {
        if error.kind() == ErrorKind::Budget {
            let _ = self.gate.0.set(error.message().to_owned());
        }
    }
}

#[async_trait]
impl<P: Provider> Provider for Gated<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        self.enter()?;
        self.inner
            .complete(request)
            .await
            .inspect_err(|error| self.note(error))
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        self.enter()?;
        self.inner
            .stream(request)
            .await
            .inspect_err(|error| self.note(error))
    }
}
