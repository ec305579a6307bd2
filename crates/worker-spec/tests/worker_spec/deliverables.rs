//! Deliverables and boundaries.

use wavecrew_worker_spec::{Action, Code, Diagnostic, Document, read};

use super::support::{codes, plan, spec, with};

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
