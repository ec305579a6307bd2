//! Short documents in many styles and languages, and what they mean.
//!
//! Each `NAME.md` in `tests/as_people_write` has a `NAME.plan`: a line a task, `id | title | minutes | what comes first`, with the
//! files that it writes where there are any, then a line a group with what comes before it, then the codes of what is told. A
//! document called `no-plan-…` holds no task.
//! `UPDATE_PLANS=1` writes the second files anew; read what changed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use wavecrew_worker_spec::{Document, Edge, EdgeKind, Parsed, Plan, Task, read};

#[test]
fn documents_mean_what_people_mean() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/as_people_write");
    let mut documents: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    documents.sort();
    assert!(documents.len() > 40, "{}", documents.len());
    let mut wrong = String::new();
    for path in documents {
        let text = std::fs::read_to_string(&path).expect("a document");
        let name = path.file_name().expect("a name").to_string_lossy();
        let found = summary(&read(&[Document::new(&*name, text)]));
        if name.starts_with("no-plan") {
            assert!(!found.contains('|'), "{name} is no plan:\n{found}");
        }
        let plan = path.with_extension("plan");
        if std::env::var_os("UPDATE_PLANS").is_some() {
            std::fs::write(&plan, &found).expect("the plan is written");
        }
        let expected = std::fs::read_to_string(&plan).unwrap_or_default();
        if found != expected {
            let _ = writeln!(wrong, "{name}: expected\n{expected}found\n{found}");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What a plan comes to, a line a task.
fn summary(parsed: &Parsed<Plan>) -> String {
    let plan = &parsed.value;
    let mut out = String::new();
    for task in &plan.tasks {
        let minutes = task.estimate.map(|time| (time.as_secs() / 60).to_string());
        let _ = write!(
            out,
            "{} | {} | {} | {}",
            task.id,
            task.title,
            minutes.as_deref().unwrap_or("-"),
            first(plan, task)
        );
        if !task.claims.is_empty() {
            let _ = write!(out, " | {}", task.claims.join(" "));
        }
        out.push('\n');
    }
    for group in plan
        .groups
        .iter()
        .filter(|group| !group.prerequisites.is_empty())
    {
        let _ = writeln!(out, "{} after {}", group.id, group.prerequisites.join(", "));
    }
    for diagnostic in &parsed.diagnostics {
        let _ = writeln!(out, "{} {}", diagnostic.severity, diagnostic.code);
    }
    out
}

/// What comes before a task.
fn first(plan: &Plan, task: &Task) -> String {
    let edges = plan.edges.iter().filter(|edge| edge.to == task.id);
    let name = |edge: &Edge| match edge.kind {
        EdgeKind::Hard => edge.from.clone(),
        _ => format!("({})", edge.from),
    };
    let groups = task.depends_on_groups.iter();
    let groups = groups.map(|group| format!("[{}]", group.name));
    let names: Vec<String> = edges.map(name).chain(groups).collect();
    names.join(", ")
}
