//! How many tasks run at one time, as it is stated.

use std::collections::BTreeSet;

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Amount, Diagnostic, Group, Plan, Statement, Subject};

use super::readings::{Readings, descendants, nodes_of};
use crate::codes;
use crate::graph::PlanGraph;

/// Groups with more tasks are not searched for the most that can run at once.
const MOST_TASKS: usize = 512;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    for statement in &plan.statements {
        let (Subject::Concurrency, Some(id), Some(amount)) =
            (statement.subject, &statement.group, statement.amount)
        else {
            continue;
        };
        if let Some(group) = plan.groups.iter().find(|group| group.id == *id) {
            within(readings, statement, amount, group, found);
        }
    }
}

/// More at once than any set of tasks of the group that do not wait for each other.
fn within(
    readings: &Readings<'_>,
    statement: &Statement,
    amount: Amount,
    group: &Group,
    found: &mut Vec<Diagnostic>,
) {
    let most = readings
        .graphs()
        .map(|graph| (graph, nodes_of(&graph.dag, &group.tasks)))
        .filter(|(_, nodes)| !nodes.is_empty() && nodes.len() <= MOST_TASKS)
        .map(|(graph, nodes)| (width(graph, &nodes), nodes.len()))
        .max();
    let Some((most, tasks)) = most else {
        return;
    };
    if amount.low <= Amount::count(most).low {
        return;
    }
    let why = if most == tasks {
        format!("it has only {tasks} tasks")
    } else {
        format!("of its {tasks} tasks at most {most} do not wait for each other")
    };
    found.push(
        Diagnostic::warning(
            codes::CONCURRENCY,
            format!("{} states {amount} tasks at once; {why}", group.id),
        )
        .at(statement.location.clone())
        .related(group.location.clone(), "the group is here")
        .help(format!(
            "state {most}, or drop the dependencies among its tasks"
        )),
    );
}

/// The most tasks of a set of which none waits for another: by Dilworth's theorem the number of tasks less a largest
/// matching between tasks and those that wait for them.
fn width(graph: &PlanGraph, nodes: &[NodeId]) -> usize {
    let later: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| {
            let after: BTreeSet<NodeId> = descendants(&graph.dag, *node);
            let inside = nodes
                .iter()
                .enumerate()
                .filter(|(_, other)| after.contains(other));
            inside.map(|(at, _)| at).collect()
        })
        .collect();
    let mut before: Vec<Option<usize>> = vec![None; nodes.len()];
    let matched = (0..nodes.len())
        .filter(|start| augment(*start, &later, &mut before))
        .count();
    nodes.len() - matched
}

/// Looks for an augmenting path, breadth first: no recursion over the depth of the plan.
fn augment(start: usize, later: &[Vec<usize>], before: &mut [Option<usize>]) -> bool {
    let mut from: Vec<Option<usize>> = vec![None; later.len()];
    let mut open = vec![start];
    let mut next = 0;
    while let Some(&task) = open.get(next) {
        next += 1;
        for &to in &later[task] {
            if from[to].is_some() {
                continue;
            }
            from[to] = Some(task);
            match before[to] {
                Some(other) => open.push(other),
                None => {
                    let mut end = Some(to);
                    while let Some(to) = end {
                        let Some(task) = from[to] else {
                            break;
                        };
                        // What this task was matched with is freed, and is matched anew one step before.
                        end = (task != start)
                            .then(|| before.iter().position(|other| *other == Some(task)))
                            .flatten();
                        before[to] = Some(task);
                    }
                    return true;
                }
            }
        }
    }
    false
}
