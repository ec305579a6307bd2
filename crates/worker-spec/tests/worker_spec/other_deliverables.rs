//! Deliverables in other words and dress than the framework's own.

use wavecrew_worker_spec::Code;

use super::support::{codes, of_task, paths, plan, spec};

fn check_deliverables(body: &str, expected: &[&str]) {
    assert_eq!(
        paths(&spec(&of_task("DELIVERABLES", body))),
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
        let parsed = plan(&of_task("DELIVERABLES", body));
        assert!(
            codes(&parsed.diagnostics).contains(&Code::DELETION.as_str()),
            "{body}"
        );
        check_deliverables(body, &[]);
    }
}

#[test]
fn a_directory_is_told_and_belongs_to_the_task() {
    let parsed = plan(&of_task(
        "DELIVERABLES",
        "- [ ] Create directory: `src/lexer/`",
    ));
    assert!(codes(&parsed.diagnostics).contains(&Code::DIRECTORY.as_str()));
    assert_eq!(parsed.value.tasks[0].claims, ["src/lexer/"]);
}

#[test]
fn a_pattern_is_an_error() {
    for body in ["- Create files: `src/*.rs`", "- `src/{a,b}.rs`"] {
        let parsed = plan(&of_task("DELIVERABLES", body));
        assert!(
            codes(&parsed.diagnostics).contains(&Code::FORBIDDEN_PATH.as_str()),
            "{body}"
        );
    }
}
