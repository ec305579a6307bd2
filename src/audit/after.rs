//! Tasks that a document draws after another one, held against what they wait for.

use wavecrew_worker_spec::{Diagnostic, Plan, Subject};

use super::readings::{Readings, descendants};
use crate::codes;

/// One diagnostic for every task that is drawn after one which nothing makes it wait for.
pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if !readings.is_ordered {
        return;
    }
    let dag = &readings.graph.dag;
    for statement in plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::After)
    {
        let Some((first, others)) = statement.tasks.split_first() else {
            continue;
        };
        let Some(node) = dag.node(first) else {
            continue;
        };
        let later = descendants(dag, node);
        let places = statement.places.iter().skip(1);
        for (id, place) in others.iter().zip(places) {
            let waits = dag.node(id).is_none_or(|node| later.contains(&node));
            let (Some(task), false) = (plan.task(id), waits) else {
                continue;
            };
            found.push(
                Diagnostic::warning(
                    codes::AFTER,
                    format!("{id} is listed after {first}, and does not wait for it"),
                )
                .at(place.clone())
                .related(
                    statement.location.clone(),
                    format!("what comes after {first} is listed here"),
                )
                .related(
                    task.location.clone(),
                    format!("{id} states what it waits for here"),
                )
                .help(format!("let {id} depend on {first}, or list it elsewhere")),
            );
        }
    }
}
