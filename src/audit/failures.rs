//! What is done when something fails, where it is said in different ways.

use wavecrew_worker_spec::{Diagnostic, Plan, Statement, Subject};

use crate::codes;

/// Places that say the same and are named.
const MOST_AGAIN: usize = 8;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let of = |subject: Subject| {
        let all = plan.statements.iter();
        all.filter(move |statement| statement.subject == subject && statement.group.is_none())
    };
    let on_failure: Vec<&Statement> = of(Subject::OnTestFailure).collect();
    on_test_failure(&on_failure, found);
    let fallbacks: Vec<&Statement> = of(Subject::Fallback).collect();
    refused(&fallbacks, found);
}

/// "Go on" in one place, and "try again" or "stop" in another one. To stop when trying again has not helped is both.
fn on_test_failure(stated: &[&Statement], found: &mut Vec<Diagnostic>) {
    let goes_on = |statement: &&&Statement| statement.value == "go on";
    let Some(other) = stated.iter().find(|statement| statement.value != "go on") else {
        return;
    };
    let mut all = stated.iter().filter(goes_on);
    let Some(first) = all.next() else {
        return;
    };
    let mut warning = Diagnostic::warning(
        codes::CONTRADICTION,
        format!(
            "says to go on when a test fails; {} says to {}",
            other.location, other.value
        ),
    )
    .at(first.location.clone())
    .related(
        other.location.clone(),
        format!("to {} is stated here", other.value),
    )
    .help("say it once, or the same in all places");
    for again in all.take(MOST_AGAIN) {
        warning = warning.related(again.location.clone(), "to go on, again");
    }
    found.push(warning);
}

/// A chain of fallbacks with a name in it of which another place says that it is none.
fn refused(stated: &[&Statement], found: &mut Vec<Diagnostic>) {
    let refusals = stated
        .iter()
        .filter_map(|statement| Some((statement, statement.value.strip_prefix("not ")?)));
    for (refusal, name) in refusals.take(MOST_AGAIN) {
        let falls_back = |statement: &&&Statement| {
            let mut names = statement.value.split(" → ");
            names.any(|other| other.eq_ignore_ascii_case(name))
        };
        let mut chains = stated.iter().filter(falls_back);
        let Some(first) = chains.next() else {
            continue;
        };
        let mut warning = Diagnostic::warning(
            codes::CONTRADICTION,
            format!(
                "falls back to {name}; {} says that nothing does",
                refusal.location
            ),
        )
        .at(first.location.clone())
        .related(
            refusal.location.clone(),
            format!("{name} is ruled out here"),
        )
        .help("take it out of the chain, or out of what is ruled out");
        for again in chains.take(MOST_AGAIN) {
            warning = warning.related(again.location.clone(), format!("{name} again"));
        }
        found.push(warning);
    }
}
