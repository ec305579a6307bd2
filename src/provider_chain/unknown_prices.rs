//! What tasks will cost by the models that they are asked of, and models whose price nobody knows.

use std::collections::BTreeSet;
use std::fmt;

use wavecrew_providers::{ModelPrice, PriceTable};
use wavecrew_worker_spec::Task;

use super::back_end::{Vars, usual_model};
use super::route::{Route, TaskNote};
use super::settings::ProviderSettings;
use crate::graph::PlanGraph;

/// A model that tasks would be asked of and that has no known price.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownPrice {
    /// The provider.
    pub provider: String,
    /// The model; `None` if the provider chooses by itself.
    pub model: Option<String>,
}

impl fmt::Display for UnknownPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.model {
            Some(model) => write!(f, "`{model}` of {}", self.provider),
            None => write!(f, "the model that {} chooses", self.provider),
        }
    }
}

/// All models that the tasks of a plan may be asked of, by any of the providers, and whose price is not known; sorted.
/// `names` and `model` are those of the run, and `vars` looks up models by the vendors' own names.
///
/// # Complexity
///
/// O(tasks × (routes + providers)).
pub fn unknown_prices(
    graph: &PlanGraph,
    names: &[String],
    model: Option<&str>,
    settings: &ProviderSettings,
    vars: impl Fn(&str) -> Option<String>,
) -> Vec<UnknownPrice> {
    let prices = settings.price_table();
    let mut found = BTreeSet::new();
    for task in graph.dag.nodes().map(|node| graph.dag.payload(node)) {
        let note = TaskNote::new(task, model);
        let route = settings.routes.iter().find(|route| route.fits(&note));
        let providers: Vec<&str> = match route {
            Some(route) => route.names().collect(),
            None => names.iter().map(String::as_str).collect(),
        };
        for provider in providers
            .into_iter()
            .filter(|name| !settings.is_rules(name))
        {
            let asked = asked_model(provider, route, task, model, settings, &vars);
            let known = asked.as_deref().and_then(|model| prices.price(model));
            if known.is_none() {
                found.insert(UnknownPrice {
                    provider: provider.to_owned(),
                    model: asked,
                });
            }
        }
    }
    found.into_iter().collect()
}

/// A provider whose price is not known where it is asked about something other than a task; `model` is what it is asked for, if
/// not its own.
pub fn unknown_price(
    provider: &str,
    model: Option<&str>,
    settings: &ProviderSettings,
    vars: impl Fn(&str) -> Option<String>,
) -> Option<UnknownPrice> {
    if settings.is_rules(provider) {
        return None;
    }
    let model = asked_model(provider, None, &Task::default(), model, settings, &vars);
    let prices = settings.price_table();
    let known = model.as_deref().and_then(|model| prices.price(model));
    known.is_none().then(|| UnknownPrice {
        provider: provider.to_owned(),
        model,
    })
}

/// The model that a provider is asked for to do a task: its own by the word of who runs it, the run's, the route's, its
/// own by the configuration, the plan's, the vendor's variable.
pub(super) fn asked_model(
    provider: &str,
    route: Option<&Route>,
    task: &Task,
    model: Option<&str>,
    settings: &ProviderSettings,
    vars: Vars<'_>,
) -> Option<String> {
    let own = settings.back_ends.get(provider);
    let stated = [
        settings.models.get(provider).map(String::as_str),
        model,
        route.and_then(|route| route.model.as_deref()),
        own.and_then(|own| own.model.as_deref()),
        task.model.as_deref(),
    ];
    let stated = stated.into_iter().flatten().next().map(str::to_owned);
    stated.or_else(|| usual_model(provider, settings, vars))
}

/// The price of a task where all goes well: that of the first provider that it goes to, without a look at the
/// environment. `None` if nobody knows it.
pub(crate) fn first_price(
    task: &Task,
    names: &[String],
    model: Option<&str>,
    settings: &ProviderSettings,
    prices: &PriceTable,
) -> Option<ModelPrice> {
    let note = TaskNote::new(task, model);
    let route = settings.routes.iter().find(|route| route.fits(&note));
    let first = match route {
        Some(route) => route.names().next()?,
        None => names.first()?,
    };
    if settings.is_rules(first) {
        return Some(ModelPrice::FREE);
    }
    let asked = asked_model(first, route, task, model, settings, &|_| None)?;
    prices.price(&asked).cloned()
}
