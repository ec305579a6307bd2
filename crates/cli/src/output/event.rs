//! Events of a run: as JSON, and as a line for people.

use std::time::Duration;

use serde_json::{Value, json};
use wavecrew::dag::{Dag, NodeId};
use wavecrew::exec::{Event, EventKind, TaskIds};
use wavecrew::worker_spec::Task;

use super::SCHEMA_VERSION;
use super::diagnostic::visible;

/// The machine form: the event with its task's id in place of an index, if it is about a task.
pub fn event_json(ids: &TaskIds, event: &Event) -> Value {
    let mut value = json!(event);
    let fields = value
        .as_object_mut()
        .expect("an event serialises to an object");
    fields.remove("node");
    fields.insert("schema_version".into(), json!(SCHEMA_VERSION));
    if let Some(node) = event.node {
        fields.insert("task".into(), json!(ids.of(node)));
    }
    match &event.kind {
        EventKind::Skipped { because } | EventKind::PutAside { because } => {
            fields.insert("because".into(), json!(ids.of(*because)));
        }
        EventKind::Split { parts, .. } => {
            let parts: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
            fields.insert("parts".into(), json!(parts));
        }
        _ => {}
    }
    value
}

/// One line for people; `None` for what only fills the screen.
pub fn event_line(dag: &Dag<Task>, ids: &TaskIds, event: &Event) -> Option<String> {
    let said = match event.node {
        Some(node) => of_task(dag, ids, node, &event.kind)?,
        None => of_run(&event.kind)?,
    };
    let line = visible(&said).replace('\n', " ");
    Some(format!(
        "{:>8}  {}",
        seconds(event.elapsed),
        shortened(&line)
    ))
}

fn of_task(dag: &Dag<Task>, ids: &TaskIds, node: NodeId, kind: &EventKind) -> Option<String> {
    let id = ids.of(node);
    let title = &dag.payload(ids.origin(node)).title;
    Some(match kind {
        EventKind::Started { attempt: 1 } => format!("started    {id}  {title}"),
        EventKind::Started { attempt } => format!("started    {id}  attempt {attempt}"),
        EventKind::Progress { message } => format!("note       {id}  {message}"),
        EventKind::Stale { reason } => format!("again      {id}  {reason}"),
        EventKind::Paused { wait, reason } => {
            format!("paused     {id}  for {}: {reason}", seconds(*wait))
        }
        EventKind::Failed {
            attempt,
            reason,
            will_retry: true,
            ..
        } => {
            format!("retry      {id}  attempt {attempt}: {reason}")
        }
        EventKind::Failed {
            attempt, reason, ..
        } => format!("failed     {id}  attempt {attempt}: {reason}"),
        EventKind::Succeeded {
            label,
            replayed: true,
            ..
        } => format!("kept       {id}  {label}"),
        EventKind::Succeeded {
            label, flaky: true, ..
        } => format!("flaky      {id}  {label}"),
        EventKind::Succeeded { label, .. } => format!("done       {id}  {label}"),
        EventKind::Skipped { because } if *because == node => format!("left out   {id}"),
        EventKind::Skipped { because } => {
            format!("skipped    {id}  {} failed", ids.of(*because))
        }
        EventKind::Cancelled => format!("cancelled  {id}"),
        EventKind::Rerun { rerun, reason, .. } => {
            format!("run again  {id}  re-run {rerun}: {reason}")
        }
        EventKind::Decided { decision } => format!("decided    {id}  {}", decision.reason),
        EventKind::RolledBack { error: None } => format!("undone     {id}"),
        EventKind::RolledBack { error: Some(error) } => format!("not undone {id}  {error}"),
        EventKind::Asked { question, .. } => format!("asks       {id}  {question}"),
        EventKind::PutAside { because } if *because == node => {
            format!("put aside  {id}  until it is decided about")
        }
        EventKind::PutAside { because } => {
            format!("put aside  {id}  {} waits for an answer", ids.of(*because))
        }
        EventKind::Answered { answer } => format!("answered   {id}  {answer}"),
        EventKind::Split { parts, .. } => {
            let parts: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
            format!("split      {id}  into {}", parts.join(", "))
        }
        _ => return None,
    })
}

fn of_run(kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::Decided { decision } => format!("decided    {}", decision.reason),
        EventKind::Asked { question, .. } => format!("asks       {question}"),
        EventKind::Answered { answer } => format!("answered   {answer}"),
        EventKind::Opened { phase, tasks } => format!("opened     {phase}: {tasks} tasks"),
        EventKind::Checked {
            phase,
            passed,
            reason,
        } => {
            let how = if *passed { "passed " } else { "refused" };
            format!("{how}    {phase}: {reason}")
        }
        EventKind::Suspended => "suspended".to_owned(),
        EventKind::Continued => "continued".to_owned(),
        EventKind::Target { met, reason } => {
            let how = if *met { "met   " } else { "missed" };
            format!("{how}     {reason}")
        }
        _ => return None,
    })
}

/// A line that fits on a screen or two; the journal and `wavecrew status --json` have all of it.
fn shortened(line: &str) -> String {
    const LONGEST: usize = 240;
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
