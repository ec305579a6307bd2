//! What Mermaid's own parser made of a set of flowcharts, and what ours makes of them.

use std::path::PathBuf;

use serde_json::Value;
use wavecrew_worker_spec::{Document, mermaid};

fn shared(path: &str) -> PathBuf {
    let folder = std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED names the test data");
    PathBuf::from(folder).join(path)
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn cases_are_read_as_mermaid_reads_them() {
    let text = std::fs::read_to_string(shared("data/mermaid/cases.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let mut different = Vec::new();
    for case in cases {
        let document = Document::new("case.mmd", case["input"].as_str().unwrap());
        let parsed = mermaid::parse_flowchart(&document);
        let found = serde_json::to_value(&parsed.value).unwrap();
        let expected = &case["expected"];
        let accepted = expected["accepted_by_mermaid"].as_bool();
        let same = match accepted {
            Some(false) => found["accepted_by_mermaid"] == false && !parsed.diagnostics.is_empty(),
            _ => &found == expected,
        };
        if !same {
            different.push(format!(
                "{}\n  found    {found}\n  expected {expected}",
                case["name"]
            ));
        }
    }
    assert!(
        different.is_empty(),
        "{} of {} cases differ:\n{}",
        different.len(),
        cases.len(),
        different.join("\n")
    );
}
