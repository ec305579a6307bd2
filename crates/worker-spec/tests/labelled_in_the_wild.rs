//! Every document of the test data that has a label, against it: how many tasks, edges and groups it holds. Needs the
//! folder of test data.
#![allow(clippy::print_stdout, reason = "the table is what the test is run for")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew_worker_spec::{Document, Plan, read};

/// Reads a document, or all documents of a folder as one plan.
fn plan_of(corpus: &Path, name: &str) -> Plan {
    let path = corpus.join(name);
    let mut files: Vec<PathBuf> = if path.is_dir() {
        let entries = std::fs::read_dir(&path).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    } else {
        vec![path]
    };
    files.sort();
    let documents: Vec<Document> = files
        .iter()
        .map(|file| {
            let name = file.file_name().expect("a name").to_string_lossy();
            Document::from_bytes(name, std::fs::read(file).expect("a file")).expect("text")
        })
        .collect();
    read(&documents).value
}

/// A number of the label beside what was read; `None` when the label does not count it.
fn cell(label: &Value, found: usize) -> (String, bool) {
    match label.as_u64() {
        Some(stated) => (format!("{found}/{stated}"), stated == found as u64),
        None => (format!("{found}/-"), true),
    }
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn counts_of_labelled_documents() {
    let shared =
        PathBuf::from(std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED is set"));
    let corpus = shared.join("corpus");
    let labels = std::fs::read_to_string(corpus.join("labels.json")).expect("the labels");
    let labels: Value = serde_json::from_str(&labels).expect("JSON");
    let labels = labels["labels"].as_object().expect("labels");
    assert!(labels.len() >= 8);
    let mut wrong = Vec::new();
    println!(
        "{:<60} {:>9} {:>9} {:>7}",
        "read/labelled", "tasks", "edges", "groups"
    );
    for (name, label) in labels {
        let plan = plan_of(&corpus, name);
        let cells = [
            cell(&label["n_tasks"], plan.tasks.len()),
            cell(&label["n_edges"], plan.edges.len()),
            cell(&label["n_groups"], plan.groups.len()),
        ];
        println!(
            "{name:<60} {:>9} {:>9} {:>7}",
            cells[0].0, cells[1].0, cells[2].0
        );
        if cells.iter().any(|(_, right)| !right) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
