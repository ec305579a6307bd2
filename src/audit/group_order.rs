//! Dependencies inside a group whose tasks run at once, and on a later group.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_worker_spec::{Diagnostic, Edge, EdgeKind, Group, GroupKind, Location, Plan};

use super::words::{counted, named};
use crate::codes;

/// Where a task is, in each kind of group.
type Places<'p> = BTreeMap<(&'p str, GroupKind), Vec<(usize, &'p Group)>>;

const HELP: &str =
    "groups are a view: wavecrew orders by dependencies, and a group does not run at once";

/// Tasks of a wave or a batch are meant to run at once, and after those of the groups before it; tasks of a phase
/// have an order of their own, but no later phase comes before an earlier one.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut places = Places::new();
    let in_order = plan.groups.iter().filter(|group| group.kind.is_at_once());
    for (place, group) in in_order.enumerate() {
        for task in &group.tasks {
            places
                .entry((task, group.kind))
                .or_default()
                .push((place, group));
        }
    }
    inside_of_claims(plan, found);
    if places.is_empty() {
        return;
    }
    let kinds: BTreeSet<GroupKind> = plan.groups.iter().map(|group| group.kind).collect();
    let kinds: Vec<GroupKind> = kinds.into_iter().filter(|kind| kind.is_at_once()).collect();
    for edge in plan.edges.iter().filter(|edge| edge.kind == EdgeKind::Hard) {
        for broken in kinds
            .iter()
            .filter_map(|kind| Broken::find(&places, *kind, edge))
        {
            found.push(broken.report(edge));
        }
    }
    of_groups(plan, &places, &kinds, found);
}

/// Dependencies inside a phase or another group whose title says that all its tasks begin at once.
fn inside_of_claims(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for group in &plan.groups {
        if group.kind.is_at_once() || !claims_at_once(&group.title) {
            continue;
        }
        let members: BTreeSet<&str> = group.tasks.iter().map(String::as_str).collect();
        let hard = plan.edges.iter().filter(|edge| edge.kind == EdgeKind::Hard);
        for edge in hard {
            if members.contains(&*edge.from) && members.contains(&*edge.to) {
                let (from, to) = (group, group);
                found.push(Broken { from, to }.report(edge));
            }
        }
    }
}

/// Whether a remark at the end of a title says nothing but that all tasks begin at once: `Capture (start at once)`.
/// "(parallel)" alone may be said of the group beside other groups.
fn claims_at_once(title: &str) -> bool {
    const FILLING: [&str; 12] = [
        "agents", "can", "execute", "launch", "of", "run", "runs", "start", "starts", "tasks",
        "them", "workers",
    ];
    let remark = title
        .trim_end()
        .strip_suffix([')', ']'])
        .and_then(|inner| Some(&inner[inner.rfind(['(', '['])? + 1..]));
    let Some(remark) = remark else {
        return false;
    };
    let lower = remark.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let telling: Vec<&str> = words
        .filter(|word| !word.is_empty() && !FILLING.contains(word))
        .collect();
    matches!(
        telling.as_slice(),
        ["at", "once"]
            | ["all", "at", "once"]
            | ["all", "together"]
            | ["all", "simultaneously"]
            | ["all", "parallel"]
            | ["all", "in", "parallel"]
            | ["fully", "parallel"]
    )
}

/// An edge that the groups of one kind do not keep.
struct Broken<'p> {
    /// The group of the task that must finish first.
    from: &'p Group,
    /// The group of the one that waits.
    to: &'p Group,
}

