//! Documents that hold one task each, and the roadmap over them.

use std::fmt::Write as _;

use proptest::prelude::*;
use wavecrew_worker_spec::{Code, Document, GroupKind, Parsed, Plan, Status, read};

fn outline(parsed: &Parsed<Plan>) -> String {
    let plan = &parsed.value;
    let mut out = String::new();
    for group in &plan.groups {
        write!(out, "{} \"{}\"", group.id, group.title).unwrap();
        if let Some(tasks) = group.stated_tasks {
            write!(out, " states {tasks}").unwrap();
        }
        if !group.prerequisites.is_empty() {
            write!(out, " after {}", group.prerequisites.join(" ")).unwrap();
        }
        writeln!(out).unwrap();
    }
    for task in &plan.tasks {
        write!(out, "{} \"{}\"", task.id, task.title).unwrap();
        if !task.aliases.is_empty() {
            write!(out, " = {}", task.aliases.join(" = ")).unwrap();
        }
        if let Some(group) = &task.group {
            write!(out, " in {group}").unwrap();
        }
        if let Some(estimate) = task.estimate {
            write!(out, " {}m", estimate.as_secs() / 60).unwrap();
        }
        if let Some(complexity) = &task.complexity {
            write!(out, " ({complexity})").unwrap();
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
        let sources = &edge.stated_in;
        writeln!(
            out,
            "{} -> {} {:?} {sources:?}",
            edge.from, edge.to, edge.kind
        )
        .unwrap();
    }
    for diagnostic in &parsed.diagnostics {
        if diagnostic.code != Code::NO_ESTIMATE {
            assert!(diagnostic.location.is_some(), "{diagnostic}");
            let mended = diagnostic.help.is_some() || diagnostic.code == Code::UNKNOWN_DEPENDENCY;
            assert!(mended, "{diagnostic}");
            writeln!(out, "{diagnostic}").unwrap();
        }
    }
    out
}

fn check(documents: &[(&str, &str)], expected: &str) {
    let documents: Vec<Document> = documents
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    let found = outline(&read(&documents));
    assert_eq!(found.trim_end(), expected.trim(), "\n--- found:\n{found}");
}

#[test]
fn plans_with_front_matter() {
    check(
        &[
            (
                "01-01-PLAN.md",
                "---\nphase: 01-ground\nplan: 01\ntype: execute\nwave: 1\ndepends_on: []\nfiles_modified:\n  - src/a.rs # new\n  - \"./src//b.rs\"\n\
                 autonomous: true\nmust_haves:\n  truths:\n    - \"it runs\"\n  artifacts:\n    - path: x.rs\n---\n\n<objective>\nLay the ground. More words.\n\n\
                 Purpose: none\n</objective>\n\n<tasks>\n<task type=\"auto\">\n  <name>Task 1: One</name>\n\n| Task | Duration | Depends on |\n|--|--|--|\n| X-1 | 1h | - |\n</task>\n</tasks>\n",
            ),
            (
                "01-02-PLAN.md",
                "---\nphase: \"01-ground\"\nplan: \"02\"\nwave: 2\ndepends_on:\n- 01\nfiles_modified: [src/c.rs, ../d.rs]\nestimate: 2h\n---\n<objective>Build on it.</objective>\n",
            ),
            (
                "02.1-01-PLAN.md",
                "---\nphase: 02.1-fix\nplan: 1\nwave: 1\ndepends_on: [\"01-01-PLAN.md\", 01-ground-02, 01-ground, 09-09]\nfiles_modified: []\n---\n# Mend it\n",
            ),
            (
                "01-01-SUMMARY.md",
                "---\nphase: 01-ground\nplan: 01\nsubsystem: core\nprovides:\n  - a\nduration: 5min\ncompleted: 2026-01-02\n---\n# Summary\n",
            ),
        ],
        r#"
phase-1 ""
phase-1.wave-1 "Phase 1, wave 1"
phase-1.wave-2 "Phase 1, wave 2"
phase-2.1 ""
phase-2.1.wave-1 "Phase 2.1, wave 1"
01-01 "Lay the ground" in phase-1.wave-1 owns src/a.rs owns src/b.rs Done
01-02 "Build on it" in phase-1.wave-2 120m owns src/c.rs
02.1-1 "" in phase-2.1.wave-1 after [phase-1 phase-1.wave-1 phase-1.wave-2]
01-01 -> 01-02 Hard [Header]
01-01 -> 02.1-1 Hard [Header]
01-02 -> 02.1-1 Hard [Header]
warning[WC0401]: `../d.rs` leaves the root by `..`, so it is not claimed (01-02-PLAN.md:7:28)
error[WC0201]: 02.1-1 depends on `09-09`, which no document holds (02.1-01-PLAN.md:5:56)
"#,
    );
}

#[test]
fn quick_tasks_have_no_phase() {
    check(
        &[
            (
                "quick/004-bell/004-PLAN.md",
                "---\ntype: quick\nplan: 004\nfiles_modified: [src/bell.rs]\n---\n<objective>Ring twice.</objective>\n",
            ),
            (
                "quick/004-bell/004-SUMMARY.md",
                "---\ntype: quick\nplan: 004\nsubsystem: bell\nprovides: [bell]\n---\n# Summary\n",
            ),
            (
                "quick/005-door/005-PLAN.md",
                "---\nquick: 005\ntype: execute\nautonomous: true\n---\n<objective>Oil the door</objective>\n",
            ),
            (
                "quick/260101-ab1-lamp/260101-ab1-PLAN.md",
                "---\nquick_id: 260101-ab1\ndescription: A warmer lamp\nstatus: complete\n---\n# Lamp\n",
            ),
            (
                "quick/260101-ab1-lamp/260101-ab1-SUMMARY.md",
                "---\nquick_id: 260101-ab1\ndescription: A warmer lamp\nstatus: complete\n---\n# Lamp\n",
            ),
            (
                "quick/007-sign/007-PLAN.md",
                "---\nid: quick-007\ntitle: A new sign\ntype: quick\nstatus: planned\n---\n# Sign\n",
            ),
        ],
        r#"
quick-004 "Ring twice" owns src/bell.rs Done
quick-005 "Oil the door"
quick-260101-ab1 "A warmer lamp" Done
quick-007 "A new sign"
"#,
    );
}

#[test]
fn waves_of_a_phase_come_in_the_order_of_their_numbers() {
    let plan = |plan: &str, wave: &str, needs: &str| {
        let text = format!(
            "---\nphase: 03-roof\nplan: {plan}\nwave: {wave}\ndepends_on: [{needs}]\nfiles_modified: []\n---\n"
        );
        Document::new(format!("03-{plan}-PLAN.md"), text)
    };
    let documents = [
        plan("01", "10", "02"),
        plan("02", "2", "03"),
        plan("03", "1", ""),
    ];
    let groups = read(&documents).value.groups;
    let found: Vec<_> = groups
        .iter()
        .map(|group| (group.id.as_str(), group.kind))
        .collect();
    let expected = [
        ("phase-3", GroupKind::Phase),
        ("phase-3.wave-1", GroupKind::Wave),
        ("phase-3.wave-2", GroupKind::Wave),
        ("phase-3.wave-10", GroupKind::Wave),
    ];
    assert_eq!(found, expected);
}

#[test]
fn front_matter_that_is_more_than_it_should_be() {
    check(
        &[(
            "01-01-PLAN.md",
            "---\nphase: 01-a\nplan: 01\nwave: 1\nwave: 2\ndepends_on: *all\nfiles_modified:\n  - path: a\nnonsense\n---\n",
        )],
        r#"
phase-1 ""
phase-1.wave-1 "Phase 1, wave 1"
01-01 "" in phase-1.wave-1
warning[WC0005]: `wave` stands twice in the front matter; the first one counts (01-01-PLAN.md:5:1)
warning[WC0005]: this line of the front matter is no `key: value` (01-01-PLAN.md:9:1)
error[WC0107]: `files_modified` is no plain list: it holds maps (01-01-PLAN.md:7:1)
error[WC0107]: `depends_on` is no plain list: anchors, aliases and tags are not followed (01-01-PLAN.md:6:1)
"#,
    );
}

const ROADMAP: &str = "# Roadmap: Thing\n\n## Phases\n\n- [x] **Phase 1: Ground** - base\n- [ ] **Phase 2: Walls**\n\n## Phase Details\n\n\
     ### Phase 1: Ground\n**Goal**: Stand\n**Depends on**: Nothing (first phase)\n**Plans**: 2 plans\n\nPlans:\n- [x] 01-01-PLAN.md -- Dig\n- [x] 01-02: Pour (TDD)\n\n\
     ### Phase 2: Walls\n**Goal**: Shelter\n**Depends on**: Phase 1 (Phase 4 may come first)\n**Success Criteria**:\n  1. T001 stands\n**Plans**: 1 plan\n\nPlans:\n- [ ] [02-01](x/02-01-PLAN.md): Raise\n\n\
     ### Phase 2.1: Door (INSERTED)\n**Goal**: Enter\n**Depends on**: Phases 1 and 2\n**Plans**: TBD\n\n\
     ### Phase 3: Roof\n**Goal**: Dry\n**Depends on**: good weather\n**Plans**: TBD\n\n\
     ## Progress\n\n| Phase | Plans Complete | Status | Completed |\n|--|--|--|--|\n| 1. Ground | 2/2 | Complete | x |\n| 2. Walls | 0/1 | Not started | - |\n| 3. Roof | 0/? | Deferred | - |\n";

#[test]
fn a_roadmap() {
    check(
        &[("ROADMAP.md", ROADMAP)],
        r#"
phase-1 "Phase 1: Ground" states 2
phase-2 "Phase 2: Walls" states 1 after phase-1
phase-2.1 "Phase 2.1: Door (INSERTED)" after phase-1 phase-2
phase-3 "Phase 3: Roof"
01-01 "Dig" in phase-1 Done
01-02 "Pour (TDD)" in phase-1 Done
02-01 "Raise" in phase-2 after [phase-1]
warning[WC0202]: phase 3 depends on `good weather`, which names no other phase (ROADMAP.md:36:17)
"#,
    );
}

#[test]
fn a_phase_without_plans_is_a_task_where_others_wait_for_it() {
    check(
        &[(
            "ROADMAP.md",
            "### Phase 1: Ground\n**Goal**: Stand\n**Depends on**: Nothing\n**Plans**: TBD\n\n\
             ### Phase 2: Walls\n**Goal**: Shelter\n**Depends on**: Phase 1\n\nPlans:\n- [ ] 02-01-PLAN.md -- Raise\n- [ ] 02-02-PLAN.md -- Plaster (after 02-01)\n",
        )],
        r#"
phase-1 "Phase 1: Ground"
phase-2 "Phase 2: Walls" after phase-1
phase-1 "Phase 1: Ground" in phase-1
02-01 "Raise" in phase-2 after [phase-1]
02-02 "Plaster" in phase-2 after [phase-1]
02-01 -> 02-02 Hard [List]
"#,
    );
}

#[test]
fn a_roadmap_and_its_plans_are_one_plan() {
    let plan = "---\nphase: 02-walls\nplan: 01\nwave: 1\ndepends_on: []\nfiles_modified: [w.rs]\n---\n<objective>\nRaise the walls\n</objective>\n";
    for turned in [false, true] {
        let mut documents = vec![
            Document::new("ROADMAP.md", ROADMAP),
            Document::new("02-01-PLAN.md", plan),
        ];
        if turned {
            documents.reverse();
        }
        let parsed = read(&documents);
        let task = parsed.value.task("02-01").expect("the plan");
        assert_eq!(
            (parsed.value.tasks.len(), task.title.as_str()),
            (3, "Raise the walls")
        );
        assert_eq!((task.claims.len(), task.depends_on_groups.len()), (1, 1));
        let edges = parsed.value.group_edges();
        let before: Vec<&str> = edges
            .iter()
            .filter(|edge| edge.to == "02-01")
            .map(|edge| edge.from.as_str())
            .collect();
        assert_eq!(before, ["01-01", "01-02"]);
    }
}

#[test]
fn stories() {
    check(
        &[
            (
                "1.1.story.md",
                "# Story 1.1: Till\n\n- **Epic:** Garden\n- **Status:** Done\n- **Story Points:** 5\n- **Priority:** High\n\n## Story\nAs a hen\n\n\
                 ## Acceptance Criteria\n1. **AC1:** it runs, by T001\n\n## Tasks / Subtasks\n- [ ] Task 1 (AC: 1)\n  - [x] Subtask 1.1\n\n### Task 2: More (2 h)\n- do\n\n## Definition of Done\n- [ ] all\n",
            ),
            (
                "1.2.story.md",
                "# Story 1.2 - Sow\n\n## Status\n\nReady for Review\n\n## Story\n\nAs a hen\n\n## Acceptance Criteria\n\n1. x\n\n## Dependencies\n\n- Story 1.1 (tilled), Node 18.2\n- Blocks: Story 2.1\n\n\
                 ## Dev Notes\n\nStory 2.1 comes later.\n",
            ),
            (
                "2.1.story.md",
                "# Story 2.1: Reap\n\n**Status:** whenever\n**Depends on:** 1.1-1.2, 9.9\n**Estimate:** 3h\n\n## Story\nx\n## Acceptance Criteria\n1. y\n## Dev Notes\nz\n",
            ),
        ],
        r#"
story-1.1 "Story 1.1: Till"
epic-1 "Epic 1: Garden"
epic-2 "Epic 2"
1.1-T1 "" = Story 1.1 Task 1 = Task 1 in story-1.1 Done
1.1-T2 "More" = Story 1.1 Task 2 = Task 2 in story-1.1 120m Done
1.2 "Sow" = Story 1.2 in epic-1 InProgress after [story-1.1]
2.1 "Reap" = Story 2.1 in epic-2 180m after [story-1.1]
1.2 -> 2.1 Hard [Header]
note[WC0107]: `whenever` is no known status; the task counts as not yet begun (2.1.story.md:3:13)
error[WC0201]: 2.1 depends on `Story 9.9`, which no document holds (2.1.story.md:4:26)
"#,
    );
}

#[test]
fn a_book_of_stories_is_no_story() {
    let text = "# Stories\n\n## Story 1.1: A\n\n### Acceptance Criteria\n\n### Status\n\n### Tasks\n\n## Story 1.2: B\n\n### Acceptance Criteria\n";
    assert!(read(&[Document::new("a.md", text)]).value.tasks.is_empty());
    let text = text.trim_start_matches("# Stories\n\n");
    assert!(read(&[Document::new("a.md", text)]).value.tasks.is_empty());
}

#[test]
fn backlog_tasks() {
    check(
        &[
            (
                "backlog/tasks/back-100 - House.md",
                "---\nid: BACK-100\ntitle: 'House: all of it'\nstatus: In Progress\nassignee: []\nlabels: [big, wood]\ndependencies: []\npriority: high\n---\n\n## Description\n\nT001\n",
            ),
            (
                "backlog/tasks/back-100.1 - Frame.md",
                "---\r\nid: BACK-100.1\r\ntitle: >-\r\n  Frame\r\n  of wood\r\nstatus: Done\r\nassignee:\r\n  - '@me'\r\ndependencies: []\r\nparent_task_id: BACK-100\r\n---\r\n",
            ),
            (
                "backlog/tasks/task-100.2 - Roof.md",
                "---\nid: back-100.2\ntitle: Roof\nstatus: To Do\nlabels: []\ndependencies:\n  - task-100.1\n  - task-7\nparent_task_id: task-100\n---\n",
            ),
            (
                "backlog/tasks/back-101 - Paint.md",
                "---\nid: BACK-101\ntitle: Paint\nstatus: \"○ Someday\"\nlabels: []\ndependencies: [100.2, BACK-100]\n---\n",
            ),
        ],
        r#"
back-100 "Sub-tasks of BACK-100"
task-100 "Sub-tasks of task-100"
BACK-100 "House: all of it" = task-100 InProgress
BACK-100.1 "Frame of wood" = task-100.1 in back-100 Done
back-100.2 "Roof" = task-100.2 in task-100
BACK-101 "Paint" = task-101
BACK-100.1 -> back-100.2 Hard [Header]
back-100.2 -> BACK-101 Hard [Header]
BACK-100 -> BACK-101 Hard [Header]
note[WC0107]: `○ Someday` is no known status; the task counts as not yet begun (backlog/tasks/back-101 - Paint.md:4:10)
error[WC0201]: back-100.2 depends on `task-7`, which no document holds (backlog/tasks/task-100.2 - Roof.md:8:5)
"#,
    );
}

#[test]
fn other_front_matter_is_no_task() {
    for text in [
        "---\nid: intro-1\ntitle: Intro\nsidebar_label: I\n---\n# Intro\n",
        "---\nphase: 1\nplan: basic\n---\n# Offer\n",
        "---\ntitle: Story 1.1\n---\n# Story 1.1\n\nOnce upon a time\n",
    ] {
        assert!(
            read(&[Document::new("a.md", text)]).value.tasks.is_empty(),
            "{text}"
        );
    }
}

fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "---",
        "phase: 01-é",
        "plan: 02",
        "wave: 1",
        "depends_on: [\"01-01\", '",
        "depends_on:",
        "  - 01-01",
        "- é",
        "files_modified: [a.rs,",
        "id: task-1.2",
        "title: 'é",
        "title: >-",
        "status: Done",
        "labels: []",
        "dependencies: [1, *x, {a: b}]",
        "parent: 1",
        "# c",
        "]",
        "  x: y",
        ": z",
        "# Story 1.1: é",
        "## Status",
        "é – 1.1",
        "## Story",
        "## Acceptance Criteria",
        "## Dependencies",
        "- Stories 1.1-1.9999, 2.1 – 2.3",
        "**Depends on:** `1.1` to",
        "# Roadmap",
        "### Phase 2.1: é",
        "**Goal**: x",
        "**Depends on**: Phase 01-3é",
        "**Plans**: 2 plans",
        "- [x] 01-01-PLAN.md — é",
        "- [ ] `02-1a`: x",
        "| Phase | Status |\n|--|--|\n| 1é. | Done |",
        "<objective>é. é",
        "",
        "\u{feff}---",
        "Status:\u{a0}é",
    ]);
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_them_stumble(text in lines(), top in 0..5usize) {
        let top = ["", "---\nphase: 01-a\nplan: 01\nwave: 1\n", "---\nid: back-1\ntitle: A\nstatus: x\nlabels: []\n",
            "# Story 1.1\n\n## Status\n\nx\n\n## Story\n\n## Acceptance Criteria\n", "### Phase 1: A\n**Goal**: b\n**Depends on**: c\n**Plans**: d\n"][top];
        let document = Document::new("a.md", format!("{top}{text}"));
        let parsed = read(std::slice::from_ref(&document));
        let places = parsed.value.tasks.iter().map(|task| &task.location)
            .chain(parsed.value.edges.iter().flat_map(|edge| &edge.locations))
            .chain(parsed.value.groups.iter().map(|group| &group.location))
            .chain(parsed.diagnostics.iter().filter_map(|diagnostic| diagnostic.location.as_ref()));
        for place in places {
            prop_assert!(document.text().get(place.span.clone()).is_some(), "{place:?}");
        }
    }

    #[test]
    fn any_front_matter_is_read(text in "\\PC*", more in any::<String>()) {
        for top in ["phase: 1\nplan: 2\nwave: 1\ndepends_on:", "id: task-1\nstatus: x\ntitle: y\nlabels: []\ndependencies:"] {
            read(&[Document::new("a.md", format!("---\n{top} {text}\n{more}\n---\n{more}"))]);
        }
    }
}

