//! Settings of [`Ollama`](super::Ollama).

use crate::http::{Address, Settings, Vars, common_settings, leads_elsewhere};

/// Settings of [`Ollama`](crate::Ollama). Addresses and keys are never shown whole.
#[derive(Clone, Debug)]
pub struct OllamaConfig {
    pub(super) common: Settings,
    pub(super) host: Address,
    pub(super) num_ctx: u32,
    pub(super) keep_alive: Option<String>,
    pub(super) api: OllamaApi,
}

/// Which of the native ways of asking is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OllamaApi {
    /// `/api/chat`: the messages as they are.
    #[default]
    Chat,
    /// `/api/generate`: instructions, and one prompt; of several turns each says who speaks.
    Generate,
}

impl OllamaApi {
    /// Where calls are posted to, below the host.
    pub(super) fn path(self) -> &'static [&'static str] {
        match self {
            OllamaApi::Chat => &["api", "chat"],
            OllamaApi::Generate => &["api", "generate"],
        }
    }
}

/// The size of the context that is asked for where nothing else is set.
const NUM_CTX: u32 = 8_192;

impl Default for OllamaConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl OllamaConfig {
    /// The server on this machine, no model, a context of 8,192 tokens.
    pub fn new() -> Self {
        Self {
            common: Settings::named("ollama"),
            host: Address::new(""),
            num_ctx: NUM_CTX,
            keep_alive: None,
            api: OllamaApi::Chat,
        }
    }

    /// Reads `OLLAMA_HOST`, `OLLAMA_API_KEY`, `OLLAMA_CONTEXT_LENGTH` and `OLLAMA_KEEP_ALIVE`, and the variables of
    /// [`Proxies::from_vars`](crate::Proxies::from_vars), through the given lookup. Empty values count as unset, as does a context length that is
    /// no number or 0.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let vars = Vars(lookup);
        let mut config = Self::new();
        config.common.read(&vars, "OLLAMA_API_KEY");
        if let Some(host) = vars.get("OLLAMA_HOST") {
            config = config.host(host);
        }
        let length = vars
            .get("OLLAMA_CONTEXT_LENGTH")
            .and_then(|length| length.trim().parse().ok());
        if let Some(length) = length.filter(|length| *length > 0) {
            config = config.num_ctx(length);
        }
        config.keep_alive = vars.get("OLLAMA_KEEP_ALIVE");
        config
    }

    /// Asks this server, in any form that Ollama's own `OLLAMA_HOST` has: `host`, `host:port`, `:port`, `http://…`,
    /// `https://…`, a bare IPv6 address, with or without a path.
    ///
    /// As with Ollama's own client, the port is 11434 without a scheme, 80 with `http` and 443 with `https`; a port that
    /// is no number is replaced by that; `0.0.0.0` and `::`, at which servers listen, are asked at the loopback address.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Address::new(host);
        self
    }

    /// Whether the server is not on this machine, by the address that is called.
    pub fn leads_elsewhere(&self) -> bool {
        leads_elsewhere(super::host::address(&self.host).expose())
    }

    /// Asks in this way.
    #[must_use]
    pub fn api(mut self, api: OllamaApi) -> Self {
        self.api = api;
        self
    }

    /// Asks for a context of so many tokens, for question and answer together.
    #[must_use]
    pub fn num_ctx(mut self, tokens: u32) -> Self {
        self.num_ctx = tokens;
        self
    }

    /// Keeps the model loaded for so long after a call: `10m`, a number of seconds, `-1` for ever, `0` not at all.
    #[must_use]
    pub fn keep_alive(mut self, time: impl Into<String>) -> Self {
        self.keep_alive = Some(time.into());
        self
    }
}

common_settings!(
    OllamaConfig,
    "ollama",
    "Sends this key: hosted servers need one, a local one does not."
);
