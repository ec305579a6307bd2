//! Dependencies in other words and dress than the framework's own.

use wavecrew_worker_spec::{Code, Document, EdgeKind, read};

use super::support::{codes, of_task};

/// What TASK-7 waits for: `3` for a hard edge, `3?` for a soft one, `>9` for one that turns round.
fn check_dependencies(body: &str, expected: &[&str]) {
    let mut documents = vec![Document::new("spec.md", of_task("DEPENDENCIES", body))];
    for other in 1..=9 {
        if other != 7 {
            let text =
                of_task("DELIVERABLES", "- `a.rs`").replace("TASK-7", &format!("TASK-{other}"));
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
        let text = of_task("DELIVERABLES", "- `a.rs`");
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
    let text = of_task("DELIVERABLES", "- `a.rs`");
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
