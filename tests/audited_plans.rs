//! Short plans in the many ways in which people write them. Of a right one nothing is told; of a wrong one exactly what
//! is wrong with it.
//!
//! The first line of a wrong plan says what is to be told: `<!-- 5: WC1101; 9: WC1108 -->`, a line and a code for each.
//! A plan of several documents is a folder of them; the first one by name says it: `<!-- trial.md:5: WC1116 -->`.

use std::path::{Path, PathBuf};

use wavecrew::worker_spec::{Code, Diagnostic, Document, Severity, read};
use wavecrew::{GraphOptions, audit};

/// The plans of a folder, in order: their names and documents.
fn plans(folder: &str) -> Vec<(String, Vec<Document>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/audit")
        .join(folder);
    let plan = |path: PathBuf| {
        let documents = if path.is_dir() {
            paths(&path).iter().map(|path| document(path)).collect()
        } else {
            vec![document(&path)]
        };
        (name(&path), documents)
    };
    paths(&folder).into_iter().map(plan).collect()
}

fn paths(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    let name = path.file_name().expect("a name");
    name.to_string_lossy().into_owned()
}

fn document(path: &Path) -> Document {
    Document::new(name(path), std::fs::read_to_string(path).expect("text"))
}

/// All warnings and errors of reading and auditing a plan.
fn told(name: &str, documents: &[Document]) -> Vec<Diagnostic> {
    let parsed = read(documents);
    assert!(!parsed.value.tasks.is_empty(), "{name}: no task is read");
    let mut told = parsed.diagnostics;
    told.extend(audit(&parsed.value, GraphOptions::default()));
    // That tasks are without estimates is told of every plan that has none, and is no fault of it; specs are short here.
    let beside = [Code::NO_ESTIMATE, Code::MISSING_SECTION];
    told.retain(|found| found.severity > Severity::Note && !beside.contains(&found.code));
    told
}

#[test]
fn nothing_is_told_of_right_plans() {
    let plans = plans("right_plans");
    let wrong: Vec<String> = plans
        .iter()
        .flat_map(|(name, documents)| told(name, documents))
        .map(|found| found.to_string())
        .collect();
    assert!(plans.len() >= 25, "{}", plans.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn of_wrong_plans_exactly_what_is_wrong_is_told() {
    let mut wrong = Vec::new();
    for (name, documents) in plans("wrong_plans") {
        let (meant, _) = documents[0].text().split_once('\n').expect("a first line");
        let meant = meant.trim_start_matches("<!-- ").trim_end_matches(" -->");
        let mut meant: Vec<String> = meant.split("; ").map(str::to_owned).collect();
        let found = told(&name, &documents);
        let mut lines: Vec<String> = found
            .iter()
            .map(|found| match &found.location {
                Some(at) if documents.len() > 1 => {
                    format!("{}:{}: {}", at.file, at.line, found.code)
                }
                at => {
                    let line = at.as_ref().map_or(0, |at| at.line);
                    format!("{line}: {}", found.code)
                }
            })
            .collect();
        meant.sort();
        lines.sort();
        if meant != lines {
            let all: Vec<String> = found.iter().map(ToString::to_string).collect();
            wrong.push(format!("{name}: {meant:?}, told\n  {}", all.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
