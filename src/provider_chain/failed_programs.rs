//! Programs that failed: an attempt does not ask them again, the next one may.

use wavecrew_providers::{
    ErrorKind, Provider, ProviderError, Request, Response, ResponseStream, async_trait,
};

/// An agent program. It may have changed files before it failed, so it is not asked again before these are put back: that
/// is by the next attempt at the task, to which how it failed is no hindrance.
#[derive(Debug)]
pub(super) struct AskedAnew {
    pub(super) inner: Box<dyn Provider>,
}

fn may_pass(error: ProviderError) -> ProviderError {
    match error.kind() {
        ErrorKind::Server | ErrorKind::Timeout | ErrorKind::Incomplete | ErrorKind::BadResponse => {
            error.with_transient(true)
        }
        _ => error,
    }
}

#[async_trait]
impl Provider for AskedAnew {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        self.inner.complete(request).await.map_err(may_pass)
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        self.inner.stream(request).await.map_err(may_pass)
    }
}
