use serde::{Deserialize, Serialize};

use crate::source::excerpt;
use crate::{Check, Report, Strength, Verdict, strength};

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It ended with status 0.
    Passed,
    /// It ended otherwise.
    Failed {
        /// The status, signal or deadline, and what was said: "exit status 1".
        how: String,
    },
    /// It did not run: the program is not there, running it is not allowed, or nobody tried.
    NotRun {
        /// Why it did not.
        why: String,
    },
}

impl Outcome {
    /// Whether the command ended with status 0.
    pub fn passed(&self) -> bool {
        *self == Outcome::Passed
    }

    /// Whether the command ran and ended with another status.
    pub fn failed(&self) -> bool {
        matches!(self, Outcome::Failed { .. })
    }
}

/// A test command and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRun {
    /// The command, as the spec has it.
    pub command: String,
    /// How it ended on the tree before the task; nothing if it was not run then.
    pub before: Option<Outcome>,
    /// How it ended on the tree after the task.
    pub after: Outcome,
}

/// The verdict of one test command.
///
/// - `Fail` if it failed after the task.
/// - `Pass` if it passed after the task and its [`strength`] is real. The detail says whether it
///   told the tree before the task from the tree after it.
/// - `NotChecked` if it did not run, or passed without being able to tell (it cannot fail, is
///   masked, …).
///
/// A set-up command (`cd`, `mkdir`, `export`) is no test: it passes when it ran, so that it stands in
/// nobody's way, and is `NotChecked` when it failed. [`tells_apart`] is never true of it.
pub fn judge_test(run: &TestRun) -> Check {
    let subject = format!("test `{}`", excerpt(&run.command));
    let strength = strength(&run.command);
    let check = |verdict, evidence: String| Check::new(subject.clone(), verdict, evidence);
    match &run.after {
        Outcome::NotRun { why } => check(Verdict::NotChecked, format!("not run: {why}")),
        Outcome::Failed { how } if strength.is_setup() => check(
            Verdict::NotChecked,
            format!("set-up failed: {how}; nothing was tested"),
        ),
        Outcome::Failed { how } => check(Verdict::Fail, format!("failed: {how}")),
        Outcome::Passed => match strength {
            Strength::Real => {
                check(Verdict::Pass, "passed".into()).detail(compared(run.before.as_ref()))
            }
            Strength::Setup { why } => check(Verdict::Pass, format!("ran; {why}")),
            weak => check(
                Verdict::NotChecked,
                format!("passed, which says nothing: {weak}"),
            ),
        },
    }
}

fn compared(before: Option<&Outcome>) -> String {
    match before {
        Some(Outcome::Failed { how }) => {
            format!("tells the work apart: failed on the tree before the task ({how})")
        }
        Some(Outcome::Passed) => {
            "does not tell the work apart: passed on the tree before the task too".into()
        }
        Some(Outcome::NotRun { why }) => {
            format!("not compared: did not run on the tree before the task ({why})")
        }
        None => "not compared: not tried on the tree before the task".into(),
    }
}

/// Whether the test tells the tree before the task from the tree after it: it failed before, passed
/// after, and its [`strength`] is real.
pub fn tells_apart(run: &TestRun) -> bool {
    let failed_before = run.before.as_ref().is_some_and(Outcome::failed);
    failed_before && run.after.passed() && strength(&run.command).is_real()
}

/// What a task came to, as far as checks can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskVerdict {
    /// Nothing failed, everything is evidenced, and a test told the tree before the task from the
    /// tree after it.
    Verified,
    /// Nothing failed, but something was not checked, or no test told before from after.
    NotChecked,
    /// Something failed.
    Failed,
}

impl std::fmt::Display for TaskVerdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            TaskVerdict::Verified => "verified",
            TaskVerdict::NotChecked => "not checked",
            TaskVerdict::Failed => "failed",
        })
    }
}

/// What a task came to: its report (files, criteria, and the tests if they were added) and its
/// tests.
///
/// - `Failed` if a check of the report failed or a test failed after the task.
/// - `Verified` if every check of the report passed, every test is a [`Pass`](Verdict::Pass) by
///   [`judge_test`], and at least one test [tells apart](tells_apart).
/// - `NotChecked` otherwise, an empty report or no test among the reasons.
pub fn verdict(report: &Report, tests: &[TestRun]) -> TaskVerdict {
    let tested = Report {
        checks: tests.iter().map(judge_test).collect(),
    };
    match (report.verdict(), tested.verdict()) {
        (Verdict::Fail, _) | (_, Verdict::Fail) => TaskVerdict::Failed,
        (Verdict::Pass, Verdict::Pass) if tests.iter().any(tells_apart) => TaskVerdict::Verified,
        _ => TaskVerdict::NotChecked,
    }
}
