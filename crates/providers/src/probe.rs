//! Whether a provider can be asked, found out without asking a model.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ProviderError;

/// What a [`Probe`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Health {
    /// The name of the provider.
    pub provider: String,
    /// What answered: an address without passwords and keys, or a program.
    pub at: String,
    /// What it says of its version.
    pub version: Option<String>,
    /// The models that it offers, in its own order; `None` when it does not tell.
    pub models: Option<Vec<String>>,
    /// Those of the models that are in memory, and answer without being loaded first.
    pub loaded: Option<Vec<String>>,
    /// Whether it has the model that it is to ask by default; `None` when there is none or it does not tell.
    pub has_model: Option<bool>,
    /// How long it took to answer.
    pub latency: Duration,
}

impl Health {
    pub(crate) fn new(provider: &str, at: impl Into<String>) -> Self {
        Self {
            provider: provider.to_owned(),
            at: at.into(),
            ..Self::default()
        }
    }
}

/// A back-end that can be looked at without a call that is paid for.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Looks whether the back-end can be asked: that its server answers, takes the key and has the model, or that its
    /// program starts. It takes at most ten seconds.
    ///
    /// # Errors
    ///
    /// What a call would fail with, as far as that can be told without one.
    async fn probe(&self) -> Result<Health, ProviderError>;
}

/// The longest time for one look.
#[cfg(any(feature = "http", feature = "command"))]
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
