//! One worker spec, as people write them.

use std::time::Duration;

use wavecrew_worker_spec::{
    Action, Code, Diagnostic, Document, EdgeKind, Parsed, Plan, Status, WorkerSpec, read,
};

fn plan(text: &str) -> Parsed<Plan> {
    read(&[Document::new("spec.md", text)])
}

/// The one worker spec of a text.
fn spec(text: &str) -> WorkerSpec {
    let plan = plan(text).value;
    assert_eq!(plan.tasks.len(), 1, "one task in {text}");
    plan.tasks[0].spec.as_deref().expect("a spec").clone()
}

/// A spec with one section of this text, and the two that make it one.
fn with(section: &str, body: &str) -> String {
    let mut text = String::from("# WORKER_007: Seven\n");
    for name in ["DELIVERABLES", "SUCCESS_CRITERIA", "TEST_PROCESS"] {
        if name != section {
            text.push_str(&format!("\n## {name}\n\n"));
        }
    }
    format!("{text}\n## {section}\n\n{body}\n")
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.as_str())
        .collect()
}

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

fn check_deliverables(body: &str, paths: &[&str]) {
    let found = spec(&with("DELIVERABLES", body));
    let found: Vec<&str> = found
        .deliverables
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(found, paths, "{body}");
}

#[test]
fn deliverables_in_many_forms() {
    check_deliverables(
        "- [ ] Create file: `a/b.py`\n- [ ] Create test file: `t/test_b.py`",
        &["a/b.py", "t/test_b.py"],
    );
    check_deliverables("- **File:** `a/b.py`", &["a/b.py"]);
    check_deliverables("- [ ] File: a/b.py (new)", &["a/b.py"]);
    check_deliverables(
        "- Files: `a.py`, `b.py` and `c/d.py` (all new)",
        &["a.py", "b.py", "c/d.py"],
    );
    check_deliverables("**Exact File Path:** (repo root)/a/b.py", &["a/b.py"]);
    check_deliverables("**Exact File Path:** `<project root>/a/b.py`", &["a/b.py"]);
    check_deliverables("- `a/b.py` - the parser", &["a/b.py"]);
    check_deliverables(
        "- Create the new module `a/b.py` with `Parser`",
        &["a/b.py"],
    );
    check_deliverables("- Script: `bin/run`", &["bin/run"]);
    check_deliverables(
        "- [ ] Create file: `./a//b.py`\n\n**Path:** a/b.py",
        &["a/b.py"],
    );
    check_deliverables(
        "| File | Why |\n|---|---|\n| `a/b.py` | parser |",
        &["a/b.py"],
    );
    check_deliverables("- [ ] Create file: `Makefile`", &["Makefile"]);
}

#[test]
fn what_is_no_deliverable() {
    for body in [
        "- [ ] Add basic structure with try/except block",
        "- [ ] Tests 64-73: Integration tests (total: 20/20)",
        "- [ ] Output: pass/fail",
        "- [ ] Output file: N/A",
        "- Return: `{\"score\": 1}`",
        "- Method: `a.b(c: str) -> d`",
        "- [ ] Add `/api/validate` endpoint to the server",
        "- [ ] Implement the flag check in server.py",
        "- See https://example.org/a.py",
        "- Store results in fixtures/",
    ] {
        check_deliverables(body, &[]);
    }
}

#[test]
fn a_file_named_without_its_folder_is_found_among_the_others() {
    let first = with("DELIVERABLES", "- [ ] Create file: `src/a/parser.py`");
    let second = with(
        "DELIVERABLES",
        "- **Location:** Add to `Parser` class in `parser.py`",
    )
    .replace("007", "008");
    let both = read(&[
        Document::new("1.md", first),
        Document::new("2.md", second.as_str()),
    ]);
    let spec = both
        .value
        .task("WORKER_008")
        .expect("a task")
        .spec
        .clone()
        .expect("a spec");
    assert_eq!(spec.deliverables[0].path, "src/a/parser.py");
    assert_eq!(spec.deliverables[0].action, Action::Modify);
    let alone = plan(&second);
    assert!(codes(&alone.diagnostics).contains(&Code::AMBIGUOUS_PATH.as_str()));
}

#[test]
fn an_absolute_path_is_taken_for_the_known_path_that_ends_it() {
    let first = with("DELIVERABLES", "- [ ] Create file: `src/a/parser.py`");
    let second =
        with("DELIVERABLES", "- File: `/home/me/work/src/a/parser.py`").replace("007", "008");
    let both = read(&[
        Document::new("1.md", first),
        Document::new("2.md", second.as_str()),
    ]);
    let spec = both
        .value
        .task("WORKER_008")
        .expect("a task")
        .spec
        .clone()
        .expect("a spec");
    assert_eq!(spec.deliverables[0].path, "src/a/parser.py");
    assert!(codes(&both.diagnostics).contains(&Code::MAPPED_PATH.as_str()));
    let alone = plan(&second);
    let error = alone
        .diagnostics
        .iter()
        .find(|found| found.code == Code::FORBIDDEN_PATH)
        .expect("an error");
    assert_eq!(
        error.location.as_ref().expect("a place").to_string(),
        "spec.md:11:10"
    );
}

