//! Limits that the plan's own tasks and groups break.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_worker_spec::{Amount, Diagnostic, Plan, Statement, Subject};

use super::words::counted;
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for statement in plan
        .statements
        .iter()
        .filter(|statement| statement.group.is_none())
    {
        // What one document repeats is held against the plan once.
        let high = statement.amount.map(|amount| amount.high);
        if !told.insert((statement.subject, &statement.location.file, high)) {
            continue;
        }
        match (statement.subject, statement.amount) {
            (Subject::Timeout, Some(amount)) => timeout(plan, statement, &amount, found),
            (Subject::BatchSize, Some(amount)) => batch_size(plan, statement, &amount, found),
            _ => {}
        }
    }
}

/// A task that takes longer than it may.
fn timeout(plan: &Plan, statement: &Statement, amount: &Amount, found: &mut Vec<Diagnostic>) {
    let limit = amount.meant().1;
    let over: Vec<_> = plan
        .tasks
        .iter()
        .filter(|task| {
            let estimate = task.estimate.map_or(0, |estimate| estimate.as_secs());
            i128::from(estimate) * i128::from(Amount::ONE) > limit
        })
        .collect();
    let Some(first) = over.first() else {
        return;
    };
    let estimate = Amount::whole(
        wavecrew_worker_spec::Measure::Seconds,
        first.estimate.map_or(0, |estimate| estimate.as_secs()),
    );
    // The place that says how long each task takes, if it is not said of each.
    let each = plan.statements.iter().find(|other| {
        other.subject == Subject::TaskDuration && other.location.file == statement.location.file
    });
    let at = each.map_or(&first.location, |each| &each.location);
    found.push(
        Diagnostic::warning(
            codes::TIMEOUT,
            format!(
                "a task is stopped after {amount}; {} take longer, {} for one {estimate}",
                counted(over.len(), "task"),
                first.id
            ),
        )
        .at(statement.location.clone())
        .related(at.clone(), format!("{estimate} is stated here"))
        .help("give the tasks their time, or split them"),
    );
}

/// Groups that hold more tasks than a group may.
fn batch_size(plan: &Plan, statement: &Statement, amount: &Amount, found: &mut Vec<Diagnostic>) {
    let file = &statement.location.file;
    for group in plan.groups.iter().filter(|group| group.kind.is_at_once()) {
        let mut lines: BTreeMap<usize, (usize, &wavecrew_worker_spec::Location)> = BTreeMap::new();
        for listing in group
            .listed
            .iter()
            .filter(|listing| listing.location.file == *file)
        {
            let line = lines
                .entry(listing.location.line)
                .or_insert((0, &listing.location));
            line.0 += listing.tasks.len();
        }
        let listed: usize = lines.values().map(|(count, _)| count).sum();
        if i128::from(Amount::count(listed).low) <= amount.meant().1 {
            continue;
        }
        let mut warning = Diagnostic::warning(
            codes::GROUP_SIZE,
            format!(
                "{} lists {listed} tasks; a group may have {amount}",
                group.id
            ),
        )
        .at(group_place(group, file))
        .related(
            statement.location.clone(),
            format!("{amount} is stated here"),
        )
        .help("move tasks to another group, or raise the limit");
        for (count, at) in lines.into_values().take(12) {
            warning = warning.related(at.clone(), format!("{} here", counted(count, "task")));
        }
        found.push(warning);
    }
}

/// Where a document speaks of a group.
fn group_place(group: &wavecrew_worker_spec::Group, file: &str) -> wavecrew_worker_spec::Location {
    if *group.location.file == *file {
        return group.location.clone();
    }
    let listing = group
        .listed
        .iter()
        .find(|listing| *listing.location.file == *file);
    listing.map_or_else(
        || group.location.clone(),
        |listing| listing.location.clone(),
    )
}
