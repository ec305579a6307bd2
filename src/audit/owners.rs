//! Files that a document gives to tasks: without an order among them, or at another place than their specs say.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Diagnostic, Location, Plan, Statement, Subject, WorkerSpec};

use super::test_targets::is_same;
use super::words::named;
use super::writers::Later;
use crate::codes;
use crate::graph::PlanGraph;

pub(super) fn check(plan: &Plan, graph: &PlanGraph, found: &mut Vec<Diagnostic>) {
    let folders = Folders::of(plan);
    let mut later = Later::new(&graph.dag);
    excerpts(plan, found);
    for task in &plan.tasks {
        if let (Some(spec), Some(node)) = (task.spec.as_deref(), graph.dag.node(&task.id)) {
            found.extend(folders.required(spec, node, graph));
        }
    }
    for statement in plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::Owners)
    {
        found.extend(unordered(graph, &mut later, statement));
        found.extend(folders.elsewhere(plan, statement));
    }
}

/// Part of a spec that a document shows with another file than the spec has: another line of what it delivers tells
/// which spec it is.
fn excerpts(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut by_note: BTreeMap<&str, Vec<&WorkerSpec>> = BTreeMap::new();
    let shown: Vec<&Statement> = plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::SpecExcerpt)
        .collect();
    if shown.is_empty() {
        return;
    }
    for spec in plan.tasks.iter().filter_map(|task| task.spec.as_deref()) {
        for note in &spec.deliverable_notes {
            by_note.entry(note.text.trim()).or_default().push(spec);
        }
    }
    for statement in shown {
        let Some((path, note)) = statement.value.split_once(": ") else {
            continue;
        };
        // A line that several specs have says of none that it is the one.
        let Some([spec]) = by_note.get(note).map(Vec::as_slice) else {
            continue;
        };
        let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let mut files = spec.deliverables.iter();
        if files.clone().any(|file| is_same(&file.path, path)) {
            continue;
        }
        let Some(file) = files.find(|file| name(&file.path) == name(path)) else {
            continue;
        };
        found.push(
            Diagnostic::warning(
                codes::OTHER_FOLDER,
                format!(
                    "shows `{path}` as the file of {}; by its spec it is `{}`",
                    spec.id, file.path
                ),
            )
            .at(statement.location.clone())
            .related(
                file.location.clone(),
                format!("`{}` is stated here", file.path),
            )
            .help("name one path in both places"),
        );
    }
}

/// The file that a statement is about.
fn path(statement: &Statement) -> &str {
    let (path, _) = statement
        .value
        .rsplit_once(": ")
        .unwrap_or((&statement.value, ""));
    path
}

/// Several tasks that write the file, and of which some have no order.
fn unordered(
    graph: &PlanGraph,
    later: &mut Later<'_>,
    statement: &Statement,
) -> Option<Diagnostic> {
    let nodes = statement
        .tasks
        .iter()
        .filter_map(|task| graph.dag.node(task));
    let nodes: BTreeSet<NodeId> = nodes.collect();
    let loose = later.unordered(&nodes);
    if loose.is_empty() {
        return None;
    }
    let path = path(statement);
    let mut warning = Diagnostic::warning(
        codes::UNORDERED_WRITERS,
        format!(
            "{} tasks write `{path}` in no stated order: {}",
            loose.len(),
            named(loose.iter().map(|node| graph.dag.id(*node)))
        ),
    )
    .at(statement.location.clone())
    .help("let each depend on the one before it, or give each a file of its own");
    let mut told: BTreeSet<(&str, usize)> = BTreeSet::new();
    for node in loose {
        let at = &graph.dag.payload(node).location;
        if told.len() < 8 && told.insert((&at.file, at.line)) {
            warning = warning.related(at.clone(), format!("{} is named here", graph.dag.id(node)));
        }
    }
    Some(warning)
}

/// The folders in which worker specs deliver files.
struct Folders<'p> {
    known: BTreeMap<&'p str, &'p Location>,
    /// All paths that are delivered.
    files: BTreeMap<&'p str, &'p Location>,
}

