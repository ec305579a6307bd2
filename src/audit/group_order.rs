//! Dependencies inside a group whose tasks run at once, and on a later group.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{Diagnostic, EdgeKind, Group, GroupKind, Plan};

use crate::codes;

/// Where a task is, in each kind of group.
type Places<'p> = BTreeMap<(&'p str, GroupKind), Vec<(usize, &'p Group)>>;

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
    let kinds: Vec<GroupKind> = {
        let mut kinds: Vec<_> = plan.groups.iter().map(|group| group.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    for edge in plan.edges.iter().filter(|edge| edge.kind == EdgeKind::Hard) {
        for &kind in &kinds {
            let froms = places.get(&(edge.from.as_str(), kind));
            let tos = places.get(&(edge.to.as_str(), kind));
            let (Some(froms), Some(tos)) = (froms, tos) else {
                continue;
            };
            // A task that two groups list runs in the one that makes the edge right, if there is one.
            let (Some(&(from_place, from_group)), Some(&(to_place, to_group))) = (
                froms.iter().min_by_key(|(place, _)| place),
                tos.iter().max_by_key(|(place, _)| place),
            ) else {
                continue;
            };
            if from_place < to_place {
                continue;
            }
            let (from, to) = (&edge.from, &edge.to);
            let what = if from_place == to_place {
                format!(
                    "{to} waits for {from} in the same group ({})",
                    from_group.id
                )
            } else {
                format!(
                    "{to} waits for {from}, which is in a later group ({})",
                    from_group.id
                )
            };
            let mut warning = Diagnostic::warning(codes::GROUP_ORDER, what)
                .related(to_group.location.clone(), format!("{to} is in this group"))
                .help("groups are a view: wavecrew orders by dependencies, and a group does not run at once");
            if from_place != to_place {
                warning = warning.related(
                    from_group.location.clone(),
                    format!("{from} is in this group"),
                );
            }
            if let Some(location) = edge.locations.first() {
                warning = warning.at(location.clone());
            }
            found.push(warning);
        }
    }
}
