//! Our own form.

use proptest::prelude::*;
use wavecrew_worker_spec::{Document, read, write};

use crate::arbitrary::plan;
use crate::difference;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_plan_is_read_back_as_it_is(plan in plan()) {
        let written = write::to_markdown(&plan);
        let again = read(&[Document::new("plan.md", written.as_str())]).value;
        if let Some(difference) = difference(&again.without_places(), &plan.without_places()) {
            return Err(TestCaseError::fail(format!("{difference}\n{written}")));
        }
        prop_assert_eq!(write::to_markdown(&again), written, "writing is stable");
    }
}

/// What is left of a section behind a comment without an end depends on where the section stands.
#[test]
fn a_rule_behind_an_open_comment_is_read_back() {
    let spec =
        "# WORKER_001: Title\n\n## 1. DELIVERABLES\n\n---\n<!-- open\n\n## 2. BOUNDARIES\n---\n";
    let spec = read(&[Document::new("spec.md", spec)]).value;
    let text = "## Tasks\n\n### A: First\n\n````markdown worker-spec\n# WORKER_001: Title\n\n## 1. DELIVERABLES\n\n## 2. NOTES\n\n---\n<!-- open\n\n## 3. BOUNDARIES\n---\n````\n";
    let fenced = format!("---\nwavecrew: 1\n---\n\n{text}");
    let fenced = read(&[Document::new("plan.md", fenced.as_str())]).value;
    for plan in [spec, fenced] {
        let written = write::to_markdown(&plan);
        let again = read(&[Document::new("plan.md", written.as_str())]).value;
        assert_eq!(
            difference(&again.without_places(), &plan.without_places()),
            None,
            "{written}"
        );
    }
}

/// An underlined heading that begins with code must not gain a mark before it.
#[test]
fn a_heading_of_two_lines_that_begins_with_code_is_read_back() {
    let spec = "# WORKER_001: Title\n\n## 1. DELIVERABLES\n\n`one`\nResults file: `results/a.json`\n---\n\n```bash\ncargo test\n```\n\n## 2. SUCCESS_CRITERIA\n\n## 3. BOUNDARIES\n\n## 4. DEPENDENCIES\n";
    let plan = read(&[Document::new("spec.md", spec)]).value;
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written.as_str())]).value;
    assert_eq!(
        difference(&again.without_places(), &plan.without_places()),
        None,
        "{written}"
    );
}
