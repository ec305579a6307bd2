//! What an answer is worth: its files, its tests, its criteria.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wavecrew_providers::Response;
use wavecrew_sandbox::RelPath;
use wavecrew_validate::{
    Candidate, Evidence, ExtractedFile, Outcome, Report, TaskVerdict, TestRun, Validator, Verdict,
    extract, file_checks, judge_criterion, judge_test, may_be_empty, strength,
};
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::files::{contents, digests, relative, write_results};
use super::output::Delivered;
use super::paths::{may_write, result_files};
use super::permit::programs;
use super::results::result_file;
use super::test_runner::Ran;
use super::undo::Undo;
use super::unusable;
use crate::provider_chain::{KnownKeys, WhichKey};

/// What an answer may not write, and what it may not lose.
#[derive(Clone, Copy)]
pub(super) struct Guard<'a> {
    /// Files that no task writes.
    pub(super) protected: &'a BTreeSet<RelPath>,
    /// Keys that are taken out of answers.
    pub(super) keys: &'a KnownKeys,
}

/// Takes the files out of the answer and checks each on its own: every deliverable, and what
/// else the spec lets the worker write. Other files of the answer are left out, and told: they come second.
pub(super) async fn accept(
    task: &Task,
    undo: &Undo,
    response: &Response,
    existing: &[(String, Option<String>)],
    guard: Guard<'_>,
    report: &mut Report,
) -> Result<(Arc<[ExtractedFile]>, Vec<String>), CrewError> {
    let mut expected: Vec<&str> = existing.iter().map(|(path, _)| path.as_str()).collect();
    let first = extract(&response.text, &expected);
    let permitted = |path: &&str| may_write(task, path, guard.protected);
    expected.extend(
        first
            .unexpected
            .iter()
            .map(String::as_str)
            .filter(permitted),
    );
    let mut extraction = extract(&response.text, &expected);
    for problem in &extraction.problems {
        report.fail("answer", problem);
    }
    if !extraction.problems.is_empty() {
        unusable::tell(&response.text, &expected, &extraction.unexpected, report);
    }
    for path in &extraction.unexpected {
        report.pass(
            format!("file `{path}`"),
            "not asked for, and so not written",
        );
    }
    check_each(undo, &mut extraction.files, guard.keys, report).await?;
    Ok((extraction.files.into(), extraction.unexpected))
}

/// Checks each file on its own, beside what stands there now, and gives that. Line ends that came as CR LF are kept only where the file has them; keys that stand there and were taken out of the
/// answer are put back before.
pub(super) async fn check_each(
    undo: &Undo,
    files: &mut [ExtractedFile],
    keys: &KnownKeys,
    report: &mut Report,
) -> Result<Vec<(String, Option<String>)>, CrewError> {
    let paths = files.iter().map(|file| relative(&file.path));
    let previous = contents(undo, paths.collect::<Result<_, _>>()?).await?;
    for (file, (_, previous)) in files.iter_mut().zip(&previous) {
        file.restore_line_ends(previous.as_deref().unwrap_or(""));
        match keys.put_back(previous.as_deref().unwrap_or(""), &file.content) {
            Ok(None) => {}
            Ok(Some(whole)) => file.content = whole,
            Err(WhichKey) => report.fail(
                format!("file `{}`", file.path),
                "it holds keys of the run, which are taken out of answers, and where each of them belongs is not to be seen; leave \
                 the lines with keys as they are",
            ),
        }
        let candidate = Candidate {
            path: &file.path,
            content: &file.content,
            previous: previous.as_deref(),
        };
        file_checks().validate(&candidate, report);
    }
    unusable::check_contents(files, &previous, report);
    Ok(previous)
}

/// Files of a task, as text, or `None` where there is none.
type Contents<'a> = &'a [(String, Option<String>)];

/// Judges tests and criteria by what is on the disk and by what the commands said. `existing` are the deliverables as they were
/// before; criteria may also be about `others`, which earlier parts of the task delivered.
pub(super) async fn judge(
    task: &Task,
    undo: &Undo,
    (existing, others): (Contents<'_>, Contents<'_>),
    runs: &[TestRun],
    outputs: &BTreeMap<String, String>,
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
        let mut check = judge_test(run);
        if check.verdict == Verdict::Fail {
            let output = outputs.get(&run.command).map_or("", String::as_str);
            check.detail = Some(format!("$ {}\n{output}", run.command));
        }
        report.push(check);
    }
    let criteria = task.spec.as_deref().map_or(&[][..], |spec| &spec.criteria);
    files.extend(others.iter().filter_map(|(path, content)| {
        let content = content.as_deref()?;
        Some(Candidate {
            path,
            content,
            previous: Some(content),
        })
    }));
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

/// What the commands wrote that failed, by command.
pub(super) fn outputs(task: &Task, runs: &[Ran]) -> BTreeMap<String, String> {
    let fences = task.spec.as_deref().map_or(&[][..], |spec| &spec.tests);
    let commands = fences.iter().flat_map(|fence| &fence.commands);
    let failed = commands.zip(runs).filter(|(_, run)| run.outcome.failed());
    failed
        .map(|(command, run)| (command.text.clone(), run.output.clone()))
        .collect()
}

/// Commands with their outcomes before and after, and the place of each among all commands of the spec; what only sets the
/// scene or says something is not a test, unless it did not come to its end.
pub(super) fn pair(task: &Task, before: Vec<Ran>, after: Vec<Ran>) -> (Vec<usize>, Vec<TestRun>) {
    let fences = task.spec.as_deref().map_or(&[][..], |spec| &spec.tests);
    let commands = fences.iter().flat_map(|fence| &fence.commands);
    let runs = commands.zip(before.into_iter().zip(after)).enumerate();
    let runs = runs.filter_map(|(place, (command, (before, after)))| {
        let (before, mut after) = (before.outcome, after.outcome);
        let talks = is_talk(&command.text);
        // A bare `cd` that works is no test; one that does not leaves the rest in doubt.
        if after.passed() && (talks || strength(&command.text).is_setup()) {
            return None;
        }
        // It says nothing about the work, but what stands behind it was not seen either.
        if let (true, Outcome::Failed { how }) = (talks, &after) {
            after = Outcome::NotRun {
                why: format!("it did not come to its end: {how}"),
            };
        }
        let run = TestRun {
            command: command.text.clone(),
            before: Some(before),
            after,
        };
        Some((place, run))
    });
    runs.unzip()
}

/// Whether a command only says something: it is no test, and, once it has, takes nothing from the others.
fn is_talk(command: &str) -> bool {
    const TALK: [&str; 8] = [
        "echo", "printf", "date", "sleep", "pwd", "true", ":", "clear",
    ];
    let programs = programs(command);
    !programs.is_empty() && programs.iter().all(|program| TALK.contains(program))
}
