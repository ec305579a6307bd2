//! What an answer is worth: its files, its tests, its criteria.

use std::collections::BTreeSet;
use std::sync::Arc;

use wavecrew_providers::Response;
use wavecrew_sandbox::RelPath;
use wavecrew_validate::{
    Candidate, Evidence, ExtractedFile, Outcome, Report, Strength, TaskVerdict, TestRun, Validator,
    extract, file_checks, judge_criterion, judge_test, may_be_empty, strength,
};
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::files::{contents, digests, relative, write_results};
use super::output::Delivered;
use super::paths::{may_write, result_files};
use super::permit::programs;
use super::results::result_file;
use super::undo::Undo;

/// Takes the files out of the answer and checks each on its own: every deliverable, and what
/// else the spec lets the worker write. Other files of the answer are left out, and told.
pub(super) async fn accept(
    task: &Task,
    undo: &Undo,
    response: &Response,
    existing: &[(String, Option<String>)],
    protected: &BTreeSet<RelPath>,
    report: &mut Report,
) -> Result<Arc<[ExtractedFile]>, CrewError> {
    let mut expected: Vec<&str> = existing.iter().map(|(path, _)| path.as_str()).collect();
    let first = extract(&response.text, &expected);
    let permitted = |path: &&str| may_write(task, path, protected);
    expected.extend(
        first
            .unexpected
            .iter()
            .map(String::as_str)
            .filter(permitted),
    );
    let extraction = extract(&response.text, &expected);
    for problem in &extraction.problems {
        report.fail("answer", problem);
    }
    for path in &extraction.unexpected {
        report.pass(
            format!("file `{path}`"),
            "not asked for, and so not written",
        );
    }
    check_each(undo, &extraction.files, report).await?;
    Ok(extraction.files.into())
}

/// Checks each file on its own, beside what stands there now, and gives that.
pub(super) async fn check_each(
    undo: &Undo,
    files: &[ExtractedFile],
    report: &mut Report,
) -> Result<Vec<(String, Option<String>)>, CrewError> {
    let paths = files.iter().map(|file| relative(&file.path));
    let previous = contents(undo, paths.collect::<Result<_, _>>()?).await?;
    for (file, (_, previous)) in files.iter().zip(&previous) {
        let candidate = Candidate {
            path: &file.path,
            content: &file.content,
            previous: previous.as_deref(),
        };
        file_checks().validate(&candidate, report);
    }
    Ok(previous)
}

/// Judges tests and criteria by what is on the disk and by what the commands said.
pub(super) async fn judge(
    task: &Task,
    undo: &Undo,
    existing: &[(String, Option<String>)],
    runs: &[TestRun],
    report: &mut Report,
) -> Result<(), CrewError> {
    let paths: Vec<RelPath> = existing
        .iter()
        .map(|(path, _)| relative(path))
        .collect::<Result<_, _>>()?;
    let now = contents(undo, paths).await?;
    let mut files = Vec::new();
    for ((path, content), (_, previous)) in now.iter().zip(existing) {
        match content {
            Some(content) if !content.trim().is_empty() || may_be_empty(path) => {
                files.push(Candidate {
                    path,
                    content,
                    previous: previous.as_deref(),
                });
            }
            Some(_) => report.fail(
                format!("deliverable `{path}`"),
                "the file is empty after the tests",
            ),
            None => report.fail(
                format!("deliverable `{path}`"),
                "the file is gone after the tests",
            ),
        }
    }
    for run in runs {
        report.push(judge_test(run));
    }
    let criteria = task.spec.as_deref().map_or(&[][..], |spec| &spec.criteria);
    let evidence = Evidence {
        files: &files,
        tests: runs,
    };
    for criterion in criteria {
        report.push(judge_criterion(&criterion.text, &evidence));
    }
    Ok(())
}

/// Writes the result files and notes what the deliverables are now.
pub(super) async fn finish(
    task: &Task,
    undo: &Undo,
    files: &[ExtractedFile],
    outcome: TaskVerdict,
    report: &Report,
    runs: &[TestRun],
) -> Result<Vec<Delivered>, CrewError> {
    let delivered: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let results = match task.spec.as_deref() {
        Some(spec) if !spec.result_files.is_empty() => {
            result_file(spec, outcome, report, runs, &delivered)
        }
        _ => Vec::new(),
    };
    write_results(undo, result_files(task)?, results).await?;
    digests(undo, delivered).await
}

/// Commands with their outcomes before and after; what only sets the scene is not a test.
pub(super) fn pair(task: &Task, before: Vec<Outcome>, after: Vec<Outcome>) -> Vec<TestRun> {
    let fences = task.spec.as_deref().map_or(&[][..], |spec| &spec.tests);
    fences
        .iter()
        .flat_map(|fence| &fence.commands)
        .zip(before.into_iter().zip(after))
        .filter(|(command, (_, after))| {
            if is_talk(&command.text) {
                return false;
            }
            // A bare `cd` that works is no test; one that does not leaves the rest in doubt.
            !matches!(strength(&command.text), Strength::Setup { .. })
                || !matches!(after, Outcome::Passed)
        })
        .map(|(command, (before, after))| TestRun {
            command: command.text.clone(),
            before: Some(before),
            after,
        })
        .collect()
}

/// Whether a command only says something: it is no test, and takes nothing from the others.
fn is_talk(command: &str) -> bool {
    const TALK: [&str; 8] = [
        "echo", "printf", "date", "sleep", "pwd", "true", ":", "clear",
    ];
    let programs = programs(command);
    !programs.is_empty() && programs.iter().all(|program| TALK.contains(program))
}
