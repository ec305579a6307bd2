//! A document means the same whether its lines end as on Unix or as on Windows.

use std::path::{Path, PathBuf};

use wavecrew_worker_spec::{Document, Plan, Subject, read};

#[test]
fn both_kinds_of_line_ends_mean_the_same() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = Vec::new();
    for folder in ["as_people_write", "dialects"] {
        gather(&here.join("tests").join(folder), &mut documents);
    }
    assert!(documents.len() > 100, "{}", documents.len());
    for path in documents {
        let text = std::fs::read_to_string(&path).expect("a document");
        check(&path.display().to_string(), &text.replace("\r\n", "\n"));
    }
}

#[test]
fn a_chain_over_several_lines_is_stated_the_same() {
    let chain = "A-1 (1h)\n   ↓\nA-2 (2h)\n   ↓\nA-3 (1h)";
    let text = format!(
        "# Plan\n\n## Tasks\n\n- A-1: one\n- A-2: two\n- A-3: three\n\n## Critical path\n\n```\n{chain}\n```\n"
    );
    let plan = read(&[Document::new("plan.md", text.as_str())]).value;
    let stated = plan
        .statements
        .iter()
        .find(|it| it.subject == Subject::CriticalPath);
    assert_eq!(stated.expect("a chain").value, chain);
    check("plan.md", &text);
}

#[track_caller]
fn check(name: &str, unix: &str) {
    let windows = read_as(name, unix.replace('\n', "\r\n"));
    let unix = read_as(name, unix.to_owned());
    assert!(windows.0 == unix.0, "the plans of {name} differ");
    assert_eq!(windows.1, unix.1, "what is told of {name}");
}

/// The Markdown files in a folder and those below it.
fn gather(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            into.push(path);
        }
    }
}

/// The plan of a text without its places, and what is told of it, with lines.
fn read_as(name: &str, text: String) -> (Plan, Vec<(usize, String)>) {
    let parsed = read(&[Document::new(name, text)]);
    let told = parsed.diagnostics.iter().map(|told| {
        let line = told.location.as_ref().map_or(0, |place| place.line);
        (line, format!("{} {}", told.code, told.message))
    });
    (parsed.value.without_places(), told.collect())
}
