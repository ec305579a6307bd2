//! Lists of checkboxes, as a whole.

use std::fmt::Write as _;

use proptest::prelude::*;
use wavecrew_worker_spec::{Code, Document, Plan, Status, read};

/// A plan in short lines: groups, tasks, edges.
fn outline(plan: &Plan) -> String {
    let mut out = String::new();
    for group in &plan.groups {
        write!(out, "{} \"{}\"", group.id, group.title).unwrap();
        if let Some(duration) = group.stated_duration {
            write!(out, " lasts {}m", duration.as_secs() / 60).unwrap();
        }
        if !group.prerequisites.is_empty() {
            write!(out, " after {}", group.prerequisites.join(" ")).unwrap();
        }
        writeln!(out, ": {}", group.tasks.join(" ")).unwrap();
    }
    for task in &plan.tasks {
        write!(out, "{} \"{}\"", task.id, task.title).unwrap();
        if let Some(estimate) = task.estimate {
            write!(out, " {}m", estimate.as_secs() / 60).unwrap();
        }
        for claim in &task.claims {
            write!(out, " owns {claim}").unwrap();
        }
        if task.status != Status::Pending {
            write!(out, " {:?}", task.status).unwrap();
        }
        for group in &task.depends_on_groups {
            write!(out, " after [{}]", group.groups.join(" ")).unwrap();
        }
        writeln!(out).unwrap();
    }
    for edge in &plan.edges {
        writeln!(out, "{} -> {} {:?}", edge.from, edge.to, edge.kind).unwrap();
    }
    out
}

/// Reads one document and compares the plan and the diagnostics, missing estimates left out.
fn check(text: &str, expected: &str) {
    let parsed = read(&[Document::new("tasks.md", text)]);
    let mut found = outline(&parsed.value);
    for diagnostic in &parsed.diagnostics {
        if diagnostic.code != Code::NO_ESTIMATE {
            assert!(diagnostic.location.is_some(), "{diagnostic}");
            writeln!(found, "{diagnostic}").unwrap();
        }
    }
    assert_eq!(found.trim_end(), expected.trim(), "\n--- found:\n{found}");
}

#[test]
fn a_list_of_a_feature_in_phases() {
    check(
        "# Tasks: Kiln control\n\n## Format: `[ID] [P?] Text`\n\n- [ ] T900 [P] How a line looks\n\n\
         ## Phase 1: Setup\n\n**Duration**: 2 h | **Dependencies**: None\n\n- [X] T001 Make the crate in src/lib.rs\n\n\
         ## Phase 2: Foundational\n\n- [ ] T002 [P] Model in `src/model.rs` (2h)\n- [ ] T003 Store it (depends on T002)\n\n\
         ## Phase 3: User Story 1 - Heat (Priority: P1)\n\n- [ ] T004 [P] [US1] Curve (after T002, T003)\n- [ ] T005 [US1] Screen\n\n\
         ## Phase N: Polish\n\n- [ ] T006 [US2] Docs, requires 3 readers\n\n\
         ## Dependencies & Execution Order\n\n### Phase Dependencies\n\n\
         - **Setup (Phase 1)**: No dependencies - can start immediately\n- **Foundational (Phase 2)**: Depends on Setup completion - BLOCKS all user stories\n\
         - **User Stories (Phase 3+)**: All depend on Foundational phase completion\n- T004 blocks T005, T006\n\n\
         ## Parallel Example: User Story 1\n\n- [ ] T004 [P] [US1] Curve\n\n```bash\nTask: \"T077 no task\"\n```\n",
        r#"
phase-1 "Phase 1: Setup" lasts 120m: T001
phase-2 "Phase 2: Foundational" after phase-1: T002 T003
phase-3 "Phase 3: User Story 1 - Heat" after phase-2: T004 T005
phase-n "Phase N: Polish": T006
story-2 "User Story 2" after phase-2: T006
T001 "Make the crate in src/lib.rs" owns src/lib.rs Done
T002 "Model in src/model.rs" 120m owns src/model.rs
T003 "Store it"
T004 "Curve"
T005 "Screen"
T006 "Docs, requires 3 readers"
T002 -> T003 Hard
T002 -> T004 Hard
T003 -> T004 Hard
T004 -> T005 Hard
T004 -> T006 Hard
"#,
    );
}

