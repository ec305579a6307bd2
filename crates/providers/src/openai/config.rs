//! Settings of [`OpenAi`](super::OpenAi).

use crate::http::{Address, ApiKey, HttpOptions, Proxies};

/// Settings of [`OpenAi`](crate::OpenAi). Addresses and keys are never shown whole.
///
/// ```
/// use wavecrew_providers::{OpenAi, OpenAiConfig};
///
/// let local = OpenAi::new(OpenAiConfig::new().base_url("http://localhost:8080/v1").model("tiny"))?;
/// # Ok::<(), wavecrew_providers::ProviderError>(())
/// ```
#[derive(Clone, Debug)]
pub struct OpenAiConfig {
    pub(super) name: String,
    pub(super) base_url: Address,
    pub(super) api_key: Option<ApiKey>,
    pub(super) organization: Option<String>,
    pub(super) project: Option<String>,
    pub(super) model: Option<String>,
    pub(super) token_limit: TokenLimit,
    pub(super) http: HttpOptions,
}

/// By which name a limit on the answer's tokens is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenLimit {
    /// `max_completion_tokens` to `api.openai.com`, `max_tokens` to all others, which often know nothing else.
    #[default]
    Auto,
    /// `max_tokens`.
    MaxTokens,
    /// `max_completion_tokens`.
    MaxCompletionTokens,
}

impl Default for OpenAiConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl OpenAiConfig {
    /// OpenAI's own address, no key, no model.
    pub fn new() -> Self {
        Self {
            name: "openai".to_owned(),
            base_url: Address::new("https://api.openai.com/v1"),
            api_key: None,
            organization: None,
            project: None,
            model: None,
            token_limit: TokenLimit::Auto,
            http: HttpOptions::default(),
        }
    }

    /// Reads `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID`, and the variables of
    /// [`Proxies::from_vars`], through the given lookup. Empty values count as unset.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut config = Self::new();
        config.http = config.http.proxies(Proxies::from_vars(&lookup));
        if let Some(url) = set("OPENAI_BASE_URL") {
            config = config.base_url(url);
        }
        if let Some(key) = set("OPENAI_API_KEY") {
            config = config.api_key(key);
        }
        config.organization = set("OPENAI_ORG_ID");
        config.project = set("OPENAI_PROJECT_ID");
        config
    }

    /// Calls the provider something other than `openai`, in errors and reports.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Asks this server. With or without a slash at the end; a bare host gets `/v1`; any other path is kept, and
    /// `/chat/completions` is added where it is not there yet.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Address::new(url);
        self
    }

    /// Sends this key.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Asks this model where a request names none.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Sends limits on the answer's tokens by this name.
    #[must_use]
    pub fn token_limit(mut self, limit: TokenLimit) -> Self {
        self.token_limit = limit;
        self
    }

    /// Bounds the calls.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }
}
