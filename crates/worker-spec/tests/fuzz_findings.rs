//! What fuzzing found, one test a finding.

use wavecrew_worker_spec::{Code, Document, dialects, mermaid, read, write};

#[test]
fn the_place_of_a_recipe_that_is_no_object_is_part_of_the_text() {
    let document = Document::new("tasks.json", "\n序ngm\n---{a]}\n---\n");
    let recipe = dialects().iter().find(|dialect| dialect.name() == "recipe");
    let read = recipe.expect("a dialect").read(&document).value;
    for task in &read.tasks {
        assert!(document.text().get(task.location.span.clone()).is_some());
    }
}

#[test]
fn a_task_of_our_own_form_has_an_id() {
    let text = "---\nwavecrew: 1\n---\n\n## Tasks\n\n### A: First\n\n### \"\": \"\"\n";
    let parsed = read(&[Document::new("plan.md", text)]);
    let ids: Vec<&str> = parsed.value.tasks.iter().map(|task| &*task.id).collect();
    assert_eq!(ids, ["A"]);
    let told = parsed
        .diagnostics
        .iter()
        .find(|told| told.code == Code::BAD_ID);
    let place = told.and_then(|told| told.location.as_ref());
    assert_eq!(place.map(|place| place.line), Some(9));
}

#[test]
fn a_task_waits_for_a_group_once_however_often_it_is_said() {
    let task = "### A: First\n\n- after groups: wave 1\n\n";
    let text = format!(
        "---\nwavecrew: 1\n---\n\n## Wave 1: One\n\n### B: Second\n\n## Wave 2: Two\n\n{task}{task}"
    );
    let plan = read(&[Document::new("plan.md", text)]).value;
    let waiting = plan.tasks.iter().find(|task| task.id == "A");
    let waits = &waiting.expect("the task").depends_on_groups;
    assert_eq!(waits.len(), 1, "{waits:?}");
}

#[test]
fn a_list_of_nothing_but_remarks_stands_between_lists_of_tasks() {
    let text = "# Tasks\n- [ ] * (2h)\n- [ ] * Wire it (2h)\n## Notes\n- [ ]* Phase 3+\n# Tasks\n- [ ]* (2h)\n";
    let shrunk = "- [ ]* (2h)## 2. E\n# Tasks\n- [ ]* Phase 3+\n# Tasks\n- [ ]* (2h)";
    for text in [text, shrunk] {
        let plan = read(&[Document::new("tasks.md", text)]).value;
        assert!(
            plan.tasks
                .iter()
                .all(|task| !task.title.contains("Phase 3"))
        );
    }
}

#[test]
fn a_task_in_place_of_a_section_has_an_id() {
    let text = "---\nwavecrew: 1\n---\n\n## \"\": \"\"\n";
    let parsed = read(&[Document::new("plan.md", text)]);
    assert_eq!(parsed.value.tasks, []);
    assert!(
        parsed
            .diagnostics
            .iter()
            .any(|told| told.code == Code::BAD_ID)
    );
}

#[test]
fn an_edge_leads_to_a_node_even_if_an_edge_has_its_name() {
    let text = "graph TD\n  a c@--> b\n  b --> c\n";
    let chart = mermaid::parse_flowchart(&Document::new("a.mmd", text)).value;
    let nodes: Vec<&str> = chart.nodes.iter().map(|node| &*node.id).collect();
    assert_eq!(nodes, ["a", "b", "c"]);
}

#[test]
fn blank_lines_at_the_end_of_an_open_fence_are_no_code() {
    let text =
        "---\nwavecrew: 1\n---\n\n## Tasks\n\n### A: First\n\n#### Notes\n\n```py\nx = 1  \n\n \n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let spec = plan.tasks[0].spec.as_ref().expect("a spec");
    assert_eq!(spec.notes[0].text, "x = 1\n");
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written)]).value;
    assert_eq!(again.without_places(), plan.without_places());
}

#[test]
fn line_ends_of_both_kinds_in_a_section_are_line_feeds() {
    let text = "---\nwavecrew: 1\n---\n\n## A-1: one\n\n### Notes\n\né\r\r\n\"\r\nlast\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let spec = plan.tasks[0].spec.as_ref().expect("a spec");
    assert_eq!(spec.sections[0].text, "é\n\"\nlast");
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written)]).value;
    assert_eq!(again.without_places(), plan.without_places());
}

