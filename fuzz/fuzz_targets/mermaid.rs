#![no_main]
//! Bytes as one Mermaid flowchart.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::check_diagnostics;
use wavecrew_worker_spec::{Document, mermaid};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::from_bytes("a.mmd", bytes.to_vec()) else {
        return;
    };
    let parsed = mermaid::parse_flowchart(&document);
    check_diagnostics(&[document], &parsed.diagnostics);
    let chart = parsed.value;
    for edge in &chart.edges {
        let known = |id: &str| {
            chart.nodes.iter().any(|node| node.id == id)
                || chart.subgraphs.iter().any(|subgraph| subgraph.id == id)
        };
        assert!(
            known(&edge.from) && known(&edge.to),
            "an edge between unknown nodes"
        );
    }
});
