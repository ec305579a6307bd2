#![no_main]
//! Bytes as a plan in our own form. Written out and read back it is the same plan, and written again the same text.

use libfuzzer_sys::fuzz_target;
use wavecrew_fuzz::{check_plan, within_a_second};
use wavecrew_worker_spec::{Document, read, write};

fuzz_target!(|bytes: &[u8]| within_a_second(|| {
    let mut text = b"---\nwavecrew: 1\n---\n\n".to_vec();
    text.extend_from_slice(bytes);
    let Ok(document) = Document::from_bytes("plan.md", text) else {
        return;
    };
    let documents = [document];
    check_plan(&documents);
    let plan = read(&documents).value;
    let written = write::to_markdown(&plan);
    let again = read(&[Document::new("plan.md", written.as_str())]).value;
    assert_eq!(
        plan.without_places(),
        again.without_places(),
        "read back from:\n{written}"
    );
    assert_eq!(write::to_markdown(&again), written, "written a second time");
}));
