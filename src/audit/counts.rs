//! How many tasks and groups there are, as it is stated.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_worker_spec::{
    Amount, Diagnostic, Group, GroupKind, Listing, Location, Plan, Statement, Status, Subject,
};

use super::words::{counted, named};
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for group in &plan.groups {
        of_group(plan, group, found);
    }
    of_plan(plan, found);
    of_groups(plan, found);
    gaps(plan, found);
}

/// A group that states another number of tasks than it lists, by document.
fn of_group(plan: &Plan, group: &Group, found: &mut Vec<Diagnostic>) {
    let stated = plan.statements.iter().filter(|statement| {
        statement.subject == Subject::TaskCount && statement.group.as_deref() == Some(&group.id)
    });
    let mut told = false;
    for statement in stated {
        told = true;
        if let Some(amount) = statement.amount {
            hold(group, &amount, &statement.location, found);
        }
    }
    if let (Some(count), false) = (group.stated_tasks, told) {
        hold(group, &Amount::count(count), &group.location, found);
    }
}

fn hold(group: &Group, amount: &Amount, at: &Location, found: &mut Vec<Diagnostic>) {
    let here: Vec<&Listing> = group
        .listed
        .iter()
        .filter(|listing| listing.location.file == at.file)
        .collect();
    let mentions: usize = here.iter().map(|listing| listing.tasks.len()).sum();
    let distinct: BTreeSet<&str> = here
        .iter()
        .flat_map(|listing| listing.tasks.iter().map(String::as_str))
        .collect();
    // A group that this document does not list is listed elsewhere.
    let listed = if here.is_empty() {
        group.tasks.len()
    } else {
        distinct.len()
    };
    let is_right = [listed, mentions.max(listed)]
        .iter()
        .any(|count| amount.admits(i128::from(Amount::count(*count).low)));
    if is_right {
        return;
    }
    let mut warning = Diagnostic::warning(
        codes::GROUP_COUNT,
        format!("{} states {amount} tasks and lists {listed}", title(group)),
    )
    .at(at.clone())
    .help(help(&here, listed));
    for listing in lines(&here) {
        warning = warning.related(listing.0, format!("{} here", counted(listing.1, "task")));
    }
    found.push(warning);
}

/// `18 + 6 + 6 = 30: correct the number, or the list`.
fn help(here: &[&Listing], listed: usize) -> String {
    let lines = lines(here);
    let sum: usize = lines.iter().map(|(_, count)| count).sum();
    if lines.len() < 2 || lines.len() > 12 || sum != listed {
        return "correct the number, or the list".to_owned();
    }
    let parts: Vec<String> = lines.iter().map(|(_, count)| count.to_string()).collect();
    format!(
        "{} = {sum}: correct the number, or the list",
        parts.join(" + ")
    )
}

/// The lines that list tasks with the number of tasks on each.
fn lines(here: &[&Listing]) -> Vec<(Location, usize)> {
    let mut lines: Vec<(Location, usize)> = Vec::new();
    for listing in here {
        match lines.last_mut() {
            Some(last) if last.0.line == listing.location.line => last.1 += listing.tasks.len(),
            _ => lines.push((listing.location.clone(), listing.tasks.len())),
        }
    }
    lines
}

fn title(group: &Group) -> &str {
    if group.title.is_empty() {
        &group.id
    } else {
        &group.title
    }
}

