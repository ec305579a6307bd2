//! Settings of [`Generate`](super::Generate).

use crate::http::{Address, ApiKey, HttpOptions, Proxies};

/// Settings of [`Generate`](crate::Generate). Addresses and keys are never shown whole.
#[derive(Clone, Debug)]
pub struct GenerateConfig {
    pub(super) name: String,
    pub(super) url: Address,
    pub(super) api_key: Option<ApiKey>,
    pub(super) model: Option<String>,
    pub(super) http: HttpOptions,
}

impl GenerateConfig {
    /// This server, no key, no model. A bare host gets `/generate`; any other path is taken as it is.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            name: "generate".to_owned(),
            url: Address::new(url),
            api_key: None,
            model: None,
            http: HttpOptions::default(),
        }
    }

    /// Reads `GENERATE_URL`, `GENERATE_API_KEY` and `GENERATE_MODEL`, and the variables of [`Proxies::from_vars`], through
    /// the given lookup. Empty values count as unset.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut config = Self::new(set("GENERATE_URL").unwrap_or_default());
        config.http = config.http.proxies(Proxies::from_vars(&lookup));
        if let Some(key) = set("GENERATE_API_KEY") {
            config = config.api_key(key);
        }
        config.model = set("GENERATE_MODEL");
        config
    }

    /// Calls the provider something other than `generate`, in errors and reports.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sends this key, as `Authorization: Bearer`.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Names this model where a request names none.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Bounds the calls.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }
}
