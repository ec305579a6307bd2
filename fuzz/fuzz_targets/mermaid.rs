#![no_main]
//! Bytes as one Mermaid flowchart.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::{check_diagnostics, within_a_second};
use wavecrew_worker_spec::Document;
use wavecrew_worker_spec::mermaid::{self, Subgraph};

fuzz_target!(|bytes: &[u8]| within_a_second(|| {
    let Ok(document) = Document::from_bytes("a.mmd", bytes.to_vec()) else {
        return;
    };
    let parsed = mermaid::parse_flowchart(&document);
    check_diagnostics(&[document], &parsed.diagnostics);
    let chart = parsed.value;
    for edge in &chart.edges {
        let known = |id: &str| {
            let subgraph = |subgraph: &Subgraph| subgraph.key == id;
            chart.nodes.iter().any(|node| node.id == id) || chart.subgraphs.iter().any(subgraph)
        };
        assert!(
            known(&edge.from) && known(&edge.to),
            "an edge between unknown nodes"
        );
    }
}));
