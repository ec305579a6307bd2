//! The plan documents of the test data, as a whole; needs the folder of test data.

use std::path::PathBuf;

use wavecrew_worker_spec::{Code, Document, Parsed, Plan, Status, Subject, read};

fn seed(name: &str) -> Parsed<Plan> {
    let folder = std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED names the test data");
    let path = PathBuf::from(folder).join("seed-plans").join(name);
    read(&[Document::from_bytes(name, std::fs::read(path).unwrap()).unwrap()])
}

fn hours(plan: &Plan) -> u64 {
    let seconds: u64 = plan
        .tasks
        .iter()
        .filter_map(|task| task.estimate)
        .map(|e| e.as_secs())
        .sum();
    assert_eq!(seconds % 3600, 0);
    seconds / 3600
}

/// How many tasks each group has, each task in its first group.
fn members(plan: &Plan) -> Vec<usize> {
    let of = |id: &str| {
        plan.tasks
            .iter()
            .filter(|task| task.group.as_deref() == Some(id))
            .count()
    };
    plan.groups.iter().map(|group| of(&group.id)).collect()
}

fn stated(plan: &Plan) -> Vec<Option<usize>> {
    plan.groups.iter().map(|group| group.stated_tasks).collect()
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn seed_of_id_ranges() {
    let parsed = seed("wingman-parallel-plan.md");
    let plan = &parsed.value;
    assert_eq!(
        (plan.tasks.len(), plan.edges.len(), plan.groups.len()),
        (225, 0, 5)
    );
    assert_eq!(hours(plan), 75);
    assert!(
        plan.tasks
            .iter()
            .all(|task| task.estimate.is_some_and(|e| e.as_secs() == 1200))
    );
    assert_eq!(members(plan), [45, 50, 38, 53, 39]);
    assert_eq!(
        stated(plan),
        [Some(45), Some(50), Some(50), Some(50), Some(30)]
    );
    assert_eq!(
        plan.task("WORKER_010").unwrap().group.as_deref(),
        Some("batch-1")
    );
    let codes: Vec<_> = parsed.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::TASK_IN_TWO_GROUPS]);
    assert!(parsed.diagnostics[0].message.starts_with("12 tasks"));
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn seed_with_broken_characters() {
    let plan = seed("wingman-setup.md").value;
    assert_eq!(
        (plan.tasks.len(), plan.edges.len(), hours(&plan)),
        (225, 0, 75)
    );
    assert_eq!(
        stated(&plan),
        [Some(45), Some(50), Some(50), Some(50), Some(30)]
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn seed_of_tables_and_a_diagram() {
    let parsed = seed("gadugi-v03-plan.md");
    let plan = &parsed.value;
    assert_eq!(
        (plan.tasks.len(), plan.edges.len(), plan.groups.len()),
        (12, 12, 5)
    );
    assert_eq!(hours(plan), 68);
    let by = |wanted: &str| {
        let states = |edge: &&wavecrew_worker_spec::Edge| {
            edge.stated_in.iter().any(|s| format!("{s:?}") == wanted)
        };
        plan.edges.iter().filter(states).count()
    };
    assert_eq!((by("Table"), by("Mermaid")), (11, 11));
    assert_eq!(stated(plan), [4, 3, 2, 2, 1].map(Some));
    assert_eq!(members(plan), [4, 3, 2, 2, 1]);
    for (name, id) in [
        ("Neo4j Service Setup", "NEO4J"),
        ("#242", "QA"),
        ("#236", "EVENT"),
        ("Recipe Implementation Agent", "RIA"),
    ] {
        assert_eq!(
            plan.task(name).map(|task| task.id.as_str()),
            Some(id),
            "{name}"
        );
    }
    assert_eq!(plan.checkpoints.len(), 5);
    assert_eq!(plan.checkpoints[0].commands.len(), 3);
    let codes: Vec<_> = parsed.diagnostics.iter().map(|d| d.code).collect();
    // The diagram draws "Recipe Implementation Agent" and what it waits for, and no edge between the two.
    assert_eq!(codes, [Code::EDGE_DISAGREEMENT; 2]);
    let about: Vec<_> = plan
        .statements
        .iter()
        .filter(|s| s.subject == Subject::CriticalPath)
        .map(|s| s.value.as_str())
        .collect();
    assert_eq!(about.len(), 2);
    assert!(about[1].starts_with("32 hours"));
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn seed_of_tables_with_models_and_tokens() {
    let plan = seed("mah-wave-plan.md").value;
    let pending: Vec<_> = plan
        .tasks
        .iter()
        .filter(|task| task.status == Status::Pending)
        .collect();
    assert_eq!(
        (
            pending.len(),
            plan.tasks.len(),
            plan.edges.len(),
            plan.groups.len()
        ),
        (26, 36, 0, 6)
    );
    assert_eq!(
        pending.iter().filter_map(|task| task.tokens).sum::<u64>(),
        499_000
    );
    assert!(
        pending
            .iter()
            .all(|task| task.model.is_some() && task.claims.len() == 1 && task.estimate.is_none())
    );
    assert!(
        plan.tasks
            .iter()
            .filter(|task| task.id.starts_with("MAH-4B-"))
            .all(|task| task.status == Status::Deferred)
    );
    assert_eq!(members(&plan), [6, 5, 4, 4, 4, 3]);
    assert_eq!(stated(&plan), [6, 5, 4, 4, 4, 3].map(Some));
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn seed_of_tables_with_durations_and_dependencies() {
    let parsed = seed("daw-agent-plan.md");
    let plan = &parsed.value;
    assert_eq!(
        (plan.tasks.len(), plan.edges.len(), plan.groups.len()),
        (49, 80, 10)
    );
    assert_eq!(hours(plan), 166);
    assert!(plan.task("EVOLVE-001").is_some() && plan.task("A1").is_none());
    assert_eq!(parsed.diagnostics, []);
}
