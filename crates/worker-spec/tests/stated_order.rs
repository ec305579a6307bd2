//! What lines about order say, in the wordings of people: what a task waits for, and what it is only said not to wait for.
//!
//! Each table is read in one document by its lines, so that a row stands for every place in which people write so.

use std::fmt::Write as _;

use wavecrew_worker_spec::{Document, EdgeKind, Parsed, Plan, read};

/// What comes before a task, in the order of the edges; wishes in brackets.
fn first(parsed: &Parsed<Plan>, task: &str) -> String {
    let edges = parsed.value.edges.iter().filter(|edge| edge.to == task);
    let names: Vec<String> = edges
        .map(|edge| match edge.kind {
            EdgeKind::Hard => edge.from.clone(),
            _ => format!("({})", edge.from),
        })
        .collect();
    names.join(" ")
}

/// All edges, each as `from>to`, in their order.
fn edges(parsed: &Parsed<Plan>) -> String {
    let mut edges: Vec<String> = parsed
        .value
        .edges
        .iter()
        .map(|edge| format!("{}>{}", edge.from, edge.to))
        .collect();
    edges.sort();
    edges.join(" ")
}

fn codes(parsed: &Parsed<Plan>) -> Vec<&'static str> {
    let codes = parsed.diagnostics.iter().map(|told| told.code.as_str());
    codes.filter(|code| *code != "WC0108").collect()
}

fn plan(text: &str) -> Parsed<Plan> {
    read(&[Document::new("plan.md", text)])
}

