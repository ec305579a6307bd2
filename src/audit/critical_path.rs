//! The critical path: its length and its tasks, as they are stated.

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Diagnostic, Plan, Statement, Subject};

use super::readings::{Readings, chain_text, descendants, seconds, shown};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    let stated = plan.statements.iter().filter(|statement| {
        statement.subject == Subject::CriticalPath && is_of_whole(plan, statement)
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

/// Whether a path is one of the whole plan. What stands below the last group is in its section, and names tasks of
/// others.
fn is_of_whole(plan: &Plan, statement: &Statement) -> bool {
    let Some(group) = &statement.group else {
        return true;
    };
    let group = plan.groups.iter().find(|other| other.id == *group);
    group.is_some_and(|group| {
        let foreign = |task: &String| !group.tasks.contains(task);
        statement.tasks.iter().any(foreign)
    })
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
    // Where most tasks state no order, what orders them may make the path longer.
    let may_be_longer =
        !readings.is_ordered && !readings.all.iter().all(|reading| below(reading.length));
    if is_right || may_grow || may_be_longer {
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

/// Neighbours in a stated chain that do not wait for each other by any reading: one diagnostic for each, or one for
/// all when they stand on one line.
fn links(plan: &Plan, readings: &Readings<'_>, statement: &Statement, found: &mut Vec<Diagnostic>) {
    if !readings.is_ordered {
        return;
    }
    let dag = &readings.graph.dag;
    let mut broken = Vec::new();
    for (at, pair) in statement.tasks.windows(2).enumerate() {
        let (Some(from), Some(to)) = (dag.node(&pair[0]), dag.node(&pair[1])) else {
            continue;
        };
        if !descendants(dag, from).contains(&to) {
            let place = statement.places.get(at + 1).unwrap_or(&statement.location);
            broken.push((place, pair));
        }
    }
    for links in broken.chunk_by(|one, two| one.0 == two.0) {
        let (place, pair) = links[0];
        let named: Vec<String> = links
            .iter()
            .map(|(_, pair)| format!("{} does not wait for {}", pair[1], pair[0]))
            .collect();
        let mut warning = Diagnostic::warning(
            codes::CRITICAL_CHAIN,
            format!(
                "the stated critical path is no chain of dependencies: {}",
                named.join("; ")
            ),
        )
        .at(place.clone())
        .help(format!(
            "state the dependency of {} on {}, or the chain that is there: {}",
            pair[1],
            pair[0],
            chain_text(&readings.all[0].chain)
        ));
        for (_, pair) in links {
            if let Some(task) = plan.task(&pair[1]) {
                warning = warning.related(
                    task.location.clone(),
                    format!("{} states what it waits for here", pair[1]),
                );
            }
        }
        found.push(warning);
    }
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