/// A total that is none of the numbers that a reader could mean.
fn of_plan(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let pending = |status| !matches!(status, Status::Done | Status::Deferred);
    let all = plan.tasks.len();
    let open = plan
        .tasks
        .iter()
        .filter(|task| pending(task.status))
        .count();
    let in_groups: BTreeSet<&str> = plan
        .groups
        .iter()
        .flat_map(|group| group.tasks.iter().map(String::as_str))
        .collect();
    let mentions: usize = plan
        .groups
        .iter()
        .flat_map(|group| &group.listed)
        .map(|listing| listing.tasks.len())
        .sum();
    let mut right = vec![all, open, in_groups.len()];
    right.extend(
        plan.tasks
            .iter()
            .filter(|task| task.status == Status::Deferred)
            .count()
            .checked_sub(1)
            .map(|_| all - open),
    );
    let tables = &plan.figures.tables;
    for statement in &plan.statements {
        let (Subject::TaskCount, None, Some(amount)) =
            (statement.subject, &statement.group, statement.amount)
        else {
            continue;
        };
        // An inventory that a table breaks down is held against that table.
        let broken_down = tables.iter().any(|table| {
            let stated = table
                .stated
                .as_ref()
                .is_some_and(|(_, at)| *at == statement.location);
            stated
                || table.rows.iter().any(|row| {
                    row.location.line == statement.location.line
                        && row.location.file == statement.location.file
                })
        });
        let here: BTreeSet<&str> = tasks_of_file(plan, statement);
        let is_right = right
            .iter()
            .chain([&here.len()])
            .any(|count| amount.admits(i128::from(Amount::count(*count).low)));
        if is_right || broken_down || here.is_empty() {
            continue;
        }
        let listed = here.len();
        let twice = if mentions > all {
            format!("; the groups mention {mentions}, some of them twice")
        } else {
            String::new()
        };
        found.push(
            Diagnostic::warning(
                codes::TASK_COUNT,
                format!("states {amount} tasks in all; the document holds {listed}{twice}"),
            )
            .at(statement.location.clone())
            .help("correct the number, or the lists"),
        );
    }
}

/// The tasks that the document of a statement lists or defines.
fn tasks_of_file<'p>(plan: &'p Plan, statement: &Statement) -> BTreeSet<&'p str> {
    let file = &statement.location.file;
    let listed = plan
        .groups
        .iter()
        .flat_map(|group| &group.listed)
        .filter(|listing| listing.location.file == *file);
    let mut tasks: BTreeSet<&str> = listed
        .flat_map(|listing| listing.tasks.iter().map(String::as_str))
        .collect();
    tasks.extend(
        plan.tasks
            .iter()
            .filter(|task| task.location.file == *file)
            .map(|task| task.id.as_str()),
    );
    tasks
}

/// A number of groups that no kind of group has.
fn of_groups(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut kinds: BTreeMap<GroupKind, usize> = BTreeMap::new();
    for group in plan.groups.iter().filter(|group| !group.tasks.is_empty()) {
        *kinds.entry(group.kind).or_default() += 1;
    }
    if kinds.is_empty() {
        return;
    }
    for statement in &plan.statements {
        let (Subject::GroupCount, None, Some(amount)) =
            (statement.subject, &statement.group, statement.amount)
        else {
            continue;
        };
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

/// Series with fewer tasks may have gaps on purpose.
const LONG_SERIES: usize = 20;

/// One or two ids that a long series leaves out.
fn gaps(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut series: BTreeMap<(&str, usize), BTreeMap<u32, &Location>> = BTreeMap::new();
    for task in &plan.tasks {
        let digits = task.id.len() - task.id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (head, number) = task.id.split_at(task.id.len() - digits);
        if let (Ok(number), false) = (number.parse(), head.is_empty()) {
            series
                .entry((head, digits))
                .or_default()
                .insert(number, &task.location);
        }
    }
    for ((head, width), numbers) in series {
        let (Some((&first, _)), Some((&last, _))) =
            (numbers.first_key_value(), numbers.last_key_value())
        else {
            continue;
        };
        let span = (last - first) as usize + 1;
        if numbers.len() < LONG_SERIES || span - numbers.len() > 2 {
            continue;
        }
        let missing: Vec<String> = (first..=last)
            .filter(|number| !numbers.contains_key(number))
            .map(|number| format!("{head}{number:0width$}"))
            .collect();
        let Some(gap) = missing.first() else {
            continue;
        };
        let before = numbers
            .range(..)
            .take_while(|(number, _)| format!("{head}{number:0width$}") < *gap)
            .last();
        let mut note = Diagnostic::note(
            codes::MISSING_ID,
            format!(
                "{} missing from {head}{first:0width$} to {head}{last:0width$}",
                named(missing.iter().map(String::as_str))
            ),
        )
        .help("add the task, or leave the gap when it is meant");
        if let Some((_, at)) = before {
            note = note.at((*at).clone());
        }
        found.push(note);
    }
}