#[test]
fn the_older_form_states_edges_between_ranges() {
    check(
        "# Tasks\n\n## Phase 3.1: Tests\n- [ ] T001 a\n- [ ] T002 b\n\n## Phase 3.2: Core work\n- [ ] T003 c\n- [ ] T004 d\n\n\
         ## Dependencies\n- Tests (T001-T002) before implementation (T003-T004)\n- Work does not depend on T001\n- T009-T002 before T003\n- T004 blocks T077\n",
        r#"
phase-3.1 "Phase 3.1: Tests": T001 T002
phase-3.2 "Phase 3.2: Core work": T003 T004
T001 "a"
T002 "b"
T003 "c"
T004 "d"
T001 -> T003 Hard
T001 -> T004 Hard
T002 -> T003 Hard
T002 -> T004 Hard
error[WC0205]: `T009-T002` is no range of ids (tasks.md:14:3)
error[WC0201]: `T077` waits for T004, and no document holds it (tasks.md:15:15)
"#,
    );
}

#[test]
fn numbers_with_parts() {
    check(
        "# Implementation Plan\n\n- [ ] 1. Base\n- [x] 1.1 Tables\n  - in `db/a.sql`\n  - _Requirements: 1.1, 2.3_\n\
         - [-] 1.2 (P) Store\n  - _Depends: 1.1_\n  - [ ] a step\n- [ ]* 1.3 Property tests\n  - 1.2の完了後に実行\n\n\
         - [ ] 2. Alone\n  - Depends on: Task 1\n- [ ]* 3. More\n  - [ ] 3.1 Inside\n",
        r#"
group-1 "Base": 1.1 1.2 1.3
group-3 "More": 3.1
1.1 "Tables" Done
1.2 "Store" InProgress
1.3 "Property tests" Optional
2 "Alone" after [group-1]
3.1 "Inside" Optional
1.1 -> 1.2 Hard
1.2 -> 1.3 Hard
"#,
    );
}

#[test]
fn numbered_headings_with_parts() {
    check(
        "## 1. Store\n- [x] 1.1 Table\n- [ ] 1.2 Index\n\n## 2. Show\n- [ ] 2.1 Page (depends on 1.1-1.2)\n- [ ] read it once more\n- [ ] 2.2 Menu ~~gone~~\n",
        r#"
group-1 "Store": 1.1 1.2
group-2 "Show": 2.1 group-2-without-id-1 2.2
1.1 "Table" Done
1.2 "Index"
2.1 "Page"
group-2-without-id-1 "read it once more"
2.2 "Menu ~~gone" Deferred
1.1 -> 2.1 Hard
1.2 -> 2.1 Hard
warning[WC0104]: this checkbox has no id, unlike those around it; it is called `group-2-without-id-1` (tasks.md:7:7)
"#,
    );
}

#[test]
fn lists_without_ids() {
    check(
        "# To-do\n\n## Phase 1: Dig\n- [x] Mark the line\n- [ ] Dig\n  - [ ] deep\n  - [ ] wide\n\n## Phase 2: Fill\n\n**Acceptance criteria**:\n- [ ] Full\n\n**Tasks**:\n- [ ] Fill `pond/`\n\n## Acceptance criteria\n- [ ] It holds water\n",
        r#"
phase-1 "Phase 1: Dig": phase-1-1 phase-1-2
phase-2 "Phase 2: Fill": phase-2-1
phase-1-1 "Mark the line" Done
phase-1-2 "Dig"
phase-2-1 "Fill pond/" owns pond/
"#,
    );
}

