//! How a run ended, task by task.

use std::collections::BTreeMap;

use serde::Serialize;
use wavecrew_exec::{Failed, Failure, FailureClass, Outcome, TaskIds};
use wavecrew_validate::TaskVerdict;

use super::course::Course;
use super::drift::Drift;
use super::options::RunOptions;
use crate::crew::{CallMeter, CrewError, TaskOutput, Unanswered};

/// How every task ended.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// In plan order, then the parts of tasks that were split.
    pub tasks: Vec<TaskReport>,
    /// Attempts at a provider in this session.
    pub calls: u64,
    /// What they cost in billionths of a US dollar; `None` when a price is unknown.
    pub cost_nano_usd: Option<u64>,
    /// What stopped the run, what it was meant to reach, and what a person has to decide.
    pub course: Course,
    /// Who gave the answers of this session, in the order of the providers.
    pub shares: Vec<Share>,
}

/// A provider's part of the answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The provider.
    pub provider: String,
    /// Its answers.
    pub answers: u64,
    /// Their part of all, from 0 to 1.
    pub share: f64,
    /// The part that its weight stands for, from 0 to 1; `None` without weights.
    pub meant: Option<f64>,
}

/// How a task ended.
#[derive(Clone, Debug, Serialize)]
pub struct TaskReport {
    /// The task.
    pub id: String,
    /// Its state.
    pub end: TaskEnd,
    /// By whom it was done, what failed, what was not checked, or what it waited for.
    pub reason: String,
    /// Providers that were asked before the one that answered, each with its reason.
    pub passed_over: Vec<String>,
    /// Files that it delivered and that were there before it, if its tests passed before the work already: an earlier run may have
    /// left them there.
    pub there_before: Vec<String>,
    /// What happened outside of what the plan's tasks write while it was worked on.
    pub outside: Vec<String>,
    /// True if it failed because no provider answered, not because an answer was refused or of no use.
    pub no_answer: bool,
    /// Why it failed, where no answer came that could be checked: nobody was there, or what came was cut off, empty, or declined.
    pub unanswered: Vec<Unanswered>,
    /// True if the failure would meet every task: the run was stopped for it.
    pub fatal: bool,
}

/// The states that a task can end in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TaskEnd {
    /// Nothing failed, everything was checked, and a test told the tree before from the tree after.
    Verified,
    /// As verified, but only after tests that had failed passed when they were run again unchanged.
    Flaky,
    /// Nothing failed, and something could not be checked.
    NotChecked,
    /// A check failed, or no answer came.
    Failed,
    /// A task that it depends on failed, or it was left out.
    Skipped,
    /// It waits for a person's answer, or for a task that does.
    Waiting,
    /// Smaller tasks took its place.
    Split,
    /// The run was stopped before.
    Cancelled,
}

/// What a person wants to know of a flaky task.
pub(super) const FLAKY: &str =
    "its tests failed first and passed when they were run again unchanged";

impl RunReport {
    /// How many tasks ended so.
    pub fn count(&self, end: TaskEnd) -> usize {
        self.tasks.iter().filter(|task| task.end == end).count()
    }
}

/// Who gave the answers that a meter counted.
pub(super) fn shares(options: &RunOptions, meter: &CallMeter) -> Vec<Share> {
    let mut answers = meter.answers();
    let all: u64 = answers.values().sum();
    let weights = &options.provider_settings.weights;
    let weigh_all: u64 = weights.values().copied().map(u64::from).sum();
    let part = |part: u64, of: u64| part as f64 / of.max(1) as f64;
    let mut shares = Vec::new();
    let mut tell = |provider: String, answers: u64| {
        let weight = weights.get(&provider).copied().unwrap_or(0);
        let meant = (weigh_all > 0).then(|| part(u64::from(weight), weigh_all));
        shares.push(Share {
            provider,
            answers,
            share: part(answers, all),
            meant,
        });
    };
    for provider in &options.providers {
        let answers = answers.remove(provider).unwrap_or(0);
        tell(provider.clone(), answers);
    }
    // Those that only routes name.
    answers
        .into_iter()
        .for_each(|(provider, answers)| tell(provider, answers));
    shares
}

impl TaskReport {
    pub(super) fn new(
        ids: &TaskIds,
        index: usize,
        outcome: &Outcome<TaskOutput, CrewError>,
        drifted: &BTreeMap<String, Drift>,
        is_flaky: impl Fn(&str) -> bool,
    ) -> Self {
        let node = wavecrew_dag::NodeId::from_index(index);
        let mut report = Self {
            id: ids.of(node).to_owned(),
            end: TaskEnd::Cancelled,
            reason: "the run was stopped before it ended".to_owned(),
            passed_over: Vec::new(),
            there_before: Vec::new(),
            outside: Vec::new(),
            no_answer: false,
            unanswered: Vec::new(),
            fatal: false,
        };
        match outcome {
            Outcome::Succeeded { output, .. } => {
                report.end = match output.verdict {
                    TaskVerdict::Verified => TaskEnd::Verified,
                    TaskVerdict::NotChecked => TaskEnd::NotChecked,
                    _ => TaskEnd::Failed,
                };
                report.reason = output.reason();
                report.passed_over.clone_from(&output.passed_over);
                report.outside.clone_from(&output.evidence.outside);
                if report.end == TaskEnd::NotChecked && output.evidence.passed_before() {
                    (report.there_before).clone_from(&output.evidence.there_before);
                }
                if report.end == TaskEnd::Verified && is_flaky(&report.id) {
                    report.end = TaskEnd::Flaky;
                    report.reason = format!("{FLAKY}; {}", report.reason);
                }
                if let Some(drift) = drifted.get(&report.id) {
                    report.end = match drift {
                        Drift::Gone(_) => TaskEnd::Failed,
                        Drift::Changed(_) => TaskEnd::NotChecked,
                    };
                    report.reason = drift.to_string();
                }
            }
            Outcome::Failed { error, .. } => {
                let not_checked = error.error().is_some_and(CrewError::is_not_checked);
                report.end = if not_checked {
                    TaskEnd::NotChecked
                } else {
                    TaskEnd::Failed
                };
                report.reason = error.to_string();
                report.fatal = error.class() == FailureClass::Fatal;
                if let Failed::Error(error) = &**error {
                    report.outside.clone_from(&error.evidence().outside);
                    report.unanswered = error.unanswered().to_vec();
                    let mut causes = report.unanswered.iter();
                    report.no_answer = error.report().is_none()
                        && error.provider().is_some()
                        && !causes.any(|cause| cause.was_answered());
                }
            }
            Outcome::Skipped { because } => {
                report.end = TaskEnd::Skipped;
                report.reason = match *because == node {
                    true => "it was left out".to_owned(),
                    false => format!("{} failed or was left out", ids.of(*because)),
                };
            }
            Outcome::PutAside { because } => {
                report.end = TaskEnd::Waiting;
                report.reason = match *because == node {
                    true => "it waits for an answer".to_owned(),
                    false => format!("{} waits for an answer", ids.of(*because)),
                };
            }
            Outcome::Split { parts } => {
                let parts: Vec<&str> = parts.iter().map(|part| ids.of(*part)).collect();
                report.end = TaskEnd::Split;
                report.reason = format!("split into {}", parts.join(", "));
            }
            _ => {}
        }
        report
    }
}
