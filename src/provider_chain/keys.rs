//! Keys of vendors, and agent programs: no program is given another vendor's, and none gets past what it says.

use wavecrew_providers::CommandConfig;

use super::back_end::{Vars, names, set};
use super::settings::{BackEndSettings, ProviderSettings};

/// Kinds of providers that have keys.
const VENDORS: [&str; 4] = ["openai", "anthropic", "ollama", "generate"];
/// The most of a key file that is looked at, in bytes.
const LONGEST: u64 = 64 << 10;

/// The program without the keys that it does not need, and with all keys that are known taken out of what it says.
pub(super) fn kept_from(
    config: CommandConfig,
    own: &BackEndSettings,
    settings: &ProviderSettings,
    vars: Vars<'_>,
) -> CommandConfig {
    let mut config = config;
    for variable in VENDORS
        .iter()
        .filter_map(|kind| names(kind))
        .flat_map(|names| names.keys)
    {
        let is_needed = config.keys().contains(variable);
        if !is_needed && !own.pass_env.iter().any(|name| name == variable) {
            config = config.without_variable(*variable);
        }
        if let Some(key) = set(&vars, variable) {
            config = config.secret(key.trim());
        }
    }
    let files = settings.back_ends.values();
    for path in files.filter_map(|own| own.api_key_file.as_ref()) {
        // One that cannot be read is told where it is needed.
        let is_short = std::fs::metadata(path).is_ok_and(|about| about.len() <= LONGEST);
        if let Some(key) = is_short
            .then(|| std::fs::read_to_string(path).ok())
            .flatten()
        {
            config = config.secret(key.trim());
        }
    }
    config
}
