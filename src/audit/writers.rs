//! Tasks that write one file in no stated order: the later one wins, and work is lost.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_dag::{Dag, NodeId};
use wavecrew_worker_spec::{Diagnostic, Location, Plan, Task};

use super::readings::descendants;
use super::words::named;
use crate::codes;
use crate::graph::PlanGraph;

/// One diagnostic for every path, naming all who write it unordered.
pub(super) fn check(plan: &Plan, graph: &PlanGraph, found: &mut Vec<Diagnostic>) {
    let dag = &graph.dag;
    let mut later = Later {
        dag,
        of: BTreeMap::new(),
    };
    let delivered = owners(dag, delivered);
    for (path, nodes) in delivered.iter().filter(|(_, nodes)| nodes.len() > 1) {
        let loose = later.unordered(nodes);
        if !loose.is_empty() {
            found.push(report(dag, path, &loose, true));
        }
    }
    let claimed = owners(dag, |task| task.claims.iter().map(String::as_str).collect());
    for path in claimed.keys() {
        let nodes = with_folders(&claimed, path);
        let fresh = later.unordered(&nodes);
        if fresh.len() < 2
            || delivered
                .get(path)
                .is_some_and(|both| fresh.iter().all(|node| both.contains(node)))
        {
            continue;
        }
        // While one runs the others wait, so nothing is lost; but those who run at once cannot do so.
        if meant_at_once(plan, dag, &fresh) {
            found.push(report(dag, path, &fresh, false));
        }
    }
}

fn delivered(task: &Task) -> BTreeSet<&str> {
    let spec = task.spec.as_deref();
    let files = spec
        .into_iter()
        .flat_map(|spec| &spec.deliverables)
        .map(|file| &file.path);
    let results = spec
        .into_iter()
        .flat_map(|spec| &spec.result_files)
        .map(|file| &file.path);
    files.chain(results).map(String::as_str).collect()
}

fn owners<'d>(
    dag: &'d Dag<Task>,
    paths: impl Fn(&'d Task) -> BTreeSet<&'d str>,
) -> BTreeMap<&'d str, BTreeSet<NodeId>> {
    let mut owners: BTreeMap<&str, BTreeSet<NodeId>> = BTreeMap::new();
    for node in dag.nodes() {
        for path in paths(dag.payload(node)) {
            owners.entry(path).or_default().insert(node);
        }
    }
    owners
}

/// Who claims a path or a folder around it.
fn with_folders(claimed: &BTreeMap<&str, BTreeSet<NodeId>>, path: &str) -> BTreeSet<NodeId> {
    let mut nodes = claimed[path].clone();
    for (slash, _) in path.trim_end_matches('/').match_indices('/') {
        if let Some(folder) = claimed.get(&path[..=slash]) {
            nodes.extend(folder);
        }
    }
    nodes
}

fn meant_at_once(plan: &Plan, dag: &Dag<Task>, nodes: &[NodeId]) -> bool {
    let groups = plan.groups.iter().filter(|group| group.kind.is_at_once());
    groups.into_iter().any(|group| {
        let inside = nodes
            .iter()
            .filter(|node| group.tasks.iter().any(|task| task == dag.id(**node)));
        inside.count() > 1
    })
}

struct Later<'d> {
    dag: &'d Dag<Task>,
    of: BTreeMap<NodeId, BTreeSet<NodeId>>,
}

impl Later<'_> {
    /// Those of some tasks that have no order with another one of them. When each waits for the one before it in
    /// topological order, all have one.
    fn unordered(&mut self, nodes: &BTreeSet<NodeId>) -> Vec<NodeId> {
        let mut sorted: Vec<NodeId> = nodes.iter().copied().collect();
        if sorted.len() < 2 {
            return Vec::new();
        }
        for node in &sorted {
            let dag = self.dag;
            self.of
                .entry(*node)
                .or_insert_with(|| descendants(dag, *node));
        }
        sorted.sort_by_key(|node| {
            let after = sorted_after(&self.of[node], nodes);
            (std::cmp::Reverse(after), *node)
        });
        let mut loose: BTreeSet<NodeId> = BTreeSet::new();
        for pair in sorted.windows(2) {
            if !self.of[&pair[0]].contains(&pair[1]) {
                loose.extend(pair.iter().copied());
            }
        }
        sorted.retain(|node| loose.contains(node));
        sorted
    }
}

/// How many of some tasks come after one.
fn sorted_after(after: &BTreeSet<NodeId>, nodes: &BTreeSet<NodeId>) -> usize {
    after.intersection(nodes).count()
}

fn report(dag: &Dag<Task>, path: &str, nodes: &[NodeId], delivers: bool) -> Diagnostic {
    let (does, again) = if delivers {
        ("deliver", "delivers it too")
    } else {
        ("claim", "claims it too")
    };
    let ids = nodes.iter().map(|node| dag.id(*node));
    let (message, help) = match nodes {
        [first, second] => (
            format!(
                "{} and {} both {does} `{path}`, and neither waits for the other",
                dag.id(*first),
                dag.id(*second)
            ),
            format!(
                "let one depend on the other, for example {} on {}",
                dag.id(*second),
                dag.id(*first)
            ),
        ),
        _ => (
            format!(
                "{} tasks {does} `{path}` in no stated order: {}",
                nodes.len(),
                named(ids)
            ),
            "let each depend on the one before it, or give each a file of its own".to_owned(),
        ),
    };
    let last = nodes.len() - 1;
    let diagnostic = if delivers {
        Diagnostic::error(codes::UNORDERED_WRITERS, message)
    } else {
        Diagnostic::warning(codes::UNORDERED_WRITERS, message)
    };
    let mut diagnostic = diagnostic
        .at(place(dag.payload(nodes[last]), path))
        .help(help);
    for node in nodes[..last].iter().take(16) {
        diagnostic = diagnostic.related(
            place(dag.payload(*node), path),
            format!("{} {again}", dag.id(*node)),
        );
    }
    diagnostic
}

fn place(task: &Task, path: &str) -> Location {
    let spec = task.spec.as_deref();
    spec.and_then(|spec| spec.deliverables.iter().find(|file| file.path == path))
        .map_or_else(|| task.location.clone(), |file| file.location.clone())
}