/// Compares every row and tells all that differ at once.
fn check(rows: &[(&str, &str)], found: impl Fn(&str) -> String) {
    let mut wrong = String::new();
    for (line, expected) in rows {
        let found = found(line);
        if found != *expected {
            let _ = writeln!(wrong, "{line}\n  expected: {expected}\n  found:    {found}");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Check boxes T1 to T6, the last of which says more.
fn checkbox(rest: &str) -> Parsed<Plan> {
    let mut text = "# Plan\n\n## Tasks\n\n".to_owned();
    for (at, title) in ["Repo", "Pipeline", "Model", "View", "Shell"]
        .iter()
        .enumerate()
    {
        let _ = writeln!(text, "- [ ] T{} {title} (1h)", at + 1);
    }
    let _ = writeln!(text, "- [ ] T6 Ship{rest}");
    plan(&text)
}

/// A table of T1 to T6, the last of which depends on what a cell says.
fn cell(cell: &str) -> Parsed<Plan> {
    let mut text =
        "# Plan\n\n| ID | Task | Hours | Depends on |\n|----|----|----|----|\n".to_owned();
    for (at, title) in ["Repo", "Pipeline", "Model", "View", "Shell"]
        .iter()
        .enumerate()
    {
        let _ = writeln!(text, "| T{} | {title} | 1 | - |", at + 1);
    }
    let _ = writeln!(text, "| T6 | Ship | 1 | {cell} |");
    plan(&text)
}

#[test]
fn what_a_checkbox_waits_for() {
    let rows = [
        (", after T1 (parallel with T2)", "T1"),
        (" (1h), after T1, in parallel with T3", "T1"),
        (" (after T1, independent of T2)", "T1"),
        (" (depends on T1, not T2)", "T1"),
        (" (1h, after T1, can run with T3)", "T1"),
        (" (1h; needs T1 but not T2)", "T1"),
        (" (depends on T1, unlike T2)", "T1"),
        (" (not blocked by T2; blocked by T1)", "T1"),
        (" (no longer depends on T2, needs T1)", "T1"),
        (" (does not have to wait for T2)", ""),
        (" (doesn't need T2)", ""),
        (" (after T1-T4 except T3)", "T1 T2 T4"),
        (" (depends on T1-T4, excluding T2 and T3)", "T1 T4"),
        (" (depends on ~~T2~~ T1)", "T1"),
        (" (after T1, before T5)", "T1"),
        (" (after T1; see T2)", "T1"),
        (" (depends on T1, see also T2)", "T1"),
        (" (depends on T1 and T2)", "T1 T2"),
        (" (depends on T1, T2 and T4)", "T1 T2 T4"),
        (" (not before T3)", "T3"),
        (" (must not start before T3)", "T3"),
        (" (blocked until T3 is merged)", "T3"),
        (" (cannot start until T2 and T3 are done)", "T2 T3"),
        (" (cannot start without T2)", "T2"),
        (" (2h), can't be merged without T2", "T2"),
        (" (depends on T1, parallel to T2, and on T3)", "T1 T3"),
        (" (depends on T1 (in parallel with T2) and T3)", "T1 T3"),
        (", depends on task T3 (see T2, T4)", "T3"),
        (" (hängt von T2 ab)", "T2"),
        (" (kann nicht ohne T2 starten)", "T2"),
        (" (bloqueado por T1, no T2)", "T1"),
        (" (pas avant T2)", "T2"),
        (" (wenn T2 fertig ist)", "T2"),
    ];
    check(&rows, |rest| first(&checkbox(rest), "T6"));
    let parsed = checkbox(" (2h), cannot start without T2");
    let ship = parsed.value.task("T6").expect("it is there");
    assert_eq!(ship.estimate.map(|time| time.as_secs()), Some(7200));
    let parsed = checkbox(" (after T1, before T5)");
    assert_eq!(edges(&parsed), "T1>T6 T6>T5");
}

#[test]
fn what_a_cell_waits_for() {
    let rows = [
        ("T2; parallel with T3", "T2"),
        ("T2 not T3", "T2"),
        ("T2, but not T3", "T2"),
        ("none, but see T5", ""),
        ("Independent of T5", ""),
        ("T1–T5 except T4", "T1 T2 T3 T5"),
        ("T1-T5 (except T4)", "T1 T2 T3 T5"),
        ("~~T3~~ T2", "T2"),
        ("~~T3~~, T2", "T2"),
        ("not T2, only T1", "T1"),
        ("T1, T2 can run in parallel", "T1"),
        ("T1, T2 not needed", "T1"),
        ("T1 (in parallel with T2)", "T1"),
        ("T1 (not started), T2", "T1 T2"),
        ("T1, T2", "T1 T2"),
        ("T1 and T2", "T1 T2"),
        ("T1 (optional)", "(T1)"),
        ("T1, parallel zu T2", "T1"),
        ("T1–T5, außer T4", "T1 T2 T3 T5"),
        ("T1, pas T2", "T1"),
        ("T1 (en paralelo con T2)", "T1"),
        ("T1, не T2", "T1"),
        ("T1，与 T2 并行", "T1"),
        ("T1、T2と並行", "T1"),
        ("T1, T2와 병렬", "T1"),
        ("Repo, not Model", "T1"),
        ("T1, does not depend on T2", "T1"),
        ("T1, not blocked by T2", "T1"),
        ("T1, parallel to T2, and on T3", "T1 T3"),
        ("T1, while T2 is reviewed; T3", "T1 T3"),
        ("T1<br>parallel with T2<br>T3", "T1 T3"),
        // What stands behind a remark.
        ("T1 (parallel to T2) and T3", "T1 T3"),
        ("T1 (optional) and T3", "(T1) T3"),
        ("T1 (the schema) & T3 (the form)", "T1 T3"),
        ("T1 (le schéma) et T3", "T1 T3"),
        ("T1 (das Schema) und T3", "T1 T3"),
        ("T1 (see T2 and T4)", "T1"),
        ("Repo (the new one) and Model", "T1 T3"),
        // "No" is short for "number".
        ("task no 2", "T2"),
        ("Task No. 1, Task no. 2", "T1 T2"),
        ("tasks no 1 and no 3", "T1 T3"),
        ("No. 2", "T2"),
        ("T1, no T2", "T1"),
        ("T1-T5 (all but T2)", "T1 T3 T4 T5"),
    ];
    check(&rows, |text| first(&cell(text), "T6"));
}

#[test]
fn what_a_cell_leaves_open() {
    for text in [
        "T1, not T2, T3",
        "T1, not T2, and T3",
        "T1, parallel with T2, T3",
        "T1 during T2, T3",
        "T1 while T2 is reviewed, T3",
        "see T1, T2",
        "T1, ohne T2, T3",
        "T1, en parallèle avec T2, T3",
    ] {
        assert_eq!(codes(&cell(text)), ["WC0207"], "{text}");
    }
    for text in [
        "T1, not T2",
        "T1, parallel with T2 and T3",
        "parallel with T2, T3",
        "T1 (parallel with T2, T3)",
        "T1 (see T2, T3), T4",
        "T1 (not started yet), T2",
        "see T1",
    ] {
        assert_eq!(codes(&cell(text)), [""; 0], "{text}");
    }
}

/// What comes before T6, groups among it.
fn with_groups(text: &str) -> String {
    let parsed = cell(text);
    let own = parsed.value.group_edges().into_iter();
    let names: Vec<String> = own
        .filter(|edge| edge.to == "T6")
        .map(|edge| edge.from)
        .collect();
    names.join(" ")
}

#[test]
fn all_tasks_but_some() {
    let rows = [
        ("all", "T1 T2 T3 T4 T5"),
        ("all but T2", "T1 T3 T4 T5"),
        ("all except T2 and T3", "T1 T4 T5"),
        ("all tasks but T2", "T1 T3 T4 T5"),
        ("everything except T5", "T1 T2 T3 T4"),
        ("every task but T1", "T2 T3 T4 T5"),
        ("alle außer T2", "T1 T3 T4 T5"),
        ("tous sauf T2", "T1 T3 T4 T5"),
        ("todos excepto T2", "T1 T3 T4 T5"),
        ("все кроме T2", "T1 T3 T4 T5"),
    ];
    check(&rows, with_groups);
    for (text, _) in rows {
        assert_eq!(codes(&cell(text)), [""; 0], "{text}");
    }
}

#[test]
fn words_of_a_title_are_a_title() {
    let parsed = plan(
        "# Plan\n\n| ID | Task | Hours | Depends on |\n|----|----|----|----|\n\
         | T1 | Login with T2 | 1 | - |\n| T2 | Error not found | 1 | - |\n\
         | T3 | Ship | 1 | Error not found, Login with T2 |\n",
    );
    assert_eq!(first(&parsed, "T3"), "T2 T1");
}

#[test]
fn sections_of_specs() {
    let rows = [
        ("- WORKER_300 must NOT run at the same time", ""),
        (
            "- WORKER_300 and WORKER_301, not WORKER_302",
            "WORKER_300 WORKER_301",
        ),
        (
            "- WORKER_300-303 (except WORKER_302)",
            "WORKER_300 WORKER_301 WORKER_303",
        ),
        ("- WORKER_300; runs alongside WORKER_301", "WORKER_300"),
        ("- Cannot start without WORKER_300", "WORKER_300"),
        ("- Must not start until WORKER_300 is done", "WORKER_300"),
        // A number is no name.
        (
            "- WORKER_300: the tables, without v2 columns, and WORKER_301",
            "WORKER_300 WORKER_301",
        ),
        (
            "- WORKER_300 while Node 18 is still there, WORKER_301",
            "WORKER_300 WORKER_301",
        ),
        (
            "- WORKER_300, no 3D yet, WORKER_301",
            "WORKER_300 WORKER_301",
        ),
        (
            "- WORKER_300 except on Windows 11, WORKER_301",
            "WORKER_300 WORKER_301",
        ),
        (
            "- WORKER_300 (see RFC 9110), WORKER_301",
            "WORKER_300 WORKER_301",
        ),
        ("- WORKER_300, not Worker 301", "WORKER_300"),
        ("- WORKER_300 ohne 2FA, WORKER_301", "WORKER_300 WORKER_301"),
    ];
    check(&rows, |line| first(&specs(line), "WORKER_310"));
    let told = |line: &str| {
        let mut codes = codes(&specs(line));
        codes.retain(|code| *code == "WC0207");
        codes
    };
    assert_eq!(told("- WORKER_300, not WORKER_301, WORKER_302"), ["WC0207"]);
    assert_eq!(told("- WORKER_300, not WORKER_301"), [""; 0]);
}

/// Specs of workers 300 to 303, and of one whose dependencies are a line.
fn specs(line: &str) -> Parsed<Plan> {
    let spec = |number: usize, line: &str| {
        let text = format!(
            "# WORKER_{number}: Part\n\n**Duration:** 20 minutes\n\n\
                 ## 1. DELIVERABLES\n\n- [ ] Create file: `src/part{number}.py`\n\n\
                 ## 4. DEPENDENCIES\n\n{line}\n\n## 6. TEST_PROCESS\n\n```bash\npytest\n```\n\n\
                 ## 7. TEST_RESULTS_FORMAT\n\nNone.\n"
        );
        Document::new(format!("WORKER_{number}.md"), text)
    };
    let mut documents: Vec<Document> = (300..304).map(|number| spec(number, "None")).collect();
    documents.push(spec(310, line));
    read(&documents)
}

#[test]
fn arrows_of_one_line() {
    let rows = [
        (
            "T1 → T2, T1 → T3, T2 → T4, T3 → T4",
            "T1>T2 T1>T3 T2>T4 T3>T4",
        ),
        ("T1 -> T2, T1 -> T3", "T1>T2 T1>T3"),
        ("T1 → T2; T3 → T4", "T1>T2 T3>T4"),
        ("T1 → T2, T3 → T4 → T5", "T1>T2 T1>T3 T2>T4 T3>T4 T4>T5"),
        ("T1 → T2 & T3 → T4", "T1>T2 T1>T3 T2>T4 T3>T4"),
    ];
    let table = |line: &str| {
        let text = "# Plan\n\n| ID | Task | Hours |\n|----|----|----|\n| T1 | A | 1 |\n| T2 | B | 1 |\n| T3 | C | 1 |\n| T4 | D | 1 |\n| T5 | E | 1 |\n";
        plan(&format!("{text}\n## Dependencies\n\n{line}\n"))
    };
    let boxes = |line: &str| {
        let text = "# Plan\n\n- [ ] T1 A\n- [ ] T2 B\n- [ ] T3 C\n- [ ] T4 D\n- [ ] T5 E\n";
        plan(&format!("{text}\n## Dependencies\n\n{line}\n"))
    };
    check(&rows, |line| edges(&table(line)));
    check(&rows, |line| edges(&table(&format!("```\n{line}\n```"))));
    check(&rows, |line| edges(&boxes(line)));
    for read in [table, boxes] {
        let parsed = read("T1 → T2, T3 → T4");
        assert_eq!(edges(&parsed), "T1>T2 T3>T4");
        assert_eq!(codes(&parsed), ["WC0207"]);
    }
}

/// Sections T1 to T4, the last of which has a line of prose below it.
fn section(line: &str) -> Parsed<Plan> {
    let mut text = "# Rollout\n\n## Tasks\n\n".to_owned();
    for (at, title) in ["Inventory", "Patch", "Verify"].iter().enumerate() {
        let _ = writeln!(text, "### Task {}: {title} (1h)\n\nDo the work.\n", at + 1);
    }
    let _ = writeln!(text, "### Task 4: Report (1h)\n\n{line}");
    plan(&text)
}

#[test]
fn prose_below_a_task() {
    let rows = [
        ("Depends on Task 1.", "1"),
        ("Depends on Task 1", "1"),
        ("_Depends on Tasks 1 and 2_", "1 2"),
        ("> Blocked by Task 3", "3"),
        ("- Depends on Task 1 and Task 2", "1 2"),
        (
            "This task is blocked until Task 1 and Task 2 are complete.",
            "1 2",
        ),
        ("Can only begin once Task 1 is finished.", "1"),
        ("Starts as soon as Task 2 is done.", "2"),
        ("Write it down. Requires Task 3.", "3"),
        ("It must wait for Task 2.", "2"),
        ("Cannot start until Task 3 is merged.", "3"),
        ("Must not start before Task 3.", "3"),
        ("Hängt ab von Task 1.", "1"),
        ("Dépend de Task 1.", "1"),
        ("Depende de Task 1.", "1"),
        ("Dipende da Task 1.", "1"),
        ("Зависит от Task 1.", "1"),
        ("依赖 Task 1。", "1"),
        ("Inventory comes first. Depends on Inventory.", "1"),
        ("Depends on: Task No. 1", "1"),
        ("Depends on: task no 1 and task no 2", "1 2"),
        ("Depends on Task 1, not Task 2.", "1"),
        ("Depends on Task 1 but not on Task 2.", "1"),
        ("Cannot be merged without Task 3.", "3"),
        // No order, or that of something else.
        ("Does not depend on Task 1.", ""),
        ("Runs in parallel with Task 1.", ""),
        ("After Task 1 the schema is fixed.", ""),
        ("Refactor what Task 1 needs Task 2 for.", ""),
        ("Depends on the weather.", ""),
        ("Requires RFC-7231 support.", ""),
        ("Task 5 of the old plan needed Redis.", ""),
    ];
    check(&rows, |line| first(&section(line), "4"));
    for (line, _) in rows {
        assert_eq!(codes(&section(line)), [""; 0], "{line}");
    }
    for line in [
        "Depends on: Task 1, not Task 2, Task 3",
        "Depends on Task 1, not Task 2, Task 3.",
        "Depends on: Task 1, parallel with Task 2, Task 3",
    ] {
        let parsed = section(line);
        assert_eq!(first(&parsed, "4"), "1", "{line}");
        assert_eq!(codes(&parsed), ["WC0207"], "{line}");
    }
}

/// Bullets T1 to T5, and a section about their order.
fn with_order(line: &str) -> Parsed<Plan> {
    let mut text = "# Plan\n\n## Tasks\n\n".to_owned();
    for (at, title) in ["repo", "model", "view", "control", "ship"]
        .iter()
        .enumerate()
    {
        let _ = writeln!(text, "- T{}: {title} (1h)", at + 1);
    }
    let _ = writeln!(text, "\n## Dependencies\n\n{line}");
    plan(&text)
}

#[test]
fn sentences_about_order() {
    let rows = [
        ("- T4 is blocked until T2 and T3 are done", "T2>T4 T3>T4"),
        ("- T1 must be finished before T2, T3 start", "T1>T2 T1>T3"),
        ("- T5 follows T4", "T4>T5"),
        ("- T4 must not start before T3", "T3>T4"),
        ("- T4 cannot start until T3 is merged", "T3>T4"),
        ("- T4 does not depend on T3", ""),
        ("- T4 no longer depends on T3", ""),
        ("- T4 does not block T5", ""),
        ("- T4 depends on T2, not T3", "T2>T4"),
        ("- T2 and T3 depend on T1", "T1>T2 T1>T3"),
        ("- T4 can start as soon as T3 is done", "T3>T4"),
        ("- T4 can start once T2 and T3 are merged", "T2>T4 T3>T4"),
        // What comes first may be said first.
        ("- T1 is long. Once T3 is complete, T4 can start.", "T3>T4"),
        (
            "- T2 and T3 need T1; as soon as T2 is merged, T4 starts.",
            "T1>T2 T1>T3 T2>T4",
        ),
        ("- After T3 is complete, T4 can start.", "T3>T4"),
        ("- After T1 is done, T2, T3 can start.", "T1>T2 T1>T3"),
        (
            "- After T1 and T2, T3 and T4 can start.",
            "T1>T3 T1>T4 T2>T3 T2>T4",
        ),
        ("- After T1, T2 and T3, T4 can start.", "T1>T4 T2>T4 T3>T4"),
        ("- Once T1 is done T2 can start.", "T1>T2"),
        ("- Only after T3 is merged can T4 begin.", "T3>T4"),
        ("- Until T1 is done, T2 is blocked.", "T1>T2"),
        (
            "- Before T4 can start, T2 and T3 must be done.",
            "T2>T4 T3>T4",
        ),
        ("- When T3 lands, T4 starts.", "T3>T4"),
        ("- After T1, T2", ""),
        // Several statements.
        ("- T2 needs T1, T3 needs T2", "T1>T2 T2>T3"),
        ("- T2 needs T1 and T3 needs T2", "T1>T2 T2>T3"),
        ("- T2 depends on T1, T3 on T2", "T1>T2 T2>T3"),
        ("- T2 depends on T1 and blocks T3", "T1>T2 T2>T3"),
        ("- T1 before T2 before T3", "T1>T2 T2>T3"),
        ("- T4 waits for T2 and T3 before T5", "T2>T4 T3>T4 T4>T5"),
        ("- T4 does not depend on T3 but needs T2", "T2>T4"),
        ("- T1 is needed by T2 and T3", "T1>T2 T1>T3"),
        ("- T4 cannot start without T3", "T3>T4"),
        // Not about order.
        ("- All tasks need review before T3.", ""),
        ("- If T3 needs T2, ask Bob.", ""),
        ("- After T1 the schema is fixed.", ""),
        ("- Until T1 is done, use T2.", ""),
        // Other languages.
        ("- Sobald T3 fertig ist, kann T4 beginnen.", "T3>T4"),
        (
            "- Nachdem T1 fertig ist, können T2 und T3 starten.",
            "T1>T2 T1>T3",
        ),
        ("- Nach T1 kommt T2.", "T1>T2"),
        ("- T4 hängt von T3 ab.", "T3>T4"),
        ("- Une fois T3 terminé, T4 peut commencer.", "T3>T4"),
        ("- Après T1, T2 et T3 peuvent commencer.", "T1>T2 T1>T3"),
        ("- Cuando T3 termine, T4 puede empezar.", "T3>T4"),
        ("- T4 не может начаться до T3", "T3>T4"),
        ("- После T1 можно начать T2", "T1>T2"),
        ("- T3 完成后，T4 可以开始。", "T3>T4"),
        ("- T4 依赖 T3", "T3>T4"),
        ("- T4 在 T3 之后开始", "T3>T4"),
    ];
    check(&rows, |line| edges(&with_order(line)));
    // Of a list of checkboxes, where a sentence may say more.
    let boxes = |line: &str| {
        let text = "# Plan\n\n- [ ] T1 A\n- [ ] T2 B\n- [ ] T3 C\n- [ ] T4 D\n- [ ] T5 E\n";
        plan(&format!("{text}\n## Dependencies\n\n{line}\n"))
    };
    let rest = ["- If T3", "- After T1 the", "- Until T1 is done, use"];
    let rows = rows
        .iter()
        .filter(|(line, _)| !rest.iter().any(|rest| line.starts_with(rest)));
    check(&rows.copied().collect::<Vec<_>>(), |line| {
        edges(&boxes(line))
    });
    for (line, shared) in [
        ("- After T1, T2, T3 can start.", "T1>T3"),
        ("- T3 follows T1, then T2", "T1>T3"),
        ("- T4 depends on T2, parallel with T3, T5", "T2>T4"),
    ] {
        for parsed in [with_order(line), boxes(line)] {
            assert_eq!(edges(&parsed), shared, "{line}");
            assert_eq!(codes(&parsed), ["WC0207"], "{line}");
        }
    }
}

#[test]
fn remarks_of_other_languages() {
    let rows = [
        ("（4小时，依赖 T1）", "T1"),
        ("（4小时，依赖T1）", "T1"),
        ("（依赖于 T1）", "T1"),
        ("（依赖 T1、T2）", "T1 T2"),
        ("，在 T3 之后", "T3"),
        ("（T3 完成后）", "T3"),
        ("（2時間、T1の後）", "T1"),
        ("（T1完了後）", "T1"),
        (" (T1 이후)", "T1"),
        (" (nach T1)", "T1"),
        (" (hängt ab von T1)", "T1"),
        (" (après T1)", "T1"),
        (" (dépend de T1)", "T1"),
        (" (después de T1)", "T1"),
        (" (após T1)", "T1"),
        (" (dopo T1)", "T1"),
        (" (na T1)", "T1"),
        (" (зависит от T1)", "T1"),
        (" (после T1), 2 ч", "T1"),
        (" (1h), once T1 is live", "T1"),
        (" (1h), as soon as T1 lands", "T1"),
        // Not about order.
        ("（依赖注入）", ""),
        (" (nach Hause)", ""),
        (" (na 2 minuten)", ""),
        (" (when 2 users log in)", ""),
    ];
    check(&rows, |rest| first(&checkbox(rest), "T6"));
}

#[test]
fn labels_below_a_checkbox() {
    let rows = [
        ("Upstream: T1", "T1"),
        ("Follows: T1", "T1"),
        ("Preconditions: T1 merged", "T1"),
        ("Prereqs: T1", "T1"),
        ("Requires: T1, T2", "T1 T2"),
        ("Vorgänger: T1", "T1"),
        ("Requires: Node 4", ""),
        ("Related: T1", ""),
    ];
    check(&rows, |line| {
        first(&checkbox(&format!("\n  - {line}")), "T6")
    });
    let parsed = plan("# Plan\n\n- [ ] T1 A\n  - Enables: T2\n- [ ] T2 B\n- [ ] T3 C\n");
    assert_eq!(edges(&parsed), "T1>T2");
}

#[test]
fn groups_in_other_languages() {
    for (one, two) in [
        ("Этап 1", "Этап 2"),
        ("Vague 1", "Vague 2"),
        ("Фаза 1: А", "Фаза 2: Б"),
    ] {
        let parsed = plan(&format!(
            "# План\n\n## {one}\n\n- [ ] T1 A (1h)\n- [ ] T2 B (1h)\n\n## {two}\n\n- [ ] T3 C (1h)\n"
        ));
        assert_eq!(parsed.value.groups.len(), 2, "{one}");
    }
}

#[test]
fn drawings_of_an_order() {
    let rows = [
        (
            "T1 --+--> T2 --+--> T4 --> T5\n     |         |\n     +--> T3 --+",
            "T1>T2 T1>T3 T2>T4 T3>T4 T4>T5",
        ),
        (
            "T1 ─┬─> T2 ──┐\n    └─> T3 ──┴─> T4 ──> T5",
            "T1>T2 T1>T3 T2>T4 T3>T4 T4>T5",
        ),
        (
            "T1 ──┬── T2 ──┐\n     │        ├── T4 ── T5\n     └── T3 ──┘",
            "T1>T2 T1>T3 T2>T4 T3>T4 T4>T5",
        ),
        (
            "        T1\n       /  \\\n      T2   T3\n       \\  /\n        T4\n        |\n        T5",
            "T1>T2 T1>T3 T2>T4 T3>T4 T4>T5",
        ),
        ("T1\n+-- T2\n+-- T3\n    +-- T4", "T1>T2 T1>T3 T3>T4"),
    ];
    check(&rows, |drawing| {
        edges(&with_order(&format!("```\n{drawing}\n```")))
    });
}

#[test]
fn sub_tasks_that_wait_for_parts_of_each_other() {
    let list = |dependency: &str| {
        plan_of_json(&format!(
            r#"{{"master":{{"tasks":[
                {{"id":1,"title":"Init","dependencies":[]}},
                {{"id":2,"title":"Auth","dependencies":[1],"subtasks":[
                    {{"id":1,"title":"Model","dependencies":[{dependency}]}},
                    {{"id":2,"title":"Routes","dependencies":[1,"3.1"]}}]}},
                {{"id":3,"title":"Screens","dependencies":[1],"subtasks":[
                    {{"id":1,"title":"Form","dependencies":[]}},
                    {{"id":2,"title":"Wire","dependencies":["2.2"]}}]}},
                {{"id":4,"title":"Ship","dependencies":[2,3]}}]}}}}"#
        ))
    };
    let parsed = list("");
    assert_eq!(edges(&parsed), "1>2 1>3 2>4 3>4");
    assert_eq!(codes(&parsed), ["WC0206"]);
    // 2.1 waits for 3.2, which waits for 2.2, which waits for 2.1.
    let parsed = list("\"3.2\"");
    assert_eq!(edges(&parsed), "1>2 1>3 2>3 2>4 3>2 3>4");
}

fn plan_of_json(text: &str) -> Parsed<Plan> {
    read(&[Document::new("tasks.json", text)])
}
