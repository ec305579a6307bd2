//! How much memory reading worker specs takes at its peak, against one bare pass of pulldown-cmark over the same bytes.
//!
//! `cargo bench -p wavecrew-worker-spec --bench memory [-- --check]`
//!
//! Documents are read one by one, and what is read is dropped before the next; the texts count for both. With `--check` more than
//! 1.5 times the bare pass fails. Told too is what a whole plan of all the documents takes, which holds all that they say.

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;

use peak_alloc::PeakAlloc;
use wavecrew_worker_spec::{Document, parse, read};

mod common;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MOST_RATIO: f64 = 1.5;

fn main() -> ExitCode {
    let texts = common::specs();
    let each = |read: &dyn Fn(&Document)| {
        peak(|| {
            for (name, text) in &texts {
                read(&Document::new(name.as_str(), text.as_str()));
            }
        })
    };
    let bare = each(&|document| {
        black_box(common::bare(document.text()));
    });
    let ours = each(&|document| drop(black_box(parse(document))));
    let whole = peak(|| drop(black_box(read(&common::documents(&texts)))));
    let ratio = ours as f64 / bare as f64;
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} documents, {bytes} bytes\none by one: bare pass {bare} bytes, parse {ours} bytes, ratio {ratio:.2}\n\
         all as one plan, documents included: {whole} bytes",
        texts.len()
    )
    .expect("stdout takes it");
    let check = std::env::args().any(|argument| argument == "--check");
    if check && ratio > MOST_RATIO {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// The most that is taken at any time while something runs, beyond what is taken before.
fn peak(run: impl FnOnce()) -> usize {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    run();
    MEMORY.peak_usage() - before
}
