//! How many groups there are, as it is stated.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{Amount, Diagnostic, GroupKind, Plan, Subject};

use crate::codes;

/// A number of groups that no kind of group has.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut kinds: BTreeMap<GroupKind, usize> = BTreeMap::new();
    for group in plan.groups.iter().filter(|group| !group.tasks.is_empty()) {
        *kinds.entry(group.kind).or_default() += 1;
    }
    if kinds.is_empty() {
        return;
    }
    for statement in &plan.statements {
        let (Subject::GroupCount, Some(amount)) = (statement.subject, statement.amount) else {
            continue;
        };
        // How many waves a phase has is said where the phase is.
        if statement.group.is_some() && !statement.or_whole {
            continue;
        }
        let fits = |count: usize| amount.admits(i128::from(Amount::count(count).low));
        if kinds.values().copied().any(fits) || fits(plan.groups.len()) {
            continue;
        }
        let counts: Vec<String> = kinds
            .iter()
            .map(|(kind, count)| format!("{count} × {kind:?}").to_lowercase())
            .collect();
        let mut warning = Diagnostic::warning(
            codes::GROUP_TOTAL,
            format!(
                "states {amount} groups; the documents hold {}",
                counts.join(", ")
            ),
        )
        .at(statement.location.clone())
        .help("correct the number, or the headings");
        for group in plan
            .groups
            .iter()
            .filter(|group| !group.tasks.is_empty())
            .take(12)
        {
            warning = warning.related(group.location.clone(), format!("{} is here", group.id));
        }
        found.push(warning);
    }
}
