//! The whole of a spec: sections, ids and fields.

use std::time::Duration;

use wavecrew_worker_spec::{Action, Code, Document, Plan, Status, read};

use super::support::{codes, plan, spec, with};

const WHOLE: &str = "\
# Worker 012: Parser - number literals

**Phase:** 2.1 - Lexer
**Duration:** 45 minutes
**Status:** READY
**Complexity:** Low

---

## 1. DELIVERABLES

- [ ] Create file: `src/lex/number.rs`
- [ ] Handle `1_000` and `0x1f`
- [x] Test results file: `results/worker-012.json`

```rust
// src/lex/number.rs
```

## 2. SUCCESS_CRITERIA

- [ ] All literals of the grammar are read
- [x] `cargo test` passes

## 3. BOUNDARIES

- **CAN modify:** `src/lex/mod.rs`
- **CANNOT modify:** the grammar
- Idempotency: run twice

## 4. DEPENDENCIES

- WORKER_011 complete

## 5. MITIGATION

- **Rollback:** `git checkout src/lex`

## 6. TEST_PROCESS

```bash
cargo test number   # all of them
```

## 7. TEST_RESULTS_FORMAT

```json
{\"status\": \"pass\"}
```

## 8. TASK_CLASSIFICATION

- **Type:** MECHANICAL

## 9. RETROSPECTIVE

Nothing yet.

## 10. PERFORMANCE_REQUIREMENTS

**Target:** under a second

---
";

