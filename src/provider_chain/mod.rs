//! Whom a run asks, within which limits, and what that may cost.

mod answered;
mod back_end;
mod bill;
mod bounded;
mod build;
mod choice;
mod gate;
mod keys;
mod lane;
mod missing_models;
mod money;
mod per_provider;
mod program;
mod route;
mod rules;
mod settings;
mod tiers;
mod unknown_prices;
mod workspace;

pub use back_end::{Origin, origins, probe_provider};
pub(crate) use bill::{ANSWER_TOKENS, Bill, Charge};
pub use build::{ChainOptions, ProviderChain, provider_chain};
pub use choice::{Choice, PROVIDER_NAMES, is_provider_name};
pub(crate) use choice::{is_command_name, is_program_by_path};
pub use keys::KnownKeys;
pub(crate) use keys::WhichKey;
pub use missing_models::{is_without_model, providers_without_model};
pub use money::{TokenPrice, dollars};
pub use per_provider::PerProvider;
pub use route::{Complexity, Route};
pub(crate) use route::{TaskNote, noted};
pub(crate) use rules::NO_FILE;
pub use settings::{BackEndSettings, ConfigFile, ProviderSettings, SettingsError};
pub use unknown_prices::{UnknownPrice, unknown_price, unknown_prices};
pub(crate) use unknown_prices::{first_choice, first_price};
pub(crate) use workspace::with_files;
