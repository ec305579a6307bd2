//! Settings of [`Anthropic`](super::Anthropic).

use crate::http::{Address, ApiKey, Settings, Vars, common_settings};

/// Settings of [`Anthropic`](crate::Anthropic). Addresses and keys are never shown whole.
#[derive(Clone, Debug)]
pub struct AnthropicConfig {
    pub(super) common: Settings,
    pub(super) base_url: Address,
    pub(super) auth_token: Option<ApiKey>,
    pub(super) max_output_tokens: u32,
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
            common: Settings::named("anthropic"),
            base_url: Address::new("https://api.anthropic.com"),
            auth_token: None,
            max_output_tokens: MAX_OUTPUT_TOKENS,
        }
    }

    /// Reads `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN`, `ANTHROPIC_BASE_URL` and `ANTHROPIC_MODEL`, and the variables of
    /// [`Proxies::from_vars`](crate::Proxies::from_vars), through the given lookup. Empty values count as unset.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let vars = Vars(lookup);
        let mut config = Self::new();
        config.common.read(&vars, "ANTHROPIC_API_KEY");
        if let Some(url) = vars.get("ANTHROPIC_BASE_URL") {
            config = config.base_url(url);
        }
        if let Some(token) = vars.get("ANTHROPIC_AUTH_TOKEN") {
            config = config.auth_token(token);
        }
        config.common.model = vars.get("ANTHROPIC_MODEL");
        config
    }

    /// Asks this server. With or without a slash at the end; `/v1/messages` is added as far as it is not there yet.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Address::new(url);
        self
    }

    /// Sends this token, as `Authorization: Bearer`: how gateways are asked.
    #[must_use]
    pub fn auth_token(mut self, token: impl Into<ApiKey>) -> Self {
        self.auth_token = Some(token.into());
        self
    }

    /// Bounds answers to so many tokens where a request states no limit.
    #[must_use]
    pub fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.max_output_tokens = tokens;
        self
    }
}

common_settings!(
    AnthropicConfig,
    "anthropic",
    "Sends this key, as `x-api-key`."
);
