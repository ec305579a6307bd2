//! `wavecrew status`

use std::fmt::Write;

use serde_json::{Map, Value, json};
use wavecrew::{LeftOut, RunStatus, Spent, TaskState};

use super::SCHEMA_VERSION;
use super::amount::dollars_json;
use super::diagnostic::visible;
use super::evidence::warnings;
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
        "kind": "status",
        "run_id": status.run_id,
        "live": status.live,
        "process": status.process,
        "sessions": status.sessions,
        "counts": counts,
        "tasks": status.tasks,
        "stopped": status.stopped,
        "targets": status.targets,
        "questions": status.questions,
        "left_out": status.left_out,
        "former": status.former,
        "spent": spent_json(&status.spent),
        "judged": judged_json(status),
    })
}

/// What judging the specs took, in dollars as well.
fn judged_json(status: &RunStatus) -> Value {
    let mut value = json!(status.judged);
    value["cost"] = json!(dollars_json(status.judged.nano_usd));
    value
}

/// What was spent, each sum in dollars as well, as the other outputs have it.
fn spent_json(spent: &Spent) -> Value {
    let mut value = json!(spent);
    value["cost"] = json!(spent.nano_usd.map(dollars_json));
    for (own, value) in spent
        .providers
        .iter()
        .zip(value["providers"].as_array_mut().into_iter().flatten())
    {
        value["cost"] = json!(own.nano_usd.map(dollars_json));
    }
    value
}

/// The form for people.
pub fn status_text(status: &RunStatus) -> String {
    let mut out = format!("run {}", status.run_id);
    match (status.live, status.process) {
        (true, Some(process)) => {
            let _ = write!(out, ", live in process {process}");
        }
        (true, None) => out.push_str(", live"),
        (false, _) => {}
    }
    out.push('\n');
    for task in &status.tasks {
        let state = name(task.state).replace('_', " ");
        let reason = visible(&task.reason).replace('\n', " ");
        let _ = writeln!(out, "  {state:<12} {:<20} {reason}", task.id);
        for line in warnings(&task.evidence) {
            let line = visible(&line).replace('\n', " ");
            let _ = writeln!(out, "  {:<12} {:<20} {line}", "", "");
        }
    }
    for task in &status.left_out {
        let _ = writeln!(
            out,
            "  {:<12} {:<20} {}",
            "left out",
            task.id,
            visible(&task.reason)
        );
    }
    for task in &status.former {
        let state = name(task.state).replace('_', " ");
        let _ = writeln!(
            out,
            "  {:<12} {:<20} it was {state}",
            "not planned", task.id
        );
    }
    for target in &status.targets {
        let _ = writeln!(out, "target {}", visible(&target_text(target)));
    }
    if let Some(stopped) = &status.stopped {
        let _ = writeln!(out, "stopped: {}", visible(stopped));
    }
    let _ = writeln!(out, "{}", counts(status));
    out
}

/// `3 verified, 1 failed, 2 left out`.
pub fn counts(status: &RunStatus) -> String {
    let states = STATES.iter().map(|state| {
        let state_name = name(*state).replace('_', " ");
        (status.count(*state), state_name)
    });
    let others = [
        (status.left_out.len(), "left out".to_owned()),
        (status.former.len(), "not planned any more".to_owned()),
    ];
    let all = states.chain(others).filter(|(count, _)| *count > 0);
    let all: Vec<String> = all.map(|(count, name)| format!("{count} {name}")).collect();
    all.join(", ")
}

/// The state's name in machine outputs.
pub fn name(state: TaskState) -> String {
    let value = json!(state);
    value
        .as_str()
        .expect("a state serialises to its name")
        .to_owned()
}

/// Why nothing is left to do. A task that nobody selected may be open.
pub fn nothing_left(left_out: &[LeftOut]) -> String {
    let others = left_out.iter().filter(|task| task.is_not_selected());
    match others.count() {
        0 => "the plan says that everything is done".to_owned(),
        1 => "all that was selected is done; 1 task was not selected".to_owned(),
        others => format!("all that was selected is done; {others} tasks were not selected"),
    }
}
