//! Test commands whose verdict says nothing about the work.

use wavecrew_validate::{Strength, strength, unmasked};
use wavecrew_worker_spec::{Diagnostic, Location, Plan, Subject, TestCommand};

use super::test_targets::{is_same, targets};
use super::wrong_way;
use crate::codes;

/// Looks at the tests of all specs, and at the commands of checkpoints.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let specs = plan.tasks.iter().filter_map(|task| task.spec.as_deref());
    let of_specs = specs.flat_map(|spec| spec.test_commands());
    let of_checkpoints = plan.checkpoints.iter().flat_map(|gate| &gate.commands);
    for command in of_specs.chain(of_checkpoints) {
        weigh(&command.text, &command.location, found);
        found.extend(idle(plan, command));
    }
}

/// A command that runs a script which a document shows whole, and which calls nothing of what it defines.
fn idle(plan: &Plan, command: &TestCommand) -> Option<Diagnostic> {
    let mut scripts = plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::IdleScript)
        .peekable();
    scripts.peek()?;
    // A runner of tests calls what is defined; so does what follows `-c`.
    let by_itself = ["pytest", "unittest", "nose", " -m ", " -c "]
        .iter()
        .all(|other| !command.text.contains(other));
    let runs = targets(&command.text);
    let script = scripts
        .filter(|_| by_itself && command.text.contains("python"))
        .find(|script| runs.iter().any(|file| is_same(&script.value, file)))?;
    Some(
        Diagnostic::warning(
            codes::WEAK_TEST,
            format!(
                "this test cannot fail: `{}` only defines, and calls nothing of it",
                script.value
            ),
        )
        .at(command.location.clone())
        .related(script.location.clone(), "the script is shown here")
        .help("call it at the end of the script"),
    )
}

fn weigh(command: &str, location: &Location, found: &mut Vec<Diagnostic>) {
    let why = match strength(command) {
        Strength::Real | Strength::Setup { .. } => {
            found.extend(wrong_way::check(command, location));
            return;
        }
        Strength::NeverFails { why } => format!("this test cannot fail: {why}"),
        Strength::Vacuous { why } => {
            format!("this test passes whatever the worker did: {why}")
        }
        Strength::Masked { why } => format!("this test's failure is hidden: {why}"),
        Strength::Indirect { why } => format!("this test is not about the work: {why}"),
    };
    let warning = Diagnostic::warning(codes::WEAK_TEST, why).at(location.clone());
    found.push(match message(command, location) {
        Some(message) => warning
            .help(
                "remove the `||` and what is behind it; until then the test counts as not checked",
            )
            .fix(message, ""),
        None => warning
            .help("let the exit status be the verdict; until then the test counts as not checked"),
    });
}

/// Where the message stands that swallows the failure of a command, if the command stands in the document as it was
/// read: on one line, and not put together from several.
fn message(command: &str, location: &Location) -> Option<Location> {
    let head = unmasked(command)?;
    let is_as_written = location.span.len() == command.len() && !command.contains('\n');
    is_as_written.then(|| Location {
        span: location.span.start + head.len()..location.span.end,
        column: location.column + head.chars().count(),
        ..location.clone()
    })
}
