//! Windows of time that are too short for the chains of their groups.

use wavecrew_worker_spec::{Diagnostic, Plan, Subject};

use super::readings::{Readings, chain_text, chain_within, nodes_of, seconds, shown};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if !readings.is_timed() {
        return;
    }
    for statement in &plan.statements {
        let is_window = matches!(statement.subject, Subject::Window | Subject::TotalDuration);
        let (true, Some(id), Some(amount)) = (is_window, &statement.group, statement.amount) else {
            continue;
        };
        let Some(group) = plan.groups.iter().find(|group| group.id == *id) else {
            continue;
        };
        let shortest = readings
            .graphs()
            .map(|graph| {
                // What this document lists in the group, if it lists anything.
                let listed: Vec<String> = group
                    .listed
                    .iter()
                    .filter(|listing| listing.location.file == statement.location.file)
                    .flat_map(|listing| listing.tasks.iter().cloned())
                    .collect();
                let tasks = if listed.is_empty() {
                    &group.tasks
                } else {
                    &listed
                };
                let (length, chain) = chain_within(graph, &nodes_of(&graph.dag, tasks));
                let chain: Vec<String> = chain
                    .iter()
                    .map(|node| graph.dag.id(*node).to_owned())
                    .collect();
                (length, chain)
            })
            .min_by_key(|(length, _)| *length);
        let Some((length, chain)) = shortest else {
            continue;
        };
        // What is too short for one group is too short for all of them, too.
        if amount.meant().1 >= seconds(length) {
            continue;
        }
        let mut warning = Diagnostic::warning(
            codes::WINDOW,
            format!(
                "{} is given {amount}; its longest chain takes {}",
                group.id,
                shown(length)
            ),
        )
        .at(statement.location.clone())
        .help(format!(
            "{} = {}: give it more time, or move the end of the chain to a later group",
            chain_text(&chain),
            shown(length)
        ));
        let mut ends: Vec<&String> = chain.first().into_iter().chain(chain.last()).collect();
        ends.dedup();
        for id in ends {
            if let Some(task) = plan.task(id) {
                warning = warning.related(task.location.clone(), format!("{id} is in the chain"));
            }
        }
        found.push(warning);
    }
}
