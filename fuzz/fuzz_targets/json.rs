#![no_main]
//! Bytes as a list of tasks in JSON, under each of the names that such lists have.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::{check_dialects, check_plan, within_a_second};
use wavecrew_worker_spec::Document;

const NAMES: [&str; 3] = ["tasks.json", "issues.jsonl", "recipes/a/dependencies.json"];

fuzz_target!(|bytes: &[u8]| within_a_second(|| {
    for name in NAMES {
        if let Ok(document) = Document::from_bytes(name, bytes.to_vec()) {
            check_dialects(&document);
            check_plan(&[document]);
        }
    }
}));
