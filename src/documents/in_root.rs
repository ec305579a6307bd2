//! The documents of a plan as files of the folder that is worked in.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use wavecrew_worker_spec::{Document, parse};

use super::{STDIN, STDIN_NAME};
use crate::graph::{PlanGraph, owned_paths};

/// The documents that a run's plan is read from again when the run is taken up: as `root` has them, in their order, and `-`
/// for standard input.
///
/// What a task may write and what states nothing of the plan is left out: a README that was in the folder of the plan is
/// the work, and what it says after that is no plan.
pub(crate) fn plan_documents(
    root: &Path,
    documents: &[Document],
    graph: &PlanGraph,
) -> Vec<PathBuf> {
    let dag = &graph.dag;
    let owned: BTreeSet<String> = dag
        .nodes()
        .flat_map(|node| owned_paths(dag.payload(node)))
        .filter_map(plain)
        .collect();
    let is_plan = |document: &&Document| {
        let is_owned = names_in(root, Path::new(document.name()))
            .iter()
            .any(|name| is_owned(name, &owned));
        !is_owned || states_plan(document)
    };
    let names = documents.iter().filter(is_plan).map(Document::name);
    names
        .map(|name| match name {
            STDIN_NAME => PathBuf::from(STDIN),
            name => seen_from(root, Path::new(name)),
        })
        .collect()
}

/// Whether a document lists tasks, their order, or who does them.
pub(crate) fn states_plan(document: &Document) -> bool {
    let stated = parse(document).value;
    let lists_members = stated.groups.iter().any(|group| !group.tasks.is_empty());
    let lists = [
        stated.tasks.is_empty(),
        stated.edges.is_empty(),
        stated.rules.is_empty(),
    ];
    lists_members || lists.contains(&false)
}

/// A path as `root` has it: relative to it if it is below, so that both can be moved together; absolute otherwise. In
/// UTF-8, since a journal keeps it.
pub(crate) fn seen_from(root: &Path, path: &Path) -> PathBuf {
    if path.as_os_str() == STDIN {
        return path.to_owned();
    }
    match names_in(root, path).into_iter().next() {
        Some(name) if name.is_empty() => PathBuf::from("."),
        Some(name) => PathBuf::from(name),
        None => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            whole.to_string_lossy().into_owned().into()
        }
    }
}

/// The names that a file has below `root`, with `/` between their parts: as it was named, and without links. The root itself is
/// the empty name.
pub(crate) fn names_in(root: &Path, path: &Path) -> Vec<String> {
    let both = |path: &Path| [std::path::absolute(path), std::fs::canonicalize(path)];
    let roots: Vec<PathBuf> = both(root).into_iter().flatten().collect();
    let mut names = Vec::new();
    for path in both(path).into_iter().flatten() {
        let mut inner = roots.iter().filter_map(|root| path.strip_prefix(root).ok());
        let name = inner.find_map(|inner| inner.to_str().and_then(plain));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

/// A relative path without `.` and doubled slashes, a folder with the slash at its end; `None` if it leads outside.
pub(crate) fn plain(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_string_lossy()),
            _ => return None,
        }
    }
    let mut plain = parts.join("/");
    if path.ends_with('/') && !plain.is_empty() {
        plain.push('/');
    }
    Some(plain)
}

/// Whether one of these paths is the file or a folder around it.
fn is_owned(name: &str, owned: &BTreeSet<String>) -> bool {
    let mut folders = name.match_indices('/').map(|(slash, _)| &name[..=slash]);
    // The root itself is the empty path.
    owned.contains(name) || owned.contains("") || folders.any(|folder| owned.contains(folder))
}
