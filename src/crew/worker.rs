//! One task, from its spec to its verdict.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use wavecrew_dag::NodeId;
use wavecrew_exec::{Context, Split, Worker};
use wavecrew_providers::Provider;
use wavecrew_sandbox::{RelPath, Root};
use wavecrew_validate::{
    Check, ExtractedFile, Outcome, Report, TaskVerdict, TestRun, Verdict, tells_apart, verdict,
};
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::files::{contents, write_all};
use super::judging::{Guard, accept, finish, judge, outputs, pair};
use super::leftovers::{LeftByTasks, Leftovers, Now};
use super::options::CrewOptions;
use super::output::{TaskEvidence, TaskOutput};
use super::own_tests::own_tests;
use super::parts::FilesBefore;
use super::paths::{check_protected, deliverables, result_files, touched};
use super::refusal::label;
use super::seen::Seen;
use super::silence::Silence;
use super::test_runner::{Ran, TestRunner};
use super::undo::Undo;

/// Fulfils tasks of a plan: asks a provider, writes what it may, and believes only its own checks.
///
/// Steps of an attempt: run the tests on the tree as it is, remember the files, ask, extract, check, write, run the tests, judge. If the verdict is *failed*, or the
/// attempt is dropped, the files are put back as they were.
pub struct CrewWorker {
    pub(super) provider: Arc<dyn Provider>,
    root: Root,
    tests: TestRunner,
    pub(super) options: CrewOptions,
    left_by_tasks: LeftByTasks,
    pub(super) silence: Silence,
    pub(super) files_before: FilesBefore,
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
            left_by_tasks: LeftByTasks::default(),
            silence: Silence::default(),
            files_before: FilesBefore::default(),
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
        check_protected(&paths, &self.options.protected)?;
        let undo = self.arm(task, &paths, &cx).await?;
        let leftovers = Leftovers::before(&undo).await?;
        let before = self.run_tests(task).await?;
        undo.put_back().await?;
        let existing = contents(&undo, paths).await?;
        let seen = Seen::of(task, &cx, &undo).await?;
        let answer = self.ask(task, &cx, &existing, &seen).await?;
        let response = &answer.response;

        let mut report = Report::default();
        // Without a stated file the answer proposes its own, which are then what is judged.
        let proposals = &self.options.proposals;
        let guard = Guard {
            protected: &self.options.protected,
            keys: &self.options.keys,
        };
        let mut evidence = TaskEvidence::default();
        let (files, existing, _taken) = match existing.is_empty() {
            false => {
                let accepted = accept(task, &undo, response, &existing, guard, &mut report);
                let (files, others) = accepted.await?;
                evidence.not_written = others;
                (files, existing, None)
            }
            true => {
                let taken = proposals.accept(task, guard, &undo, response, &seen, &mut report);
                let (files, existing, taken) = taken.await?;
                (files, existing, Some(taken))
            }
        };
        if report.verdict() == Verdict::Fail {
            undo.put_back().await?;
            let label = label(&existing, response, &[]);
            let now = leftovers.now(&undo).await?;
            let left = self.left(task, &leftovers, &now);
            self.look_around(&undo, &leftovers, now, &mut evidence, &cx)
                .await?;
            let refused = self.refuse(task, &cx, &answer, label, report);
            return Err(refused.and(left).evidenced(evidence));
        }

        undo.cover(touched(task, &files)?).await?;
        write_all(&undo, &files).await?;
        let after = self.run_tests(task).await?;
        let outputs = outputs(task, &after);
        let (places, mut runs) = pair(task, before, after);
        evidence.tests.clone_from(&runs);
        let there_before = existing.iter().filter(|(_, content)| content.is_some());
        evidence.there_before = there_before.map(|(path, _)| path.clone()).collect();
        let others = contents(&undo, self.files_before.of(&task.id)).await?;
        judge(
            task,
            &undo,
            (&existing, &others),
            &runs,
            &outputs,
            &mut report,
        )
        .await?;
        if verdict(&report, &runs) == TaskVerdict::Verified {
            let runs = places.iter().zip(&mut runs);
            let without = self.confirm(task, &undo, &files, runs, &mut report).await?;
            evidence.without = without;
        }

