//! Test commands whose verdict says nothing about the work.

use wavecrew_validate::{Strength, strength};
use wavecrew_worker_spec::{Diagnostic, Location, Plan};

use crate::codes;

/// Looks at the tests of all specs, and at the commands of checkpoints.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for spec in plan.tasks.iter().filter_map(|task| task.spec.as_deref()) {
        for command in spec.test_commands() {
            weigh(&command.text, &command.location, found);
        }
    }
    for checkpoint in &plan.checkpoints {
        for command in &checkpoint.commands {
            weigh(&command.text, &command.location, found);
        }
    }
}

fn weigh(command: &str, location: &Location, found: &mut Vec<Diagnostic>) {
    let why = match strength(command) {
        Strength::Real | Strength::Setup { .. } => return,
        Strength::NeverFails { why } => format!("this test cannot fail: {why}"),
        Strength::Vacuous { why } => {
            format!("this test passes whatever the worker did: {why}")
        }
        Strength::Masked { why } => format!("this test's failure is hidden: {why}"),
        Strength::Indirect { why } => format!("this test is not about the work: {why}"),
    };
    found.push(
        Diagnostic::warning(codes::WEAK_TEST, why)
            .at(location.clone())
            .help("let the exit status be the verdict; until then the test counts as not checked"),
    );
}
