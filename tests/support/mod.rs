//! What the tests of the whole share.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod server;

use std::path::{Path, PathBuf};

/// A folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The graph of a plan that has no errors.
pub(crate) fn graph_of(paths: &[PathBuf]) -> wavecrew::PlanGraph {
    let documents = wavecrew::read_documents(paths).expect("the documents can be read");
    let parsed = wavecrew::worker_spec::read(&documents);
    assert!(!parsed.has_errors(), "{:#?}", parsed.diagnostics);
    wavecrew::graph(&parsed.value, wavecrew::GraphOptions::default()).expect("no cycle")
}

/// Every file below `root` but those of runs, with its content; sorted.
pub(crate) fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
            let path = entry.expect("an entry can be read").path();
            let name = path
                .strip_prefix(root)
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                if name != ".wavecrew" {
                    open.push(path);
                }
            } else {
                files.push((name, std::fs::read(path).expect("a file can be read")));
            }
        }
    }
    files.sort();
    files
}
