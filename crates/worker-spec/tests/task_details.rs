//! What a document says about a task besides its fields.

use wavecrew_worker_spec::{Document, Plan, read};

fn plan(name: &str, text: &str) -> Plan {
    read(&[Document::new(name, text)]).value
}

fn details<'p>(plan: &'p Plan, id: &str) -> Option<&'p str> {
    let task = plan.tasks.iter().find(|task| task.id == id);
    task.unwrap_or_else(|| panic!("no {id} in {:?}", ids(plan)))
        .details
        .as_deref()
}

fn ids(plan: &Plan) -> Vec<&str> {
    plan.tasks.iter().map(|task| &*task.id).collect()
}

#[test]
fn what_is_nested_in_a_list_item() {
    let plan = plan(
        "tasks.md",
        "# Tasks\n\n## Phase 1: Setup\n\n- [ ] T001 Make the crate in src/lib.rs\n  - Use the 2024 edition\n    - and no \
         features\n\n  Nothing else goes in.\n- [ ] T002 [P] Write the README\n\n## Phase 2: Core\n\n- [ ] T003 Parse it\n",
    );
    assert_eq!(
        details(&plan, "T001"),
        Some("- Use the 2024 edition\n  - and no features\n\nNothing else goes in.")
    );
    assert_eq!(details(&plan, "T002"), None);
    assert_eq!(details(&plan, "T003"), None);
}

#[test]
fn sub_tasks_have_their_own() {
    let plan = plan(
        "tasks.md",
        "# Implementation Plan\n\n- [ ] 1. Set up the store\n  - Keep it small\n- [ ] 1.1 Write the schema\n  - One \
         table for readings\n  - _Requirements: 1.2_\n- [ ] 2. Read it back\n  - Newest first\n",
    );
    assert_eq!(
        details(&plan, "1.1"),
        Some("- One table for readings\n- _Requirements: 1.2_")
    );
    assert_eq!(details(&plan, "2"), Some("- Newest first"));
}

#[test]
fn what_stands_below_a_heading() {
    let plan = plan(
        "plan.md",
        "# Plan\n\n## Wave 1: Base\n\n### Task 1.1: Tide reader\n\n**Estimate:** 2h\n\nReads every line.\n\n#### Notes\n\n\
         Bad lines are told.\n\n---\n\n### Task 1.2: Tide table\n\n**Estimate:** 1h\n\n## Wave 2: Rest\n\nNothing of this.\n\n\
         ### Task 2.1: Watch list\n\n**Estimate:** 1h\n",
    );
    let first = details(&plan, "1.1").expect("details");
    assert!(first.contains("Reads every line.") && first.ends_with("Bad lines are told."));
    let last = details(&plan, "1.2").expect("details");
    assert!(!last.contains("Nothing of this"), "{last}");
}

#[test]
fn sentences_in_a_row() {
    let plan = plan(
        "plan.md",
        "# Plan\n\n## Wave 1\n\n| Task | Title | What it does | Estimate |\n|---|---|---|---|\n| A-1 | Tide reader | Reads every \
         line of the table | 2h |\n| A-2 | Watch list | short | 1h |\n",
    );
    assert_eq!(
        details(&plan, "A-1"),
        Some("What it does: Reads every line of the table")
    );
    assert_eq!(details(&plan, "A-2"), None);
}

#[test]
fn all_of_a_document_that_is_one_task() {
    let text = "---\nid: task-7\ntitle: Tide reader\nstatus: To Do\nassignee: []\nlabels: [tides]\ndependencies: []\n---\n\n## Description\n\nReads it.\n\n## Acceptance Criteria\n\n\
                - [ ] #1 No line is lost\n";
    let plan = plan("backlog/tasks/task-7 - Tide-reader.md", text);
    let told = details(&plan, "task-7").expect("details");
    assert!(
        told.contains("Reads it.") && told.contains("No line is lost"),
        "{told}"
    );
    assert!(!told.contains("status"));
}

