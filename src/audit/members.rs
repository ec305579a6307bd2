//! Documents that list different tasks in one group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wavecrew_worker_spec::{Diagnostic, Location, Plan};

use super::words::{counted, named};
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for group in plan.groups.iter().filter(|group| group.kind.is_at_once()) {
        let mut by_file: BTreeMap<&Arc<str>, (BTreeSet<&str>, &Location)> = BTreeMap::new();
        for listing in &group.listed {
            let (tasks, _) = by_file
                .entry(&listing.location.file)
                .or_insert_with(|| (BTreeSet::new(), &listing.location));
            tasks.extend(listing.tasks.iter().map(String::as_str));
        }
        // A file that holds one task says where that task belongs, not who else does.
        let mut lists = by_file
            .into_iter()
            .filter(|(_, (tasks, _))| tasks.len() > 1);
        let Some((first_file, (first, first_at))) = lists.next() else {
            continue;
        };
        for (file, (tasks, at)) in lists {
            let only_first: Vec<&str> = first.difference(&tasks).copied().collect();
            let only_here: Vec<&str> = tasks.difference(&first).copied().collect();
            if only_first.is_empty() && only_here.is_empty() {
                continue;
            }
            let mut differences = Vec::new();
            for (name, only) in [(first_file, &only_first), (file, &only_here)] {
                if !only.is_empty() {
                    differences.push(format!("only in {name}: {}", named(only.iter().copied())));
                }
            }
            found.push(
                Diagnostic::warning(
                    codes::GROUP_MEMBERS,
                    format!(
                        "{first_file} lists {} in {}, {file} lists {} and not the same ones",
                        counted(first.len(), "task"),
                        group.id,
                        tasks.len()
                    ),
                )
                .at(at.clone())
                .related(first_at.clone(), "the other list begins here")
                .help(differences.join("; ")),
            );
        }
    }
}
