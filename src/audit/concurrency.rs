//! How many tasks run at one time, as it is stated.

use std::collections::BTreeSet;

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Amount, Diagnostic, Group, Plan, Precision, Statement, Subject};

use super::readings::{Readings, descendants, nodes_of};
use super::scope::{Scope, Scopes};
use crate::codes;
use crate::graph::PlanGraph;

/// Groups with more tasks are not searched for the most that can run at once.
const MOST_TASKS: usize = 512;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    let known = Scopes::new(plan);
    for statement in &plan.statements {
        let (Subject::Concurrency, Some(amount)) = (statement.subject, statement.amount) else {
            continue;
        };
        // "At most 8 workers" is a limit, and none that has to be reached.
        if matches!(amount.precision, Precision::AtMost | Precision::Below) {
            continue;
        }
        let widths = known
            .of(statement)
            .into_iter()
            .map(|scope| Width::new(readings, scope));
        let Some(widths) = widths.collect::<Option<Vec<Width<'_>>>>() else {
            continue;
        };
        let is_right = widths
            .iter()
            .any(|width| amount.low <= Amount::count(width.most).low);
        if let (Some(width), false) = (widths.first(), is_right) {
            found.push(width.report(statement, amount));
        }
    }
}

/// How many tasks of a group, or of the plan, can run at once.
struct Width<'p> {
    group: Option<&'p Group>,
    most: usize,
    tasks: usize,
}

impl<'p> Width<'p> {
    /// By the reading with the most; nothing for what holds no task, or too many to search.
    fn new(readings: &Readings<'_>, scope: Scope<'p>) -> Option<Width<'p>> {
        let nodes = |graph: &PlanGraph| match scope {
            Scope::Group(group) => nodes_of(&graph.dag, &group.tasks),
            Scope::Plan => graph.dag.nodes().collect(),
        };
        let (most, tasks) = readings
            .graphs()
            .map(|graph| (graph, nodes(graph)))
            .filter(|(_, nodes)| !nodes.is_empty() && nodes.len() <= MOST_TASKS)
            .map(|(graph, nodes)| (width(graph, &nodes), nodes.len()))
            .max()?;
        let group = match scope {
            Scope::Group(group) => Some(group),
            Scope::Plan => None,
        };
        Some(Width { group, most, tasks })
    }

    /// More at once than any set of tasks that do not wait for each other.
    fn report(&self, statement: &Statement, amount: Amount) -> Diagnostic {
        let name = self.group.map_or("the plan", |group| &group.id);
        let (most, tasks) = (self.most, self.tasks);
        let why = if most == tasks {
            format!("it has only {tasks} tasks")
        } else {
            format!("of its {tasks} tasks at most {most} do not wait for each other")
        };
        let mut warning = Diagnostic::warning(
            codes::CONCURRENCY,
            format!("{name} states {amount} tasks at once; {why}"),
        )
        .at(statement.location.clone())
        .help(format!("state {most}, \"at most {amount}\" where it is a limit, or drop dependencies among the tasks"));
        if let Some(group) = self.group {
            warning = warning.related(group.location.clone(), "the group is here");
        }
        warning
    }
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
