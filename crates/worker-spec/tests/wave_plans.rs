//! Plans in waves, batches and phases, as a whole.

use std::fmt::Write as _;

use wavecrew_worker_spec::{Code, Document, Plan, Status, Subject, read};

/// A plan in short lines: groups, tasks, edges.
fn outline(plan: &Plan) -> String {
    let mut out = String::new();
    for group in &plan.groups {
        write!(out, "{} \"{}\"", group.id, group.title).unwrap();
        if let Some(tasks) = group.stated_tasks {
            write!(out, " states {tasks}").unwrap();
        }
        if let Some(duration) = group.stated_duration {
            write!(out, " lasts {}m", duration.as_secs() / 60).unwrap();
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
        if let Some(tokens) = task.tokens {
            write!(out, " {tokens}tok").unwrap();
        }
        if let Some(model) = &task.model {
            write!(out, " by {model}").unwrap();
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
        writeln!(
            out,
            "{} -> {} {:?} {:?}",
            edge.from, edge.to, edge.kind, edge.stated_in
        )
        .unwrap();
    }
    out
}

/// Reads one document and compares the plan and the diagnostics, missing estimates left out.
fn check(text: &str, expected: &str) {
    let parsed = read(&[Document::new("plan.md", text)]);
    let mut found = outline(&parsed.value);
    for diagnostic in &parsed.diagnostics {
        if diagnostic.code != Code::NO_ESTIMATE {
            writeln!(found, "{diagnostic}").unwrap();
        }
    }
    assert_eq!(found.trim_end(), expected.trim(), "\n--- found:\n{found}");
}

#[test]
fn a_table_of_a_wave_by_names_of_columns() {
    check(
        "# Plan\n\n## Wave 1: Ground (2 tasks, 3 h)\n\n\
         | Depends on | Est. tokens | Title | Files | ID | Model | Time |\n|--|--|--|--|--|--|--|\n\
         | - | 5K | Schema | `db/schema/` | **DB-1** | haiku | 1h |\n\
         | DB-1 | 1.5K | Loader | src/load.py, ./src//util.py | DB-2 | opus | 90 min |\n\
         | **Total** | 6.5K | | | | | 2.5h |\n",
        r#"
wave-1 "Wave 1: Ground" states 2 lasts 180m
DB-1 "Schema" in wave-1 60m 5000tok by haiku owns db/schema/
DB-2 "Loader" in wave-1 90m 1500tok by opus owns src/load.py owns src/util.py
DB-1 -> DB-2 Hard [Table]
"#,
    );
}

#[test]
fn tables_that_only_describe_add_no_tasks() {
    check(
        "# Plan\n\n## Phase 1\n\n| Task | Duration |\n|--|--|\n| A-1 | 1h |\n| A-2 | 1h |\n\n\
         ## Risks\n\n| Risk | Impact |\n|--|--|\n| B-1 | high |\n\n\
         ## Scores\n\n| Component | Technical | Total |\n|--|--|--|\n| C-1 | 3 | 9 |\n\n\
         ## Cost\n\n| Model | Tasks | Est. Cost |\n|--|--|--|\n| D-1 | 2 | $1 |\n\n\
         ## Example of a row\n\n| Task | Duration | Depends on |\n|--|--|--|\n| E-1 | 1h | - |\n",
        r#"
phase-1 "Phase 1"
A-1 "" in phase-1 60m
A-2 "" in phase-1 60m
"#,
    );
}

#[test]
fn lists_of_id_ranges() {
    check(
        "# Plan\n\n6 workers × 20 min each = 2 hours\n\n\
         **Batch 1: Base (3 workers, 15 min)**\n- JOB_001-003: Base (3 workers)\n\n\
         **Batch 2: Rest (4 workers, 20 min)**\n- JOB_003-004: Middle (2 workers)\n- JOB_005, JOB_006: End (3 workers)\n\n\
         ## Commands\n\n### Start it (Batch 1)\n```bash\nfor i in {001..009}; do run JOB_$i; done\n# JOB_007\n```\n\n\
         ## Next\n\n1. **Execute Batch 1** (45 workers)\n2. JOB_008 is only a word here\n",
        r#"
batch-1 "Batch 1: Base" states 3 lasts 15m
batch-2 "Batch 2: Rest" states 4 lasts 20m
JOB_001 "Base" in batch-1 20m
JOB_002 "Base" in batch-1 20m
JOB_003 "Base" in batch-1 20m
JOB_004 "Middle" in batch-2 20m
JOB_005 "End" in batch-2 20m
JOB_006 "End" in batch-2 20m
warning[WC0602]: this line names 2 tasks and states 3 (plan.md:10:3)
warning[WC0102]: JOB_003 is in group `batch-1` and again in `batch-2`; the first one counts (plan.md:9:3)
"#,
    );
}

#[test]
fn a_duration_said_of_other_numbers_is_no_estimate() {
    for text in [
        "5 batches × 20 min each",
        "7 workers × 20 min each",
        "fast (~5 min each)",
        "any worker > 20 min is ended",
        "50 workers × 0.6s interval",
    ] {
        let document = format!("{text}\n\n## Batch 1\n\n- JOB_01-02: Base\n");
        let plan = read(&[Document::new("plan.md", document)]).value;
        assert_eq!(plan.tasks.len(), 2, "{text}");
        assert!(
            plan.tasks.iter().all(|task| task.estimate.is_none()),
            "{text}"
        );
    }
    for text in [
        "Each task takes 20 min.",
        "2 agents x 20 min",
        "About 20 min per task",
        "- 2 workers Ã— 20 min = 40 min",
    ] {
        let document = format!("{text}\n\n## Batch 1\n\n- JOB_01-02: Base\n");
        let plan = read(&[Document::new("plan.md", document)]).value;
        let minutes: Vec<_> = plan
            .tasks
            .iter()
            .map(|task| task.estimate.map(|e| e.as_secs() / 60))
            .collect();
        assert_eq!(minutes, [Some(20), Some(20)], "{text}");
    }
}

#[test]
fn rows_and_nodes_are_one_task_by_name_or_issue() {
    check(
        "# Plan\n\n```mermaid\ngraph TD\n  %% ground\n  DB[Database Setup]\n  API[Public API #12]\n  UI[Web UI #13]\n  DB --> API\n  API --> UI\n  DB --> UI\n```\n\n\
         ### Batch 1: Ground (1 Task)\n\n| Task | Issue | Duration | Dependencies |\n|--|--|--|--|\n\
         | Database Service Setup | Part of #12 | 3h | None |\n\n\
         ### Batch 2: Top (2 Parallel Tasks)\n**Prerequisite**: Batch 1 complete\n\n\
         | Task | Issue | Duration | Dependencies |\n|--|--|--|--|\n\
         | REST endpoints | #12 | 2h | Database setup |\n| Web UI | #13 | 1h | Public API |\n",
        r#"
batch-1 "Batch 1: Ground" states 1
batch-2 "Batch 2: Top" states 2 after batch-1
DB "Database Service Setup" = Database Service Setup in batch-1 180m
API "REST endpoints" = #12 = REST endpoints in batch-2 120m
UI "Web UI" = #13 = Web UI in batch-2 60m
DB -> API Hard [Table, Mermaid]
API -> UI Hard [Table, Mermaid]
DB -> UI Hard [Mermaid]
warning[WC0206]: DB -> UI is stated in a Mermaid diagram, but not in the table of this document (plan.md:11:6)
"#,
    );
}

#[test]
fn a_flowchart_alone_is_a_plan() {
    check(
        "# Build plan\n\n```mermaid\nflowchart LR\n  subgraph W1[Wave 1: Ground]\n    a[Scaffold 2h]\n    b(\"Schema (30 min)\")\n  end\n  subgraph Wave 2\n    c[\"Service<br/>layer\"]\n  end\n  a & b -->|types only| c\n  b --- c\n  W1 --> d[Ship] %% done\n```\n",
        r#"
wave-1 "Wave 1: Ground"
wave-2 "Wave 2"
a "Scaffold" in wave-1 120m
b "Schema" in wave-1 30m
c "Service layer" in wave-2
d "Ship"
a -> c Soft [Mermaid]
b -> c Soft [Mermaid]
a -> d Group [Mermaid]
b -> d Group [Mermaid]
warning[WC0006]: Mermaid takes a comment only on a line of its own (plan.md:14:18)
"#,
    );
}

#[test]
fn a_diagram_file_is_a_plan() {
    check(
        "%% the graph\ngraph TD\n  %%\n  T1[\"CORE-1: Set up\"] --> T2[CORE-2: Build]\n",
        r#"
T1 "Set up" = CORE-1
T2 "Build" = CORE-2
T1 -> T2 Hard [Mermaid]
warning[WC0006]: Mermaid takes an empty comment for a node (plan.md:3:3)
"#,
    );
}

#[test]
fn nodes_take_the_ids_that_tables_give() {
    check(
        "# Plan\n\n| ID | Task | Depends on |\n|--|--|--|\n| CORE-1 | Set up | - |\n| CORE-2 | Build | CORE-1 |\n| CORE-3 | Ship | |\n\n\
         ```mermaid\ngraph TD\n  A[CORE-1: start] --> B[Build]\n  B --> CORE3[x]\n```\n",
        r#"
CORE-1 "Set up" = A
CORE-2 "Build" = B
CORE-3 "Ship" = CORE3
CORE-1 -> CORE-2 Hard [Table, Mermaid]
CORE-2 -> CORE-3 Hard [Mermaid]
"#,
    );
}

#[test]
fn illustrations_are_no_plans() {
    for text in [
        "# Handbook\n\n## Example\n\n```mermaid\ngraph TD\n  a --> b\n```\n",
        "# Handbook\n\n```mermaid\nsequenceDiagram\n  A->>B: x\n```\n",
        "# Handbook\n\n```mermaid\n  I1 --> I2 %% a dependency\n```\n",
        "# Architecture\n\n```mermaid\ngraph TD\n  browser --> server\n```\n",
        "# Notes\n\n- T001 is an id\n\n| Name | Age |\n|--|--|\n| Ann | 7 |\n",
    ] {
        let parsed = read(&[Document::new("notes.md", text)]);
        assert_eq!(parsed.value.tasks, [], "{text}");
        assert!(
            parsed.diagnostics.iter().any(|d| d.code == Code::NO_TASK),
            "{text}"
        );
    }
}

#[test]
fn further_diagrams_count_only_when_they_are_about_the_same_tasks() {
    check(
        "# Plan\n\n| ID | Task | Depends on |\n|--|--|--|\n| T1 | Parse | - |\n| T2 | Print | T1 |\n\n\
         ```mermaid\ngraph TD\n  user --> app --> db\n```\n\n```mermaid\ngraph TD\n  T1 --> T2\n```\n",
        r#"
T1 "Parse"
T2 "Print"
T1 -> T2 Hard [Table, Mermaid]
"#,
    );
}

#[test]
fn a_diagram_of_phases_orders_groups() {
    check(
        "# Tasks\n\n```mermaid\ngraph TD\n  A[Phase 1: Base] --> B[Phase 2: Top]\n```\n\n\
         ## Phase 1: Base\n- [x] T001 Make it\n\n## Phase 2: Top\n- [ ] T002 [P] Use it\n",
        r#"
phase-1 "Phase 1: Base"
phase-2 "Phase 2: Top" after phase-1
T001 "Make it" in phase-1 Done
T002 "Use it" in phase-2
"#,
    );
}

#[test]
fn dependency_cells() {
    check(
        "# Plan\n\n## Phase 1\n\n| Task | Duration | Dependencies |\n|--|--|--|\n| 1.1 Model | 1h | None |\n| 1.2 Store | 1h | 1.1 (types) |\n\n\
         ## Phase 2\n\n| Task | Duration | Dependencies |\n|--|--|--|\n| 2.1 API | 1h | Phase 1 complete |\n| 2.2 Docs | 1h | 1.1, 2.1; nothing else |\n| 2.3 UI | 1h | Store and API |\n",
        r#"
phase-1 "Phase 1"
phase-2 "Phase 2"
1.1 "Model" in phase-1 60m
1.2 "Store" in phase-1 60m
2.1 "API" in phase-2 60m after [phase-1]
2.2 "Docs" in phase-2 60m
2.3 "UI" in phase-2 60m
1.1 -> 1.2 Soft [Table]
1.1 -> 2.2 Hard [Table]
2.1 -> 2.2 Hard [Table]
1.2 -> 2.3 Hard [Table]
2.1 -> 2.3 Hard [Table]
warning[WC0202]: 2.2 depends on `nothing else`, which is the name of no task (plan.md:15:29)
"#,
    );
}

#[test]
fn numbers_that_start_again_in_every_group_are_told_apart() {
    check(
        "# Plan\n\n## Wave 1\n\n| # | Task | Depends on |\n|--|--|--|\n| 1 | Parse | - |\n| 2 | Check | 1 |\n\n\
         ## Wave 2\n\n| # | Task | Depends on |\n|--|--|--|\n| 1 | Print | - |\n| 2 | Ship | 1 |\n",
        r#"
wave-1 "Wave 1"
wave-2 "Wave 2"
1 "Parse" in wave-1
2 "Check" in wave-1
wave-2/1 "Print" in wave-2
wave-2/2 "Ship" in wave-2
1 -> 2 Hard [Table]
wave-2/1 -> wave-2/2 Hard [Table]
"#,
    );
}

#[test]
fn deferred_work_is_no_pending_work() {
    check(
        "# Plan\n\n### WAVE 1: Now (1 agents)\n\n| Task | Title | Est. Tokens |\n|--|--|--|\n| X-1 | Do | 5K |\n\n---\n\n\
         ### DEFERRED: Phase 7\n\n- X-8 through X-9 (2 tasks)\n- Each is 50K+ tokens\n",
        r#"
wave-1 "WAVE 1: Now" states 1
X-1 "Do" in wave-1 5000tok
X-8 "" Deferred
X-9 "" Deferred
"#,
    );
}

#[test]
fn other_languages_and_marks() {
    check(
        "# 計画\n\n## Phase 1: 基盤\n\n| タスク | 推定時間 | 依存 | 状態 |\n|--|--|--|--|\n| T1: 型 | 2時間 | なし | 完了 |\n| ✅ T2: 保存 | 30分 | T1 | |\n\
         | ~~[T3](https://e.org): 廃止~~ | | T1、T2 | 🚧 |\n",
        r#"
phase-1 "Phase 1: 基盤"
T1 "型" in phase-1 120m Done
T2 "保存" in phase-1 30m Done
T3 "廃止" in phase-1 InProgress
T1 -> T2 Hard [Table]
T1 -> T3 Hard [Table]
T2 -> T3 Hard [Table]
"#,
    );
}

#[test]
fn values_that_cannot_be_read_are_told() {
    check(
        "# Plan\n\n## Phase 1\n\n| Task | Duration | Est. tokens | Files | Dependencies |\n|--|--|--|--|--|\n| A-1 | soon | few | ../x, src/*.py | A-9..A-2 |\n| A-2 | M | | | A-1, A-7 |\n",
        r#"
phase-1 "Phase 1"
A-1 "" in phase-1 owns src/
A-2 "" in phase-1
A-1 -> A-2 Hard [Table]
warning[WC0107]: `soon` is no duration (plan.md:7:9)
warning[WC0107]: `few` is no amount of tokens (plan.md:7:16)
warning[WC0401]: `../x` leaves the root by `..` (plan.md:7:22)
error[WC0205]: `A-9..A-2` is no range of ids (plan.md:7:39)
error[WC0201]: A-2 depends on `A-7`, which no document holds (plan.md:8:22)
"#,
    );
}

#[test]
fn gates_and_their_commands() {
    let text = "# Plan\n\n## Batch 1\n- [ ] T1: Do\n\n**Checkpoint**: the schema is frozen\n\n## Gates\n\n#### Batch 1 Quality Gate\n\
                ```bash\n# first\nmake test\ncurl -f \\\n  localhost\n```\n\n### Batch 2 Quality Gate\n```python\nprint(1)\n```\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let found: Vec<_> = plan
        .checkpoints
        .iter()
        .map(|c| {
            (
                c.group.as_deref(),
                c.title.as_str(),
                c.commands
                    .iter()
                    .map(|command| command.text.as_str())
                    .collect(),
                c.location.line,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some("batch-1"), "the schema is frozen", vec![], 6),
            (
                Some("batch-1"),
                "Batch 1 Quality Gate",
                vec!["make test", "curl -f \\\n  localhost"],
                10
            ),
            (Some("batch-2"), "Batch 2 Quality Gate", vec![], 18),
        ]
    );
}

#[test]
fn statements_with_their_place() {
    let text = "# Plan\n\nAims at a **3-5x speedup** in 2 parallel waves.\n\n## Wave 1 (2 tasks, 90 min)\n\n**Max Concurrent Agents**: 2\n\n\
                | Task | Duration |\n|--|--|\n| A-1 | 1h |\n| A-2 | 1h |\n\n---\n\n## Critical path\n\n```\nA-1 → A-2\n```\n\n\
                **Critical Path Duration**: ~2 hours\n\n| Model | Tasks | Total Tokens | Est. Cost |\n|--|--|--|--|\n| **Total** | **2** | 9K | $0.10 |\n\n\
                *Estimated total time: 2 hours (parallelized) vs 3 hours (sequential)*\n";
    let plan = read(&[Document::new("plan.md", text)]).value;
    let found: Vec<_> = plan
        .statements
        .iter()
        .map(|s| {
            (
                s.subject,
                s.value.as_str(),
                s.group.as_deref(),
                s.location.line,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (Subject::Speedup, "3-5x speedup", None, 3),
            (Subject::GroupCount, "2 parallel waves", None, 3),
            (Subject::TaskCount, "2 tasks", Some("wave-1"), 5),
            (Subject::TotalDuration, "90 min", Some("wave-1"), 5),
            (Subject::Concurrency, "2", Some("wave-1"), 7),
            (Subject::CriticalPath, "A-1 → A-2", None, 19),
            (Subject::CriticalPath, "2 hours", None, 22),
            (Subject::TaskCount, "2", None, 26),
            (Subject::Tokens, "9K", None, 26),
            (Subject::Cost, "$0.10", None, 26),
            (
                Subject::TotalDuration,
                "2 hours (parallelized) vs 3 hours (sequential)",
                None,
                28
            ),
            (Subject::Work, "3 hours", None, 28),
        ]
    );
    for statement in &plan.statements {
        assert!(!text[statement.location.span.clone()].is_empty());
    }
}
