//! Documents of any kind are read without harm, and in a time that grows with their length alone.

use proptest::prelude::*;
use wavecrew_worker_spec::{Document, read};

fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "# Plan",
        "## Wave 1: Base (2 tasks, 3 h)",
        "## フェーズ（3）",
        "### Phase 2（10 tasks、20 min）",
        "**Batch 3: X (45 workers, 15 min)**",
        "### DEFERRED: Phase 9",
        "#### Batch 1 Quality Gate",
        "- W_001-009: Base (9 workers)",
        "- W_009..W_001",
        "- W_1 through W_99999999",
        "  - W_002, W_003 and W_004",
        "- [x] T001 [P] Do (é)",
        "| Task | Duration | Dependencies | Files |",
        "|--|--|--|--|",
        "| **A-1** | 2h | None | src/ |",
        "| A-2 é | ~1–2 h | A-1 (types), Wave 1 | ../x, `*` |",
        "| ~~A-3~~ | soon | A-1..A-9, B and A-2 |",
        "|",
        "| | | | |",
        "```mermaid",
        "graph TD",
        "  A-1 --> A-2[Größe (x) 2h] %% c",
        "  subgraph Wave 1",
        "```",
        "```bash",
        "make test",
        "**Critical Path Total**: ~33 hours → “x”",
        "225 workers × 20 min each",
        "3–5x speedup, all 5 batches",
        "---",
        "",
        "> quoted",
        "\u{feff}",
        "**Prerequisite**: Batch 1-3 complete",
        "*Estimated total time: 4 h (parallelized) vs 65 h (sequential)*",
        "â”‚ Total: $1 â”‚",
    ]);
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn nothing_makes_it_stumble(text in lines()) {
        let parsed = read(&[Document::new("plan.md", text.clone())]);
        for statement in &parsed.value.statements {
            prop_assert!(text.get(statement.location.span.clone()).is_some_and(|words| !words.is_empty()));
        }
        for task in &parsed.value.tasks {
            prop_assert!(text.get(task.location.span.clone()).is_some());
        }
        for edge in &parsed.value.edges {
            prop_assert!(parsed.value.task(&edge.from).is_some() && parsed.value.task(&edge.to).is_some());
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC*") {
        read(&[Document::new("plan.md", format!("## Wave 1\n\n| Task | Duration | Dependencies |\n|--|--|--|\n| {text} | {text} | {text} |\n\n- {text}\n"))]);
    }
}

#[test]
fn long_documents_take_little_time() {
    for unit in [
        "## Wave 1\n",
        "- T001-T999: x\n",
        "| A | 1h | A |\n",
        "**Batch 1 (**\n",
        "5 tasks ",
        "3x speedup ",
        "sequential ",
        "Wave 1 ",
        "(",
        "- ",
        "  - T1\n",
        "all 5 tasks total ",
        "each task ",
        "20 min per task ",
        "```mermaid\ngraph TD\na-->b\n```\n",
        "**a**: $",
        "é（",
    ] {
        let text = format!(
            "# Plan\n\n## Wave 1\n\n| Task | Duration | Dependencies |\n|--|--|--|\n{}",
            unit.repeat(30_000 / unit.len())
        );
        read(&[Document::new("plan.md", text)]);
    }
}