#[test]
fn a_whole_spec() {
    let parsed = plan(WHOLE);
    assert_eq!(
        codes(&parsed.diagnostics),
        ["WC0201"],
        "WORKER_011 is not given"
    );
    let task = &parsed.value.tasks[0];
    assert_eq!(
        (task.id.as_str(), task.title.as_str()),
        ("WORKER_012", "Parser - number literals")
    );
    assert_eq!(task.estimate, Some(Duration::from_secs(45 * 60)));
    assert_eq!(task.group.as_deref(), Some("phase-2.1"));
    assert_eq!(
        (task.status, task.complexity.as_deref()),
        (Status::Pending, Some("Low"))
    );
    assert_eq!(task.location.to_string(), "spec.md:1:1");
    let spec = task.spec.as_deref().expect("a spec");
    assert_eq!(spec.sections.len(), 10);
    assert_eq!(
        spec.section("SUCCESS_CRITERIA").expect("criteria").heading,
        "2. SUCCESS_CRITERIA"
    );
    assert_eq!(
        spec.section("PERFORMANCE_REQUIREMENTS").expect("one").text,
        "**Target:** under a second"
    );
    assert_eq!(spec.deliverables[0].path, "src/lex/number.rs");
    assert_eq!(spec.deliverables[0].action, Action::Create);
    assert_eq!(spec.deliverables[0].location.to_string(), "spec.md:12:21");
    assert_eq!(spec.deliverable_notes[0].text, "Handle `1_000` and `0x1f`");
    assert_eq!(spec.result_files[0].path, "results/worker-012.json");
    assert_eq!(
        spec.criteria
            .iter()
            .map(|item| item.done)
            .collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(spec.boundaries.can[0].text, "modify: `src/lex/mod.rs`");
    assert_eq!(spec.boundaries.cannot[0].text, "modify: the grammar");
    assert_eq!(spec.boundaries.other[0].text, "Idempotency: run twice");
    assert_eq!(spec.boundaries.writable, ["src/lex/mod.rs"]);
    assert_eq!(
        spec.mitigation[0].text,
        "**Rollback:** `git checkout src/lex`"
    );
    assert_eq!(
        spec.test_commands()
            .map(|test| test.text.as_str())
            .collect::<Vec<_>>(),
        ["cargo test number"]
    );
    assert_eq!(
        spec.test_results_format.as_ref().expect("a form").language,
        "json"
    );
    assert_eq!(spec.classification.as_deref(), Some("MECHANICAL"));
    assert_eq!(spec.notes.len(), 1);
    assert_eq!(spec.header_field("STATUS").expect("a field").value, "READY");
}

#[test]
fn line_ends_and_marks_change_nothing() {
    let plain = plan(WHOLE).value;
    for other in [
        WHOLE.replace('\n', "\r\n"),
        format!("\u{feff}{WHOLE}"),
        WHOLE.trim_end().to_owned(),
    ] {
        let other = plan(&other).value;
        let paths = |plan: &Plan| {
            plan.tasks[0].spec.as_ref().expect("a spec").deliverables[0]
                .path
                .clone()
        };
        assert_eq!(paths(&other), paths(&plain));
        assert_eq!(other.tasks[0].title, plain.tasks[0].title);
        let lines = |plan: &Plan| {
            let spec = plan.tasks[0].spec.clone().expect("a spec");
            spec.sections
                .iter()
                .map(|section| section.location.line)
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(&other), lines(&plain));
    }
}

#[test]
fn sections_by_name_whatever_their_number_and_dress() {
    for heading in [
        "## 11. TASK_CLASSIFICATION",
        "## Task Classification",
        "## 3) **Task classification:**",
        "##   🧮 task-classification (required)",
        "Task classification\n---",
    ] {
        let text = format!(
            "{}\n{heading}\n\nType: CREATIVE work\n",
            with("DELIVERABLES", "x")
        );
        assert_eq!(
            spec(&text).classification.as_deref(),
            Some("CREATIVE"),
            "{heading}"
        );
    }
}

#[test]
fn a_misspelt_section_is_read_and_told() {
    let text = format!(
        "{}\n## DEPENDANCIES\n\n- WORKER_007\n",
        with("DELIVERABLES", "x")
    );
    let parsed = plan(&text);
    assert!(codes(&parsed.diagnostics).contains(&Code::MISSPELT_SECTION.as_str()));
    assert!(
        parsed.value.tasks[0]
            .spec
            .as_ref()
            .expect("a spec")
            .section("DEPENDENCIES")
            .is_some()
    );
}

#[test]
fn an_announced_section_is_no_section() {
    let parsed = plan(&format!(
        "{}\n## 3-5. [Standard sections]\n\n**Type:** HYBRID\n",
        with("DELIVERABLES", "x")
    ));
    let spec = parsed.value.tasks[0].spec.as_ref().expect("a spec");
    assert_eq!(spec.sections.len(), 3);
    assert_eq!(spec.classification.as_deref(), Some("HYBRID"));
    assert!(codes(&parsed.diagnostics).contains(&Code::PLACEHOLDER_SECTION.as_str()));
}

#[test]
fn headings_in_fences_are_no_sections() {
    let body = "```bash\n# WORKER_009: no\n## BOUNDARIES\ntrue\n```";
    let spec = spec(&with("TEST_PROCESS", body));
    assert_eq!(spec.sections.len(), 3);
    assert_eq!(spec.test_commands().count(), 1);
}

#[test]
fn several_specs_in_one_document() {
    let parsed = plan(&format!(
        "{}\n{}",
        WHOLE,
        WHOLE.replace("012", "013").replace("_011", "_012")
    ));
    let ids: Vec<&str> = parsed
        .value
        .tasks
        .iter()
        .map(|task| task.id.as_str())
        .collect();
    assert_eq!(ids, ["WORKER_012", "WORKER_013"]);
    assert_eq!(parsed.value.edges.len(), 1);
    let flat = WHOLE.replace("## ", "# ");
    let parsed = plan(&format!("{flat}\n{}", flat.replace("012", "013")));
    assert_eq!(
        parsed.value.tasks.len(),
        2,
        "sections on the level of the title"
    );
    assert!(parsed.value.tasks.iter().all(|task| {
        task.spec
            .as_ref()
            .is_some_and(|spec| spec.sections.len() == 10)
    }));
}

#[test]
fn the_id_may_stand_elsewhere() {
    let headless = WHOLE.replace("# Worker 012: Parser", "# Parser");
    let named = read(&[Document::new("dir/WORKER_012_Parser.md", headless.as_str())]).value;
    assert_eq!(named.tasks[0].id, "WORKER_012");
    assert_eq!(named.tasks[0].title, "Parser - number literals");
    let field = headless.replace("**Status:** READY", "**Worker ID:** LEX-12");
    assert_eq!(plan(&field).value.tasks[0].id, "LEX-12");
    let parsed = plan(&headless);
    assert_eq!(
        codes(&parsed.diagnostics),
        ["WC0002", "WC0003"],
        "no id, so no worker"
    );
}

#[test]
fn an_id_that_hides_something_is_an_error() {
    let parsed = plan(&WHOLE.replace("Worker 012:", "WORKER_012\u{202e}:"));
    assert_eq!(parsed.diagnostics[0].code, Code::BAD_ID);
}

#[test]
fn fields_that_cannot_be_read_are_told() {
    let text = WHOLE.replace("45 minutes", "soon").replace(
        "**Complexity:** Low",
        "**Depend_on:** WORKER_012\n**Phase:** 3",
    );
    let parsed = plan(&text);
    assert_eq!(
        codes(&parsed.diagnostics),
        ["WC0107", "WC0306", "WC0307", "WC0201", "WC0108"]
    );
}

#[test]
fn a_rule_ends_a_section_unless_html_follows() {
    let deliverables = |body: &str| {
        let spec = spec(&with("DELIVERABLES", body));
        let section = spec.section("DELIVERABLES").expect("the section");
        section.text.clone()
    };
    assert_eq!(deliverables("- one\n\n---"), "- one");
    assert_eq!(deliverables("---\n<details>"), "---\n<details>");
    assert_eq!(deliverables("---\n<details>\n\n---"), "---\n<details>");
}
