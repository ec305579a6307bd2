//! The critical path: its length and its tasks, as they are stated.

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Amount, Diagnostic, Group, Plan, Statement, Subject};

use super::readings::{Readings, chain_text, chain_within, descendants, nodes_of, seconds, shown};
use super::scope::{Scope, Scopes};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    let scopes = Scopes::new(plan);
    let stated = plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::CriticalPath);
    let of_whole = |statement: &&Statement| statement.group.is_none() || statement.or_whole;
    let chain = stated
        .clone()
        .filter(of_whole)
        .find(|statement| statement.tasks.len() > 1);
    for statement in stated {
        let scopes = scopes.of(statement);
        if scopes.is_empty() {
            continue;
        }
        let told = found.len();
        links(plan, readings, statement, found);
        let is_told = |found: &[Diagnostic]| {
            let here = |one: &Diagnostic| {
                one.location
                    .as_ref()
                    .is_some_and(|at| at.line == statement.location.line)
            };
            found[told..].iter().any(here)
        };
        // One line is told of once: a chain that is none has no length.
        if !is_told(found) {
            length(plan, readings, statement, &scopes, chain, found);
        }
        if found.len() == told {
            longest(readings, statement, &scopes, found);
        }
    }
}

/// A stated length that no reading comes to.
fn length(
    plan: &Plan,
    readings: &Readings<'_>,
    statement: &Statement,
    scopes: &[Scope<'_>],
    chain: Option<&Statement>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(amount) = statement.amount.filter(|_| readings.is_timed()) else {
        return;
    };
    let fits = |ticks: u64| amount.admits(seconds(ticks));
    let below = |ticks: u64| amount.meant().1 < seconds(ticks);
    let mut of_groups = scopes.iter().filter_map(|scope| match scope {
        Scope::Group(group) => Some(group),
        Scope::Plan => None,
    });
    // A chain that is short by itself may be all of a group's.
    let is_of_group = of_groups.any(|group| {
        readings.graphs().any(|graph| {
            let (length, _) = chain_within(graph, &nodes_of(&graph.dag, &group.tasks));
            fits(length) || !readings.all_estimated && !below(length)
        })
    });
    let is_right = is_of_group || readings.all.iter().any(|reading| fits(reading.length));
    // With estimates missing the true length may be more, never less.
    let may_grow =
        !readings.all_estimated && !readings.all.iter().all(|reading| below(reading.length));
    // Where most tasks state no order, what orders them may make the path longer.
    let may_be_longer =
        !readings.is_ordered && !readings.all.iter().all(|reading| below(reading.length));
    if is_right || may_grow || may_be_longer {
        return;
    }
    if let [Scope::Group(group)] = scopes {
        found.extend(of_group(readings, statement, amount, group));
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

/// A length that is stated for one group, and none of its chains has.
fn of_group(
    readings: &Readings<'_>,
    statement: &Statement,
    amount: Amount,
    group: &Group,
) -> Option<Diagnostic> {
    let chains = readings.graphs().map(|graph| {
        let (length, chain) = chain_within(graph, &nodes_of(&graph.dag, &group.tasks));
        let chain = chain.iter().map(|node| graph.dag.id(*node).to_owned());
        (length, chain.collect::<Vec<String>>())
    });
    let (length, chain) = chains.max_by_key(|(length, _)| *length)?;
    let warning = Diagnostic::warning(
        codes::CRITICAL_PATH,
        format!(
            "states a critical path of {amount} for {}; its longest chain takes {}",
            group.id,
            shown(length)
        ),
    );
    Some(warning.at(statement.location.clone()).help(format!(
        "{} = {}",
        chain_text(&chain),
        shown(length)
    )))
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
fn longest(
    readings: &Readings<'_>,
    statement: &Statement,
    scopes: &[Scope<'_>],
    found: &mut Vec<Diagnostic>,
) {
    let is_of_group = scopes.iter().any(|scope| match scope {
        Scope::Group(group) => statement
            .tasks
            .iter()
            .all(|task| group.tasks.contains(task)),
        Scope::Plan => false,
    });
    if is_of_group || statement.tasks.len() < 2 {
        return;
    }
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
