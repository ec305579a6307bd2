//! `wavecrew status`

use std::fmt::Write;

use serde_json::{Map, Value, json};
use wavecrew::{RunStatus, TaskState};

use super::SCHEMA_VERSION;
use super::diagnostic::visible;
use super::summary::target_text;

/// All states, the best first.
pub const STATES: [TaskState; 13] = [
    TaskState::Verified,
    TaskState::Flaky,
    TaskState::NotChecked,
    TaskState::Failed,
    TaskState::Skipped,
    TaskState::Cancelled,
    TaskState::Asking,
    TaskState::PutAside,
    TaskState::Split,
    TaskState::Running,
    TaskState::Waiting,
    TaskState::Interrupted,
    TaskState::Pending,
];

/// The machine form.
pub fn status_json(status: &RunStatus) -> Value {
    let counts: Map<String, Value> = STATES
        .iter()
        .map(|state| (name(*state), json!(status.count(*state))))
        .collect();
    json!({
        "schema_version": SCHEMA_VERSION,
        "run_id": status.run_id,
        "sessions": status.sessions,
        "counts": counts,
        "tasks": status.tasks,
        "stopped": status.stopped,
        "targets": status.targets,
        "questions": status.questions,
        "spent": status.spent,
    })
}

/// The form for people.
pub fn status_text(status: &RunStatus) -> String {
    let mut out = format!("run {}\n", status.run_id);
    for task in &status.tasks {
        let state = name(task.state).replace('_', " ");
        let reason = visible(&task.reason).replace('\n', " ");
        let _ = writeln!(out, "  {state:<12} {:<20} {reason}", task.id);
    }
    for target in &status.targets {
        let _ = writeln!(out, "target {}", visible(&target_text(target)));
    }
    if let Some(stopped) = &status.stopped {
        let _ = writeln!(out, "stopped: {}", visible(stopped));
    }
    let counts: Vec<String> = STATES
        .iter()
        .filter(|state| status.count(**state) > 0)
        .map(|state| {
            format!(
                "{} {}",
                status.count(*state),
                name(*state).replace('_', " ")
            )
        })
        .collect();
    let _ = writeln!(out, "{}", counts.join(", "));
    out
}

/// The state's name in machine outputs.
pub fn name(state: TaskState) -> String {
    let value = json!(state);
    value
        .as_str()
        .expect("a state serialises to its name")
        .to_owned()
}