impl<'p> Broken<'p> {
    fn find(places: &Places<'p>, kind: GroupKind, edge: &Edge) -> Option<Broken<'p>> {
        // A task that two groups list runs in the one that makes the edge right, if there is one.
        let (from_place, from) = places
            .get(&(edge.from.as_str(), kind))?
            .iter()
            .min_by_key(|(place, _)| place)?;
        let (to_place, to) = places
            .get(&(edge.to.as_str(), kind))?
            .iter()
            .max_by_key(|(place, _)| place)?;
        (from_place >= to_place).then_some(Broken { from, to })
    }

    fn is_inside(&self) -> bool {
        self.from.id == self.to.id
    }

    fn report(&self, edge: &Edge) -> Diagnostic {
        let (from, to) = (&edge.from, &edge.to);
        let what = if self.is_inside() {
            format!("{to} waits for {from} in the same group ({})", self.from.id)
        } else {
            format!(
                "{to} waits for {from}, which is in a later group ({})",
                self.from.id
            )
        };
        let mut warning = Diagnostic::warning(codes::GROUP_ORDER, what)
            .related(self.to.location.clone(), format!("{to} is in this group"))
            .help(HELP);
        if !self.is_inside() {
            warning = warning.related(
                self.from.location.clone(),
                format!("{from} is in this group"),
            );
        }
        match edge.locations.first() {
            Some(location) => warning.at(location.clone()),
            None => warning,
        }
    }
}

/// What one place that lists tasks of a group breaks: who waits, for whom, and where one of them says so.
#[derive(Default)]
struct Waiting<'e> {
    who: BTreeSet<&'e str>,
    whom: BTreeSet<&'e str>,
    stated: Option<&'e Location>,
}

/// Dependencies on whole groups: one diagnostic for every place that lists tasks of a group.
fn of_groups(plan: &Plan, places: &Places<'_>, kinds: &[GroupKind], found: &mut Vec<Diagnostic>) {
    let edges = plan.group_edges();
    let mut listed: BTreeMap<(&str, &str), &Location> = BTreeMap::new();
    for group in plan.groups.iter().filter(|group| group.kind.is_at_once()) {
        for listing in &group.listed {
            for task in &listing.tasks {
                listed.entry((&group.id, task)).or_insert(&listing.location);
            }
        }
    }
    let mut waiting: BTreeMap<(usize, usize, &str, &str), Waiting<'_>> = BTreeMap::new();
    let order: BTreeMap<&str, usize> = plan
        .groups
        .iter()
        .enumerate()
        .map(|(at, group)| (group.id.as_str(), at))
        .collect();
    let mut at: BTreeMap<(&str, usize), &Location> = BTreeMap::new();
    for edge in &edges {
        for broken in kinds
            .iter()
            .filter_map(|kind| Broken::find(places, *kind, edge))
        {
            let Some(place) = listed.get(&(broken.to.id.as_str(), edge.to.as_str())) else {
                continue;
            };
            at.insert((&place.file, place.line), place);
            let key = (
                order[broken.to.id.as_str()],
                place.line,
                broken.from.id.as_str(),
                &*place.file,
            );
            let waits = waiting.entry(key).or_default();
            waits.who.insert(&edge.to);
            waits.whom.insert(&edge.from);
            waits.stated = waits.stated.or(edge.locations.first());
        }
    }
    for ((to, line, from, file), waits) in waiting {
        let group = &plan.groups[to];
        let place = at[&(file, line)];
        let whom = named(waits.whom.iter().copied());
        let who = counted(waits.who.len(), "task");
        let verb = if waits.who.len() == 1 {
            "waits"
        } else {
            "wait"
        };
        let what = if from == group.id {
            format!(
                "{who} here {verb} for whole groups whose tasks are in the same group ({from}): {whom}"
            )
        } else {
            format!(
                "{who} here {verb} for whole groups whose tasks are in a later group ({from}): {whom}"
            )
        };
        let mut warning = Diagnostic::warning(codes::GROUP_ORDER, what)
            .at(place.clone())
            .help(HELP);
        let mut first = waits
            .whom
            .iter()
            .filter_map(|task| listed.get(&(from, *task)));
        if let Some(first) = first.next() {
            warning = warning.related((*first).clone(), "the first of them is listed here");
        }
        if let Some(stated) = waits.stated {
            warning = warning.related(stated.clone(), "the dependency is stated here");
        }
        found.push(warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_claim_that_all_begins_at_once() {
        for title in [
            "Capture (start at once)",
            "Phase 1: Base [all tasks run in parallel]",
            "Base (All agents start simultaneously)",
        ] {
            assert!(claims_at_once(title), "{title}");
        }
        for title in [
            "Capture",
            "Start at once",
            "Base (parallel)",
            "Base (parallel with phase 2)",
            "Base (not all at once)",
            "Read it all at once (streaming)",
        ] {
            assert!(!claims_at_once(title), "{title}");
        }
    }
}
