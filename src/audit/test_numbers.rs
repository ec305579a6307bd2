//! How many tests there are: by the document, and by the numbers that worker specs give them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wavecrew_worker_spec::{Amount, Diagnostic, Plan, Statement, Subject, WorkerSpec};

use super::words::counted;
use crate::codes;

/// Fewer tests may be numbered in some specs only.
const LEAST_NUMBERED: usize = 20;
/// More numbers than any range of tests in earnest.
const LONGEST_RANGE: usize = 10_000;
/// Places that say the same and are named.
const MOST_AGAIN: usize = 12;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut files: BTreeMap<&Arc<str>, Vec<(&Statement, usize)>> = BTreeMap::new();
    for statement in &plan.statements {
        let count = statement.amount.and_then(|amount| amount.exact_count());
        if let (Subject::TestCount, None, Some(count)) =
            (statement.subject, &statement.group, count)
        {
            let stated = files.entry(&statement.location.file).or_default();
            stated.push((statement, count));
        }
    }
    in_groups(plan, found);
    let numbered = numbered(plan.tasks.iter().filter_map(|task| task.spec.as_deref()));
    for stated in files.values() {
        taken_for_tasks(plan, stated, found);
        in_specs(&numbered, stated, found);
    }
}

/// A number of tests that is the number of the tasks, where the document states another one: the two are mixed up.
fn taken_for_tasks(plan: &Plan, stated: &[(&Statement, usize)], found: &mut Vec<Diagnostic>) {
    let tasks = plan.tasks.len();
    let other = stated
        .iter()
        .filter(|(_, count)| *count > tasks)
        .max_by_key(|(_, count)| *count);
    let Some((other, count)) = other.filter(|_| tasks >= LEAST_NUMBERED) else {
        return;
    };
    for (statement, _) in stated.iter().filter(|(_, count)| *count == tasks) {
        found.push(
            Diagnostic::warning(
                codes::TEST_COUNT,
                format!(
                    "states {}, which is the number of tasks; elsewhere there are {count}",
                    counted(tasks, "test")
                ),
            )
            .at(statement.location.clone())
            .related(
                other.location.clone(),
                format!("{count} tests are stated here"),
            )
            .help(format!("write {count} tests, or {tasks} tasks")),
        );
    }
}

/// The numbers that specs give to their tests: "Tests 94-97: …" among what a spec delivers.
fn numbered<'s>(specs: impl Iterator<Item = &'s WorkerSpec>) -> BTreeSet<usize> {
    let mut numbers = BTreeSet::new();
    for item in specs.flat_map(|spec| &spec.deliverable_notes) {
        let text = item.text.trim_start_matches(['*', ' ']);
        let Some(rest) = text
            .strip_prefix("Tests ")
            .or_else(|| text.strip_prefix("Test "))
        else {
            continue;
        };
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '-' && c != '–')
            .unwrap_or(rest.len());
        let (first, last) = rest[..end]
            .split_once(['-', '–'])
            .unwrap_or((&rest[..end], &rest[..end]));
        if let (Ok(first), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>())
            && first <= last
            && last - first < LONGEST_RANGE
        {
            numbers.extend(first..=last);
        }
    }
    numbers
}

/// Numbers that a document gives to the tests of a group, none of which a spec of the group's tasks has.
fn in_groups(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for statement in &plan.statements {
        let (Subject::TestNumbers, Some(id), Some(amount)) =
            (statement.subject, &statement.group, statement.amount)
        else {
            continue;
        };
        let file = &statement.location.file;
        let listed: BTreeSet<&str> = plan
            .groups
            .iter()
            .filter(|group| group.id == *id)
            .flat_map(|group| &group.listed)
            .filter(|listing| listing.location.file == *file)
            .flat_map(|listing| listing.tasks.iter().map(String::as_str))
            .collect();
        let specs: Vec<&WorkerSpec> = listed
            .iter()
            .filter_map(|id| plan.task(id)?.spec.as_deref())
            .collect();
        let numbers = numbered(specs.iter().copied());
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
            continue;
        };
        let states = |number: &usize| amount.admits(i128::from(Amount::count(*number).low));
        if numbers.iter().any(states) {
            continue;
        }
        let mut warning = Diagnostic::warning(
            codes::CONTRADICTION,
            format!(
                "states the tests {} for {id}; the specs of its tasks number theirs from {first} to {last}",
                statement.value
            ),
        )
        .at(statement.location.clone())
        .help("give the numbers of the specs, or the group whose specs have these");
        for spec in specs.iter().take(1).chain(specs.iter().skip(1).last()) {
            warning = warning.related(
                spec.location.clone(),
                format!("the spec of {} is one of them", spec.id),
            );
        }
        found.push(warning);
    }
}

/// A number of tests up to which the specs number theirs, leaving some out.
fn in_specs(
    numbers: &BTreeSet<usize>,
    stated: &[(&Statement, usize)],
    found: &mut Vec<Diagnostic>,
) {
    let Some(last) = numbers.last().copied() else {
        return;
    };
    if numbers.len() < LEAST_NUMBERED || numbers.len() == last {
        return;
    }
    let mut of_all = stated.iter().filter(|(_, count)| *count == last);
    let Some((first, _)) = of_all.next() else {
        return;
    };
    let missing: Vec<usize> = (1..=last)
        .filter(|number| !numbers.contains(number))
        .collect();
    let (from, to) = (missing[0], missing[missing.len() - 1]);
    let mut warning = Diagnostic::warning(
        codes::TEST_COUNT,
        format!(
            "states {}; the specs number {} of them",
            Amount::count(last),
            numbers.len()
        ),
    )
    .at(first.location.clone())
    .help(format!(
        "no spec has {} from {from} to {to}",
        counted(missing.len(), "number")
    ));
    for (statement, _) in of_all.take(MOST_AGAIN) {
        warning = warning.related(statement.location.clone(), "stated again");
    }
    found.push(warning);
}
