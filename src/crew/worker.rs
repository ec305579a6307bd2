//! One task, from its spec to its verdict.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use wavecrew_exec::{Context, Worker};
use wavecrew_providers::{Provider, Response};
use wavecrew_sandbox::{Digest, RelPath, Root};
use wavecrew_validate::{
    Candidate, Check, Evidence, ExtractedFile, Outcome, Report, Strength, TaskVerdict, TestRun,
    Validator, Verdict, extract, file_checks, judge_criterion, judge_test, strength, tells_apart,
    verdict,
};
use wavecrew_worker_spec::Task;

use super::brief::brief;
use super::error::CrewError;
use super::files::{contents, digests, relative, write_all, write_results};
use super::meter::CallMeter;
use super::output::{Delivered, TaskOutput};
use super::permit::programs;
use super::prompt;
use super::results::result_file;
use super::test_runner::TestRunner;
use super::undo::{Undo, UndoLog};
use crate::graph::owned_paths;
use crate::provider_chain::{TaskNote, noted};

/// How the name of the step begins by which an answer is journaled.
pub(crate) const ANSWER: &str = "answer ";

/// How a crew works.
#[derive(Debug)]
pub struct CrewOptions {
    /// A task that is not checked counts as failed.
    pub require_verified: bool,
    /// The model to ask for; the provider's own default otherwise.
    pub model: Option<String>,
    /// The longest time for an answer. Tests have their own limit: an answer that has come is never
    /// lost to the time that its tests take.
    pub answer_timeout: Duration,
    /// Where refused answers are kept for a person to read; nowhere if `None`.
    pub refused_folder: Option<PathBuf>,
    /// Where the files of tasks in flight are kept against a crash; only in memory if `None`.
    pub undo_log: Option<Arc<UndoLog>>,
    /// Counts the calls.
    pub meter: CallMeter,
}

impl Default for CrewOptions {
    fn default() -> Self {
        Self {
            require_verified: false,
            model: None,
            answer_timeout: Duration::from_secs(20 * 60),
            refused_folder: None,
            undo_log: None,
            meter: CallMeter::default(),
        }
    }
}

/// Fulfils tasks of a plan: asks a provider, writes what it may, and believes only its own checks.
///
/// Steps of an attempt: run the tests on the tree as it is, remember the files, ask, extract, check, write, run the tests, judge. If the verdict is *failed*, or the
/// attempt is dropped, the files are put back as they were.
pub struct CrewWorker {
    provider: Arc<dyn Provider>,
    root: Root,
    tests: TestRunner,
    options: CrewOptions,
}

impl CrewWorker {
    /// A crew that asks `provider` and works in `root`.
    pub fn new(
        provider: Arc<dyn Provider>,
        root: Root,
        tests: TestRunner,
        options: CrewOptions,
    ) -> Self {
        Self {
            provider,
            root,
            tests,
            options,
        }
    }

    /// The folder that this crew works in.
    pub fn root(&self) -> &Root {
        &self.root
    }
}

impl fmt::Debug for CrewWorker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CrewWorker")
            .field("provider", &self.provider)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Worker<Task> for CrewWorker {
    type Output = TaskOutput;
    type Error = CrewError;

    async fn run(&self, task: &Task, cx: Context<'_, TaskOutput>) -> Result<TaskOutput, CrewError> {
        let paths = deliverables(task)?;
        let undo = self.arm(task, &paths).await?;
        let before = self.run_tests(task).await?;
        undo.put_back().await?;
        let existing = contents(&undo, paths).await?;
        let response = self.ask(task, &cx, &existing).await?;

        let mut report = Report::default();
        let files = accept(task, &undo, &response, &existing, &mut report).await?;
        if report.verdict() == Verdict::Fail {
            undo.put_back().await?;
            return Err(self.refuse(task, &cx, &response, report));
        }

        undo.cover(touched(task, &files)?).await?;
        write_all(&undo, &files).await?;
        let after = self.run_tests(task).await?;
        let mut runs = pair(task, before, after);
        judge(task, &undo, &existing, &runs, &mut report).await?;
        if verdict(&report, &runs) == TaskVerdict::Verified {
            self.confirm(task, &undo, &files, &mut runs, &mut report)
                .await?;
        }

        let outcome = verdict(&report, &runs);
        if outcome == TaskVerdict::Failed {
            undo.put_back().await?;
            return Err(self.refuse(task, &cx, &response, report));
        }
        let files = finish(task, &undo, &files, outcome, &report, &runs).await?;
        undo.keep_work();
        self.options.meter.wrote(files.len());
        let output = TaskOutput {
            verdict: outcome,
            report,
            files,
            provider: response.provider,
            model: response.model,
            degraded: response.degraded,
            passed_over: response.passed_over,
        };
        if outcome == TaskVerdict::NotChecked && self.options.require_verified {
            let reason = output.reason();
            return Err(CrewError::not_checked(
                &output.provider,
                output.report,
                &reason,
            ));
        }
        Ok(output)
    }

    fn label(&self, output: &TaskOutput) -> String {
        output.label()
    }
}

