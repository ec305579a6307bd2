//! Tasks that write one file in no stated order: the later one wins, and work is lost.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_dag::{Dag, NodeId};
use wavecrew_worker_spec::{Diagnostic, EdgeSource, Plan, Task};

use super::places::of_path;
use super::words::named;
use crate::codes;
use crate::graph::PlanGraph;

/// One diagnostic for every path, naming all who write it unordered.
pub(super) fn check(plan: &Plan, graph: &PlanGraph, found: &mut Vec<Diagnostic>) {
    let dag = &graph.dag;
    let mut later = Later::new(dag);
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
        let at_once = meant_at_once(plan, dag, &fresh);
        if at_once.len() > 1 {
            found.push(report(dag, path, &at_once, false));
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

/// Those of some tasks that are meant to run at one time: a wave or batch lists several of them, several of one phase are
/// marked as parallel, or there are no groups, and the plan says of its tasks what they wait for.
fn meant_at_once(plan: &Plan, dag: &Dag<Task>, nodes: &[NodeId]) -> Vec<NodeId> {
    let ids: BTreeSet<&str> = nodes.iter().map(|node| dag.id(*node)).collect();
    let mut groups = plan.groups.iter().filter(|group| group.kind.is_at_once());
    let in_group = groups.any(|group| {
        let inside = group
            .tasks
            .iter()
            .filter(|task| ids.contains(task.as_str()));
        inside.take(2).count() > 1
    });
    if in_group || plan.groups.is_empty() && orders_its_tasks(plan) {
        return nodes.to_vec();
    }
    let mut marked: BTreeMap<Option<&String>, Vec<NodeId>> = BTreeMap::new();
    for node in nodes {
        let task = dag.payload(*node);
        if task.parallel {
            marked.entry(task.group.as_ref()).or_default().push(*node);
        }
    }
    let several = marked.into_values().filter(|nodes| nodes.len() > 1);
    several.flatten().collect()
}

/// Whether tables or fields state the order of the tasks, so that what they leave open is meant to be free.
fn orders_its_tasks(plan: &Plan) -> bool {
    let stated = plan.edges.iter().filter(|edge| {
        let sources = [
            EdgeSource::Table,
            EdgeSource::Header,
            EdgeSource::Mermaid,
            EdgeSource::Json,
        ];
        edge.stated_in.iter().any(|source| sources.contains(source))
    });
    stated.count() > 0
}

/// Answers whether tasks have an order among each other.
pub(super) struct Later<'d> {
    dag: &'d Dag<Task>,
    /// The place of each node in topological order.
    position: Vec<usize>,
    /// For each node the last search that came by.
    seen: Vec<usize>,
    searches: usize,
}

impl<'d> Later<'d> {
    pub(super) fn new(dag: &'d Dag<Task>) -> Later<'d> {
        let mut position = vec![0; dag.len()];
        for (place, node) in dag.topological().iter().enumerate() {
            position[node.index()] = place;
        }
        Later {
            dag,
            position,
            seen: vec![0; dag.len()],
            searches: 0,
        }
    }

    /// Those of some tasks that have no order with another one of them. When each waits for the one before it in
    /// topological order, all have one.
    ///
    /// # Complexity
    ///
    /// O(tasks + edges) for all of the given tasks together: a search from one to the next passes only what stands
    /// between the two.
    pub(super) fn unordered(&mut self, nodes: &BTreeSet<NodeId>) -> Vec<NodeId> {
        let mut sorted: Vec<NodeId> = nodes.iter().copied().collect();
        sorted.sort_by_key(|node| self.position[node.index()]);
        let mut loose: BTreeSet<NodeId> = BTreeSet::new();
        for pair in sorted.windows(2) {
            if !self.leads_to(pair[0], pair[1]) {
                loose.extend(pair.iter().copied());
            }
        }
        sorted.retain(|node| loose.contains(node));
        sorted
    }

    /// Whether one task waits for another one, directly or not.
    fn leads_to(&mut self, from: NodeId, to: NodeId) -> bool {
        self.searches += 1;
        let end = self.position[to.index()];
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            for next in self.dag.successors(node) {
                if *next == to {
                    return true;
                }
                let at = next.index();
                if self.position[at] < end && self.seen[at] != self.searches {
                    self.seen[at] = self.searches;
                    open.push(*next);
                }
            }
        }
        false
    }
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
        .at(of_path(dag.payload(nodes[last]), path))
        .help(help);
    for node in nodes[..last].iter().take(16) {
        diagnostic = diagnostic.related(
            of_path(dag.payload(*node), path),
            format!("{} {again}", dag.id(*node)),
        );
    }
    diagnostic
}
