//! Statements that contradict each other, in one document or in several.

use std::collections::BTreeMap;
use std::sync::Arc;

use wavecrew_worker_spec::{Amount, Diagnostic, Plan, Statement, Subject};

use crate::codes;

/// A statement and the amount by the digits that it shows.
type Said<'p> = (&'p Statement, Amount);

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut about: BTreeMap<(Subject, Option<&str>), Vec<Said<'_>>> = BTreeMap::new();
    for statement in &plan.statements {
        if let Some(amount) = statement.amount
            && noun(statement.subject).is_some()
        {
            let key = (statement.subject, statement.group.as_deref());
            about
                .entry(key)
                .or_default()
                .push((statement, amount.as_digits()));
        }
    }
    for ((subject, group), statements) in about {
        within(subject, group, &statements, found);
        between(subject, group, &statements, found);
    }
}

/// What a subject is called; nothing for those of which a plan may state several.
fn noun(subject: Subject) -> Option<&'static str> {
    Some(match subject {
        Subject::TaskCount => "number of tasks",
        Subject::GroupCount => "number of groups",
        Subject::CriticalPath => "length of the critical path",
        Subject::TotalDuration => "time from start to end",
        Subject::Work => "work one after another",
        Subject::Cost => "cost",
        Subject::BatchSize => "size of a group",
        Subject::TaskDuration => "time of a task",
        Subject::Timeout => "timeout of a task",
        Subject::Retries => "number of retries",
        Subject::TaskTokens => "tokens of a task",
        Subject::TaskCost => "cost of a task",
        _ => return None,
    })
}

/// Of what one document can state two only by mistake.
fn is_single(subject: Subject) -> bool {
    matches!(
        subject,
        Subject::CriticalPath | Subject::TotalDuration | Subject::Work | Subject::Timeout
    )
}

fn within(
    subject: Subject,
    group: Option<&str>,
    statements: &[Said<'_>],
    found: &mut Vec<Diagnostic>,
) {
    if !is_single(subject) {
        return;
    }
    let mut known: BTreeMap<&Arc<str>, Vec<Said<'_>>> = BTreeMap::new();
    for (statement, amount) in statements {
        if statement.case.is_some() {
            continue;
        }
        let values = known.entry(&statement.location.file).or_default();
        if values.iter().any(|(_, other)| other.agrees_with(amount)) {
            continue;
        }
        if let Some((first, other)) = values.first() {
            found.push(contradiction(
                subject,
                group,
                (statement, amount),
                (first, other),
            ));
        }
        values.push((statement, *amount));
    }
}

/// Two documents of which no statement agrees with one of the other.
fn between(
    subject: Subject,
    group: Option<&str>,
    statements: &[Said<'_>],
    found: &mut Vec<Diagnostic>,
) {
    let mut files: Vec<(&Arc<str>, Vec<Said<'_>>)> = Vec::new();
    for &(statement, amount) in statements {
        match files
            .iter_mut()
            .find(|(file, _)| *file == &statement.location.file)
        {
            Some((_, values)) => values.push((statement, amount)),
            None => files.push((&statement.location.file, vec![(statement, amount)])),
        }
    }
    let Some(((_, first), others)) = files.split_first() else {
        return;
    };
    for (_, other) in others {
        let agree = first
            .iter()
            .any(|(_, one)| other.iter().any(|(_, two)| one.agrees_with(two)));
        if !agree {
            let (one, two) = (&first[0], &other[0]);
            found.push(contradiction(
                subject,
                group,
                (two.0, &two.1),
                (one.0, &one.1),
            ));
        }
    }
}

fn contradiction(
    subject: Subject,
    group: Option<&str>,
    (later, stated): (&Statement, &Amount),
    (first, before): (&Statement, &Amount),
) -> Diagnostic {
    let noun = noun(subject).unwrap_or("amount");
    let of = group
        .map(|group| format!(" of {group}"))
        .unwrap_or_default();
    Diagnostic::warning(
        codes::CONTRADICTION,
        format!(
            "states {stated} as the {noun}{of}; {} states {before}",
            first.location
        ),
    )
    .at(later.location.clone())
    .related(first.location.clone(), format!("{before} is stated here"))
    .help("state it once, or the same in both places")
}
