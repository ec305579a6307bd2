//! A first plan, and plans brought along; the graphs of plans.

mod support;

use support::{repository, tree, wavecrew};

#[test]
fn a_first_plan_is_right_and_runs_without_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.md");
    let (plan, root) = (plan.to_str().unwrap(), folder.path().join("work"));
    let ran = wavecrew(&["init", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout.trim(), plan);

    let checked = wavecrew(&["check", plan, "--json"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stdout);
    assert_eq!(checked.json()["diagnostics"], serde_json::json!([]));

    let ran = wavecrew(&["run", plan, "--root", root.to_str().unwrap(), "--json"]);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    assert_eq!(
        (
            ran.summary()["verified"].clone(),
            ran.summary()["failed"].clone()
        ),
        (3.into(), 0.into())
    );
    assert_eq!(tree(&root).len(), 3);
}

#[test]
fn a_dependency_that_is_lost_on_the_way_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old.md");
    let table = "# Works\n\n| Task | Estimate | Depends on |\n|---|---|---|\n| A | 1h | - |\n| B | 1h | A |\n| D | 1h | X |\n";
    std::fs::write(&old, table).unwrap();
    let new = folder.path().join("new.md");
    let ran = wavecrew(&[
        "init",
        new.to_str().unwrap(),
        "--json",
        "--from",
        old.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("1 dependency of the documents is not in"),
        "{}",
        ran.stderr
    );
    let lost = ran.json()["not_brought_along"].clone();
    assert!(
        lost[0].as_str().is_some_and(|lost| lost.contains('X')),
        "{lost}"
    );
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("mine.md");
    std::fs::write(&plan, "mine").unwrap();
    let ran = wavecrew(&["init", plan.to_str().unwrap()]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("is there already"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&plan).unwrap(), "mine");
}

#[test]
fn a_plan_of_many_documents_is_brought_along() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("new/harbour.md");
    let plan = plan.to_str().unwrap();
    let documents = repository("examples/plans/harbour");
    let ran = wavecrew(&["init", plan, "--from", &documents]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let facts = |path: &str| {
        let plan = wavecrew(&["inspect", path, "--json"]).json()["plan"].clone();
        let tasks: Vec<_> = plan["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| {
                (
                    task["id"].clone(),
                    task["deliverables"].clone(),
                    task["test_commands"].clone(),
                )
            })
            .collect();
        let edges = plan["edges"].as_array().unwrap().len();
        (tasks, edges)
    };
    assert_eq!(facts(plan), facts(&documents));
}

#[test]
fn a_graph_in_every_form() {
    let plan = repository("examples/plans/harbour");
    let graph = |format: &str| {
        let ran = wavecrew(&["graph", &plan, "--format", format]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran
    };
    assert!(graph("mermaid").stdout.starts_with("flowchart TD\n"));
    assert!(graph("dot").stdout.starts_with("digraph plan {\n"));
    assert!(graph("text").stdout.contains("\n  <- WORKER_001\n"));
    let json = graph("json").json();
    assert_eq!(json["wavecrew_plan"], 1);
    assert_eq!(json["tasks"].as_array().unwrap().len(), 14);
}

#[test]
fn the_example_of_the_format_is_right() {
    let ran = wavecrew(&["check", &repository("examples/plans/tides.md"), "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    let page = std::fs::read_to_string(repository("docs/plan-format.md")).unwrap();
    let example = std::fs::read_to_string(repository("examples/plans/tides.md")).unwrap();
    assert!(
        page.contains(&example),
        "the page shows the example as it is"
    );
}