#[test]
fn a_deliverable_that_leaves_the_root_is_an_error() {
    for path in [
        "../a.py",
        "a/../../b.py",
        "~/a.py",
        ".git/hooks/a.py",
        "a\\b.py",
        "src/*.py",
        "git~1/a.py",
        "a./b.py",
    ] {
        let parsed = plan(&with(
            "DELIVERABLES",
            &format!("- [ ] Create file: `{path}`"),
        ));
        let errors: Vec<&Diagnostic> = parsed
            .diagnostics
            .iter()
            .filter(|found| found.code == Code::FORBIDDEN_PATH)
            .collect();
        assert_eq!(errors.len(), 1, "{path}");
        assert_eq!(
            errors[0].location.as_ref().expect("a place").line,
            11,
            "{path}"
        );
    }
}

#[test]
fn boundaries_as_bold_lines_with_lists() {
    let body = "**CAN modify:**\n- `src/a.py` - add a method\n- Docs\n\n**CANNOT modify:**\n- The schema\n\n**Scope:** small\n\n- ❌ Restart anything\n- May read `src/b.py`\n- Can create file `c.py` in `src/` only";
    let boundaries = spec(&with("BOUNDARIES", body)).boundaries;
    let texts = |items: &[wavecrew_worker_spec::Item]| {
        items
            .iter()
            .map(|item| item.text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        texts(&boundaries.can),
        [
            "`src/a.py` - add a method",
            "Docs",
            "read `src/b.py`",
            "create file `c.py` in `src/` only"
        ]
    );
    assert_eq!(
        texts(&boundaries.cannot),
        ["The schema", "Restart anything"]
    );
    assert_eq!(texts(&boundaries.other), ["**Scope:** small"]);
    assert_eq!(boundaries.writable, ["src/a.py", "src/c.py"]);
}

/// What WORKER_007 waits for, when the ids of 001 to 009 are known.
fn check_dependencies(body: &str, tasks: &[&str], groups: &[&str]) {
    let mut documents = vec![Document::new("spec.md", with("DEPENDENCIES", body))];
    for other in ["001", "002", "003", "009"] {
        let text = with("DELIVERABLES", "- [ ] Create file: `a.py`").replace("007", other);
        documents.push(Document::new(format!("{other}.md"), text));
    }
    let plan = read(&documents).value;
    let mut found: Vec<&str> = plan
        .edges
        .iter()
        .filter(|edge| edge.to == "WORKER_007")
        .map(|edge| edge.from.as_str())
        .collect();
    found.sort_unstable();
    assert_eq!(found, tasks, "{body}");
    let names = &plan.task("WORKER_007").expect("the task").depends_on_groups;
    assert_eq!(
        names
            .iter()
            .map(|group| group.name.as_str())
            .collect::<Vec<_>>(),
        groups,
        "{body}"
    );
}

#[test]
fn dependencies_in_running_text() {
    check_dependencies(
        "- **Previous workers:** WORKER_001 (class), WORKER_003",
        &["WORKER_001", "WORKER_003"],
        &[],
    );
    check_dependencies(
        "- WORKER_001-003 complete",
        &["WORKER_001", "WORKER_002", "WORKER_003"],
        &[],
    );
    check_dependencies(
        "- ✅ Workers 001, 003 complete",
        &["WORKER_001", "WORKER_003"],
        &[],
    );
    check_dependencies("- `worker_1` done", &["WORKER_001"], &[]);
    check_dependencies("| Needs |\n|---|\n| WORKER_002 |", &["WORKER_002"], &[]);
    check_dependencies(
        "- Phase 1-2 complete (WORKER_001 done)",
        &["WORKER_001"],
        &["phase 1", "phase 2"],
    );
    check_dependencies("- Dataset available (Phase 4.8)", &[], &["phase 4.8"]);
    check_dependencies(
        "- WORKER_009 complete (all Phase 2 work done)",
        &["WORKER_009"],
        &[],
    );
    check_dependencies(
        "**Required:**\n- WORKER_001\n\n**Blocks:**\n- WORKER_009",
        &["WORKER_001"],
        &[],
    );
}

#[test]
fn what_is_no_dependency() {
    for body in [
        "- **No prior workers:** this is WORKER_007, and WORKER_001 is not needed",
        "- None (WORKER_001 is unrelated)",
        "- WORKER_007 itself",
        "- **Template:** docs/WORKER_001_Setup.md",
        "- the file WORKER_001_Setup.md",
        "- Python 3.9, UTF-8, v1.2, Redis 6.2+, mem0",
        "```bash\necho WORKER_001 Phase 1\n```",
        "- see `docs/phase-1.md`",
        "**Parallel with:**\n- WORKER_009",
    ] {
        check_dependencies(body, &[], &[]);
    }
}

#[test]
fn an_optional_dependency_is_soft_and_blocks_turns_the_edge() {
    let first = with(
        "DEPENDENCIES",
        "**Optional:**\n- WORKER_008\n\n**Blocks:** WORKER_009",
    );
    let others = ["008", "009"].map(|id| {
        Document::new(
            format!("{id}.md"),
            with("DELIVERABLES", "- [ ] Create file: `a.py`").replace("007", id),
        )
    });
    let plan = read(&[&[Document::new("1.md", first)], &others[..]].concat()).value;
    let edges: Vec<(&str, &str, EdgeKind)> = plan
        .edges
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.kind))
        .collect();
    assert_eq!(
        edges,
        [
            ("WORKER_008", "WORKER_007", EdgeKind::Soft),
            ("WORKER_007", "WORKER_009", EdgeKind::Hard)
        ]
    );
}

