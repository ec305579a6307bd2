//! How long an answer may be.

use std::num::NonZeroU64;

use wavecrew_providers::{Provider, ProviderError, Request, Response, ResponseStream, async_trait};

/// A provider whose answers have no more than so many tokens, where the request does not say it.
#[derive(Debug)]
pub(super) struct Bounded {
    pub(super) inner: Box<dyn Provider>,
    pub(super) most: NonZeroU64,
}

impl Bounded {
    fn request(&self, request: &Request) -> Option<Request> {
        let most = u32::try_from(self.most.get()).unwrap_or(u32::MAX);
        let is_open = request.max_output_tokens.is_none();
        is_open.then(|| request.clone().max_output_tokens(most))
    }
}

#[async_trait]
impl Provider for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let bounded = self.request(request);
        self.inner
            .complete(bounded.as_ref().unwrap_or(request))
            .await
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let bounded = self.request(request);
        self.inner.stream(bounded.as_ref().unwrap_or(request)).await
    }
}
