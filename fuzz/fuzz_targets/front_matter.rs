#![no_main]
//! Bytes as the front matter of a document that is otherwise in order.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::{check_dialects, check_plan, within_a_second};
use wavecrew_worker_spec::Document;

fuzz_target!(|bytes: &[u8]| within_a_second(|| {
    let mut text = b"---\n".to_vec();
    text.extend_from_slice(bytes);
    text.extend_from_slice(b"\n---\n\n# Task\n\n## Acceptance criteria\n\n- [ ] It works\n");
    if let Ok(document) = Document::from_bytes("back-1 - Task.md", text) {
        check_dialects(&document);
        check_plan(&[document]);
    }
}));
