//! Tasks that two ranges of one group list.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{Diagnostic, Listing, Plan};

use super::words::named;
use crate::codes;

/// Lists of one group stand close together; what repeats them further down speaks of them again.
const CLOSE: usize = 40;

/// One diagnostic for every place that lists tasks of a group again. A place with a single task may be a row that
/// says more about it, so one of the two lists several.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for group in &plan.groups {
        let mut known: BTreeMap<(&str, &str), &Listing> = BTreeMap::new();
        for listing in &group.listed {
            let file = &*listing.location.file;
            let mut again: BTreeMap<usize, (&Listing, Vec<&str>)> = BTreeMap::new();
            for task in &listing.tasks {
                let Some(before) = known.get(&(file, task.as_str())) else {
                    known.insert((file, task), listing);
                    continue;
                };
                let (one, two) = (before.location.line, listing.location.line);
                let several = before.tasks.len() > 1 && listing.tasks.len() > 1;
                if several
                    && one != two
                    && one.abs_diff(two) <= CLOSE
                    && before.tasks != listing.tasks
                {
                    again
                        .entry(one)
                        .or_insert_with(|| (before, Vec::new()))
                        .1
                        .push(task);
                }
            }
            for (before, tasks) in again.into_values() {
                found.push(
                    Diagnostic::warning(
                        codes::LISTED_TWICE,
                        format!("{} lists {} twice", group.id, named(tasks.iter().copied())),
                    )
                    .at(listing.location.clone())
                    .related(before.location.clone(), "listed here already")
                    .help("correct one of the two ranges"),
                );
            }
        }
    }
}
