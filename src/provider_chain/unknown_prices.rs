//! Models whose price nobody knows, found before anything is spent on them.

use std::collections::BTreeSet;
use std::fmt;

use super::back_end::usual_model;
use super::route::TaskNote;
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
            let own = settings.back_ends.get(provider);
            let own = own.and_then(|own| own.model.clone());
            let asked = (model.map(str::to_owned))
                .or_else(|| route.and_then(|route| route.model.clone()))
                .or(own)
                .or_else(|| task.model.clone())
                .or_else(|| usual_model(provider, settings, &vars));
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