fn check_tests(body: &str, commands: &[&str]) {
    let found = spec(&with("TEST_PROCESS", body));
    let found: Vec<&str> = found
        .test_commands()
        .map(|command| command.text.as_str())
        .collect();
    assert_eq!(found, commands, "{body}");
}

#[test]
fn tests_are_whole_commands() {
    check_tests(
        "```bash\n# Test 1: it's there\ntest -f a.py\n\npython3 -c \"\nif True:\n    print('x')\n\"\n```",
        &[
            "test -f a.py",
            "python3 -c \"\nif True:\n    print('x')\n\"",
        ],
    );
    check_tests(
        "- Run:\n\n  ```sh\n  a \\\n    b\n  c\n  ```",
        &["a \\\n  b", "c"],
    );
    check_tests("```bash\na\n```\n\n**More:**\n```\nb\n```", &["a", "b"]);
    check_tests(
        "```console\n$ a\noutput\n$ b \\\n> c\nmore\n```",
        &["a", "b \\\nc"],
    );
    check_tests("~~~~bash\n```\na\n~~~~", &["```\na"]);
    check_tests("```json\n{}\n```\n```python\nx = 1\n```", &[]);
}

#[test]
fn commands_know_their_places() {
    for text in [
        with("TEST_PROCESS", "```bash\na b\n\nc\n```"),
        with("TEST_PROCESS", "- x\n\n  ```bash\n  a b\n\n  c\n  ```"),
        with("TEST_PROCESS", "```bash\na b\n\nc\n```").replace('\n', "\r\n"),
        with("TEST_PROCESS", "```console\n$ a b\nout\n$ c\n```"),
    ] {
        let parsed = plan(&text).value;
        let spec = parsed.tasks[0].spec.as_deref().expect("a spec");
        for command in spec.test_commands() {
            assert_eq!(&text[command.location.span.clone()], command.text, "{text}");
        }
        assert_eq!(spec.test_commands().count(), 2);
    }
}

#[test]
fn an_open_command_and_hidden_characters_are_told() {
    let open = plan(&with("TEST_PROCESS", "```bash\necho 'a\n```"));
    assert!(codes(&open.diagnostics).contains(&Code::OPEN_COMMAND.as_str()));
    let hidden = plan(&with("TEST_PROCESS", "```bash\necho \u{202e}a\n```"));
    let told = hidden
        .diagnostics
        .iter()
        .find(|found| found.code == Code::HIDDEN_CHARACTERS)
        .expect("a warning");
    assert!(
        told.message.contains("\\u{202e}"),
        "shown escaped: {}",
        told.message
    );
}

#[test]
fn an_unclosed_fence_is_an_error_at_its_opening_line() {
    let parsed = plan(&with("TEST_PROCESS", "```bash\ntrue\n\n## BOUNDARIES"));
    let error = parsed
        .diagnostics
        .iter()
        .find(|found| found.code == Code::UNCLOSED_FENCE)
        .expect("an error");
    assert_eq!(
        error.location.as_ref().expect("a place").to_string(),
        "spec.md:11:1"
    );
}

#[test]
fn fences_know_their_file() {
    for (before, info) in [
        ("", "python title=\"src/a.py\""),
        ("", "python src/a.py"),
        ("", "python:src/a.py"),
        ("Put this into `src/a.py`:", "python"),
        ("1. Change `src/b.py`\n2. Then `src/a.py`", "python"),
    ] {
        let spec = spec(&with("NOTES", &format!("{before}\n```{info}\nx = 1\n```")));
        let fence = &spec.notes[0];
        assert_eq!(
            (fence.language.as_str(), fence.path.as_deref()),
            ("python", Some("src/a.py")),
            "{before} {info}"
        );
        assert_eq!(fence.text, "x = 1\n");
    }
}
