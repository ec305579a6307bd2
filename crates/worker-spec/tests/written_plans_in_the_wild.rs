//! Every real document, written in our own form and in JSON, and read back. Needs the folder that `WAVECREW_SHARED` names.

use std::path::{Path, PathBuf};

use wavecrew_worker_spec::{Document, Plan, Severity, read, write};

fn shared() -> PathBuf {
    std::env::var_os("WAVECREW_SHARED")
        .map_or_else(|| panic!("WAVECREW_SHARED names no folder"), PathBuf::from)
}

/// The documents of a folder, by name.
fn documents(folder: &Path) -> Vec<Document> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            let bytes = std::fs::read(&path).expect("a file can be read");
            let name = path.file_name()?.to_string_lossy().into_owned();
            Document::from_bytes(name, bytes).ok()
        })
        .collect()
}

/// Where the plan that is read back differs, in words.
fn difference(plan: &Plan) -> Option<String> {
    let plan = plan.without_places();
    let read = |name, text| read(&[Document::new(name, text)]).value.without_places();
    let again = read("written.json", write::to_json(&plan));
    if plan == again {
        let again = read("written.md", write::to_markdown(&plan));
        (plan != again).then(|| first_difference(&plan, &again))
    } else {
        Some(first_difference(&plan, &again))
    }
}

fn first_difference(plan: &Plan, again: &Plan) -> String {
    for (a, b) in plan.tasks.iter().zip(&again.tasks) {
        if a != b {
            let (a, b) = (format!("{a:#?}"), format!("{b:#?}"));
            let line = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            return format!("a task: {line:?}\n{a}");
        }
    }
    for (a, b) in plan.groups.iter().zip(&again.groups) {
        if a != b {
            return format!("group\n{a:#?}\n{b:#?}");
        }
    }
    for (a, b) in plan.edges.iter().zip(&again.edges) {
        if a != b {
            return format!("edge\n{a:#?}\n{b:#?}");
        }
    }
    if plan.checkpoints != again.checkpoints {
        return format!("{:#?}\n{:#?}", plan.checkpoints, again.checkpoints);
    }
    if plan.statements != again.statements {
        return format!("{:#?}\n{:#?}", plan.statements, again.statements);
    }
    format!(
        "title {:?} {:?}, {} and {} tasks, {} and {} groups, {} and {} edges",
        plan.title,
        again.title,
        plan.tasks.len(),
        again.tasks.len(),
        plan.groups.len(),
        again.groups.len(),
        plan.edges.len(),
        again.edges.len()
    )
}

fn check(name: &str, documents: &[Document], differing: &mut Vec<String>) -> usize {
    let plan = read(documents).value;
    if let Some(difference) = difference(&plan) {
        differing.push(format!("{name}: {difference}"));
    }
    plan.tasks.len()
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn every_document_is_read_back_from_our_own_form_and_from_json() {
    let mut differing = Vec::new();
    let mut tasks = 0;
    for folder in ["corpus", "seed-plans", "wingman-workers"] {
        for document in documents(&shared().join(folder)) {
            tasks += check(
                document.name(),
                std::slice::from_ref(&document),
                &mut differing,
            );
        }
    }
    assert!(tasks > 1000, "{tasks} tasks");
    let count = differing.len();
    assert!(
        differing.is_empty(),
        "{count} differ:\n{}",
        differing.join("\n\n")
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn a_plan_of_many_documents_is_one_document_that_says_the_same() {
    let mut all = documents(&shared().join("wingman-workers"));
    let plan = std::fs::read_to_string(shared().join("seed-plans/wingman-parallel-plan.md"));
    all.insert(0, Document::new("plan.md", plan.expect("the plan is text")));
    let mut differing = Vec::new();
    let tasks = check("wingman", &all, &mut differing);
    assert!(tasks >= 225, "{tasks} tasks");
    assert_eq!(differing, Vec::<String>::new());
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn what_is_written_adds_no_error() {
    let errors = |documents: &[Document]| -> Vec<String> {
        let diagnostics = read(documents).diagnostics.into_iter();
        diagnostics
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .map(|diagnostic| diagnostic.to_string())
            .collect()
    };
    for folder in ["corpus", "seed-plans"] {
        for document in documents(&shared().join(folder)) {
            let before = errors(std::slice::from_ref(&document));
            let plan = read(std::slice::from_ref(&document)).value;
            if plan.tasks.is_empty() {
                continue;
            }
            let written = Document::new("written.md", write::to_markdown(&plan));
            let after = errors(&[written]);
            let name = document.name();
            assert!(
                after.len() <= before.len(),
                "{name}: {before:#?} {after:#?}"
            );
        }
    }
}
