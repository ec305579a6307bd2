//! Whom a run asks and how, as its journal keeps it. No secret is in it: keys go by the names of
//! variables and files.

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use wavecrew_providers::{BudgetLimits, PriceTable};

use super::choice::{COMMAND, Choice, PROVIDER_NAMES, is_command_name, is_provider_name};
use super::money::TokenPrice;
use super::per_provider::PerProvider;
use super::route::Route;

/// How providers are asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProviderSettings {
    /// Parts of the requests by name. Without any, each provider is the fallback of the one before; a
    /// provider without one stands by.
    pub weights: BTreeMap<String, u32>,
    /// The most that the run may spend, over all its sessions.
    pub budget: BudgetLimits,
    /// Prices by model, which go before the table that is built in.
    pub prices: BTreeMap<String, TokenPrice>,
    /// The same of a configuration file that was found and named by nobody: behind the table that is built in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub found_prices: BTreeMap<String, TokenPrice>,
    /// Spend on models whose price nobody knows, although money is bounded.
    pub allow_unknown_prices: bool,
    /// Models by provider, which go before what the plan and the run name.
    pub models: BTreeMap<String, String>,
    /// Requests in any minute.
    pub requests_per_minute: PerProvider,
    /// Tokens in any minute, in and out together.
    pub tokens_per_minute: PerProvider,
    /// The most tokens that an answer may have; a server's own choice where nothing is said.
    pub max_output_tokens: PerProvider,
    /// What is said of single providers.
    pub back_ends: BTreeMap<String, BackEndSettings>,
    /// Which tasks go where; the first that fits decides.
    pub routes: Vec<Route>,
    /// The file that part of this is from.
    pub file: Option<ConfigFile>,
}

/// Where settings were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigFile {
    /// The file.
    pub path: PathBuf,
    /// Whether somebody named it, rather than that it was found in the root.
    pub named: bool,
}

/// What is said of one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackEndSettings {
    /// Which kind of provider it is, by one of the names that every run knows; its own name if absent.
    pub kind: Option<String>,
    /// Where it is asked.
    pub address: Option<String>,
    /// The model that it is asked for, whatever the plan says.
    pub model: Option<String>,
    /// A file that holds its key.
    pub api_key_file: Option<PathBuf>,
    /// Keys in variables that it is handed on, besides those that it needs, if it is a program.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pass_env: Vec<String>,
    /// Calls at the same time.
    pub calls_at_once: Option<NonZeroUsize>,
    /// The file that says where it is asked, if that file was found in the root and named by nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<PathBuf>,
    /// The file that says where its key is, if that file was found in the root and named by nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_found: Option<PathBuf>,
}

/// Settings that make no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct SettingsError {
    /// The provider that it is about, by its name.
    pub provider: String,
    /// What is wrong, and how to mend it.
    pub message: String,
}

impl SettingsError {
    fn of(provider: &str, message: String) -> Self {
        Self {
            provider: provider.to_owned(),
            message,
        }
    }
}

impl ProviderSettings {
    /// Takes the weights of these providers in place of those that there were.
    pub fn choose(&mut self, choices: &[Choice]) {
        let weights = choices.iter();
        self.weights = weights
            .filter_map(|choice| Some((choice.name.clone(), choice.weight?)))
            .collect();
    }

    /// The prices that hold: one's own, then those that are built in, then those of a file that nobody named.
    pub fn price_table(&self) -> PriceTable {
        let own = self.prices.iter();
        let found = self.found_prices.iter();
        let with = |table: PriceTable, (model, price): (&String, &TokenPrice)| {
            table.with(model.clone(), (*price).into())
        };
        own.fold(PriceTable::built_in(), with)
            .or(found.fold(PriceTable::empty(), with))
    }

    /// Whether something is bounded that is spent.
    pub fn has_budget(&self) -> bool {
        self.budget != BudgetLimits::default()
    }

    /// Whether a provider may be called this.
    pub fn knows(&self, name: &str) -> bool {
        is_provider_name(name) || self.back_ends.contains_key(name)
    }

