//! Statements that contradict each other, in one document or in several.

use std::collections::BTreeMap;
use std::sync::Arc;

use wavecrew_worker_spec::{
    Amount, Diagnostic, Measure, Plan, Precision, Saving, Statement, Subject,
};

use crate::codes;

/// A statement and the amount by the digits that it shows.
type Said<'p> = (&'p Statement, Amount);

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut about: BTreeMap<(Subject, Option<&str>), Vec<Said<'_>>> = BTreeMap::new();
    // What may be about a group or about the whole contradicts neither of them for certain.
    for statement in &plan.statements {
        if let Some(amount) = statement.amount
            && noun(statement.subject).is_some()
            && !statement.or_whole
            && !is_bound_of_some(statement)
        {
            let key = (statement.subject, statement.group.as_deref());
            about
                .entry(key)
                .or_default()
                .push((statement, amount.as_digits()));
        }
    }
    for ((subject, group), statements) in about {
        let savings: &[Saving] = match (subject, group) {
            (Subject::TotalDuration, None) => &plan.figures.savings,
            _ => &[],
        };
        within(subject, group, &statements, savings, found);
        between(subject, group, &statements, found);
    }
}

/// What tasks of one model may take: those of another one may take something else.
fn is_bound_of_some(statement: &Statement) -> bool {
    let is_bound =
        |amount: Amount| matches!(amount.precision, Precision::Below | Precision::AtMost);
    statement.subject == Subject::TaskTokens
        && statement.case.is_some()
        && statement.amount.is_some_and(is_bound)
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
        Subject::FirstTry => "share of tasks that pass at the first try",
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
    savings: &[Saving],
    found: &mut Vec<Diagnostic>,
) {
    if !is_single(subject) {
        return;
    }
    let mut files: BTreeMap<&Arc<str>, Stated<'_>> = BTreeMap::new();
    for said in statements {
        files.entry(&said.0.location.file).or_default().add(*said);
    }
    for stated in files.values() {
        stated.report(subject, group, savings, found);
    }
}

/// What one document states about one subject.
#[derive(Default)]
struct Stated<'p> {
    /// The different amounts that are meant to hold as such, each with all statements of it.
    values: Vec<Vec<Said<'p>>>,
    /// Those that are meant to hold in a case.
    cases: Vec<Said<'p>>,
}

impl<'p> Stated<'p> {
    fn add(&mut self, said: Said<'p>) {
        if said.0.case.is_some() {
            self.cases.push(said);
            return;
        }
        let known = self
            .values
            .iter_mut()
            .find(|value| value.iter().any(|(_, other)| other.agrees_with(&said.1)));
        match known {
            Some(value) => value.push(said),
            None => self.values.push(vec![said]),
        }
    }

    /// One diagnostic for every amount but the first; the first too, when it is less than in the best case.
    fn report(
        &self,
        subject: Subject,
        group: Option<&str>,
        savings: &[Saving],
        found: &mut Vec<Diagnostic>,
    ) {
        let Some((first, others)) = self.values.split_first() else {
            return;
        };
        for other in others {
            let mut warning = contradiction(
                subject,
                group,
                (other[0].0, &other[0].1),
                (first[0].0, &first[0].1),
            );
            let again = other[1..].iter().chain(&first[1..]).take(MOST_AGAIN);
            for (statement, amount) in again {
                warning = warning.related(statement.location.clone(), format!("{amount} again"));
            }
            // "98 % less (75 h → 1.5 h)" repeats what it becomes.
            let repeat = |saving: &&Saving| {
                saving.location.file == other[0].0.location.file
                    && saving.after.measure == Measure::Seconds
                    && [&other[0].1, &first[0].1]
                        .iter()
                        .any(|amount| amount.agrees_with(&saving.after))
            };
            for saving in savings.iter().filter(repeat).take(MOST_AGAIN) {
                warning =
                    warning.related(saving.location.clone(), format!("{} again", saving.after));
            }
            found.push(warning);
        }
        let least = self.cases.iter().min_by_key(|(_, amount)| amount.low);
        if let Some((case, amount)) = least
            && subject == Subject::TotalDuration
            && self.cases.len() > 1
            && is_less(&first[0].1, amount)
        {
            found.push(contradiction(
                subject,
                group,
                (first[0].0, &first[0].1),
                (case, amount),
            ));
        }
    }
}

/// Whether one amount is less than another one. Days are ranges of hours, but of two numbers of days one is less.
fn is_less(one: &Amount, other: &Amount) -> bool {
    let is_days = |amount: &Amount| {
        amount.measure == Measure::Seconds
            && amount.low > 0
            && amount.low.checked_mul(3) == Some(amount.high)
    };
    let days = is_days(one) && is_days(other) && one.low < other.low;
    days || one.meant().1 < other.meant().0
}

/// Places that repeat an amount and are named.
const MOST_AGAIN: usize = 8;

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
