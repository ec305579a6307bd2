//! Can success be told from failure?

use super::rule::Judged;
use super::view::{Aim, FOREIGN_CRITERIA, Test, View};

/// So many comparisons tell right from wrong.
const ENOUGH_CHECKS: u64 = 4;
/// So many criteria that state results are enough, if all do.
const ENOUGH_CRITERIA: u64 = 3;

pub(super) fn can_fail(view: &View<'_>) -> Judged {
    let share = mean(view.tests.iter().map(Test::strength));
    let message = match view.tests.len() {
        0 => "there is no test command",
        _ if share == 0 => "no test command can fail because of the work",
        _ => "some test commands say little or nothing about the work",
    };
    Judged::new(share, message).at(places(view, |test| test.strength() < 1000))
}

pub(super) fn aim(view: &View<'_>) -> Judged {
    let all = mean(view.tests.iter().map(Test::soundness));
    // A test of the whole project beside tests of the work is no fault.
    let narrow = view.tests.iter().filter(|test| test.aim != Aim::Project);
    let share = all.max(mean(narrow.map(Test::soundness)));
    let message = match share {
        0 => "no test command depends on the work",
        _ => "some test commands name nothing that is delivered",
    };
    Judged::new(share, message).at(places(view, |test| test.soundness() < 1000))
}

pub(super) fn check(view: &View<'_>) -> Judged {
    let checks: u64 = view
        .tests
        .iter()
        .map(|test| test.checks * test.soundness())
        .sum();
    Judged::new(
        checks / ENOUGH_CHECKS,
        "the test commands compare little or nothing",
    )
}

pub(super) fn criteria(view: &View<'_>) -> Judged {
    if view.criteria_are_foreign {
        let places = view.criteria.iter();
        return Judged::new(0, FOREIGN_CRITERIA)
            .at(places.map(|criterion| criterion.item.location.clone()));
    }
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

fn mean(shares: impl Iterator<Item = u64>) -> u64 {
    let (count, sum) = shares.fold((0, 0), |(count, sum), share| (count + 1, sum + share));
    u64::checked_div(sum, count).unwrap_or(0)
}

fn places(view: &View<'_>, wrong: impl Fn(&Test<'_>) -> bool) -> Vec<crate::Location> {
    let tests = view.tests.iter().filter(|test| wrong(test));
    tests.map(|test| test.location.clone()).collect()
}
