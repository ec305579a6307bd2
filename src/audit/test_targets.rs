//! Test commands that aim at a file which nobody delivers.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_worker_spec::{Diagnostic, Plan, Task, TestCommand, WorkerSpec};

use super::test_reads::{looks, written};
use crate::codes;

/// One diagnostic for every task and file. A file that the task's own spec names elsewhere, in its dependencies or
/// boundaries, is taken to be there already.
///
/// # Complexity
///
/// O(text of the specs).
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut delivered: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in plan.tasks.iter().flat_map(paths) {
        let name = path.rsplit('/').next().unwrap_or(path);
        delivered.entry(name).or_default().insert(path);
    }
    for task in &plan.tasks {
        let Some(spec) = task.spec.as_deref() else {
            continue;
        };
        // A plan whose specs name no files says nothing about who delivers what.
        if spec.deliverables.is_empty() {
            continue;
        }
        let known = |target: &str| {
            let name = target.rsplit('/').next().unwrap_or(target);
            let known = delivered
                .get(name)
                .is_some_and(|paths| paths.iter().any(|path| is_same(path, target)));
            known || is_named(spec, name)
        };
        let written: BTreeSet<&str> = spec
            .test_commands()
            .flat_map(|command| written(&command.text))
            .collect();
        let results: BTreeSet<&str> = spec
            .result_files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        let mut told = BTreeSet::new();
        for command in spec.test_commands() {
            for target in targets(&command.text) {
                if !known(target) && told.insert(target) {
                    found.push(report(task, spec, command, Aim::Runs, target));
                }
            }
            for look in looks(&command.text) {
                let made = written.contains(look.path)
                    || results.iter().any(|path| is_same(path, look.path));
                if !made && !known(look.path) && told.insert(look.path) {
                    let aim = if look.only_asks {
                        Aim::Asks
                    } else {
                        Aim::Reads
                    };
                    found.push(report(task, spec, command, aim, look.path));
                }
            }
        }
    }
}

/// What a command does with a file.
#[derive(Clone, Copy)]
enum Aim {
    Runs,
    /// It asks whether it is there.
    Asks,
    /// It reads what may well have been there before the task.
    Reads,
}

fn report(
    task: &Task,
    spec: &WorkerSpec,
    command: &TestCommand,
    aim: Aim,
    target: &str,
) -> Diagnostic {
    let own: Vec<&str> = spec
        .deliverables
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    let diagnostic = match aim {
        Aim::Runs => Diagnostic::warning(
            codes::TEST_TARGET,
            format!("this test runs `{target}`, which no task delivers"),
        ),
        Aim::Asks => Diagnostic::warning(
            codes::TEST_TARGET,
            format!("this test asks for `{target}`, which no task delivers"),
        ),
        Aim::Reads => Diagnostic::note(
            codes::TEST_TARGET,
            format!("this test reads `{target}`, which no task delivers"),
        ),
    };
    diagnostic
        .at(command.location.clone())
        .related(
            spec.deliverables[0].location.clone(),
            format!("{} delivers {}", task.id, own.join(", ")),
        )
        .help("test what is delivered, deliver the file, or name it among the dependencies when it is there already")
}

fn paths(task: &Task) -> impl Iterator<Item = &str> {
    let spec = task.spec.as_deref();
    let files = spec
        .into_iter()
        .flat_map(|spec| &spec.deliverables)
        .map(|file| &file.path);
    files.chain(&task.claims).map(String::as_str)
}

/// Whether two paths can be one file, seen from different folders.
pub(super) fn is_same(delivered: &str, target: &str) -> bool {
    let target = target.trim_start_matches("./").trim_start_matches("../");
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    ends(delivered, target) || ends(target, delivered)
}

/// Whether a spec names a file outside of its tests and its form of results.
fn is_named(spec: &WorkerSpec, name: &str) -> bool {
    let others = spec.sections.iter().filter(|section| {
        !matches!(
            section.name.as_str(),
            "TEST_PROCESS" | "TEST_RESULTS_FORMAT"
        )
    });
    others
        .into_iter()
        .any(|section| section.text.contains(name))
}

/// The files that a command runs: arguments of test runners and interpreters, and scripts that are started.
pub(super) fn targets(command: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in command.split(['\n', ';', '|', '&']) {
        let mut words = part.split_whitespace().peekable();
        while words
            .next_if(|word| {
                word.contains('=')
                    || matches!(
                        *word,
                        "sudo" | "env" | "time" | "uv" | "run" | "poetry" | "npx" | "timeout"
                    )
            })
            .is_some()
        {}
        let Some(program) = words.next() else {
            continue;
        };
        if matches!(program, "curl" | "http" | "wget") {
            // "-d @body.json" sends what the file holds.
            found.extend(words.filter_map(|word| {
                let file = word.trim_start_matches("--data=").strip_prefix('@')?;
                is_plain(file).then_some(file)
            }));
            continue;
        }
        if is_script(program) && (program.starts_with("./") || program.contains('/')) {
            found.push(program);
            continue;
        }
        let name = program.rsplit('/').next().unwrap_or(program);
        let runs_files = matches!(
            name,
            "pytest"
                | "py.test"
                | "bash"
                | "sh"
                | "node"
                | "jest"
                | "vitest"
                | "mocha"
                | "ruby"
                | "perl"
                | "deno"
                | "bats"
        ) || name.starts_with("python");
        if !runs_files {
            continue;
        }
        for word in words {
            // What stands in quotes is code; what comes after it belongs to the code.
            if word.starts_with(['"', '\'']) || matches!(word, "-c" | "-e") {
                break;
            }
            let file = word.split("::").next().unwrap_or(word);
            if is_script(file) {
                found.push(file);
            }
        }
    }
    found
}

/// Whether a word is a plain path of a file with code.
fn is_script(word: &str) -> bool {
    let ending = word
        .rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .map(|(_, ending)| ending);
    is_plain(word)
        && matches!(
            ending,
            Some("py" | "sh" | "js" | "ts" | "mjs" | "tsx" | "jsx" | "rb" | "pl" | "bats")
        )
}

/// Whether a word is a path without anything that a shell would put in.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    !word.is_empty() && !word.starts_with('-') && word.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_run() {
        for (command, expected) in [
            (
                "cd app && pytest tests/test_a.py::test_b -v",
                vec!["tests/test_a.py"],
            ),
            (
                "python3 -m pytest tests/test_a.py tests/test_b.py",
                vec!["tests/test_a.py", "tests/test_b.py"],
            ),
            ("python3 -c \"import a; open('b.py')\"", vec![]),
            ("bash deploy/run.sh --dry", vec!["deploy/run.sh"]),
            ("./check.sh", vec!["./check.sh"]),
            ("timeout 5 grep -q x src/a.py", vec![]),
            ("pytest tests/ -v", vec![]),
            ("curl -X POST :8101/check -d @body.json", vec!["body.json"]),
            ("curl -f http://a.b/c", vec![]),
            ("pytest $FILE.py tests/*.py", vec![]),
        ] {
            assert_eq!(targets(command), expected, "{command}");
        }
    }

    #[test]
    fn one_file_from_two_folders() {
        assert!(is_same("app/tests/test_a.py", "tests/test_a.py"));
        assert!(is_same("tests/test_a.py", "app/tests/test_a.py"));
        assert!(!is_same("app/test_a.py", "tests/test_a.py"));
        assert!(!is_same("tests/other_test_a.py", "test_a.py"));
    }
}
