//! Providers by task: the first route that a task fits decides whom it goes to.

use std::sync::Arc;

use wavecrew_providers::{Provider, ProviderError, Request, Response, ResponseStream, async_trait};

use super::route::{Route, TaskNote, for_model};

/// Routes, each with its providers, and those for all else.
#[derive(Debug)]
pub(super) struct Tiers {
    pub(super) routes: Vec<(Route, Arc<dyn Provider>)>,
    pub(super) others: Arc<dyn Provider>,
}

impl Tiers {
    /// Whom the request goes to, and as what.
    fn way(&self, request: &Request) -> (&dyn Provider, Option<Request>) {
        let note = TaskNote::of(request);
        let route = self.routes.iter().find(|(route, _)| route.fits(&note));
        let Some((route, provider)) = route else {
            return (&self.others, None);
        };
        // A model that is named for the whole run is meant for every task.
        let model = route.model.as_deref().filter(|_| note.plans_model);
        (
            provider,
            model.map(|model| for_model(request.clone(), model)),
        )
    }
}

#[async_trait]
impl Provider for Tiers {
    fn name(&self) -> &str {
        self.others.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let (provider, changed) = self.way(request);
        provider.complete(changed.as_ref().unwrap_or(request)).await
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let (provider, changed) = self.way(request);
        provider.stream(changed.as_ref().unwrap_or(request)).await
    }
}
