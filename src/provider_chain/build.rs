//! From settings to the provider of a run.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wavecrew_providers::{
    ErrorKind, Fallback, Provider, ProviderError, Purse, RetryBudget, Router, Spending, Target,
};

use super::choice::Choice;
use super::gate::Gate;
use super::keys::KnownKeys;
use super::lane::{Shared, lane};
use super::settings::ProviderSettings;
use super::tiers::Tiers;
use crate::crew::Repository;
use crate::run::HOME;

/// The providers of a run as one, and what it may spend.
#[derive(Clone, Debug)]
pub struct ProviderChain {
    provider: Arc<dyn Provider>,
    /// Each by itself.
    alone: BTreeMap<String, Arc<dyn Provider>>,
    purse: Purse,
    gate: Gate,
    keys: KnownKeys,
}

/// What a chain is made of.
#[derive(Clone, Copy, Debug)]
pub struct ChainOptions<'a> {
    /// Providers by name, first choice first.
    pub names: &'a [String],
    /// How they are asked.
    pub settings: &'a ProviderSettings,
    /// Tasks at a time.
    pub workers: NonZeroUsize,
    /// Providers that a policy may switch to, besides those that are named.
    pub further: &'a [String],
    /// What earlier sessions have spent.
    pub spent: Spending,
    /// The folder that is worked in, where it is known: agent programs can only read what is there, as far as the machine offers
    /// that.
    pub root: Option<&'a Path>,
}

impl ProviderChain {
    /// Sets all providers up, those of routes too. `vars` looks up addresses and keys by the vendors' own names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] for a name that is not known, an empty list, a missing key, a key file that is no
    /// secret, or a bad address.
    pub fn new(
        options: ChainOptions<'_>,
        vars: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ProviderError> {
        let settings = options.settings;
        let checked = settings.check(options.names);
        checked
            .map_err(|error| ProviderError::new(ErrorKind::Configuration, "", error.to_string()))?;
        let shared = Shared {
            prices: Arc::new(settings.price_table()),
            purse: Purse::spent_before(settings.budget, options.spent),
            gate: Gate::default(),
            repetitions: RetryBudget::default(),
            workers: options.workers,
            read_only: options
                .root
                .map(|root| kept_from_programs(root, &vars))
                .unwrap_or_default(),
        };
        let mut lanes = Lanes {
            settings,
            vars: &vars,
            shared: &shared,
            made: BTreeMap::new(),
        };
        let weight = |name: &String| settings.weights.get(name).copied();
        let choices = options.names.iter().map(|name| Choice {
            name: name.clone(),
            weight: weight(name),
        });
        let others = lanes.chain(&choices.collect::<Vec<_>>())?;
        let mut routes = Vec::new();
        for route in &settings.routes {
            routes.push((route.clone(), lanes.chain(&route.to)?));
        }
        for name in options.further {
            lanes.lane(name)?;
        }
        let alone = lanes.made;
        let provider: Arc<dyn Provider> = match routes.is_empty() {
            true => others,
            false => Arc::new(Tiers { routes, others }),
        };
        Ok(Self {
            provider,
            alone,
            purse: shared.purse,
            gate: shared.gate,
            keys: KnownKeys::of(settings, &vars),
        })
    }

    /// All of them as one.
    pub fn provider(&self) -> Arc<dyn Provider> {
        Arc::clone(&self.provider)
    }

    /// Each of them by itself, by name: what a policy may switch a task to.
    pub fn alone(&self) -> &BTreeMap<String, Arc<dyn Provider>> {
        &self.alone
    }

    /// What the run may spend, and what is spent, by earlier sessions too.
    pub fn purse(&self) -> &Purse {
        &self.purse
    }

    /// The keys that are taken out of what providers say.
    pub fn keys(&self) -> &KnownKeys {
        &self.keys
    }

    /// Why nothing is asked any more, once the budget is used up.
    pub fn used_up(&self) -> Option<&str> {
        self.gate.closed()
    }
}

/// What agent programs can only read: the whole root, and the repository around it. Where their own settings or their working
/// folders are below the root, only what runs have there and the repository.
fn kept_from_programs(root: &Path, vars: &dyn Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let real = |path: &Path| {
        let path = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        path.unwrap_or_default()
    };
    let root = real(root);
    let home = vars("HOME").map(PathBuf::from);
    let own = home.into_iter().chain([std::env::temp_dir()]);
    let mut folders = match own.map(|own| real(&own)).any(|own| own.starts_with(&root)) {
        true => vec![root.join(HOME), root.join(".git")],
        false => vec![root.clone()],
    };
    let repository = Repository::around(&root);
    let of_git = repository.iter().flat_map(Repository::folders);
    let of_git = of_git.map(real).filter(|folder| !folder.starts_with(&root));
    folders.extend(of_git);
    folders.dedup();
    folders
}

/// Providers that were set up. One that is named in several places is the same there, with its limits.
struct Lanes<'a> {
    settings: &'a ProviderSettings,
    vars: &'a dyn Fn(&str) -> Option<String>,
    shared: &'a Shared,
    made: BTreeMap<String, Arc<dyn Provider>>,
}

impl Lanes<'_> {
    /// One for the other, or by weight where there are weights.
    fn chain(&mut self, choices: &[Choice]) -> Result<Arc<dyn Provider>, ProviderError> {
        let mut lanes = Vec::new();
        for choice in choices {
            lanes.push(self.lane(&choice.name)?);
        }
        if choices.iter().any(|choice| choice.weight.is_some()) {
            let targets = choices.iter().zip(lanes);
            let targets = targets.map(|(choice, lane)| {
                let target = Target::new(lane).named(&choice.name);
                target.weight(choice.weight.unwrap_or(0))
            });
            return Ok(Arc::new(Router::new(targets, [])?));
        }
        match lanes.len() {
            0 => Err(ProviderError::new(
                ErrorKind::Configuration,
                "",
                "no provider is named",
            )),
            1 => Ok(lanes.remove(0)),
            _ => {
                let boxed = lanes
                    .into_iter()
                    .map(|lane| Box::new(lane) as Box<dyn Provider>);
                Ok(Arc::new(Fallback::new(boxed.collect())))
            }
        }
    }

    fn lane(&mut self, name: &str) -> Result<Arc<dyn Provider>, ProviderError> {
        if let Some(made) = self.made.get(name) {
            return Ok(Arc::clone(made));
        }
        let made = lane(name, self.settings, self.vars, self.shared)?;
        self.made.insert(name.to_owned(), Arc::clone(&made));
        Ok(made)
    }
}

/// The providers that `names` lists (`openai`, `anthropic`, `ollama`, `generate`, `command:NAME`, `heuristic`), each the
/// fallback of the one before, without limits and without a budget. `vars` looks up addresses and keys by the vendors'
/// own names.
///
/// `command:NAME` is one of [`CommandConfig::presets`](wavecrew_providers::CommandConfig::presets), or else any program
/// that takes a prompt by its standard input and writes a text; it runs in a folder of its own, and is not asked again
/// when it fails.
///
/// # Errors
///
/// As [`ProviderChain::new`].
pub fn provider_chain(
    names: &[String],
    vars: impl Fn(&str) -> Option<String>,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let options = ChainOptions {
        names,
        settings: &ProviderSettings::default(),
        workers: NonZeroUsize::new(8).expect("eight is not zero"),
        further: &[],
        spent: Spending::default(),
        root: None,
    };
    Ok(ProviderChain::new(options, vars)?.provider())
}
