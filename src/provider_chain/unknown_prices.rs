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

/// Whom a task goes to where all goes well.
pub(crate) struct FirstChoice<'a> {
    pub(crate) provider: &'a str,
    route: Option<&'a Route>,
}

/// The first provider that a task goes to: the first of its route or of the run, and where there are weights the first that
/// has one above 0, for the others stand by.
pub(crate) fn first_choice<'a>(
    task: &Task,
    names: &'a [String],
    model: Option<&str>,
    settings: &'a ProviderSettings,
) -> Option<FirstChoice<'a>> {
    let note = TaskNote::new(task, model);
    let route = settings.routes.iter().find(|route| route.fits(&note));
    let choices: Vec<(&str, Option<u32>)> = match route {
        Some(route) => {
            let to = route.to.iter();
            to.map(|choice| (choice.name.as_str(), choice.weight))
                .collect()
        }
        None => {
            let weight = |name: &String| settings.weights.get(name).copied();
            names
                .iter()
                .map(|name| (name.as_str(), weight(name)))
                .collect()
        }
    };
    let weighed = choices.iter().any(|(_, weight)| weight.is_some());
    let mut asked = choices
        .iter()
        .filter(|(_, weight)| !weighed || weight.is_some_and(|weight| weight > 0));
    let (provider, _) = asked.next().or(choices.first())?;
    Some(FirstChoice { provider, route })
}

impl FirstChoice<'_> {
    /// The model that it is asked for, if one is named; nothing at all, if it is rules alone.
    pub(crate) fn model(
        &self,
        task: &Task,
        model: Option<&str>,
        settings: &ProviderSettings,
        vars: Vars<'_>,
    ) -> Option<Option<String>> {
        if settings.is_rules(self.provider) {
            return None;
        }
        Some(asked_model(
            self.provider,
            self.route,
            task,
            model,
            settings,
            vars,
        ))
    }
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
    let first = first_choice(task, names, model, settings)?;
    match first.model(task, model, settings, &|_| None) {
        None => Some(ModelPrice::FREE),
        Some(asked) => prices.price(&asked?).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_stands_by_is_not_the_first_choice() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let first = |settings: &ProviderSettings| {
            let task = Task::default();
            first_choice(&task, &names, None, settings).map(|first| first.provider.to_owned())
        };
        let mut settings = ProviderSettings::default();
        assert_eq!(first(&settings).as_deref(), Some("a"));
        settings.weights = [("a".to_owned(), 0), ("c".to_owned(), 5)].into();
        assert_eq!(first(&settings).as_deref(), Some("c"));
        let to = ["b=0", "c=1"].map(|to| to.parse().expect("a choice"));
        settings.routes = vec![Route {
            to: to.into(),
            ..Route::default()
        }];
        assert_eq!(first(&settings).as_deref(), Some("c"));
    }
}
