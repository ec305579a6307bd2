#![no_main]
//! Bytes as a set of documents, cut at form feeds, that make up one plan.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::{check_plan, within_a_second};
use wavecrew_worker_spec::Document;

fuzz_target!(|bytes: &[u8]| within_a_second(|| {
    let names = (0..).map(|number| match number {
        0 => "plan.md".to_owned(),
        _ => format!("specs/WORKER_{number:03}_a.md"),
    });
    let documents: Vec<Document> = bytes
        .split(|byte| *byte == b'\x0c')
        .zip(names)
        .filter_map(|(bytes, name)| Document::from_bytes(name, bytes.to_vec()).ok())
        .collect();
    check_plan(&documents);
}));
