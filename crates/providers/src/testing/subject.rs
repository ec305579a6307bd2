use std::sync::Arc;

use crate::{ErrorKind, Provider, Request};

/// A provider under test.
#[derive(Clone, Debug)]
pub struct Subject {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) request: Request,
    pub(super) failing: Option<(Arc<dyn Provider>, ErrorKind)>,
    pub(super) secrets: Vec<String>,
}

impl Subject {
    /// A provider that answers the request whenever it is asked, with a text that is not empty. The text may differ
    /// from call to call.
    pub fn new(provider: impl Provider, request: Request) -> Self {
        Self {
            provider: Arc::new(provider),
            request,
            failing: None,
            secrets: Vec::new(),
        }
    }

    /// A provider of the same sort that fails with this kind whenever it is asked the same request.
    #[must_use]
    pub fn failing(mut self, provider: impl Provider, kind: ErrorKind) -> Self {
        self.failing = Some((Arc::new(provider), kind));
        self
    }

    /// A text that the providers know and must not tell: a key.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secrets.push(secret.into());
        self
    }
}