/// What a task is, as a digest: equal as long as nothing that is told, checked or written differs.
/// Where it stands in its document is not part of it.
pub fn fingerprint(task: &Task) -> String {
    let files: Vec<(String, Option<String>)> = owned_paths(task)
        .map(|path| (path.to_owned(), None))
        .collect();
    let request = prompt::request(task, &files, None).with_brief(&brief(task, &files));
    let told = serde_json::to_vec(&request).expect("text and lists always serialise");
    Digest::of(&told).to_string()
}

impl CrewWorker {
    async fn run_tests(&self, task: &Task) -> Result<Vec<Outcome>, CrewError> {
        let fences = task.spec.as_deref().map_or(&[][..], |spec| &spec.tests);
        self.tests
            .run(&self.root, fences)
            .await
            .map_err(|error| CrewError::fatal("run the test commands", &error))
    }

    async fn arm(&self, task: &Task, paths: &[RelPath]) -> Result<Undo, CrewError> {
        let mut all = paths.to_vec();
        all.extend(result_files(task)?);
        Undo::arm(&self.root, self.options.undo_log.as_ref(), &task.id, all).await
    }

    /// Runs the tests once more on the tree without this task's files: a test that passes there too
    /// was not told by the work, but by what an earlier run of the tests left behind, or by another
    /// task that ended meanwhile.
    async fn confirm(
        &self,
        task: &Task,
        undo: &Undo,
        files: &Arc<[ExtractedFile]>,
        runs: &mut [TestRun],
        report: &mut Report,
    ) -> Result<(), CrewError> {
        undo.put_back().await?;
        let without = self.run_tests(task).await?;
        undo.put_back().await?;
        write_all(undo, files).await?;
        let without = pair(task, without.clone(), without);
        for (run, without) in runs.iter_mut().zip(without) {
            if tells_apart(run) && !without.after.failed() {
                run.before = Some(without.after);
                report.push(Check::new(
                    format!("test `{}`", run.command),
                    Verdict::Pass,
                    "passes without the work as well by now, and so does not tell",
                ));
            }
        }
        Ok(())
    }

    /// Asks the provider; the answer is journaled before anything else is done with it.
    async fn ask(
        &self,
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        existing: &[(String, Option<String>)],
    ) -> Result<Response, CrewError> {
        let mut request = prompt::request(task, existing, cx.previous_failure())
            .with_brief(&brief(task, existing));
        request.model = self.options.model.clone().or_else(|| task.model.clone());
        // An answer is paid for once; it is for this request alone, so the key holds what was asked.
        let asked = serde_json::to_vec(&request)
            .map_err(|error| CrewError::fatal("write the request", &error))?;
        let key = format!("{ANSWER}{} to {}", cx.attempt(), Digest::of(&asked));
        // How it is asked is no part of the question.
        let note = TaskNote::new(task, self.options.model.as_deref());
        request = noted(request, &note);
        cx.memo(&key, async {
            let end = Instant::now() + self.options.answer_timeout;
            request.limits = request.limits.deadline(end);
            let call = self.options.meter.begin();
            let asked = self.provider.complete(&request);
            let Ok(answer) = timeout(self.options.answer_timeout, asked).await else {
                return Err(CrewError::late(
                    self.options.answer_timeout,
                    self.provider.name(),
                ));
            };
            call.settle(&answer);
            answer.map_err(CrewError::from)
        })
        .await
        .map_err(CrewError::from)
    }

    /// Keeps the refused answer where a person can read it, and says why it was refused.
    fn refuse(
        &self,
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        response: &Response,
        report: Report,
    ) -> CrewError {
        if let Some(folder) = &self.options.refused_folder {
            let name = format!("{}.{}.txt", file_name(&task.id), cx.attempt());
            let kept = std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(folder.join(name), &response.text));
            if let Err(error) = kept {
                return CrewError::fatal("keep the refused answer", &error);
            }
        }
        if response.degraded {
            CrewError::refused_for_good(&response.provider, report)
        } else {
            CrewError::refused(&response.provider, report)
        }
    }
}

