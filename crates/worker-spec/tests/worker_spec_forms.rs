//! Worker specs in other words and dress than the framework's own.

use std::time::Duration;

use wavecrew_worker_spec::{
    Code, Diagnostic, Document, EdgeKind, Parsed, Plan, Status, WorkerSpec, read,
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
    let mut text = String::from("# TASK-7: Seven\n");
    for name in ["DELIVERABLES", "SUCCESS_CRITERIA", "TEST_PROCESS"] {
        if name != section {
            text.push_str(&format!("\n## {name}\n\n"));
        }
    }
    format!("{text}\n## {section}\n\n{body}\n")
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    let codes = diagnostics.iter().map(|found| found.code.as_str());
    codes.collect()
}

fn paths(spec: &WorkerSpec) -> Vec<&str> {
    let files = spec.deliverables.iter();
    files.map(|file| file.path.as_str()).collect()
}

fn commands(spec: &WorkerSpec) -> Vec<&str> {
    spec.test_commands()
        .map(|test| test.text.as_str())
        .collect()
}

fn names(spec: &WorkerSpec) -> Vec<&str> {
    let sections = spec.sections.iter();
    sections.map(|section| section.name.as_str()).collect()
}

const IN_OTHER_WORDS: &str = "\
# [TASK-7] Cache of compiled patterns

| Field | Value |
|-------|-------|
| Estimate | 1,5 h |
| Tier | small |
| Depends on | TASK-3, TASK-4 (types only) |

### 📦 A. Files

- src/cache.rs: the cache
- [tests](tests/cache.rs)

### 🎯 B. Definition of Done

- Two equal patterns are compiled once

### C. Out of scope

- The lexer

### D. How to test

1. Run `cargo test -p cache`
2. Look at the log

### E. Fallback

- Leave the cache empty
";

#[test]
fn sections_by_their_usual_names() {
    let parsed = plan(IN_OTHER_WORDS);
    let task = &parsed.value.tasks[0];
    assert_eq!(
        (task.id.as_str(), task.title.as_str()),
        ("TASK-7", "Cache of compiled patterns")
    );
    assert_eq!(task.estimate, Some(Duration::from_secs(90 * 60)));
    assert_eq!(task.model.as_deref(), Some("small"));
    let spec = task.spec.as_deref().expect("a spec");
    assert_eq!(
        names(spec),
        [
            "DELIVERABLES",
            "SUCCESS_CRITERIA",
            "BOUNDARIES",
            "TEST_PROCESS",
            "MITIGATION"
        ]
    );
    assert_eq!(paths(spec), ["src/cache.rs", "tests/cache.rs"]);
    assert_eq!(spec.criteria.len(), 1);
    assert_eq!(spec.boundaries.cannot[0].text, "The lexer");
    assert_eq!(commands(spec), ["cargo test -p cache"]);
    assert_eq!(spec.mitigation.len(), 1);
    let unknown = codes(&parsed.diagnostics);
    let unknown = unknown.iter().filter(|code| **code == "WC0201").count();
    assert_eq!(unknown, 2, "neither task is given");
}

