//! Can success be told from failure?

use super::rule::Judged;
use super::view::{Test, View};

/// So many comparisons tell right from wrong.
const ENOUGH_CHECKS: u64 = 4;
/// So many criteria that state results are enough, if all do.
const ENOUGH_CRITERIA: u64 = 3;

pub(super) fn can_fail(view: &View<'_>) -> Judged {
    let mean = mean(view, |test| test.worth);
    let message = match view.tests.len() {
        0 => "there is no test command",
        _ if mean == 0 => "no test command can fail because of the work",
        _ => "some test commands say little or nothing about the work",
    };
    Judged::new(mean, message).at(places(view, |test| test.worth < 1000))
}

pub(super) fn aim(view: &View<'_>) -> Judged {
    let mean = mean(view, |test| test.worth.min(test.aim));
    let message = match mean {
        0 => "no test command depends on the work",
        _ => "some test commands name nothing that is delivered",
    };
    Judged::new(mean, message).at(places(view, |test| test.worth.min(test.aim) < 1000))
}

pub(super) fn check(view: &View<'_>) -> Judged {
    let sound = view
        .tests
        .iter()
        .filter(|test| test.worth > 0 && test.aim > 0);
    let checks: u64 = sound
        .map(|test| test.checks * test.worth.min(test.aim))
        .sum();
    Judged::new(
        checks / ENOUGH_CHECKS,
        "the test commands compare little or nothing",
    )
}

pub(super) fn criteria(view: &View<'_>) -> Judged {
    let count = view.criteria.len() as u64;
    let vague: Vec<_> = view
        .criteria
        .iter()
        .filter(|criterion| criterion.facts.is_empty())
        .collect();
    let exact = count - vague.len() as u64;
    let message = match (count, exact) {
        (0, _) => "there is no success criterion",
        (_, 0) => "no criterion names a value",
        _ => "some criteria state no result",
    };
    Judged::new(exact * 1000 / count.max(ENOUGH_CRITERIA), message).at(vague
        .iter()
        .map(|criterion| criterion.item.location.clone()))
}

fn mean(view: &View<'_>, of: impl Fn(&Test<'_>) -> u64) -> u64 {
    let sum: u64 = view.tests.iter().map(of).sum();
    sum.checked_div(view.tests.len() as u64).unwrap_or(0)
}

fn places(view: &View<'_>, wrong: impl Fn(&Test<'_>) -> bool) -> Vec<crate::Location> {
    let tests = view.tests.iter().filter(|test| wrong(test));
    tests.map(|test| test.location.clone()).collect()
}