#[test]
fn members_stand_in_the_order_of_their_list() {
    let text = "---\nwavecrew: 1\n---\n\n## Wave 1\n\n## Wave 2\n\n### s\n\n### C 01-ground\n\n## Wave 1\n\n### C\n\n### C 01-ground\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    assert_eq!(plan.groups[1].tasks, ["s", "C 01-ground"]);
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written)]).value;
    assert_eq!(again.without_places(), plan.without_places());
}

#[test]
fn a_command_in_an_open_fence_ends_with_its_words() {
    let text =
        "---\nwavecrew: 1\n---\n\n## Wave 1\n\n### e\n\n#### Test process\n\n```sh\necho 'a\n\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let spec = plan.tasks[0].spec.as_ref().expect("a spec");
    assert_eq!(spec.tests[0].commands[0].text, "echo 'a");
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written)]).value;
    assert_eq!(again.without_places(), plan.without_places());
}

#[test]
fn a_field_does_not_name_the_file_of_the_code_below_it() {
    let text = "---\nwavecrew: 1\n---\n\n## Wave 1\n\n### A-1: Read the tides\n\n- details: \"reads `data/tides.csv`\"\n\n```py\nx = 1\n```\n\n#### Notes\n\n- by hand\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let spec = plan.tasks[0].spec.as_ref().expect("a spec");
    assert_eq!(spec.notes[0].path, None);
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written)]).value;
    assert_eq!(again.without_places(), plan.without_places());
}

#[test]
fn an_item_of_two_lines_keeps_its_line_end_only() {
    let text = "---\nwavecrew: 1\n---\n\n## Wave 1\n\n### A-1: Read the tides\n\n#### Deliverables\n\n- [\r\n ] a table\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let spec = plan.tasks[0].spec.as_ref().expect("a spec");
    assert_eq!(spec.deliverable_notes[0].text, "[\n ] a table");
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written)]).value;
    assert_eq!(again.without_places(), plan.without_places());
}

#[test]
fn code_that_ends_with_its_item_ends_with_a_line() {
    let text = "---\nwavecrew: 1\n---\n\n## Tasks\n\n### A-1: Read the tides\n\n- estimate: 2h\n- run:\n\n  ```sh\n  make tides\n\n#### Deliverables\n\n- a table\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let spec = plan.tasks[0].spec.as_ref().expect("a spec");
    assert_eq!(spec.notes[0].text, "make tides\n");
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written)]).value;
    assert_eq!(again.without_places(), plan.without_places());
}

#[test]
fn a_line_of_an_id_and_a_time_is_a_task_without_a_title() {
    for line in [
        "T2: 2h",
        "T2 - 2h",
        "**T2** 2h",
        "[T2] 2h",
        "`T2`: 2h",
        "[ ] T2: 2h",
    ] {
        let text = format!("# Plan\n\n- T1: Schema (2h)\n- {line}\n- T3: UI (1h)\n");
        let plan = read(&[Document::new("plan.md", &*text)]).value;
        let task = plan.tasks.iter().find(|task| task.id == "T2");
        let task = task.unwrap_or_else(|| panic!("{line}"));
        let time = task.estimate.map(|time| time.as_secs());
        assert_eq!((time, &*task.title), (Some(7200), ""), "{line}");
    }
}

#[test]
fn a_sign_before_the_name_of_a_task_in_a_tree() {
    for sign in ["✅", "→", "🔧", "**"] {
        let text = format!("# P\n\n```\nT1\n├── {sign} T2: B\n└── 1.2 x\n```\n");
        read(&[Document::new("plan.md", text)]);
    }
    let text = "# P\n\n```\nGround\n├─ ✅ Task 1.1: A\n├─ ✅ Task 1.2: B (needs 1.1)\n└─ Task 1.3: C\n```\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    assert_eq!(plan.tasks.len(), 3);
}

#[test]
fn a_task_in_yaml_whose_first_key_has_an_accent() {
    let text = "tasks:\n  - équipe: toit\n    title: Tuiles\n    estimate: 2h\n  - id: T2\n    title: Cave\n    estimate: 1h\n";
    let parsed = read(&[Document::new("q.yaml", text)]);
    for diagnostic in &parsed.diagnostics {
        for location in diagnostic
            .location
            .iter()
            .chain(diagnostic.related.iter().map(|one| &one.location))
        {
            assert!(text.get(location.span.clone()).is_some(), "{diagnostic:?}");
        }
    }
}
