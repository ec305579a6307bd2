//! Rules, by the name that a run has for them.

use wavecrew_providers::{
    Brief, ErrorKind, Health, Heuristic, Probe, Provider, ProviderError, Request, Response,
    ResponseStream, async_trait,
};

/// What rules say about a task for which no file is stated.
pub(crate) const NO_FILE: &str = "no deliverable is stated, and rules make only files that are; name a file in its \
                                  DELIVERABLES or in the plan's file column, or ask a provider that has a model";

/// [`Heuristic`] under a name of its own.
#[derive(Debug)]
pub(super) struct Rules {
    name: String,
    inner: Heuristic,
}

impl Rules {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            inner: Heuristic::new(),
        }
    }
}

#[async_trait]
impl Provider for Rules {
    fn name(&self) -> &str {
        &self.name
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let brief = Brief::of(request);
        let is_without_file = |brief: &Brief| brief.deliverables.is_empty();
        if brief.as_ref().is_some_and(is_without_file) {
            // The request is not at fault: whoever is asked next may have a model.
            let error = ProviderError::new(ErrorKind::Configuration, self.name(), NO_FILE);
            return Err(error.with_attempts(0));
        }
        let answer = self.inner.complete(request).await;
        let mut answer = answer
            .map_err(|error| ProviderError::new(error.kind(), self.name(), error.message()))?;
        answer.provider.clone_from(&self.name);
        Ok(answer)
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        Ok(ResponseStream::of(self.complete(request).await?))
    }
}

#[async_trait]
impl Probe for Rules {
    async fn probe(&self) -> Result<Health, ProviderError> {
        self.inner.probe().await
    }
}
