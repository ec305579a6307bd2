//! Dependencies.

use wavecrew_worker_spec::{Document, EdgeKind, read};

use super::support::with;

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
