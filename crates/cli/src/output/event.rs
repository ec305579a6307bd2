//! Events of a run: as JSON, and as a line for people.

use std::time::Duration;

use serde_json::{Value, json};
use wavecrew::dag::Dag;
use wavecrew::exec::{Event, EventKind};
use wavecrew::worker_spec::Task;

use super::SCHEMA_VERSION;
use super::diagnostic::visible;

/// The machine form: the event with its task's id in place of an index.
pub fn event_json(dag: &Dag<Task>, event: &Event) -> Value {
    let mut value = json!(event);
    let fields = value
        .as_object_mut()
        .expect("an event serialises to an object");
    fields.remove("node");
    fields.insert("schema_version".into(), json!(SCHEMA_VERSION));
    fields.insert("task".into(), json!(dag.id(event.node)));
    if let EventKind::Skipped { because } = &event.kind {
        fields.insert("because".into(), json!(dag.id(*because)));
    }
    value
}

/// One line for people; `None` for what only fills the screen.
pub fn event_line(dag: &Dag<Task>, event: &Event) -> Option<String> {
    let id = dag.id(event.node);
    let title = &dag.payload(event.node).title;
    let said = match &event.kind {
        EventKind::Started { attempt: 1 } => format!("started    {id}  {title}"),
        EventKind::Started { attempt } => format!("started    {id}  attempt {attempt}"),
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
        EventKind::Succeeded { label, .. } => format!("done       {id}  {label}"),
        EventKind::Skipped { because } => format!("skipped    {id}  {} failed", dag.id(*because)),
        EventKind::Cancelled => format!("cancelled  {id}"),
        _ => return None,
    };
    let line = visible(&said).replace('\n', " ");
    Some(format!(
        "{:>8}  {}",
        seconds(event.elapsed),
        shortened(&line)
    ))
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