#[test]
fn numbers_that_begin_again_in_every_phase() {
    check(
        "# Tasks\n\n## Phase 1\n- [ ] 1. Ash\n- [ ] 2. Birch\n\n## Phase 2\n- [ ] 1. Cedar\n- [ ] 2. Durmast\n",
        r#"
phase-1 "Phase 1": phase-1-1 phase-1-2
phase-2 "Phase 2": phase-2-1 phase-2-2
phase-1-1 "Ash"
phase-1-2 "Birch"
phase-2-1 "Cedar"
phase-2-2 "Durmast"
"#,
    );
}

#[test]
fn what_is_no_task_list() {
    for text in [
        "# Implementation Plan\n\n## Issue #1\n\n- [ ] Read this\n- [ ] Read that\n",
        "# Guide\n\n- [ ] Read this\n- [ ] Read that\n",
        "# Story 1.2\n\n## Tasks / Subtasks\n\n- [ ] 1. One\n- [ ] 2. Two\n",
        "---\nid: task-4\n---\n# Task\n\n- [ ] 1. One\n- [ ] 2. Two\n",
        "# Roadmap\n\n- [ ] 01-01: Plan\n- [ ] 01-02: Plan\n",
        "# Roadmap\n\n- [ ] UTF-8 names\n- [ ] 3 readers\n",
    ] {
        let parsed = read(&[Document::new("a.md", text)]);
        assert!(
            parsed.value.tasks.is_empty(),
            "{text}\n{:?}",
            parsed.value.tasks
        );
    }
}

/// Pieces of which lists and broken lists are made.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "# Tasks\n",
        "## Phase 1: A\n",
        "## Phase N: B\n",
        "Phase 2: C\n\n",
        "US1 — D\n\n",
        "## 2. E\n",
        "## Dependencies\n",
        "## Parallel Example\n",
        "## Format\n",
        "- [ ] ",
        "- [x] ",
        "- [ ]* ",
        "- [~] ",
        "  - [ ] ",
        "* ",
        "T001",
        "T002 ",
        "T002-T009 ",
        "1. ",
        "1.1 ",
        "1.2.3 ",
        "[P] ",
        "[US1] ",
        "(depends on ",
        "(after ",
        ")",
        "blocks ",
        " before ",
        "US1 ",
        "User Stories 1, 2",
        "Phase 3+",
        "Phase 1-9",
        "all user stories",
        "完了後",
        "の",
        "→",
        "->",
        "_Depends: 1.1_",
        "Depends on: ",
        "**Dependencies**: Phase 2 | ",
        "in src/a.rs ",
        "`a/`",
        "~~",
        "**",
        "(2h)",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "é",
        "🚧 ",
        ".",
        ";",
        "[",
        "]",
        "(",
        "..",
        "-",
    ]);
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_list_is_read(pieces in prop::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        let parsed = read(&[Document::new("tasks.md", text.clone())]);
        let places = parsed.diagnostics.iter().filter_map(|diagnostic| diagnostic.location.as_ref());
        let places = places.chain(parsed.value.tasks.iter().map(|task| &task.location));
        for place in places.chain(parsed.value.edges.iter().flat_map(|edge| &edge.locations)) {
            prop_assert!(text.get(place.span.clone()).is_some(), "{place}");
        }
    }

    #[test]
    fn every_task_of_a_list_is_read(done in prop::collection::vec(any::<bool>(), 2..40)) {
        let mut text = "# Tasks\n\n## Phase 1: All\n\n".to_owned();
        for (at, done) in done.iter().enumerate() {
            let mark = if *done { 'x' } else { ' ' };
            writeln!(text, "- [{mark}] T{:03} [P] Do part {at}", at + 1).unwrap();
        }
        let plan = read(&[Document::new("tasks.md", text)]).value;
        let read: Vec<bool> = plan.tasks.iter().map(|task| task.status == Status::Done).collect();
        prop_assert_eq!(read, done);
    }
}

