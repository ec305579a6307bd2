//! Providers that would be asked for no model, although they need one.

use std::collections::BTreeSet;

use wavecrew_worker_spec::Task;

use super::route::TaskNote;
use super::settings::ProviderSettings;
use super::unknown_prices::asked_model;
use crate::graph::PlanGraph;

/// All providers that tasks of a plan may be asked of and that need a model, where neither the run nor the plan nor anything
/// else names one; sorted. `names` and `model` are those of the run, and `vars` looks up models by the vendors' own names.
///
/// # Complexity
///
/// O(tasks × (routes + providers)).
pub fn providers_without_model(
    graph: &PlanGraph,
    names: &[String],
    model: Option<&str>,
    settings: &ProviderSettings,
    vars: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut found = BTreeSet::new();
    for task in graph.dag.nodes().map(|node| graph.dag.payload(node)) {
        let note = TaskNote::new(task, model);
        let route = settings.routes.iter().find(|route| route.fits(&note));
        let providers: Vec<&str> = match route {
            Some(route) => route.names().collect(),
            None => names.iter().map(String::as_str).collect(),
        };
        for provider in providers {
            if settings.needs_model(provider)
                && asked_model(provider, route, task, model, settings, &vars).is_none()
            {
                found.insert(provider.to_owned());
            }
        }
    }
    found.into_iter().collect()
}

/// Whether a provider needs a model and knows none where it is asked about something other than a task; `model` is what it
/// is asked for, if not its own.
pub fn is_without_model(
    provider: &str,
    model: Option<&str>,
    settings: &ProviderSettings,
    vars: impl Fn(&str) -> Option<String>,
) -> bool {
    let asked = || asked_model(provider, None, &Task::default(), model, settings, &vars);
    settings.needs_model(provider) && asked().is_none()
}
