//! Tasks that would write over the plan that they are part of.

use std::collections::BTreeMap;
use std::path::Path;

use wavecrew_worker_spec::{Diagnostic, Document, Plan, Task};

use super::places::of_path;
use crate::codes;
use crate::documents::{names_in, plain, states_plan};
use crate::graph::PlanGraph;

/// The files that a task writes over its own plan, by the names of the documents: so it is when the work is done where the
/// names start from.
pub(super) fn check(plan: &Plan, graph: &PlanGraph, found: &mut Vec<Diagnostic>) {
    let of_tasks = plan.tasks.iter().map(|task| &task.location);
    let of_edges = plan.edges.iter().flat_map(|edge| &edge.locations);
    let files = of_tasks.chain(of_edges).map(|location| &*location.file);
    let documents: BTreeMap<String, &str> = files
        .filter_map(|file| Some((plain(file)?, file)))
        .collect();
    for (task, path) in written(graph) {
        if let Some(document) = plain(path).and_then(|path| documents.get(&path)) {
            let message = format!(
                "{}, if it is done in this folder",
                said(task, path, document)
            );
            found.push(
                Diagnostic::warning(codes::OWN_DOCUMENT, message)
                    .at(of_path(task, path))
                    .help(HELP),
            );
        }
    }
}

const HELP: &str = "let the task deliver another file, or work in another folder: `--root DIR`; if the document is not the plan, \
    name the plan's documents one by one";

/// Errors about tasks that would write over a document of the plan itself while they work in `root`. What a plan says must
/// not change under the run that goes by it.
pub fn overwritten_documents(
    root: &Path,
    documents: &[Document],
    graph: &PlanGraph,
) -> Vec<Diagnostic> {
    let mut names: BTreeMap<String, &Document> = BTreeMap::new();
    for document in documents {
        let known = names_in(root, Path::new(document.name()));
        names.extend(known.into_iter().map(|name| (name, document)));
    }
    let mut found = Vec::new();
    for (task, path) in written(graph) {
        let Some(document) = plain(path).and_then(|path| names.get(&path)) else {
            continue;
        };
        // A README beside the plan is work like any other.
        if states_plan(document) {
            let message = said(task, path, document.name());
            found.push(
                Diagnostic::error(codes::OWN_DOCUMENT, message)
                    .at(of_path(task, path))
                    .help(HELP),
            );
        }
    }
    found
}

fn said(task: &Task, path: &str, document: &str) -> String {
    let id = &task.id;
    format!("{id} delivers `{path}`, which would write over the plan itself (`{document}`)")
}

/// What tasks must write: what they deliver, else the files that they claim, and the files for results.
fn written(graph: &PlanGraph) -> impl Iterator<Item = (&Task, &str)> {
    let tasks = graph.dag.nodes().map(|node| graph.dag.payload(node));
    tasks.flat_map(|task| {
        let spec = task.spec.as_deref();
        let delivered = spec.map_or(&[][..], |spec| &spec.deliverables);
        let claims = match delivered {
            [] => &task.claims[..],
            _ => &[],
        };
        let results = spec.map_or(&[][..], |spec| &spec.result_files);
        let delivered = delivered.iter().map(|file| file.path.as_str());
        let results = results.iter().map(|file| file.path.as_str());
        let paths = delivered
            .chain(claims.iter().map(String::as_str))
            .chain(results);
        paths.map(move |path| (task, path))
    })
}