/// Long lines, many long ranges and many equal ids: what costs too much is bounded, so that these end at all.
#[test]
fn nasty_lists_are_read() {
    let head = "# Tasks\n\n- [ ] T001 a\n- [ ] T002 b\n\n## Dependencies\n\n";
    let shapes = [
        format!("{head}{}", "- T1-T9999 before T2\n".repeat(2_000)),
        format!("{head}- {}\n", "after T001 ".repeat(20_000)),
        format!(
            "# Tasks\n\n- [ ] T001 {}\n- [ ] T002 b\n",
            "after ( ".repeat(20_000)
        ),
        format!("{head}- {}\n", "(a before b) 1.1 ".repeat(10_000)),
        format!("# Tasks\n\n{}", "- [ ] 1. a\n- [ ] 2. b\n".repeat(5_000)),
    ];
    for text in shapes {
        let parsed = read(&[Document::new("tasks.md", text.clone())]);
        assert!(!parsed.value.tasks.is_empty(), "{}", &text[..60]);
    }
}

#[test]
fn a_checkbox_without_words() {
    check(
        "# Tasks\n\n- [ ] T001 a\n- [ ]\n- [x] \n- [ ] T002\n- [ ]*\n",
        "T001 \"a\"\nT002 \"\"\n",
    );
}

#[test]
fn numbers_before_marks_of_full_width() {
    let titles = |text: &str| -> Vec<String> {
        let plan = read(&[Document::new("tasks.md", text)]).value;
        plan.tasks.into_iter().map(|task| task.title).collect()
    };
    assert_eq!(
        titles("# 作業\n\n- [ ] 1：設計\n- [ ] 2：実装\n"),
        ["設計", "実装"]
    );
    assert_eq!(
        titles("# 作業\n\n- [ ] 1.1：設計\n- [ ] 1.2：実装\n"),
        ["設計", "実装"]
    );
    // No list of tasks, by its numbers; it is read to its end all the same.
    assert!(titles("# 作業\n\n- [ ] 3（試験）\n- [ ] 4（検収）\n").is_empty());
}

#[test]
fn a_readme_with_boxes_is_a_plan_only_where_there_is_no_other() {
    let readme = Document::new(
        "README.md",
        "# Kiln\n\nBakes pots.\n\n## What is next\n\n- [x] Glaze\n- [ ] Second shelf\n- [ ] Door lock\n",
    );
    let titled = Document::new(
        "next.md",
        "# Tasks\n\n- [ ] Sweep the yard\n- [ ] Buy clay\n",
    );
    let tasks = |documents: &[Document]| {
        let parsed = read(documents);
        let told = parsed
            .diagnostics
            .iter()
            .filter(|told| told.code == Code::NO_TASK)
            .count();
        (parsed.value.tasks.len(), told)
    };
    assert_eq!(tasks(std::slice::from_ref(&readme)), (3, 0));
    assert_eq!(tasks(&[readme.clone(), titled]), (2, 1));
    let beside = Document::new(
        "more.md",
        "# Yard\n\n- [ ] Rake\n- [ ] Sweep\n- [ ] Water\n",
    );
    assert_eq!(tasks(&[readme, beside]).1, 0);
}

#[test]
fn first_words_that_are_no_ids() {
    check(
        "# Roadmap\n\n- [ ] 01-01: Plan\n- [ ] 01-02: Plan\n- [ ] UTF-8 names\n- [ ] 3 readers\n",
        "task-1 \"01-01: Plan\"\ntask-2 \"01-02: Plan\"\ntask-3 \"UTF-8 names\"\ntask-4 \"3 readers\"\n",
    );
}

#[test]
fn two_boxes_are_no_plan_by_themselves() {
    for text in [
        "# Yard\n\n- [ ] Rake\n- [ ] Sweep\n",
        "# Yard\n\n- [ ] Rake\n  - [ ] the leaves\n  - [ ] the moss\n- [ ] Sweep\n",
        "# Yard\n\n## Vor dem Fegen\n\n- [ ] Besen\n- [ ] Eimer\n- [ ] Schaufel\n",
    ] {
        assert!(
            read(&[Document::new("yard.md", text)])
                .value
                .tasks
                .is_empty()
        );
    }
}
