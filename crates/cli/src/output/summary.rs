//! The beginning and the end of a run.

use std::fmt::Write;

use serde_json::{Value, json};
use wavecrew::exec::Reached;
use wavecrew::providers::Purse;
use wavecrew::{PlanGraph, RunReport, Session, Share, TaskEnd};

use super::SCHEMA_VERSION;
use super::amount::{dollars, dollars_json};
use super::budget::budget_json;
use super::diagnostic::visible;
use super::fallbacks::fallback_lines;

/// The first line of `--json`.
pub fn run_json(session: &Session, tasks: usize) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "kind": "run",
        "run_id": session.folder().id(),
        "tasks": tasks,
        "isolation": session.isolation().to_string(),
    })
}

/// The last line of `--json`.
pub fn summary_json(run_id: &str, graph: &PlanGraph, report: &RunReport, purse: &Purse) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "kind": "summary",
        "run_id": run_id,
        "verified": report.count(TaskEnd::Verified),
        "failed": report.count(TaskEnd::Failed),
        "not_checked": report.count(TaskEnd::NotChecked),
        "skipped": report.count(TaskEnd::Skipped),
        "cancelled": report.count(TaskEnd::Cancelled),
        "calls": report.calls,
        "cost": report.cost_nano_usd.map(dollars_json),
        "budget": budget_json(purse),
        "flaky": report.count(TaskEnd::Flaky),
        "waiting": report.count(TaskEnd::Waiting),
        "split": report.count(TaskEnd::Split),
        "stopped": report.course.stopped,
        "targets": report.course.targets,
        "questions": report.course.questions,
        "out_of_budget": report.course.out_of_budget,
        "providers": report.shares,
        "tasks": report.tasks,
        "left_out": graph.left_out,
    })
}

/// The form for people: what did not end well, each with its reason, then the counts.
pub fn summary_text(graph: &PlanGraph, report: &RunReport) -> String {
    let mut out = String::new();
    for (end, heading) in [
        (TaskEnd::Failed, "Failed"),
        (TaskEnd::NotChecked, "Not checked"),
        (TaskEnd::Flaky, "Flaky"),
    ] {
        let tasks: Vec<_> = report.tasks.iter().filter(|task| task.end == end).collect();
        if tasks.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{heading}");
        for task in tasks {
            let _ = writeln!(
                out,
                "  {}: {}",
                task.id,
                visible(&task.reason).replace('\n', " ")
            );
        }
        out.push('\n');
    }
    let tasks = report.tasks.iter();
    let fallbacks =
        fallback_lines(tasks.map(|task| (task.id.as_str(), task.passed_over.as_slice())));
    if !fallbacks.is_empty() {
        out.push_str("Passed over\n");
        for line in fallbacks {
            let _ = writeln!(out, "  {}", visible(&line).replace('\n', " "));
        }
        out.push('\n');
    }
    let outside: Vec<_> = (report.tasks.iter())
        .filter(|task| !task.outside.is_empty())
        .collect();
    if !outside.is_empty() {
        out.push_str("Changed outside of the plan, by tests, agents or somebody else\n");
        for task in outside {
            let what = visible(&task.outside.join("; ")).replace('\n', " ");
            let _ = writeln!(out, "  while {} was worked on: {what}", task.id);
        }
        out.push('\n');
    }
    if !report.course.targets.is_empty() {
        out.push_str("Targets\n");
        for target in &report.course.targets {
            let _ = writeln!(out, "  {}", target_text(target));
        }
        out.push('\n');
    }
    let _ = write!(out, "{} verified", report.count(TaskEnd::Verified));
    for (end, name) in [
        (TaskEnd::Flaky, "flaky"),
        (TaskEnd::NotChecked, "not checked"),
        (TaskEnd::Failed, "failed"),
        (TaskEnd::Skipped, "skipped"),
        (TaskEnd::Waiting, "waiting"),
        (TaskEnd::Split, "split"),
        (TaskEnd::Cancelled, "cancelled"),
    ] {
        if report.count(end) > 0 {
            let _ = write!(out, ", {} {name}", report.count(end));
        }
    }
    if !graph.left_out.is_empty() {
        let _ = write!(out, ", {} left out", graph.left_out.len());
    }
    let calls = report.calls;
    let _ = write!(
        out,
        "; {calls} {}",
        if calls == 1 { "call" } else { "calls" }
    );
    if let Some(nano) = report.cost_nano_usd.filter(|nano| *nano > 0) {
        let _ = write!(out, ", {}", dollars(nano));
    }
    out.push('\n');
    if report.shares.len() > 1 {
        let shares: Vec<String> = report.shares.iter().map(share_text).collect();
        let _ = writeln!(out, "answers: {}", shares.join(", "));
    }
    out
}

/// As in `met: 19 of 20 tasks …`.
pub fn target_text(target: &Reached) -> String {
    let how = if target.met { "met" } else { "missed" };
    format!("{how}: {}", target.reason)
}

/// As in `openai 18 (90 %, 90 % meant)`.
fn share_text(share: &Share) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let is = percent(share.share);
    match share.meant {
        Some(meant) => {
            let (answers, meant) = (share.answers, percent(meant));
            format!("{} {answers} ({is}, {meant} meant)", share.provider)
        }
        None => format!("{} {} ({is})", share.provider, share.answers),
    }
}
