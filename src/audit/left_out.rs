//! Tasks that are to be done, but wait for one that is put off.

use wavecrew_worker_spec::{Diagnostic, Plan};

use crate::codes;
use crate::graph::PlanGraph;

pub(super) fn check(plan: &Plan, graph: &PlanGraph, found: &mut Vec<Diagnostic>) {
    for task in graph.left_out.iter().filter(|task| task.is_pending()) {
        let location = plan.task(&task.id).map(|task| task.location.clone());
        let mut warning =
            Diagnostic::warning(codes::LEFT_OUT, format!("{} {}", task.id, task.reason))
                .help("take up the deferred task, or drop the dependency");
        if let Some(location) = location {
            warning = warning.at(location);
        }
        found.push(warning);
    }
}
