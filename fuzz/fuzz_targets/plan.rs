#![no_main]
//! Bytes as one plan, by every dialect.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::{check_dialects, check_plan, within_a_second};
use wavecrew_worker_spec::Document;

fuzz_target!(|bytes: &[u8]| within_a_second(|| {
    if let Ok(document) = Document::from_bytes("plan.md", bytes.to_vec()) {
        check_dialects(&document);
        check_plan(&[document]);
    }
}));
