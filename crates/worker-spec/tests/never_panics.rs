//! Any text can be read, and every place is a place of it.

use proptest::prelude::*;
use wavecrew_worker_spec::{Diagnostic, Document, Location, Plan, read};

/// Pieces of which plans and broken plans are made.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "# Worker 001: A",
        "# WORKER_002: B\n",
        "## 1. DELIVERABLES\n",
        "## SUCCESS_CRITERIA",
        "## 3. BOUNDARIES\n",
        "## 4. DEPENDENCIES\n",
        "## 6. TEST_PROCESS\n",
        "## 7-10. [Standard sections]\n",
        "**Phase:** 4.10 - x\n",
        "**Duration:** 20 minutes\n",
        "**Dependencies:** Phase 1-2, WORKER_001-003 | **Parallel:** x\n",
        "- [ ] ",
        "- [x] ",
        "* ",
        "1. ",
        "> ",
        "  ",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        "`",
        "``",
        "```bash\n",
        "```\n",
        "~~~\n",
        "Create file: `a/b.py`",
        "`/abs/a/b.py`",
        "**CAN modify:** `x.py` in `src/`",
        "**CANNOT:**\n",
        "|",
        "|---|\n",
        "| Task | Duration | Dependencies |\n|---|---|---|\n",
        "WORKER_001",
        "001-003",
        " through ",
        "Phase 4.1-4.7",
        "(",
        ")",
        "'",
        "\"",
        "$(",
        "${",
        "<<EOF\n",
        "EOF\n",
        "\\",
        "&&",
        "if ",
        "fi\n",
        "case x in\n",
        "✅ ",
        "日本",
        "\u{202e}",
        "\u{feff}",
        "\0",
        "---\n",
        "===\n",
        "```mermaid\ngraph TD\n",
        "A --> B\n",
        "### Batch 1: x (3 tasks)\n",
        "$ a\n",
        "```console\n",
        "<b>",
        "![](",
        "[^1]",
        "&amp;",
        "**",
        "__",
        "~",
        "15K",
        "2-3 h",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

fn check_place(documents: &[Document], location: &Location) {
    let document = documents
        .iter()
        .find(|document| *document.name() == *location.file)
        .expect("a document");
    let text = document.text();
    let span = location.span.clone();
    assert!(
        text.get(span.clone()).is_some(),
        "{span:?} is no part of {text:?}"
    );
    assert_eq!(document.location(span), *location);
}

fn check_plan(documents: &[Document], plan: &Plan, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        diagnostic
            .location
            .iter()
            .for_each(|location| check_place(documents, location));
        diagnostic
            .related
            .iter()
            .for_each(|related| check_place(documents, &related.location));
    }
    for task in &plan.tasks {
        check_place(documents, &task.location);
        assert_eq!(plan.task(&task.id).map(|found| &found.id), Some(&task.id));
        for command in task.spec.iter().flat_map(|spec| spec.test_commands()) {
            check_place(documents, &command.location);
        }
        for file in task.spec.iter().flat_map(|spec| &spec.deliverables) {
            check_place(documents, &file.location);
        }
    }
    let known = |id: &str| plan.tasks.iter().any(|task| task.id == id);
    for edge in plan
        .edges
        .iter()
        .chain(&plan.group_edges())
        .chain(&plan.barrier_edges())
    {
        assert!(known(&edge.from) && known(&edge.to) && edge.from != edge.to);
        edge.locations
            .iter()
            .for_each(|location| check_place(documents, location));
    }
    assert!(
        plan.groups
            .iter()
            .flat_map(|group| &group.tasks)
            .all(|task| known(task))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(first in text(), second in text()) {
        let documents = [Document::new("a.md", first), Document::new("WORKER_9_b.md", second)];
        let parsed = read(&documents);
        check_plan(&documents, &parsed.value, &parsed.diagnostics);
        prop_assert_eq!(&read(&documents), &parsed, "the same twice");
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match Document::from_bytes("a.md", bytes) {
            Ok(document) => drop(read(&[document])),
            Err(refused) => prop_assert!(refused.location.is_some()),
        }
    }
}
