//! The figures of a run that goes on.

use serde_json::{Value, json};
use wavecrew::Snapshot;

use super::SCHEMA_VERSION;

/// The machine form.
pub fn snapshot_json(snapshot: &Snapshot) -> Value {
    let mut value = json!(snapshot);
    value["kind"] = json!("snapshot");
    value["schema_version"] = json!(SCHEMA_VERSION);
    value
}

/// One line for people.
pub fn snapshot_line(snapshot: &Snapshot) -> String {
    let mut line = format!(
        "{:>6.2} s  so far     {} of {} tasks ended, {} running",
        snapshot.elapsed_seconds,
        snapshot.ended,
        snapshot.tasks,
        snapshot.running.len(),
    );
    if let Some(latency) = &snapshot.latency {
        line.push_str(&format!(
            "; attempts took {:.1} s, the longest {:.1} s",
            latency.median, latency.max
        ));
    }
    if let Some(rate) = snapshot.pass_rate {
        line.push_str(&format!("; {:.0} % of them passed", rate * 100.0));
    }
    if snapshot.guide_alerts > 0 {
        line.push_str(&format!(
            "; {} gave guides, not work",
            snapshot.guide_alerts
        ));
    }
    line.push_str(&format!("; {} files written", snapshot.files_written));
    line
}
