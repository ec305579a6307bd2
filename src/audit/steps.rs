//! Numbered steps that run tasks: what they leave out, and how long they say that they take.

use std::collections::BTreeSet;

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Diagnostic, Plan, Statement, Subject};

use super::readings::{Readings, chain_text, chain_within, descendants, nodes_of, seconds, shown};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    for statement in &plan.statements {
        match statement.subject {
            Subject::Steps => left_out(plan, readings, statement, found),
            Subject::StepTime => found.extend(too_short(plan, readings, statement)),
            _ => {}
        }
    }
}

/// A task that a step runs, and that waits for one which cannot be done yet: it comes after a task that an earlier
/// step runs, and no step runs it. What comes after no earlier step may have been done before.
fn left_out(
    plan: &Plan,
    readings: &Readings<'_>,
    statement: &Statement,
    found: &mut Vec<Diagnostic>,
) {
    let dag = &readings.graph.dag;
    let nodes: Vec<Option<NodeId>> = statement.tasks.iter().map(|id| dag.node(id)).collect();
    let mut later = BTreeSet::new();
    for (at, node) in nodes.iter().enumerate() {
        let Some(node) = *node else { continue };
        let before = dag.predecessors(node).iter();
        let missing: Vec<NodeId> = before
            .filter(|before| later.contains(*before) && !nodes.contains(&Some(**before)))
            .copied()
            .collect();
        if let Some(first) = missing.first()
            && let Some(task) = plan.task(dag.id(node))
        {
            let place = statement.places.get(at).unwrap_or(&statement.location);
            let needed = dag.id(*first);
            found.push(
                Diagnostic::warning(
                    codes::STEP_LEFT_OUT,
                    format!(
                        "this step runs {}, which waits for {needed}; no step before it runs that",
                        task.id
                    ),
                )
                .at(place.clone())
                .related(
                    task.location.clone(),
                    format!("{} states what it waits for here", task.id),
                )
                .help(format!(
                    "{needed} comes after {}, so it cannot be done yet: run it between, or take another task",
                    statement.tasks[0]
                )),
            );
        }
        later.extend(descendants(dag, node));
    }
}

/// A step that is said to be over before the tasks that it runs can be.
fn too_short(plan: &Plan, readings: &Readings<'_>, statement: &Statement) -> Option<Diagnostic> {
    let amount = statement.amount.filter(|_| readings.is_timed())?;
    let chains = readings.graphs().map(|graph| {
        let (length, chain) = chain_within(graph, &nodes_of(&graph.dag, &statement.tasks));
        let ids = chain.iter().map(|node| graph.dag.id(*node).to_owned());
        (length, ids.collect::<Vec<String>>())
    });
    let (length, chain) = chains.min_by_key(|(length, _)| *length)?;
    if amount.meant().1 >= seconds(length) {
        return None;
    }
    let mut warning = Diagnostic::warning(
        codes::WINDOW,
        format!(
            "this step is given {amount}; the tasks that it runs take {}",
            shown(length)
        ),
    )
    .at(statement.location.clone())
    .help(format!("{} = {}", chain_text(&chain), shown(length)));
    for id in chain.iter().take(4) {
        if let Some(task) = plan.task(id) {
            warning = warning.related(task.location.clone(), format!("{id} is stated here"));
        }
    }
    Some(warning)
}
