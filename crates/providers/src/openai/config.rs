//! Settings of [`OpenAi`](super::OpenAi).

use crate::http::{Address, Settings, Vars, common_settings};

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
    pub(super) common: Settings,
    pub(super) base_url: Address,
    pub(super) organization: Option<String>,
    pub(super) project: Option<String>,
    pub(super) token_limit: TokenLimit,
    pub(super) api: Option<OpenAiApi>,
}

/// Which of the protocols is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenAiApi {
    /// Chat completions, which every compatible server knows.
    #[default]
    ChatCompletions,
    /// The Responses API. The server is asked to store nothing.
    Responses,
}

impl OpenAiApi {
    /// Where calls are posted to, below the base address.
    pub(super) fn path(self) -> &'static [&'static str] {
        match self {
            OpenAiApi::ChatCompletions => &["chat", "completions"],
            OpenAiApi::Responses => &["responses"],
        }
    }
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
            common: Settings::named("openai"),
            base_url: Address::new("https://api.openai.com/v1"),
            organization: None,
            project: None,
            token_limit: TokenLimit::Auto,
            api: None,
        }
    }

    /// Reads `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID`, and the variables of
    /// [`Proxies::from_vars`](crate::Proxies::from_vars), through the given lookup. Empty values count as unset.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let vars = Vars(lookup);
        let mut config = Self::new();
        config.common.read(&vars, "OPENAI_API_KEY");
        if let Some(url) = vars.get("OPENAI_BASE_URL") {
            config = config.base_url(url);
        }
        config.organization = vars.get("OPENAI_ORG_ID");
        config.project = vars.get("OPENAI_PROJECT_ID");
        config
    }

    /// Asks this server. With or without a slash at the end; a bare host gets `/v1`; any other path is kept, and
    /// `/chat/completions` or `/responses` is added where it is not there yet. An address that ends in one of them chooses
    /// the protocol, unless [`api`](Self::api) does.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Address::new(url);
        self
    }

    /// Speaks this protocol.
    #[must_use]
    pub fn api(mut self, api: OpenAiApi) -> Self {
        self.api = Some(api);
        self
    }

    /// Sends limits on a chat answer's tokens by this name.
    #[must_use]
    pub fn token_limit(mut self, limit: TokenLimit) -> Self {
        self.token_limit = limit;
        self
    }
}

common_settings!(OpenAiConfig, "openai", "Sends this key.");