    /// Which kind of provider one is.
    pub(super) fn kind<'a>(&'a self, name: &'a str) -> &'a str {
        let own = self.back_ends.get(name);
        own.and_then(|own| own.kind.as_deref()).unwrap_or(name)
    }

    /// Whether a provider is rules alone, and costs nothing.
    pub(super) fn is_rules(&self, name: &str) -> bool {
        self.kind(name) == "heuristic"
    }

    /// Whether a provider has to be told which model to ask; others have one of their own, or none.
    pub(super) fn needs_model(&self, name: &str) -> bool {
        matches!(self.kind(name), "openai" | "anthropic" | "ollama")
    }

    /// Whether a provider is a program that is run.
    pub fn is_command(&self, name: &str) -> bool {
        is_command_name(self.kind(name))
    }

    /// Looks whether all providers that are named are known, and none is twice among those to ask; of the providers of a
    /// route likewise.
    ///
    /// # Errors
    ///
    /// The first that is wrong, with the names that there are.
    pub fn check(&self, names: &[String]) -> Result<(), SettingsError> {
        let weighed = names.iter().map(|name| {
            let weight = self.weights.get(name).copied();
            (name.as_str(), weight)
        });
        self.check_choices(weighed)?;
        for route in &self.routes {
            let choices = route.to.iter();
            self.check_choices(choices.map(|choice| (choice.name.as_str(), choice.weight)))?;
        }
        let limited = [
            &self.requests_per_minute,
            &self.tokens_per_minute,
            &self.max_output_tokens,
        ];
        let limited = limited.into_iter().flat_map(|bounds| bounds.named.keys());
        for name in self.models.keys().chain(limited) {
            self.check_name(name)?;
        }
        for (name, own) in &self.back_ends {
            let kind = own.kind.as_deref().unwrap_or(name);
            if !is_provider_name(kind) {
                let message = format!(
                    "of which kind the provider `{name}` is has to be said: `kind` is one of {}",
                    known([])
                );
                return Err(SettingsError::of(name, message));
            }
        }
        Ok(())
    }

    /// Looks at those among which one is to be asked, with their weights.
    fn check_choices<'a>(
        &self,
        choices: impl Iterator<Item = (&'a str, Option<u32>)>,
    ) -> Result<(), SettingsError> {
        let mut seen = BTreeSet::new();
        let mut weights = Vec::new();
        for (name, weight) in choices {
            self.check_name(name)?;
            if !seen.insert(name) {
                let message = format!("the provider `{name}` is named twice");
                return Err(SettingsError::of(name, message));
            }
            weights.extend(weight.map(|weight| (name, weight)));
        }
        match weights.first() {
            Some((name, _)) if weights.iter().all(|(_, weight)| *weight == 0) => {
                let message =
                    "all weights are 0; at least one provider needs a part of the requests";
                Err(SettingsError::of(name, message.to_owned()))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn check_name(&self, name: &str) -> Result<(), SettingsError> {
        if self.knows(name) {
            return Ok(());
        }
        let own = self.back_ends.keys().map(String::as_str);
        let message = format!("no provider is called `{name}`; there are {}", known(own));
        Err(SettingsError::of(name, message))
    }

    /// Requests in any minute of all these providers together, where each has a bound.
    pub fn requests_per_minute_of(&self, names: &[String]) -> Option<NonZeroU64> {
        let bounds = names.iter().filter(|name| !self.is_rules(name));
        let mut bounds = bounds.map(|name| self.requests_per_minute.of(name).map(u64::from));
        let sum = bounds.try_fold(0_u64, |sum, bound| Some(sum.saturating_add(bound?)))?;
        NonZeroU64::new(sum)
    }
}

/// The names that there are.
fn known<'a>(own: impl IntoIterator<Item = &'a str>) -> String {
    let usual = PROVIDER_NAMES.map(|name| match name {
        COMMAND => "command:NAME",
        name => name,
    });
    let mut names: Vec<&str> = usual.to_vec();
    names.extend(own);
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
