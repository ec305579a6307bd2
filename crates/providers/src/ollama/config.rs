//! Settings of [`Ollama`](super::Ollama).

use crate::http::{Address, ApiKey, HttpOptions, Proxies};

/// Settings of [`Ollama`](crate::Ollama). Addresses and keys are never shown whole.
#[derive(Clone, Debug)]
pub struct OllamaConfig {
    pub(super) name: String,
    pub(super) host: Address,
    pub(super) api_key: Option<ApiKey>,
    pub(super) model: Option<String>,
    pub(super) num_ctx: u32,
    pub(super) keep_alive: Option<String>,
    pub(super) http: HttpOptions,
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
            name: "ollama".to_owned(),
            host: Address::new(""),
            api_key: None,
            model: None,
            num_ctx: NUM_CTX,
            keep_alive: None,
            http: HttpOptions::default(),
        }
    }

    /// Reads `OLLAMA_HOST`, `OLLAMA_API_KEY`, `OLLAMA_CONTEXT_LENGTH` and `OLLAMA_KEEP_ALIVE`, and the variables of
    /// [`Proxies::from_vars`], through the given lookup. Empty values count as unset, as does a context length that is
    /// no number or 0.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let mut config = Self::new();
        config.http = config.http.proxies(Proxies::from_vars(&lookup));
        if let Some(host) = set("OLLAMA_HOST") {
            config = config.host(host);
        }
        if let Some(key) = set("OLLAMA_API_KEY") {
            config = config.api_key(key);
        }
        let length = set("OLLAMA_CONTEXT_LENGTH").and_then(|length| length.trim().parse().ok());
        if let Some(length) = length.filter(|length| *length > 0) {
            config = config.num_ctx(length);
        }
        config.keep_alive = set("OLLAMA_KEEP_ALIVE");
        config
    }

    /// Calls the provider something other than `ollama`, in errors and reports.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
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

    /// Sends this key: hosted servers need one, a local one does not.
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

    /// Bounds the calls.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }
}