/// Every task that one waits for, directly or not.
fn ancestors(graph: &PlanGraph, node: NodeId) -> BTreeSet<NodeId> {
    let mut seen = BTreeSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let before = graph.dag.predecessors(node).iter();
        open.extend(before.filter(|before| seen.insert(**before)));
    }
    seen
}

impl<'p> Folders<'p> {
    fn of(plan: &'p Plan) -> Folders<'p> {
        let files = plan
            .tasks
            .iter()
            .filter_map(|task| task.spec.as_deref())
            .flat_map(|spec| &spec.deliverables);
        let (mut known, mut delivered) = (BTreeMap::new(), BTreeMap::new());
        for file in files {
            delivered
                .entry(file.path.as_str())
                .or_insert(&file.location);
            if let Some((folder, _)) = file.path.rsplit_once('/') {
                known.entry(folder).or_insert(&file.location);
            }
        }
        Folders {
            known,
            files: delivered,
        }
    }

    /// A file that a spec needs, and that a task which it waits for delivers to another folder, while the folder named is
    /// one that other specs deliver to.
    fn required(&self, spec: &WorkerSpec, node: NodeId, graph: &PlanGraph) -> Option<Diagnostic> {
        let (needed, folder) = spec.required_files.iter().find_map(|file| {
            let (folder, _) = file.path.rsplit_once('/')?;
            let is_delivered = self.files.contains_key(file.path.as_str());
            let known = self.known.contains_key(folder);
            (known && !is_delivered).then_some((file, folder))
        })?;
        // A name of one word, such as `errors.rs`, may well stand for files in several folders.
        let name = needed.path.rsplit('/').next()?;
        let stem = name.split('.').next()?;
        if !stem.trim_matches(['_', '-']).contains(['_', '-']) {
            return None;
        }
        let waits = ancestors(graph, node);
        let delivered = waits.iter().find_map(|before| {
            let spec = graph.dag.payload(*before).spec.as_deref()?;
            let mut files = spec.deliverables.iter();
            files.find(|file| {
                file.path
                    .rsplit_once('/')
                    .is_some_and(|(_, own)| own == name)
            })
        })?;
        Some(
            Diagnostic::warning(
                codes::OTHER_FOLDER,
                format!(
                    "{} needs `{}`, which no spec delivers to `{folder}`; it waits for `{}`",
                    spec.id, needed.path, delivered.path
                ),
            )
            .at(needed.location.clone())
            .related(
                delivered.location.clone(),
                format!("`{}` is delivered here", delivered.path),
            )
            .help("name one path in both places"),
        )
    }

    /// A task whose spec delivers a file of this name in another folder, while the stated folder is one that other
    /// specs deliver to: two folders, and not one that is seen from two places.
    fn elsewhere(&self, plan: &Plan, statement: &Statement) -> Option<Diagnostic> {
        let path = path(statement);
        let (folder, name) = path.rsplit_once('/')?;
        self.known.get(folder)?;
        let delivered = statement.tasks.iter().filter_map(|id| {
            let spec = plan.task(id)?.spec.as_deref()?;
            let same = |path: &str| path.rsplit('/').next() == Some(name);
            let mut files = spec.deliverables.iter().filter(|file| same(&file.path));
            let first = files.next()?;
            let right = std::iter::once(first)
                .chain(files)
                .any(|file| file.path == path);
            (!right).then_some((id, first))
        });
        let delivered: Vec<_> = delivered.collect();
        let (_, file) = delivered.first()?;
        Some(
            Diagnostic::warning(
                codes::OTHER_FOLDER,
                format!(
                    "states `{path}` as the file of {}; by its spec it is `{}`",
                    named(delivered.iter().map(|(id, _)| id.as_str())),
                    file.path
                ),
            )
            .at(statement.location.clone())
            .related(
                file.location.clone(),
                format!("`{}` is stated here", file.path),
            )
            .help("name one path in both places"),
        )
    }
}
