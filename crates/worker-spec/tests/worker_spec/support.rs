//! Reading a spec, and what there is in it.

use wavecrew_worker_spec::{Diagnostic, Document, Parsed, Plan, WorkerSpec, read};

pub(crate) fn plan(text: &str) -> Parsed<Plan> {
    read(&[Document::new("spec.md", text)])
}

/// The one worker spec of a text.
pub(crate) fn spec(text: &str) -> WorkerSpec {
    let plan = plan(text).value;
    assert_eq!(plan.tasks.len(), 1, "one task in {text}");
    plan.tasks[0].spec.as_deref().expect("a spec").clone()
}

/// A spec with one section of this text, and the two that make it one.
pub(crate) fn with(section: &str, body: &str) -> String {
    of("WORKER_007", section, body)
}

/// The same with an id of another kind.
pub(crate) fn of_task(section: &str, body: &str) -> String {
    of("TASK-7", section, body)
}

fn of(id: &str, section: &str, body: &str) -> String {
    let mut text = format!("# {id}: Seven\n");
    for name in ["DELIVERABLES", "SUCCESS_CRITERIA", "TEST_PROCESS"] {
        if name != section {
            text.push_str(&format!("\n## {name}\n\n"));
        }
    }
    format!("{text}\n## {section}\n\n{body}\n")
}

pub(crate) fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    let codes = diagnostics.iter().map(|found| found.code.as_str());
    codes.collect()
}

pub(crate) fn paths(spec: &WorkerSpec) -> Vec<&str> {
    let files = spec.deliverables.iter();
    files.map(|file| file.path.as_str()).collect()
}

pub(crate) fn commands(spec: &WorkerSpec) -> Vec<&str> {
    spec.test_commands()
        .map(|test| test.text.as_str())
        .collect()
}

pub(crate) fn names(spec: &WorkerSpec) -> Vec<&str> {
    let sections = spec.sections.iter();
    sections.map(|section| section.name.as_str()).collect()
}
