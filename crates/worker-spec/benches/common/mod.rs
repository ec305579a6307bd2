//! What the benches share: the documents that they read, and the pass that they are measured against.

#![allow(dead_code, reason = "each bench uses a part")]

use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser};
use wavecrew_worker_spec::Document;

pub(crate) mod clock;

/// A name and a text.
pub(crate) type Text = (String, String);

/// The 226 worker specs of the shared folder, or, without it, the demo of this repository as often as makes 224.
pub(crate) fn specs() -> Vec<Text> {
    match std::env::var_os("WAVECREW_SHARED") {
        Some(shared) => texts_in(&Path::new(&shared).join("wingman-workers")),
        None => copies_of_the_demo(16),
    }
}

fn texts_in(folder: &Path) -> Vec<Text> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("WORKER_") && name.ends_with(".md")
        })
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a text");
            (name.into_owned(), text)
        })
        .collect()
}

/// The demo, each copy with ids of its own.
fn copies_of_the_demo(copies: usize) -> Vec<Text> {
    let demo =
        texts_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/plans/harbour"));
    (1..=copies)
        .flat_map(|copy| {
            demo.iter().map(move |(name, text)| {
                let text = text.replace("WORKER_", &format!("WORKER_{copy}"));
                (name.replace("WORKER_", &format!("WORKER_{copy}")), text)
            })
        })
        .collect()
}

/// Fresh documents: nothing of them has been looked at.
pub(crate) fn documents(texts: &[Text]) -> Vec<Document> {
    texts
        .iter()
        .map(|(name, text)| Document::new(name.as_str(), text.as_str()))
        .collect()
}

/// One bare pass of pulldown-cmark over a text, with places and with the options that the crate uses. Events are
/// dropped as they come.
pub(crate) fn bare(text: &str) -> usize {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options)
        .into_offset_iter()
        .map(|(event, span)| {
            std::hint::black_box(event);
            span.len()
        })
        .fold(0, usize::wrapping_add)
}