#[test]
fn long_documents_take_little_time() {
    for top in [
        "---\nphase: 1\nplan: 2\nwave: 1\n",
        "### Phase 1: A\n**Goal**: b\n**Depends on**: c\n**Plans**: d\n\n",
        "# Story 1.1\n## Status\n## Story\n## Acceptance Criteria\n## Dependencies\n",
    ] {
        for unit in [
            "[",
            "a: [\n",
            "a:\n- b\n",
            "- 'x\n",
            "k: 'x\n",
            "depends_on: [",
            "- [x] 01-01: a\n",
            "Story 1.1-1.99 ",
            "**Depends on:** 1.1, ",
            "### Phase 1: A\n",
            "\"\\",
            "# ",
        ] {
            read(&[Document::new(
                "a.md",
                format!("{top}{}\n---\n", unit.repeat(300_000 / unit.len())),
            )]);
        }
    }
}

#[test]
fn a_status_in_a_heading() {
    let text = "# Story 1.1: A\n\n## Status: In Progress\n\n## Story\n\n## Acceptance Criteria\n\n## Dev Notes\n";
    let parsed = read(&[Document::new("a.md", text)]);
    assert_eq!(parsed.value.tasks[0].status, Status::InProgress);
}

#[test]
fn a_phase_waits_for_few_others() {
    let plans = "- [ ] 01-01: a\n".repeat(2_000);
    let text = format!(
        "### Phase 1001: A\n**Goal**: b\n**Depends on**: Phases 1-999\n**Plans**: 9\n\n{plans}"
    );
    let parsed = read(&[Document::new("a.md", text)]);
    // Once for the phase, once for all of its plans.
    let refused = parsed
        .diagnostics
        .iter()
        .filter(|found| found.code == Code::BAD_RANGE);
    assert_eq!(refused.count(), 2);
}

