//! What a finished task leaves behind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wavecrew_validate::{Outcome, Report, TaskVerdict, TestRun, Verdict};

/// The journaled output of a task that did not fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskOutput {
    /// Verified, or not checked.
    pub verdict: TaskVerdict,
    /// Every check with its evidence.
    pub report: Report,
    /// Files as they were when the task ended, in the order of the spec.
    pub files: Vec<Delivered>,
    /// The provider that answered.
    pub provider: String,
    /// The model that answered, where there is one.
    pub model: Option<String>,
    /// True when a rule-based last resort wrote the files, not a model.
    pub degraded: bool,
    /// Providers that were tried before, each with its reason.
    pub passed_over: Vec<String>,
    /// What was seen of the work besides. Journals of earlier versions do not have it.
    #[serde(default)]
    pub evidence: TaskEvidence,
}

/// What was seen of an attempt, whether it was good or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskEvidence {
    /// The test commands, each on the tree before the work and after it. What only sets the scene or says something is left
    /// out.
    pub tests: Vec<TestRun>,
    /// How commands among them ended that failed before the work, passed after it, and did not fail when they ran once more without
    /// it: what they leave behind, or somebody else, makes them pass by now.
    pub without: BTreeMap<String, Outcome>,
    /// Files that it delivers and that were there before.
    pub there_before: Vec<String>,
    /// Files of the answer that were not asked for, and so not written.
    pub not_written: Vec<String>,
    /// What happened meanwhile outside of what the plan's tasks write: branches that moved, files of the repository that were
    /// changed or are gone. Its tests did it, its agent, or somebody else.
    pub outside: Vec<String>,
}

impl TaskOutput {
    /// `verified` or `not checked`, and by whom: the label of the task's final event.
    pub fn label(&self) -> String {
        let by = if self.degraded { "by rule" } else { "by model" };
        let fallback = if self.passed_over.is_empty() {
            ""
        } else {
            ", fallback"
        };
        format!("{} ({}, {by}{fallback})", self.verdict, self.provider)
    }

    /// The verdict that a [`label`](Self::label) begins with.
    pub fn verdict_of(label: &str) -> Option<TaskVerdict> {
        [TaskVerdict::Verified, TaskVerdict::NotChecked]
            .into_iter()
            .find(|verdict| label.starts_with(&format!("{verdict} (")))
    }

    /// What a person wants to know first: by whom it was done, or what was not checked.
    pub fn reason(&self) -> String {
        let open: Vec<String> = self
            .report
            .checks
            .iter()
            .filter(|check| check.verdict == Verdict::NotChecked)
            .map(|check| format!("{}: {}", check.subject, check.evidence))
            .collect();
        if self.verdict == TaskVerdict::NotChecked && open.is_empty() {
            let mut without = self.evidence.without.values();
            let why = match self.evidence.passed_before() {
                true => "its tests passed before the work already, so that they do not tell it",
                false if without.any(Outcome::passed) => {
                    "what failed before the work passes without it as well by now, so that no test tells it"
                }
                false if !self.evidence.without.is_empty() => {
                    "what failed before the work does not run without it by now, so that no test tells it"
                }
                false => "no test failed before the work and passes after it",
            };
            return why.to_owned();
        }
        if open.is_empty() {
            self.label()
        } else {
            open.join("; ")
        }
    }
}

impl TaskEvidence {
    /// Whether there were tests, and all of them passed before the work already.
    pub fn passed_before(&self) -> bool {
        let passed = |run: &TestRun| run.before.as_ref().is_some_and(Outcome::passed);
        !self.tests.is_empty() && self.tests.iter().all(passed)
    }
}

/// A file that a task delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Relative to the root.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
}
