//! The critical path: its length and its tasks, as they are stated.

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Diagnostic, Plan, Statement, Subject};

use super::readings::{Readings, chain_text, descendants, seconds, shown};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    let stated = plan.statements.iter().filter(|statement| {
        statement.subject == Subject::CriticalPath && statement.group.is_none()
    });
    let chain = stated.clone().find(|statement| statement.tasks.len() > 1);
    for statement in stated {
        length(plan, readings, statement, chain, found);
        if statement.tasks.len() > 1 {
            links(plan, readings, statement, found);
            longest(readings, statement, found);
        }
    }
}

/// A stated length that no reading comes to.
fn length(
    plan: &Plan,
    readings: &Readings<'_>,
    statement: &Statement,
    chain: Option<&Statement>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(amount) = statement.amount.filter(|_| readings.is_timed()) else {
        return;
    };
    let fits = |ticks: u64| amount.admits(seconds(ticks));
    let below = |ticks: u64| amount.meant().1 < seconds(ticks);
    let is_right = readings.all.iter().any(|reading| fits(reading.length));
    // With estimates missing the true length may be more, never less.
    let may_grow =
        !readings.all_estimated && !readings.all.iter().all(|reading| below(reading.length));
    if is_right || may_grow {
        return;
    }
    let longest = &readings.all[0];
    let mut warning = Diagnostic::warning(
        codes::CRITICAL_PATH,
        format!(
            "states a critical path of {amount}; the longest chain of dependencies takes {}",
            shown(longest.length)
        ),
    )
    .at(statement.location.clone());
    for (id, what) in [
        (longest.chain.first(), "it begins here"),
        (longest.chain.last(), "it ends here"),
    ] {
        if let Some(task) = id.and_then(|id| plan.task(id)) {
            warning = warning.related(task.location.clone(), what);
        }
    }
    if let Some(chain) = chain {
        let sum = sum(readings, chain);
        if !fits(sum) {
            warning = warning.related(
                chain.location.clone(),
                format!("the tasks of this chain add up to {}", shown(sum)),
            );
        }
    }
    let others: Vec<String> = readings.all[1..]
        .iter()
        .filter(|reading| reading.length != longest.length)
        .map(|reading| format!("{} {}", reading.name, shown(reading.length)))
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!("; {}", others.join("; "))
    };
    found.push(warning.help(format!(
        "{} = {}{others}",
        chain_text(&longest.chain),
        shown(longest.length)
    )));
}

/// Neighbours in a stated chain that do not wait for each other by any reading.
fn links(plan: &Plan, readings: &Readings<'_>, statement: &Statement, found: &mut Vec<Diagnostic>) {
    let dag = &readings.graph.dag;
    let mut broken = Vec::new();
    for pair in statement.tasks.windows(2) {
        let (Some(from), Some(to)) = (dag.node(&pair[0]), dag.node(&pair[1])) else {
            continue;
        };
        if !descendants(dag, from).contains(&to) {
            broken.push((&pair[0], &pair[1]));
        }
    }
    let Some((first, _)) = broken.split_first() else {
        return;
    };
    let named: Vec<String> = broken
        .iter()
        .map(|(from, to)| format!("{to} does not wait for {from}"))
        .collect();
    let mut warning = Diagnostic::warning(
        codes::CRITICAL_CHAIN,
        format!(
            "the stated critical path is no chain of dependencies: {}",
            named.join("; ")
        ),
    )
    .at(statement.location.clone())
    .help(format!(
        "state the dependency of {} on {}, or the chain that is there: {}",
        first.1,
        first.0,
        chain_text(&readings.all[0].chain)
    ));
    for (_, to) in &broken {
        if let Some(task) = plan.task(to) {
            warning = warning.related(
                task.location.clone(),
                format!("{to} states what it waits for here"),
            );
        }
    }
    found.push(warning);
}

/// A stated chain that is one, and shorter than the longest by every reading.
fn longest(readings: &Readings<'_>, statement: &Statement, found: &mut Vec<Diagnostic>) {
    let dag = &readings.graph.dag;
    let is_chain =
        statement
            .tasks
            .windows(2)
            .all(|pair| match (dag.node(&pair[0]), dag.node(&pair[1])) {
                (Some(from), Some(to)) => descendants(dag, from).contains(&to),
                _ => false,
            });
    let sum = sum(readings, statement);
    let shortest = readings.shortest();
    if is_chain && readings.work > 0 && sum < shortest.length {
        found.push(
            Diagnostic::warning(
                codes::CRITICAL_CHAIN,
                format!(
                    "the stated critical path adds up to {}; the longest chain takes {}",
                    shown(sum),
                    shown(shortest.length)
                ),
            )
            .at(statement.location.clone())
            .help(format!(
                "the longest chain is {}",
                chain_text(&shortest.chain)
            )),
        );
    }
}

fn sum(readings: &Readings<'_>, statement: &Statement) -> u64 {
    let nodes = statement
        .tasks
        .iter()
        .filter_map(|task| readings.graph.dag.node(task));
    nodes
        .map(|node: NodeId| readings.graph.durations[node.index()])
        .fold(0, u64::saturating_add)
}
