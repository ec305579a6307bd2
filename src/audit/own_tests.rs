//! Workers whose tests run a file with nearly the name of the one that they deliver.

use std::collections::BTreeSet;

use wavecrew_worker_spec::{Deliverable, Diagnostic, Plan, TestCommand, WorkerSpec};

use super::test_targets::{is_same, targets};
use crate::codes;

/// A worker that delivers a file of tests and runs only another one, whose name is the longer or the shorter form of
/// it, most likely means one file by both names.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for spec in plan.tasks.iter().filter_map(|task| task.spec.as_deref()) {
        let commands: Vec<(&TestCommand, &str)> = spec
            .test_commands()
            .flat_map(|command| {
                let files = targets(&command.text).into_iter();
                files.map(move |file| (command, file))
            })
            .collect();
        let mut told = BTreeSet::new();
        for file in spec.deliverables.iter().filter(|file| is_test(&file.path)) {
            let runs = |target: &str| is_same(&file.path, target);
            if commands.iter().any(|(_, target)| runs(target)) || runs_more(spec, file) {
                continue;
            }
            for (command, target) in &commands {
                if !is_form_of(&file.path, target) || !told.insert(*target) {
                    continue;
                }
                let own = spec
                    .deliverables
                    .iter()
                    .find(|own| is_same(&own.path, target));
                found.push(match own {
                    None => report(file, command, target),
                    Some(own) => twice(file, own, command),
                });
            }
        }
    }
}

fn report(file: &Deliverable, command: &TestCommand, target: &str) -> Diagnostic {
    Diagnostic::warning(
        codes::OTHER_TEST,
        format!(
            "this test runs `{target}`; the worker delivers `{}`, which no test of its own runs",
            file.path
        ),
    )
    .at(command.location.clone())
    .related(
        file.location.clone(),
        format!("`{}` is delivered here", file.path),
    )
    .help("run the file that is delivered, or deliver the one that is run")
}

/// A worker that is to deliver both, and runs one of them only.
fn twice(file: &Deliverable, run: &Deliverable, command: &TestCommand) -> Diagnostic {
    Diagnostic::warning(
        codes::OTHER_TEST,
        format!(
            "the worker delivers `{}` and `{}`, two forms of one name, and runs only this one",
            file.path, run.path
        ),
    )
    .at(run.location.clone())
    .related(
        file.location.clone(),
        format!("`{}` is delivered here", file.path),
    )
    .related(command.location.clone(), "this test runs the one")
    .help("deliver one file of tests, or run both")
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn stem(path: &str) -> &str {
    let name = name(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a path is one of a file with tests, by the usual names.
fn is_test(path: &str) -> bool {
    let name = name(path);
    let stem = stem(path);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || name.contains(".test.")
        || name.contains(".spec.")
}

/// Whether some command runs whatever there is, or names the file in its own way.
fn runs_more(spec: &WorkerSpec, file: &Deliverable) -> bool {
    spec.test_commands().any(|command| {
        let text = &command.text;
        let runner = [
            "pytest",
            "jest",
            "vitest",
            "cargo test",
            "go test",
            "npm test",
            "unittest",
        ]
        .iter()
        .any(|runner| text.contains(runner));
        text.contains(stem(&file.path)) || runner && targets(text).is_empty()
    })
}

/// Whether one of two names of tests is the other one and some more words.
fn is_form_of(one: &str, other: &str) -> bool {
    let (one, other) = (stem(one), stem(other));
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    is_test(other)
        && long
            .strip_prefix(short)
            .is_some_and(|rest| rest.starts_with(['_', '-']))
        && short.split('_').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_name() {
        assert!(is_form_of("a/test_lens_cutter.py", "a/test_lens.py"));
        assert!(is_form_of("test_lens.py", "test_lens_cutter.py"));
        assert!(!is_form_of("test_lens_cutter.py", "test_mirror.py"));
        assert!(!is_form_of("test_lens.py", "lens_cutter.py"));
        assert!(!is_form_of("test_lens.py", "test_lens.py"));
    }
}
