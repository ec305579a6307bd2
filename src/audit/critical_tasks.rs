//! Tasks that are said to be on the critical path.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{Diagnostic, Plan, Statement, Subject};

use super::group_days::window_of;
use super::readings::{Readings, chain_text, shown};
use crate::codes;

/// One diagnostic for every task that has time to spare by each way of reading the plan.
pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if !readings.is_timed() || !readings.all_estimated || !readings.is_ordered {
        return;
    }
    let mut overlap = None;
    for statement in &plan.statements {
        if statement.subject != Subject::Critical {
            continue;
        }
        let Some(task) = named(plan, statement).and_then(|id| plan.task(id)) else {
            continue;
        };
        // The last of groups that wait for each other ends with the plan; windows that overlap say that they do not.
        let overlap = *overlap.get_or_insert_with(|| windows_overlap(plan));
        let may_be = readings
            .all
            .iter()
            .filter(|reading| !(reading.barriers && overlap))
            .any(|reading| reading.critical.contains(&task.id));
        if may_be {
            continue;
        }
        let longest = &readings.all[0];
        found.push(
            Diagnostic::warning(
                codes::NOT_CRITICAL,
                format!(
                    "{} is said to be on the critical path; it may end later without delaying the end",
                    task.id
                ),
            )
            .at(statement.location.clone())
            .related(task.location.clone(), "the task is stated here")
            .help(format!(
                "the critical path is {} = {}",
                chain_text(&longest.chain),
                shown(longest.length)
            )),
        );
    }
}

/// The task that a statement is about: the one that it names, or the only one of its group.
fn named<'p>(plan: &'p Plan, statement: &'p Statement) -> Option<&'p str> {
    if let [id] = statement.tasks.as_slice() {
        return Some(id);
    }
    let id = statement.group.as_ref()?;
    let of_group = statement.value == "critical path" && !statement.or_whole;
    let group = plan.groups.iter().find(|group| group.id == *id)?;
    match group.tasks.as_slice() {
        [only] if of_group => Some(only),
        _ => None,
    }
}

/// Whether one group's window begins before that of another one ends, which begins before it.
fn windows_overlap(plan: &Plan) -> bool {
    let mut windows: BTreeMap<(&str, &str), Vec<(i64, i64)>> = BTreeMap::new();
    for statement in &plan.statements {
        if let (Subject::Window, Some(_)) = (statement.subject, &statement.group)
            && let Some((unit, from, to)) = window_of(&statement.value)
        {
            let file = &*statement.location.file;
            windows.entry((file, unit)).or_default().push((from, to));
        }
    }
    windows.into_values().any(|mut windows| {
        windows.sort_unstable();
        windows
            .windows(2)
            .any(|pair| pair[0].0 < pair[1].0 && pair[1].0 < pair[0].1)
    })
}
