//! Says what answers cost.

use std::sync::Arc;

use async_trait::async_trait;

use super::PriceTable;
use crate::{Provider, ProviderError, Request, Response, ResponseStream};

/// A provider whose answers say what they cost, by the model that the answer names.
///
/// A cost that is there already stays. Where the answer names no model the one that the request asked for counts, or
/// else the one given as [`default_model`](Self::default_model). Without a price or without the server's word on
/// tokens the cost stays unknown, which is not zero, and so does that of another service than the standard one. The part of an answer that an error carries is priced too.
///
/// # Order
///
/// `Priced` belongs right around a back-end, so that all wrappers around it know the cost.
#[derive(Clone, Debug)]
pub struct Priced<P> {
    inner: P,
    prices: Arc<PriceTable>,
    default_model: Option<String>,
}

impl<P> Priced<P> {
    /// Prices by this table.
    pub fn new(inner: P, prices: impl Into<Arc<PriceTable>>) -> Self {
        Self {
            inner,
            prices: prices.into(),
            default_model: None,
        }
    }

    /// The model that is asked when a request names none.
    #[must_use]
    pub fn default_model(mut self, model: impl Into<String>) -> Self {
        self.default_model = Some(model.into());
        self
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }

    fn end(
        &self,
        asked: Option<&str>,
        end: Result<Response, ProviderError>,
    ) -> Result<Response, ProviderError> {
        match end {
            Ok(response) => Ok(self.price(asked, response)),
            Err(error) => match error.partial().cloned() {
                Some(partial) => {
                    let partial = self.price(asked, partial);
                    Err(error.with_partial(partial))
                }
                None => Err(error),
            },
        }
    }

    fn price(&self, asked: Option<&str>, mut response: Response) -> Response {
        if response.cost.is_none() {
            let asked = asked.or(self.default_model.as_deref());
            response.cost = self.prices.cost_of(&response, asked);
        }
        response
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Priced<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let end = self.inner.complete(request).await;
        self.end(request.model.as_deref(), end)
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let asked = request.model.clone();
        match self.inner.stream(request).await {
            Ok(stream) => Ok(stream.map_end(move |end| self.end(asked.as_deref(), end))),
            Err(error) => self
                .end(asked.as_deref(), Err(error))
                .map(ResponseStream::of),
        }
    }
}
