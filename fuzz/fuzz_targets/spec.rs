#![no_main]
//! Bytes as one worker spec.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::{check_fragment, check_plan, within_a_second};
use wavecrew_worker_spec::{Document, dialects};

fuzz_target!(|bytes: &[u8]| within_a_second(|| {
    let Ok(document) = Document::from_bytes("WORKER_001_a.md", bytes.to_vec()) else {
        return;
    };
    let ten_point = dialects()
        .iter()
        .find(|dialect| dialect.name() == "ten-point worker spec")
        .expect("a dialect of this name");
    check_fragment(&document, &ten_point.read(&document));
    check_plan(&[document]);
}));
