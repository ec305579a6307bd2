//! The result files that a spec asks for, written by us from what was really seen.

use serde_json::{Map, Value, json};
use wavecrew_validate::{Report, TaskVerdict, TestRun};
use wavecrew_worker_spec::WorkerSpec;

/// The content of a spec's result file.
///
/// A worker's own claims about its tests are worth nothing, so the file is never taken from an
/// answer. It holds no time and no duration: the same work gives the same bytes.
pub(super) fn result_file(
    spec: &WorkerSpec,
    verdict: TaskVerdict,
    report: &Report,
    tests: &[TestRun],
    delivered: &[String],
) -> Vec<u8> {
    let outcomes: Map<String, Value> = tests
        .iter()
        .map(|run| (run.command.clone(), json!(run.after)))
        .collect();
    let mut text = serde_json::to_vec_pretty(&json!({
        "worker_id": spec.id,
        "worker_name": spec.title,
        "status": verdict,
        "deliverables_created": delivered,
        "test_results": outcomes,
        "checks": report.checks,
        "written_by": "wavecrew",
    }))
    .expect("strings and lists always serialise");
    text.push(b'\n');
    text
}
