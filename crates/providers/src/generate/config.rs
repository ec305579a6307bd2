//! Settings of [`Generate`](super::Generate).

use crate::http::{Address, Settings, Vars, common_settings};

/// Settings of [`Generate`](crate::Generate). Addresses and keys are never shown whole.
#[derive(Clone, Debug)]
pub struct GenerateConfig {
    pub(super) common: Settings,
    pub(super) url: Address,
}

impl GenerateConfig {
    /// This server, no key, no model. A bare host gets `/generate`; any other path is taken as it is.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            common: Settings::named("generate"),
            url: Address::new(url),
        }
    }

    /// Reads `GENERATE_URL`, `GENERATE_API_KEY` and `GENERATE_MODEL`, and the variables of [`Proxies::from_vars`](crate::Proxies::from_vars), through
    /// the given lookup. Empty values count as unset.
    ///
    /// A program passes `|name| std::env::var(name).ok()`; nothing here reads the environment itself.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let vars = Vars(lookup);
        let mut config = Self::new(vars.get("GENERATE_URL").unwrap_or_default());
        config.common.read(&vars, "GENERATE_API_KEY");
        config.common.model = vars.get("GENERATE_MODEL");
        config
    }
}

common_settings!(
    GenerateConfig,
    "generate",
    "Sends this key, as `Authorization: Bearer`."
);