        let outcome = verdict(&report, &runs);
        if outcome == TaskVerdict::Failed {
            undo.put_back().await?;
            let label = label(&existing, response, &runs);
            let now = leftovers.now(&undo).await?;
            let left = self.left(task, &leftovers, &now);
            self.look_around(&undo, &leftovers, now, &mut evidence, &cx)
                .await?;
            let refused = self.refuse(task, &cx, &answer, label, report);
            return Err(refused.and(left).evidenced(evidence));
        }
        let files = finish(task, &undo, &files, outcome, &report, &runs).await?;
        let mut output = TaskOutput {
            verdict: outcome,
            report,
            files,
            provider: answer.response.provider,
            model: answer.response.model,
            degraded: answer.response.degraded,
            passed_over: answer.response.passed_over,
            evidence,
        };
        if outcome == TaskVerdict::NotChecked && self.options.require_verified {
            let reason = output.reason();
            undo.put_back().await?;
            let now = leftovers.now(&undo).await?;
            let left = self.left(task, &leftovers, &now);
            self.look_around(&undo, &leftovers, now, &mut output.evidence, &cx)
                .await?;
            let error = CrewError::not_checked(&output.provider, output.report, &reason);
            return Err(error.and(left).evidenced(output.evidence));
        }
        let now = leftovers.now(&undo).await?;
        self.look_around(&undo, &leftovers, now, &mut output.evidence, &cx)
            .await?;
        undo.keep_work();
        self.options.meter.wrote(output.files.len());
        Ok(output)
    }

    /// An attempt that fails has put its files back already; this makes sure of it, and tells if that could
    /// not be.
    async fn roll_back(&self, task: &Task, _: NodeId) -> Result<(), String> {
        let Some(log) = self.options.undo_log.clone() else {
            return Ok(());
        };
        let (root, id) = (self.root.clone(), task.id.clone());
        let undone = tokio::task::spawn_blocking(move || log.put_back(&root, &id)).await;
        match undone {
            Ok(undone) => undone.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn splitter(&self) -> Option<&dyn Split<Task>> {
        Some(self)
    }

    fn label(&self, output: &TaskOutput) -> String {
        output.label()
    }
}

impl CrewWorker {
    /// What is in the root after an attempt that failed, and was not there before the task.
    fn left(&self, task: &Task, leftovers: &Leftovers, now: &Now) -> Option<String> {
        let (mut new, now) = leftovers.since(now)?;
        let proposals = &self.options.proposals;
        new.retain(|path| !proposals.is_others(task, path));
        self.left_by_tasks.add(&task.id, new, &now)
    }

    async fn run_tests(&self, task: &Task) -> Result<Vec<Ran>, CrewError> {
        let fences = task.spec.as_deref().map_or(&[][..], |spec| &spec.tests);
        self.tests
            .run_all(&self.root, fences)
            .await
            .map_err(|error| CrewError::fatal("run the test commands", &error))
    }

    /// Tells what happened outside of what the plan's tasks write, and what of an answer nobody asked for.
    async fn look_around(
        &self,
        undo: &Undo,
        leftovers: &Leftovers,
        now: Now,
        evidence: &mut TaskEvidence,
        cx: &Context<'_, TaskOutput>,
    ) -> Result<(), CrewError> {
        let proposals = &self.options.proposals;
        let is_anybodys = |path: &str| proposals.is_anybodys(path);
        evidence.outside = leftovers.outside(undo, now, is_anybodys).await?;
        if !evidence.outside.is_empty() {
            cx.progress(format!(
                "warning: while it was worked on, {}; its tests or its agent did that, or somebody else",
                evidence.outside.join("; ")
            ));
        }
        if !evidence.not_written.is_empty() {
            cx.progress(format!(
                "not asked for, and so not written: {}",
                evidence.not_written.join(", ")
            ));
        }
        Ok(())
    }

    async fn arm(
        &self,
        task: &Task,
        paths: &[RelPath],
        cx: &Context<'_, TaskOutput>,
    ) -> Result<Undo, CrewError> {
        let mut all = paths.to_vec();
        all.extend(result_files(task)?);
        let (log, deliveries) = (&self.options.undo_log, &self.options.deliveries);
        let (undo, unwound) =
            Undo::arm(&self.root, log.as_ref(), deliveries.as_ref(), &task.id, all).await?;
        if !unwound.is_empty() {
            cx.progress(format!(
                "begun without what this run delivered before (it comes back unless the task ends well; a copy is in `kept`): {}",
                unwound.join(", ")
            ));
        }
        Ok(undo)
    }

    /// Runs the tests once more on the tree without this task's files, but for tests among them: a test that passes there too
    /// was not told by the work, but by what an earlier run of the tests left behind, or by another
    /// task that ended meanwhile. Each of the runs comes with its place among all commands: what one left out is a test
    /// in the other, where a folder is missing without the work. The runs hold then how they ended there; gives those that did not
    /// fail.
    async fn confirm<'r>(
        &self,
        task: &Task,
        undo: &Undo,
        files: &Arc<[ExtractedFile]>,
        runs: impl Iterator<Item = (&'r usize, &'r mut TestRun)>,
        report: &mut Report,
    ) -> Result<BTreeMap<String, Outcome>, CrewError> {
        undo.put_back().await?;
        let mut telling_nothing = BTreeMap::new();
        // Without its own tests it would fail for want of them.
        let own_tests = own_tests(files);
        let keeps_tests = !own_tests.is_empty();
        write_all(undo, &own_tests.into()).await?;
        let without = self.run_tests(task).await?;
        undo.put_back().await?;
        write_all(undo, files).await?;
        for (place, run) in runs {
            let Some(without) = without.get(*place).filter(|_| tells_apart(run)) else {
                continue;
            };
            let told = match &without.outcome {
                Outcome::Failed { .. } => continue,
                Outcome::Passed if keeps_tests => {
                    "passes without what it is to test as well, and so does not tell".to_owned()
                }
                Outcome::Passed => {
                    "passes without the work as well by now, and so does not tell".to_owned()
                }
                Outcome::NotRun { why } => {
                    format!("does not tell: it did not run without the work ({why})")
                }
            };
            run.before = Some(without.outcome.clone());
            telling_nothing.insert(run.command.clone(), without.outcome.clone());
            let subject = format!("test `{}`", run.command);
            report.push(Check::new(subject, Verdict::Pass, told));
        }
        Ok(telling_nothing)
    }
}