/// Takes the files out of the answer and checks each on its own: every deliverable, and what
/// else the spec lets the worker write. Other files of the answer are left out, and told.
async fn accept(
    task: &Task,
    undo: &Undo,
    response: &Response,
    existing: &[(String, Option<String>)],
    report: &mut Report,
) -> Result<Arc<[ExtractedFile]>, CrewError> {
    let mut expected: Vec<&str> = existing.iter().map(|(path, _)| path.as_str()).collect();
    let first = extract(&response.text, &expected);
    let permitted = |path: &&str| may_write(task, path);
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
    let paths = extraction.files.iter().map(|file| relative(&file.path));
    let previous = contents(undo, paths.collect::<Result<_, _>>()?).await?;
    for (file, (_, previous)) in extraction.files.iter().zip(&previous) {
        let candidate = Candidate {
            path: &file.path,
            content: &file.content,
            previous: previous.as_deref(),
        };
        file_checks().validate(&candidate, report);
    }
    Ok(extraction.files.into())
}

/// Judges tests and criteria by what is on the disk and by what the commands said.
async fn judge(
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
            Some(content) if !content.trim().is_empty() => {
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
async fn finish(
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

/// The files that a task must deliver: those of its spec, else the files among its claims.
fn deliverables(task: &Task) -> Result<Vec<RelPath>, CrewError> {
    let delivered = task
        .spec
        .as_deref()
        .map_or(&[][..], |spec| &spec.deliverables);
    let mut stated: Vec<&str> = delivered.iter().map(|file| file.path.as_str()).collect();
    if stated.is_empty() {
        stated.extend(
            task.claims
                .iter()
                .map(String::as_str)
                .filter(|path| names_a_file(path)),
        );
    }
    let mut seen = BTreeSet::new();
    let paths: Vec<RelPath> = stated
        .into_iter()
        .filter(|path| seen.insert(*path))
        .map(relative)
        .collect::<Result<_, _>>()?;
    if paths.is_empty() {
        return Err(CrewError::permanent(format!(
            "{}: no deliverable is stated, so there is nothing to make; name a file in its DELIVERABLES \
             or in the plan's file column",
            task.location
        )));
    }
    Ok(paths)
}

/// Every file that this attempt touches, and so must be able to put back.
fn touched(task: &Task, files: &[ExtractedFile]) -> Result<Vec<RelPath>, CrewError> {
    let mut all = files
        .iter()
        .map(|file| relative(&file.path))
        .collect::<Result<Vec<_>, _>>()?;
    all.extend(result_files(task)?);
    Ok(all)
}

fn result_files(task: &Task) -> Result<Vec<RelPath>, CrewError> {
    let results = task
        .spec
        .as_deref()
        .map_or(&[][..], |spec| &spec.result_files);
    results.iter().map(|file| relative(&file.path)).collect()
}

/// Whether the plan lets the task write a file that it does not demand: one that its boundaries
/// name, or one below a folder that it owns.
fn may_write(task: &Task, path: &str) -> bool {
    let spec = task.spec.as_deref();
    let writable = spec.map_or(&[][..], |spec| &spec.boundaries.writable);
    let covers = |own: &str| own == path || (own.ends_with('/') && path.starts_with(own));
    let forbidden = spec
        .into_iter()
        .flat_map(|spec| &spec.boundaries.cannot)
        .flat_map(|item| item.text.split('`').skip(1).step_by(2))
        .any(covers);
    !forbidden
        && RelPath::new(path).is_ok_and(|normal| normal.as_str() == path)
        && writable.iter().chain(&task.claims).any(|own| covers(own))
}

fn names_a_file(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.contains('.') && !path.contains('*')
}

/// Commands with their outcomes before and after; what only sets the scene is not a test.
fn pair(task: &Task, before: Vec<Outcome>, after: Vec<Outcome>) -> Vec<TestRun> {
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

/// A task id as a file name; ids that differ give names that differ.
pub(super) fn file_name(id: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !id.is_empty() && id.len() <= 100 && id.chars().all(plain) && !id.starts_with('.') {
        return id.to_owned();
    }
    let kept: String = id.chars().filter(|c| plain(*c)).take(40).collect();
    let digest = Digest::of(id.as_bytes()).to_string();
    format!("task-{kept}~{}", &digest[..16])
}
