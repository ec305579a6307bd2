//! `wavecrew inspect --flowchart`

use serde_json::{Value, json};
use wavecrew::worker_spec::Parsed;
use wavecrew::worker_spec::mermaid::Flowchart;

use super::diagnostic::DiagnosticOut;

/// The flowchart as it was read, with its diagnostics.
pub fn flowchart_json(parsed: &Parsed<Flowchart>) -> Value {
    let mut value = json!(parsed.value);
    let diagnostics: Vec<DiagnosticOut<'_>> =
        parsed.diagnostics.iter().map(DiagnosticOut::new).collect();
    let fields = value
        .as_object_mut()
        .expect("a flowchart serialises to an object");
    fields.insert("diagnostics".into(), json!(diagnostics));
    value
}
