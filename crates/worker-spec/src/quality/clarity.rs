//! Is the task named exactly?

use std::collections::HashSet;

use super::fact::Fact;
use super::rule::Judged;
use super::view::{FOREIGN_CRITERIA, View};

/// So many exact things tell a task whole.
const ENOUGH: u64 = 6;

pub(super) fn file(view: &View<'_>) -> Judged {
    let named = !view.spec.deliverables.is_empty();
    Judged::new(if named { 1000 } else { 0 }, "no file to deliver is named")
}

pub(super) fn what(view: &View<'_>) -> Judged {
    let known: HashSet<&str> = view.asked.iter().map(|fact| fact.text).collect();
    let message = match known.len() {
        0 => "nothing but a file is named exactly".to_owned(),
        1 => "only one exact name or value tells what to make".to_owned(),
        count => format!("only {count} exact names and values tell what to make"),
    };
    Judged::new(known.len() as u64 * 1000 / ENOUGH, message)
}

pub(super) fn criteria(view: &View<'_>) -> Judged {
    if view.criteria_are_foreign {
        return Judged::new(0, FOREIGN_CRITERIA);
    }
    let facts = view.criteria.iter().flat_map(|criterion| &criterion.facts);
    let exact: HashSet<&Fact<'_>> = facts.collect();
    let message = match exact.len() {
        0 => "no criterion names a value or an exact thing".to_owned(),
        1 => "all criteria together name only one exact thing".to_owned(),
        count => format!("all criteria together name only {count} exact things"),
    };
    Judged::new(exact.len() as u64 * 1000 / ENOUGH, message)
}

pub(super) fn example(view: &View<'_>) -> Judged {
    let shown = view
        .spec
        .notes
        .iter()
        .any(|fence| fence.text.lines().count() > 1);
    Judged::new(
        if shown { 1000 } else { 0 },
        "no code shows the form of the work",
    )
}