#[test]
fn sentences_of_an_entry_in_json() {
    let plan = plan(
        "tasks.json",
        r#"{"tasks": [{"id": 1, "title": "Tide reader", "description": "Reads it.", "status": "pending", "dependencies": [],
            "details": "Line by line.", "testStrategy": "Feed it bad lines.", "acceptanceCriteria": ["none lost", "none twice"]}]}"#,
    );
    assert_eq!(
        details(&plan, "1"),
        Some(
            "Reads it.\n\ndetails:\nLine by line.\n\ntestStrategy:\nFeed it bad lines.\n\n\
             acceptanceCriteria:\n- none lost\n- none twice"
        )
    );
}

#[test]
fn our_own_form_has_a_field_for_it() {
    let plan = plan(
        "plan.md",
        "---\nwavecrew: 1\n---\n\n## Tasks\n\n### A: First\n\n- details: \"Reads it.\\nEvery line.\"\n\nFor people.\n",
    );
    assert_eq!(details(&plan, "A"), Some("Reads it.\nEvery line."));
}

#[test]
fn in_our_own_form_it_may_stand_below_the_fields() {
    let head = "---\nwavecrew: 1\n---\n\n## Tasks\n\n### A: First\n\n";
    let spec = "\n#### Test process\n\n```sh\ntrue\n```\n\n### B: Second\n";
    for (below, told) in [
        (
            "- estimate: 1h\n\nThe port is 8080.\nAlways.\n",
            Some("The port is 8080.\nAlways."),
        ),
        (
            "The port is 8080.\n\n- estimate: 1h\n\n1. One\n2. Two\n   - deeper\n",
            Some("The port is 8080.\n\n1. One\n2. Two\n   - deeper"),
        ),
        (
            "> Mind the tide.\n\n| Port | Use |\n|---|---|\n| 8080 | tides |\n",
            Some("Mind the tide.\n\n| Port | Use |\n|---|---|\n| 8080 | tides |"),
        ),
        (
            "- estimate: 1h\n\n**Priority:** high\nThe port is 8080.\n",
            Some("The port is 8080."),
        ),
        ("- estimate: 1h\n\n<!-- for people -->\n\n---\n", None),
        ("- estimate: 1h\n", None),
    ] {
        let plan = plan("plan.md", &format!("{head}{below}{spec}"));
        assert_eq!(details(&plan, "A"), told, "{below}");
        assert_eq!(details(&plan, "B"), None, "{below}");
        let task = &plan.tasks[0];
        assert_eq!(
            task.spec.as_ref().map(|spec| spec.tests.len()),
            Some(1),
            "{below}"
        );
    }
    let plan = plan(
        "plan.md",
        &format!("{head}Like this:\n\n```py\nx = 1\n```\n"),
    );
    assert_eq!(details(&plan, "A"), Some("Like this:\n\n```py\nx = 1\n```"));
}

#[test]
fn what_stands_above_the_sections_of_a_worker_spec() {
    let plan = plan(
        "WORKER_001.md",
        "# WORKER_001: Tide reader\n\n**Duration:** 20 minutes\n\nThe port is 8080.\n\n- **Model:** small\n- never 80\n\n\
         ## 1. DELIVERABLES\n\n- [ ] Create file: `a.txt`\n\n## 6. TEST_PROCESS\n\n```sh\ntest -f a.txt\n```\n",
    );
    assert_eq!(
        details(&plan, "WORKER_001"),
        Some("The port is 8080.\n\n- never 80")
    );
}

#[test]
fn what_several_tasks_share_is_nobodys() {
    let plan = plan(
        "plan.md",
        "# Plan\n\n## Wave 1\n\n- A-1: Tide reader (2h), A-2: Watch list (1h)\n  - for both of them\n",
    );
    assert!(
        plan.tasks.iter().all(|task| task.details.is_none()),
        "{plan:?}"
    );
}
