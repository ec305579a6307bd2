//! Documents of every dialect, with what their authors mean: read from their folders and audited.
//!
//! What the reader makes of them is tested in `wavecrew-worker-spec`, whose folder `tests/dialects` holds them and explains
//! `expected.json`. Here: folders are searched as meant, the planted faults that only the whole plan shows are told, and
//! nothing else is.

use std::path::{Path, PathBuf};

use serde_json::Value;
use wavecrew::worker_spec::{Diagnostic, Severity, read};
use wavecrew::{GraphOptions, audit, read_documents};

#[test]
fn the_audit_tells_what_is_planted_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/worker-spec/tests/dialects");
    let mut wrong = Vec::new();
    let mut plans = 0;
    for folder in folders(&root) {
        let name = folder.strip_prefix(&root).expect("below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        let found = check(&folder);
        plans += 1;
        wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }
    assert_eq!(plans, 31);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The folders with an `expected.json`, in order.
fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        if folder.join("expected.json").exists() {
            found.push(folder.clone());
        }
        let entries = std::fs::read_dir(&folder).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        open.extend(paths.filter(|path| path.is_dir()));
    }
    found.sort();
    found
}

fn check(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("a file");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    let inputs = expected["inputs"].as_array().expect("inputs");
    let inputs = inputs.iter().filter_map(Value::as_str);
    let paths: Vec<PathBuf> = inputs.map(|input| folder.join(input)).collect();
    let documents = match read_documents(&paths) {
        Ok(documents) => documents,
        Err(error) => return vec![error.to_string()],
    };
    let plan = read(&documents).value;
    let mut wrong = Vec::new();
    for (id, fields) in expected["tasks"].as_object().expect("tasks") {
        let also = fields["id_also"].as_array().into_iter().flatten();
        let mut names = also.filter_map(Value::as_str).chain([id.as_str()]);
        if !names.any(|name| plan.task(name).is_some()) {
            wrong.push(format!("{id} is missing"));
        }
    }
    let told = audit(&plan, GraphOptions::default());
    let planted = || rows(&expected, "diagnostics");
    for row in planted().filter(|row| row["code"].as_str().is_some_and(|code| code >= "WC1000")) {
        if !told.iter().any(|found| tells(found, row)) {
            wrong.push(format!("it does not say {}: {}", row["code"], row["says"]));
        }
    }
    for found in told.iter().filter(|found| found.severity > Severity::Note) {
        let mut meant = planted().chain(rows(&expected, "diagnostics_accepted_too"));
        if !meant.any(|row| tells(found, row)) {
            wrong.push(format!("nothing is wrong, but it says: {found}"));
        }
    }
    for row in rows(&expected, "must_not_say") {
        if let Some(found) = told.iter().find(|found| tells(found, row)) {
            wrong.push(format!("it must not say: {found}"));
        }
    }
    wrong
}

/// Whether a diagnostic is the one that a row describes: the code, and the line or the next to it.
fn tells(found: &Diagnostic, row: &Value) -> bool {
    let (line, file) = (row["line"].as_u64().unwrap_or(1), row["file"].as_str());
    let related = found.related.iter().map(|place| &place.location);
    let mut places = found.location.iter().chain(related);
    row["code"] == found.code.as_str()
        && places.any(|place| {
            let same = file.is_none_or(|file| place.file.replace('\\', "/").ends_with(file));
            same && (place.line as u64).abs_diff(line) <= 1
        })
}

fn rows<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}