#[test]
fn plans_counted_anew_in_every_phase() {
    let roadmap = "### Phase 1: A\n**Goal**: b\n**Depends on**: Nothing\n\nPlans:\n- [x] 01-PLAN.md — Dig\n- [ ] 01-02-deep-PLAN.md — Deeper\n- [ ] 2026-01-02 is no plan\n";
    let plan = "---\nphase: 01-ground\nplan: 1\nwave: 1\ngap_closure: true\n---\n<objective>Dig it</objective>\n";
    let parsed = read(&[
        Document::new("ROADMAP.md", roadmap),
        Document::new("01-PLAN.md", plan),
    ]);
    let told: Vec<_> = parsed
        .value
        .tasks
        .iter()
        .map(|task| (task.title.as_str(), task.status))
        .collect();
    assert_eq!(
        told,
        [("Dig it", Status::Done), ("Deeper", Status::Pending)]
    );
    assert_eq!(
        parsed.value.task("01-02").map(|task| task.title.as_str()),
        Some("Deeper")
    );
}

#[test]
fn stories_without_numbered_tasks_are_one_task_each_beside_others() {
    let story = |number: &str| {
        let text = format!(
            "# Story {number}: Lamps\n\nStatus: Draft\n\n## Story\n\nLight.\n\n## Acceptance Criteria\n\n1. It burns.\n\n\
             ## Tasks / Subtasks\n\n- [ ] Post\n- [ ] Cable\n"
        );
        Document::new(format!("{number}.md"), text)
    };
    let ids = |documents: &[Document]| -> Vec<String> {
        let plan = read(documents).value;
        plan.tasks.into_iter().map(|task| task.id).collect()
    };
    assert_eq!(ids(&[story("1.1"), story("1.2")]), ["1.1", "1.2"]);
    assert_eq!(ids(&[story("1.1")]), ["1.1-T1", "1.1-T2"]);
}
