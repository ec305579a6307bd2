//! Real task lists in JSON; needs the folder of test data.

use std::path::PathBuf;

use wavecrew_worker_spec::{Code, Document, EdgeKind, EdgeSource, Parsed, Plan, Status, read};

fn corpus(name: &str) -> Parsed<Plan> {
    let shared =
        PathBuf::from(std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED is set"));
    let text =
        std::fs::read_to_string(shared.join("corpus").join(name)).expect("the document is there");
    read(&[Document::new(name, text)])
}

fn counts(parsed: &Parsed<Plan>) -> (usize, usize) {
    for edge in &parsed.value.edges {
        assert_eq!(
            (edge.kind, edge.stated_in.as_slice()),
            (EdgeKind::Hard, &[EdgeSource::Json][..])
        );
    }
    let told: Vec<_> = parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code != Code::NO_ESTIMATE)
        .collect();
    assert!(told.is_empty(), "{told:?}");
    (parsed.value.tasks.len(), parsed.value.edges.len())
}

/// 10 tasks with 50 sub-tasks, of which every dependency is on a sub-task of the same task.
#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn a_list_of_task_master() {
    let parsed = corpus("obsidian-typst-pdf-export__taskmaster-tasks-tasks.json");
    assert_eq!(counts(&parsed), (10, 11));
    assert!(
        parsed
            .value
            .tasks
            .iter()
            .all(|task| task.status == Status::Done)
    );
    let edges: Vec<_> = parsed
        .value
        .edges
        .iter()
        .map(|edge| format!("{}>{}", edge.from, edge.to))
        .collect();
    assert_eq!(
        edges.join(" "),
        "1>2 2>3 2>4 3>5 4>5 2>6 6>7 2>8 7>9 8>10 9>10"
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn a_plain_list_of_a_hundred_tasks() {
    let parsed = corpus("radit__docs-planning-tasks.json");
    assert_eq!(counts(&parsed), (119, 171));
    let plan = &parsed.value;
    assert_eq!(
        plan.tasks
            .iter()
            .filter(|task| task.status == Status::Done)
            .count(),
        72
    );
    assert_eq!(
        plan.tasks
            .iter()
            .filter(|task| task.estimate.is_some())
            .count(),
        40
    );
    assert!(plan.tasks.iter().all(|task| {
        task.group
            .as_deref()
            .is_some_and(|group| group.starts_with("phase-"))
    }));
}

/// Nine of twenty dependencies are `blocks`; one issue is an epic.
#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn issues_of_beads() {
    let parsed = corpus("tkbeads__beads-issues.jsonl");
    assert_eq!(counts(&parsed), (13, 9));
    let epic = parsed.value.group("epic-tkbeads-a12").expect("the epic");
    assert_eq!((epic.title.as_str(), epic.tasks.len()), ("v1.0.0", 6));
}
