//! Tasks that write one file, in a group whose tasks are all meant to run at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wavecrew_worker_spec::{Diagnostic, Group, Listing, Location, Plan};

use super::words::{counted, named};
use crate::codes;

/// Places of the listing that are named at most, beside the deliverable itself.
const MOST_PLACES: usize = 12;

/// One diagnostic for every group, document and path. Where the document that lists the group also orders these tasks,
/// it does not mean them to run at once.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut delivered: BTreeMap<&str, BTreeMap<&str, &Location>> = BTreeMap::new();
    for task in &plan.tasks {
        let files = task.spec.iter().flat_map(|spec| &spec.deliverables);
        for file in files {
            let files = delivered.entry(task.id.as_str()).or_default();
            files.entry(&file.path).or_insert(&file.location);
        }
    }
    let ordered = ordered_in(plan);
    for group in plan.groups.iter().filter(|group| group.kind.is_at_once()) {
        let mut files: BTreeMap<&Arc<str>, Vec<&Listing>> = BTreeMap::new();
        for listing in &group.listed {
            files
                .entry(&listing.location.file)
                .or_default()
                .push(listing);
        }
        for (file, listed) in files {
            for (path, writers) in writers(&listed, &delivered) {
                let stated_here = writers.tasks.iter().any(|task| {
                    ordered.get(*task).is_some_and(|(files, from)| {
                        files.contains(&**file)
                            && from.iter().any(|from| writers.tasks.contains(from))
                    })
                });
                if writers.tasks.len() > 1 && !stated_here {
                    found.push(report(group, path, &writers));
                }
            }
        }
    }
}

/// For every task that waits: the documents that say so, and for whom it waits.
fn ordered_in(plan: &Plan) -> BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> {
    let mut ordered: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for edge in &plan.edges {
        let (files, from) = ordered.entry(&edge.to).or_default();
        files.extend(edge.locations.iter().map(|at| &*at.file));
        from.insert(&edge.from);
    }
    ordered
}

/// Who writes a path, and where the group lists them.
#[derive(Default)]
struct Writers<'p> {
    tasks: BTreeSet<&'p str>,
    listed: Vec<&'p Location>,
    delivered: Vec<&'p Location>,
}

fn writers<'p>(
    listed: &[&'p Listing],
    delivered: &BTreeMap<&'p str, BTreeMap<&'p str, &'p Location>>,
) -> BTreeMap<&'p str, Writers<'p>> {
    let mut by_path: BTreeMap<&str, Writers<'p>> = BTreeMap::new();
    for listing in listed {
        for task in &listing.tasks {
            let Some(files) = delivered.get(task.as_str()) else {
                continue;
            };
            for (path, at) in files {
                let writers = by_path.entry(path).or_default();
                if writers
                    .listed
                    .last()
                    .is_none_or(|last| last.line != listing.location.line)
                {
                    writers.listed.push(&listing.location);
                }
                if writers.tasks.insert(task) {
                    writers.delivered.push(at);
                }
            }
        }
    }
    by_path
}

fn report(group: &Group, path: &str, writers: &Writers<'_>) -> Diagnostic {
    let mut warning = Diagnostic::warning(
        codes::GROUP_WRITERS,
        format!(
            "{} runs {} at once that write `{path}`: {}",
            group.id,
            counted(writers.tasks.len(), "task"),
            named(writers.tasks.iter().copied())
        ),
    )
    .help(
        "put each of them into a later group than the one before, or give each a file of its own",
    );
    let mut places = writers.listed.iter().take(MOST_PLACES);
    if let Some(first) = places.next() {
        warning = warning.at((*first).clone());
    }
    for place in places {
        warning = warning.related((*place).clone(), "more of them are listed here");
    }
    for place in writers.delivered.iter().take(2) {
        warning = warning.related((*place).clone(), "the file is named here");
    }
    warning
}
