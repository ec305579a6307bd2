//! Whom a run asks: the configuration file, then what the command line says over it.

use std::path::Path;

use wavecrew::exec::Policy;
use wavecrew::providers::Spending;
use wavecrew::{
    ChainOptions, Config, PerProvider, PlanGraph, ProviderChain, ProviderSettings, RunOptions,
    UnknownPrice, is_without_model, providers_without_model, unknown_price, unknown_prices,
};

use crate::args::{BudgetArgs, ProviderArgs};
use crate::command::print;
use crate::exit::Exit;

/// Puts what the configuration file says over the options: the one that is named, or else the one in `folder`.
///
/// # Errors
///
/// [`Exit::Configuration`] after it has been told what is wrong with the file.
pub fn configure(
    named: Option<&Path>,
    folder: &Path,
    options: &mut RunOptions,
) -> Result<Option<Config>, Exit> {
    let found = Config::find(named, folder);
    let applied = found.and_then(|config| {
        config
            .as_ref()
            .map_or(Ok(()), |config| config.apply(options))?;
        Ok(config)
    });
    applied.map_err(|error| {
        print::failure(&error);
        Exit::Configuration
    })
}

/// Puts what the command line says over the options.
///
/// # Errors
///
/// [`Exit::Usage`] after an unknown name has been told.
pub fn apply(args: &ProviderArgs, options: &mut RunOptions) -> Result<(), Exit> {
    let settings = &mut options.provider_settings;
    if !args.provider.is_empty() {
        settings.choose(&args.provider);
        let names = args.provider.iter().map(|choice| choice.name.clone());
        options.providers = names.collect();
        let names = options.providers.iter().map(String::as_str);
        settings.place_programs(names, Path::new(""));
    }
    for model in &args.model {
        // Names of models may hold `=`, too: only a provider's name before it is one.
        match model.split_once('=') {
            Some((provider, model)) if settings.knows(provider) => {
                settings
                    .models
                    .insert(provider.to_owned(), model.to_owned());
            }
            _ => options.model = Some(model.clone()),
        }
    }
    apply_budget(&args.budget, settings);
    let together = |limits: &[PerProvider]| {
        limits.iter().fold(PerProvider::default(), |mut all, one| {
            all.add(one);
            all
        })
    };
    let requests = together(&args.requests_per_minute);
    settings.requests_per_minute.replace_by(&requests);
    let tokens = together(&args.tokens_per_minute);
    settings.tokens_per_minute.replace_by(&tokens);
    let output = together(&args.max_output_tokens);
    settings.max_output_tokens.replace_by(&output);
    settings.check(&options.providers).map_err(|error| {
        print::failure(&error);
        Exit::Usage
    })
}

/// Puts what the command line says of money over the settings.
pub fn apply_budget(args: &BudgetArgs, settings: &mut ProviderSettings) {
    let budget = &mut settings.budget;
    budget.cost = args.budget.or(budget.cost);
    budget.tokens = args.budget_tokens.or(budget.tokens);
    budget.calls = args.budget_calls.or(budget.calls);
    settings.prices.extend(args.price.iter().cloned());
    settings.allow_unknown_prices |= args.allow_unknown_prices;
}

/// Tells the models whose price nobody knows, although money is bounded.
///
/// # Errors
///
/// [`Exit::Configuration`] after they have been told.
fn refuse_unknown(mut unknown: Vec<UnknownPrice>) -> Result<(), Exit> {
    unknown.sort();
    unknown.dedup();
    if unknown.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = unknown.iter().map(ToString::to_string).collect();
    let example = unknown.iter().find_map(|unknown| unknown.model.as_deref());
    let mend = match example {
        Some(model) => {
            format!("`--price '{model}=IN/OUT'` states it, in US dollars for a million tokens")
        }
        None => "`--model NAME` names one".to_owned(),
    };
    print::talk(&crate::output::diagnostic::visible(&format!(
        "error: money is bounded, and the price is not known of {}; {mend}, and `--allow-unknown-prices` counts only what \
         answers say that they cost",
        names.join(", "),
    )));
    Err(Exit::Configuration)
}

/// The providers that judge worker specs where nothing is run, within what may be spent on it.
///
/// # Errors
///
/// As [`chain`].
pub fn judges(judge: &Judge<'_>, budget: &BudgetArgs) -> Result<ProviderChain, Exit> {
    let mut settings = ProviderSettings::default();
    apply_budget(budget, &mut settings);
    if settings.budget.cost.is_some() && !settings.allow_unknown_prices {
        let names = judge.names.iter();
        let unknown =
            names.filter_map(|name| unknown_price(name, judge.model, &settings, variable));
        refuse_unknown(unknown.collect())?;
    }
    let options = ChainOptions {
        names: judge.names,
        settings: &settings,
        workers: RunOptions::default().workers,
        further: &[],
        spent: Spending::default(),
        root: None,
    };
    ProviderChain::new(options, variable).map_err(|error| {
        print::failure(&error);
        Exit::Configuration
    })
}

/// Who judges worker specs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judge<'a> {
    /// By name, first choice first.
    pub names: &'a [String],
    /// The model to ask for.
    pub model: Option<&'a str>,
}

/// The providers that the options name, and the judge, with what earlier sessions have spent.
///
/// # Errors
///
/// [`Exit::Configuration`] after what is wrong has been told; also when money is bounded and would be spent on a model
/// whose price nobody knows.
pub fn chain(
    graph: &PlanGraph,
    options: &RunOptions,
    judge: &Judge<'_>,
    spent: Spending,
    root: &Path,
) -> Result<ProviderChain, Exit> {
    let settings = &options.provider_settings;
    let policy = options.policy.as_ref();
    let mut further: Vec<String> = policy.map(Policy::switches).unwrap_or_default();
    let model = options.model.as_deref();
    // Whom a policy switches to may be asked for any task.
    let no_routes = ProviderSettings {
        routes: Vec::new(),
        ..settings.clone()
    };
    let mut nameless =
        providers_without_model(graph, &options.providers, model, settings, variable);
    nameless.extend(providers_without_model(
        graph, &further, model, &no_routes, variable,
    ));
    let judges = judge.names.iter().cloned();
    nameless.extend(judges.filter(|name| is_without_model(name, judge.model, settings, variable)));
    nameless.sort();
    nameless.dedup();
    if let Some(first) = nameless.first() {
        print::talk(&crate::output::diagnostic::visible(&format!(
            "error: no model is named for {}; `--model NAME` names one, `--model {first}=NAME` for this provider alone, and so \
             does `model` in a configuration file",
            nameless.join(", "),
        )));
        return Err(Exit::Configuration);
    }
    if settings.budget.cost.is_some() && !settings.allow_unknown_prices {
        let mut unknown = unknown_prices(graph, &options.providers, model, settings, variable);
        unknown.extend(unknown_prices(graph, &further, model, &no_routes, variable));
        let judges = judge.names.iter();
        unknown
            .extend(judges.filter_map(|name| unknown_price(name, judge.model, settings, variable)));
        refuse_unknown(unknown)?;
    }
    further.extend_from_slice(judge.names);
    let options = ChainOptions {
        further: &further,
        names: &options.providers,
        settings,
        workers: options.workers,
        spent,
        root: Some(root),
    };
    ProviderChain::new(options, variable).map_err(|error| {
        print::failure(&error);
        Exit::Configuration
    })
}

/// A variable of the environment.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
