//! Settings of [`Anthropic`](super::Anthropic).

use crate::http::{Address, ApiKey, HttpOptions, Proxies};

/// Settings of [`Anthropic`](crate::Anthropic). Addresses and keys are never shown whole.
#[derive(Clone, Debug)]
pub struct AnthropicConfig {
    pub(super) name: String,
    pub(super) base_url: Address,
    pub(super) api_key: Option<ApiKey>,
    pub(super) auth_token: Option<ApiKey>,
    pub(super) model: Option<String>,
    pub(super) max_output_tokens: u32,
    pub(super) http: HttpOptions,
}

/// The protocol wants a limit on every answer. All models that are still offered take this one.
const MAX_OUTPUT_TOKENS: u32 = 8_192;

impl Default for AnthropicConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl AnthropicConfig {
    /// Anthropic's own address, no key, no model, answers of at most 8,192 tokens.
    pub fn new() -> Self {
        Self {
            name: "anthropic".to_owned(),
            base_url: Address::new("https://api.anthropic.com"),
            api_key: None,
            auth_token: None,
            model: None,
            max_output_tokens: MAX_OUTPUT_TOKENS,
            http: HttpOptions::default(),
        }
    }

    /// Reads `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN`, `ANTHROPIC_BASE_URL` and `ANTHROPIC_MODEL`, and the variables of
    /// [`Proxies::from_vars`], through the given lookup. Empty values count as unset.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut config = Self::new();
        config.http = config.http.proxies(Proxies::from_vars(&lookup));
        if let Some(url) = set("ANTHROPIC_BASE_URL") {
            config = config.base_url(url);
        }
        if let Some(key) = set("ANTHROPIC_API_KEY") {
            config = config.api_key(key);
        }
        if let Some(token) = set("ANTHROPIC_AUTH_TOKEN") {
            config = config.auth_token(token);
        }
        config.model = set("ANTHROPIC_MODEL");
        config
    }

    /// Calls the provider something other than `anthropic`, in errors and reports.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Asks this server. With or without a slash at the end; `/v1/messages` is added as far as it is not there yet.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Address::new(url);
        self
    }

    /// Sends this key, as `x-api-key`.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sends this token, as `Authorization: Bearer`: how gateways are asked.
    #[must_use]
    pub fn auth_token(mut self, token: impl Into<ApiKey>) -> Self {
        self.auth_token = Some(token.into());
        self
    }

    /// Asks this model where a request names none.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Bounds answers to so many tokens where a request states no limit.
    #[must_use]
    pub fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.max_output_tokens = tokens;
        self
    }

    /// Bounds the calls.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }
}