#[test]
fn sections_may_be_bold_lines_or_underlined() {
    let bold = IN_OTHER_WORDS
        .lines()
        .map(|line| match line.strip_prefix("### ") {
            Some(name) => format!("**{name}:**"),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    let underlined = IN_OTHER_WORDS
        .lines()
        .map(|line| match line.strip_prefix("### ") {
            Some(name) => format!("{name}\n---"),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    let plain = spec(IN_OTHER_WORDS);
    for text in [bold, underlined] {
        let other = spec(&text);
        assert_eq!(names(&other), names(&plain), "{text}");
        assert_eq!(paths(&other), paths(&plain));
        assert_eq!(commands(&other), commands(&plain));
    }
}

#[test]
fn other_documents_are_no_specs() {
    for text in [
        "# Wiki-2 - a small wiki\n\n## Prerequisites\n\nNode 18\n\n## Files\n\n- a.js\n\n## Testing\n\n```bash\nnpm test\n```\n",
        "# Cache\n\n## Scope\n\nx\n\n## Risks\n\ny\n\n## Testing\n\nz\n",
    ] {
        let plan = plan(text).value;
        assert!(plan.tasks.iter().all(|task| task.spec.is_none()), "{text}");
    }
}

#[test]
fn the_id_in_front_matter() {
    let text = "\
---
id: LEX-12
title: Number literals
depends_on: [LEX-10, LEX-11]
estimate: 2h
status: in progress
files:
  - src/lex/number.rs
---

## Success criteria

- All literals are read

## Tests

```sh
cargo test number
```

## Dependencies

None

## Out of scope

- Strings
";
    let parsed = plan(text);
    let task = &parsed.value.tasks[0];
    assert_eq!(
        (task.id.as_str(), task.title.as_str()),
        ("LEX-12", "Number literals")
    );
    assert_eq!(
        (task.estimate, task.status),
        (Some(Duration::from_secs(7200)), Status::InProgress)
    );
    assert_eq!(
        paths(task.spec.as_deref().expect("a spec")),
        ["src/lex/number.rs"]
    );
    let unknown = codes(&parsed.diagnostics)
        .iter()
        .filter(|code| **code == "WC0201")
        .count();
    assert_eq!(unknown, 2, "two dependencies, neither given");
    let misspelt = plan(&text.replace("depends_on", "depend_on"));
    assert!(codes(&misspelt.diagnostics).contains(&Code::MISSPELT_FIELD.as_str()));
}

#[test]
fn the_id_in_the_name_of_the_file_is_told() {
    let text = "# Parser\n\n## Deliverables\n\n- `src/parser.rs`\n\n## Success criteria\n\n- x\n\n## Dependencies\n\n- 06\n\n## Boundaries\n\n- y\n\n## Test process\n\n```sh\nmake\n```\n";
    let lexer = text.replace("parser", "lexer").replace("06", "None");
    let both = read(&[
        Document::new("tasks/07-parser.md", text),
        Document::new("tasks/06-lexer.md", lexer),
    ]);
    let ids: Vec<&str> = both
        .value
        .tasks
        .iter()
        .map(|task| task.id.as_str())
        .collect();
    assert_eq!(ids, ["07-parser", "06-lexer"]);
    assert_eq!(
        (
            both.value.edges[0].from.as_str(),
            both.value.edges[0].to.as_str()
        ),
        ("06-lexer", "07-parser")
    );
    let told = both
        .diagnostics
        .iter()
        .filter(|found| found.code == Code::ID_OF_FILE)
        .count();
    assert_eq!(told, 2);
}

fn check_deliverables(body: &str, expected: &[&str]) {
    assert_eq!(
        paths(&spec(&with("DELIVERABLES", body))),
        expected,
        "{body}"
    );
}

#[test]
fn deliverables_in_further_forms() {
    check_deliverables(
        "- [src/a.rs](src/a.rs)\n- [the lexer](./src/b.rs) and its tests",
        &["src/a.rs", "src/b.rs"],
    );
    check_deliverables(
        "### `src/a.rs`\n\nThe lexer.\n\n### 2. src/b.rs\n\nThe parser.",
        &["src/a.rs", "src/b.rs"],
    );
    check_deliverables(
        "- src/a.rs\n- src/b.rs - the parser\n- src/c.rs (new)",
        &["src/a.rs", "src/b.rs", "src/c.rs"],
    );
    check_deliverables("src/a.rs\nsrc/b.rs", &["src/a.rs", "src/b.rs"]);
    check_deliverables(
        "**Primary:** `src/a.rs`\n\n**Secondary:** src/b.rs",
        &["src/a.rs", "src/b.rs"],
    );
    check_deliverables(
        "- **`src/a.rs`**: the lexer\n- **src/b.rs** - the parser",
        &["src/a.rs", "src/b.rs"],
    );
    check_deliverables(
        "| File | Action |\n|---|---|\n| src/a.rs | create |\n| src/b.rs | modify |\n| `src/c.rs`, `src/d.rs` | add |",
        &["src/a.rs", "src/b.rs", "src/c.rs", "src/d.rs"],
    );
    check_deliverables(
        "- Create `src/a.rs` (new), `src/b.rs` and src/c.rs",
        &["src/a.rs", "src/b.rs", "src/c.rs"],
    );
    check_deliverables("- Files: src/a.rs, src/b.rs", &["src/a.rs", "src/b.rs"]);
    check_deliverables("```\nsrc/a.rs\nsrc/b.rs\n```", &["src/a.rs", "src/b.rs"]);
    check_deliverables(
        "- ~~Create file: `src/a.rs`~~\n- Create file: `src/b.rs`",
        &["src/b.rs"],
    );
}

#[test]
fn what_is_no_deliverable_either() {
    for body in [
        "- Node.js 18 or newer",
        "- README.md describes the rest",
        "- **See:** docs/guide.md",
        "- **Based on:** `src/old.rs`",
        "The module src/a.rs is described elsewhere.",
        "| Method | Returns |\n|---|---|\n| `a.b()` | text |",
        "```\ncargo build\n```",
    ] {
        check_deliverables(body, &[]);
    }
}

#[test]
fn a_deletion_is_told() {
    for body in [
        "- Delete `src/old.rs`",
        "- Remove file: `src/old.rs`",
        "| File | Action |\n|---|---|\n| src/old.rs | delete |",
    ] {
        let parsed = plan(&with("DELIVERABLES", body));
        assert!(
            codes(&parsed.diagnostics).contains(&Code::DELETION.as_str()),
            "{body}"
        );
        check_deliverables(body, &[]);
    }
}

#[test]
fn a_directory_is_told_and_belongs_to_the_task() {
    let parsed = plan(&with(
        "DELIVERABLES",
        "- [ ] Create directory: `src/lexer/`",
    ));
    assert!(codes(&parsed.diagnostics).contains(&Code::DIRECTORY.as_str()));
    assert_eq!(parsed.value.tasks[0].claims, ["src/lexer/"]);
}

#[test]
fn a_pattern_is_an_error() {
    for body in ["- Create files: `src/*.rs`", "- `src/{a,b}.rs`"] {
        let parsed = plan(&with("DELIVERABLES", body));
        assert!(
            codes(&parsed.diagnostics).contains(&Code::FORBIDDEN_PATH.as_str()),
            "{body}"
        );
    }
}

/// What TASK-7 waits for: `3` for a hard edge, `3?` for a soft one, `>9` for one that turns round.
fn check_dependencies(body: &str, expected: &[&str]) {
    let mut documents = vec![Document::new("spec.md", with("DEPENDENCIES", body))];
    for other in 1..=9 {
        if other != 7 {
            let text = with("DELIVERABLES", "- `a.rs`").replace("TASK-7", &format!("TASK-{other}"));
            documents.push(Document::new(format!("{other}.md"), text));
        }
    }
    let plan = read(&documents).value;
    let mut found: Vec<String> = plan
        .edges
        .iter()
        .map(|edge| {
            let soft = if edge.kind == EdgeKind::Soft { "?" } else { "" };
            let (turned, other) = if edge.to == "TASK-7" {
                ("", &edge.from)
            } else {
                (">", &edge.to)
            };
            format!("{turned}{}{soft}", &other[5..])
        })
        .collect();
    found.sort();
    assert_eq!(found, expected, "{body}");
}

#[test]
fn dependencies_in_further_forms() {
    check_dependencies("- Tasks 1, 2 and 5", &["1", "2", "5"]);
    check_dependencies("- Tasks 1 to 3", &["1", "2", "3"]);
    check_dependencies("- 1-3", &["1", "2", "3"]);
    check_dependencies("- workers 4 & 6 done", &["4", "6"]);
    check_dependencies("- ~~TASK-1~~\n- TASK-2", &["2"]);
    check_dependencies("- TASK-1 (types only), TASK-2", &["1?", "2"]);
    check_dependencies("- TASK-1 at 50 %\n- TASK-2 - nice to have", &["1?", "2?"]);
    check_dependencies("- Optional: TASK-1\n- Ideally TASK-2", &["1?", "2?"]);
    check_dependencies("- Can start in parallel with TASK-1 and TASK-2", &[]);
    check_dependencies("- Does not depend on TASK-1; depends on TASK-2", &["2"]);
    check_dependencies("- Unblocks TASK-8 and TASK-9", &[">8", ">9"]);
    check_dependencies("- **Required by:** TASK-8\n- Before: TASK-9", &[">8", ">9"]);
    check_dependencies(
        "- TASK-1 (must land before work starts), TASK-2",
        &["1", "2"],
    );
    check_dependencies(
        "| Task | Why |\n|---|---|\n| [TASK-1](1.md) | types |",
        &["1"],
    );
    for none in [
        "None",
        "- Nothing (first task)",
        "-",
        "N/A",
        "v1.0 complete",
        "なし",
        "- None; TASK-1 is unrelated",
    ] {
        check_dependencies(none, &[]);
    }
}

#[test]
fn dependencies_in_header_fields() {
    for (field, expected) in [
        ("Needs", "TASK-1 -> TASK-7"),
        ("Predecessors", "TASK-1 -> TASK-7"),
        ("Requires", "TASK-1 -> TASK-7"),
        ("After", "TASK-1 -> TASK-7"),
        ("Blocked by", "TASK-1 -> TASK-7"),
        ("Blocks", "TASK-7 -> TASK-1"),
        ("Required by", "TASK-7 -> TASK-1"),
    ] {
        let text = with("DELIVERABLES", "- `a.rs`");
        let first = text.replace("Seven\n", &format!("Seven\n\n**{field}:** TASK-1\n"));
        let second = text.replace("TASK-7", "TASK-1").replace("a.rs", "b.rs");
        let plan = read(&[Document::new("7.md", first), Document::new("1.md", second)]).value;
        let edges: Vec<String> = plan
            .edges
            .iter()
            .map(|edge| format!("{} -> {}", edge.from, edge.to))
            .collect();
        assert_eq!(edges, [expected], "{field}");
    }
}

#[test]
fn a_field_in_words_names_a_task_by_title_or_is_told() {
    let text = with("DELIVERABLES", "- `a.rs`");
    let lexer = text
        .replace("TASK-7: Seven", "TASK-1: Token table")
        .replace("a.rs", "b.rs");
    let named = text.replace("Seven\n", "Seven\n\n**Depends on:** token table complete\n");
    let plan = read(&[Document::new("7.md", named), Document::new("1.md", lexer)]);
    assert_eq!(plan.value.edges.len(), 1);
    let unknown = text.replace("Seven\n", "Seven\n\n**Depends on:** the moon\n");
    let parsed = read(&[Document::new("7.md", unknown)]);
    assert!(codes(&parsed.diagnostics).contains(&Code::UNRESOLVED_DEPENDENCY.as_str()));
    let none = text.replace("Seven\n", "Seven\n\n**Depends on:** v1.0 complete\n");
    let parsed = read(&[Document::new("7.md", none)]);
    assert!(!codes(&parsed.diagnostics).contains(&Code::UNRESOLVED_DEPENDENCY.as_str()));
}

#[test]
fn values_that_are_read_and_told() {
    let at = |field: &str| {
        plan(&with("DELIVERABLES", "- `a.rs`").replace("Seven\n", &format!("Seven\n\n{field}\n")))
    };
    let minutes = |field: &str| {
        at(field).value.tasks[0]
            .estimate
            .map(|estimate| estimate.as_secs() / 60)
    };
    assert_eq!(minutes("推定時間: 2時間"), Some(120));
    assert_eq!(minutes("**Duration:** Day 2-3"), Some(960));
    assert_eq!(minutes("**Duration:** PT1H30M"), Some(90));
    assert_eq!(minutes("**Duration:** 1:30"), Some(90));
    for field in [
        "**Duration:** 1:30",
        "**Duration:** -2 h",
        "**Duration:** NaN h",
        "**Duration:** 1e400 h",
        "**Duration:** 2 sprints",
        "**Tokens:** many",
        "**Status:** purple",
    ] {
        assert!(
            codes(&at(field).diagnostics).contains(&Code::BAD_VALUE.as_str()),
            "{field}"
        );
    }
    assert_eq!(
        at("**Tokens:** 15k-20k").value.tasks[0].tokens,
        Some(20_000)
    );
    assert_eq!(
        at("**Status:** ✅ Done").value.tasks[0].status,
        Status::Done
    );
    assert!(
        !codes(&at("**Owner:** Ada\n**Priority:** high").diagnostics)
            .contains(&Code::MISSPELT_FIELD.as_str())
    );
}

fn check_tests(body: &str, expected: &[&str]) {
    assert_eq!(
        commands(&spec(&with("TEST_PROCESS", body))),
        expected,
        "{body}"
    );
}

#[test]
fn commands_and_not_what_they_print() {
    check_tests(
        "```bash\n$ cargo test\nrunning 2 tests\n$ make lint\nok\n```",
        &["cargo test", "make lint"],
    );
    check_tests(
        "```console\n$ cat <<EOF | wc -l\na\nEOF\n1\n```",
        &["cat <<EOF | wc -l\na\nEOF"],
    );
    check_tests(
        "```bash\ncargo test\n```\n\nExpected output:\n\n```\ntest result: ok\n```",
        &["cargo test"],
    );
    check_tests(
        "```bash\ncargo test\n```\n\n```\n3 passed in 0.1s\n```",
        &["cargo test"],
    );
    check_tests(
        "Run this:\n\n```\ncargo test -p lexer\n```\n\nIt prints:\n\n```\nok\n```",
        &["cargo test -p lexer"],
    );
    check_tests(
        "Run:\n\n    cargo test\n    make lint",
        &["cargo test", "make lint"],
    );
}

#[test]
fn commands_in_the_text() {
    check_tests(
        "- Run `cargo test -p lexer`\n- `make lint` passes",
        &["cargo test -p lexer", "make lint"],
    );
    check_tests(
        "1. Execute `target/debug/tool --self-check`",
        &["target/debug/tool --self-check"],
    );
    check_tests(
        "- **Command:** cargo test -p lexer",
        &["cargo test -p lexer"],
    );
    check_tests(
        "| Test | Command |\n|---|---|\n| lexer | `cargo test lexer` |",
        &["cargo test lexer"],
    );
    check_tests("```bash\nmake\n```\n\n- then `cargo test` again", &["make"]);
    for body in [
        "- `Parser::new` is called with `a b`",
        "- Check `src/a.rs` by eye",
        "- `test` is green",
        "- ~~Run `make x`~~",
    ] {
        check_tests(body, &[]);
    }
    let parsed = plan(&with("TEST_PROCESS", "- Run `make \u{202e}x`"));
    assert!(codes(&parsed.diagnostics).contains(&Code::HIDDEN_CHARACTERS.as_str()));
}

#[test]
fn commands_in_the_text_know_their_places() {
    let text = with("TEST_PROCESS", "- Run `cargo test -p lexer`");
    let spec = spec(&text);
    let command = spec.test_commands().next().expect("a command");
    assert_eq!(&text[command.location.span.clone()], command.text);
}
