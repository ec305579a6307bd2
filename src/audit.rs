//! What a plan states, held against what is so.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use wavecrew_validate::{Strength, strength};
use wavecrew_worker_spec::{Diagnostic, EdgeKind, Group, Plan, Task};

use crate::codes;
use crate::graph::{GraphOptions, graph};

/// Recomputes, under the orders that `options` bind, what the plan claims and reports every difference; each names the lines of both sides.
///
/// Covered: tasks that a group states against those it lists, dependencies inside a group or on a
/// later one, two tasks that deliver one file without an order, tests whose verdict says nothing,
/// tasks left out because of deferred ones.
///
/// # Complexity
///
/// O(tasks + edges), plus O(edges) for every task that shares a file with another.
pub fn audit(plan: &Plan, options: GraphOptions) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    group_counts(plan, &mut found);
    group_order(plan, &mut found);
    weak_tests(plan, &mut found);
    match graph(plan, options) {
        Ok(graph) => {
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
            unordered_writers(&graph.dag, &mut found);
        }
        Err(cycles) => found.extend(cycles),
    }
    found
}

fn group_counts(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for group in &plan.groups {
        let Some(stated) = group.stated_tasks else {
            continue;
        };
        let listed = group.tasks.len();
        if stated != listed {
            found.push(
                Diagnostic::warning(
                    codes::GROUP_COUNT,
                    format!("{} states {stated} tasks and lists {listed}", group.title),
                )
                .at(group.location.clone())
                .help("correct the number, or the list"),
            );
        }
    }
}

/// Tasks of a wave or a batch are meant to run at once, and after those of the groups before it;
/// tasks of a phase have an order of their own.
fn group_order(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut places: BTreeMap<&str, (usize, &Group)> = BTreeMap::new();
    let at_once = plan.groups.iter().filter(|group| group.kind.is_at_once());
    for (place, group) in at_once.enumerate() {
        for task in &group.tasks {
            places.entry(task).or_insert((place, group));
        }
    }
    for edge in plan.edges.iter().filter(|edge| edge.kind == EdgeKind::Hard) {
        let ends = (places.get(edge.from.as_str()), places.get(edge.to.as_str()));
        let (Some((from_place, from_group)), Some((to_place, to_group))) = ends else {
            continue;
        };
        let (from, to) = (&edge.from, &edge.to);
        let what = match from_place.cmp(to_place) {
            Ordering::Less => continue,
            Ordering::Equal => format!(
                "{to} waits for {from} in the same group ({})",
                from_group.id
            ),
            Ordering::Greater => format!(
                "{to} waits for {from}, which is in a later group ({})",
                from_group.id
            ),
        };
        let mut warning = Diagnostic::warning(codes::GROUP_ORDER, what)
            .related(to_group.location.clone(), format!("{to} is in this group"))
            .help("groups are a view: wavecrew orders by dependencies, and a group does not run at once");
        if from_place != to_place {
            warning = warning.related(
                from_group.location.clone(),
                format!("{from} is in this group"),
            );
        }
        if let Some(location) = edge.locations.first() {
            warning = warning.at(location.clone());
        }
        found.push(warning);
    }
}

fn weak_tests(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for spec in plan.tasks.iter().filter_map(|task| task.spec.as_deref()) {
        for command in spec.test_commands() {
            let why = match strength(&command.text) {
                Strength::Real | Strength::Setup { .. } => continue,
                Strength::NeverFails { why } => format!("this test cannot fail: {why}"),
                Strength::Vacuous { why } => {
                    format!("this test passes whatever the worker did: {why}")
                }
                Strength::Masked { why } => format!("this test's failure is hidden: {why}"),
                Strength::Indirect { why } => format!("this test is not about the work: {why}"),
            };
            found.push(
                Diagnostic::warning(codes::WEAK_TEST, why)
                    .at(command.location.clone())
                    .help("let the exit status be the verdict; until then the test counts as not checked"),
            );
        }
    }
}

/// Two tasks that deliver one file may run in any order, and the later one wins: work is lost.
fn unordered_writers(dag: &wavecrew_dag::Dag<Task>, found: &mut Vec<Diagnostic>) {
    let mut writers: BTreeMap<&str, Vec<wavecrew_dag::NodeId>> = BTreeMap::new();
    for node in dag.nodes() {
        let task = dag.payload(node);
        let spec = task.spec.as_deref();
        let delivered = spec
            .into_iter()
            .flat_map(|spec| &spec.deliverables)
            .map(|file| &file.path);
        let results = spec
            .into_iter()
            .flat_map(|spec| &spec.result_files)
            .map(|file| &file.path);
        let paths: BTreeSet<&str> = delivered.chain(results).map(String::as_str).collect();
        for path in paths {
            writers.entry(path).or_default().push(node);
        }
    }
    let mut later: BTreeMap<wavecrew_dag::NodeId, BTreeSet<wavecrew_dag::NodeId>> = BTreeMap::new();
    for (path, nodes) in writers.iter().filter(|(_, nodes)| nodes.len() > 1) {
        for node in nodes {
            later
                .entry(*node)
                .or_insert_with(|| descendants(dag, *node));
        }
        for (index, first) in nodes.iter().enumerate() {
            for second in &nodes[index + 1..] {
                if later[first].contains(second) || later[second].contains(first) {
                    continue;
                }
                let (first, second) = (dag.payload(*first), dag.payload(*second));
                found.push(
                    Diagnostic::error(
                        codes::UNORDERED_WRITERS,
                        format!(
                            "{} and {} both deliver `{path}`, and neither waits for the other",
                            first.id, second.id
                        ),
                    )
                    .at(delivery(second, path))
                    .related(
                        delivery(first, path),
                        format!("{} delivers it too", first.id),
                    )
                    .help(format!(
                        "let one depend on the other, for example {} on {}",
                        second.id, first.id
                    )),
                );
            }
        }
    }
}

fn delivery(task: &Task, path: &str) -> wavecrew_worker_spec::Location {
    let spec = task.spec.as_deref();
    spec.and_then(|spec| spec.deliverables.iter().find(|file| file.path == path))
        .map_or_else(|| task.location.clone(), |file| file.location.clone())
}

fn descendants(
    dag: &wavecrew_dag::Dag<Task>,
    node: wavecrew_dag::NodeId,
) -> BTreeSet<wavecrew_dag::NodeId> {
    let mut seen = BTreeSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        for next in dag.successors(node) {
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    seen
}
