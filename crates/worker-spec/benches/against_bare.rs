//! Reading worker specs, against one bare pass of pulldown-cmark over the same bytes.
//!
//! `cargo bench -p wavecrew-worker-spec --bench against_bare`
//!
//! Every round times all kinds, one right after the other, so that a busy machine slows all of them. A ratio is told by
//! the quickest rounds, and by the quartiles over all rounds. With `--only KIND [ROUNDS]` one kind runs alone, for a profiler.

use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

use wavecrew_worker_spec::{Document, Fragment, Parsed, parse, read};

mod common;

const ROUNDS: usize = 60;

/// The kinds, the reference first.
const KINDS: [&str; 4] = [
    "bare pass",
    "parse each",
    "parse and keep all",
    "read as one plan",
];

fn main() {
    let texts = common::specs();
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only");
    if arguments.next().is_some() {
        let kind = arguments.next().unwrap_or_default();
        let kind = KINDS.iter().position(|known| **known == kind);
        let rounds = arguments.next().and_then(|rounds| rounds.parse().ok());
        for _ in 0..rounds.unwrap_or(1) {
            run(kind.expect("a known kind"), &common::documents(&texts));
        }
        return;
    }
    let mut times: [Vec<Duration>; KINDS.len()] = Default::default();
    for _ in 0..ROUNDS {
        for (kind, times) in times.iter_mut().enumerate() {
            times.push(time(kind, &texts));
        }
    }
    report(&texts, &times);
}

/// How long one kind takes over all texts. What is read is dropped within that time, the texts are not.
fn time(kind: usize, texts: &[common::Text]) -> Duration {
    let documents = common::documents(texts);
    let start = common::clock::now();
    run(kind, &documents);
    common::clock::now() - start
}

fn run(kind: usize, documents: &[Document]) {
    match kind {
        0 => drop(black_box(bare(documents))),
        1 => documents
            .iter()
            .for_each(|document| drop(black_box(parse(document)))),
        2 => drop(black_box(parse_all(documents))),
        _ => drop(black_box(read(documents))),
    }
}

fn bare(documents: &[Document]) -> usize {
    documents
        .iter()
        .map(|document| common::bare(document.text()))
        .fold(0, usize::wrapping_add)
}

fn parse_all(documents: &[Document]) -> Vec<Parsed<Fragment>> {
    documents.iter().map(parse).collect()
}

fn report(texts: &[common::Text], times: &[Vec<Duration>; KINDS.len()]) {
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let mut out = std::io::stdout().lock();
    let mut line = |text: String| writeln!(out, "{text}").expect("stdout takes it");
    line(format!(
        "{} documents, {bytes} bytes, {ROUNDS} rounds",
        texts.len()
    ));
    for (kind, own) in KINDS.iter().zip(times) {
        let best = |times: &[Duration]| times.iter().min().map_or(0.0, Duration::as_secs_f64);
        let mut ratios: Vec<f64> = own
            .iter()
            .zip(&times[0])
            .map(|(own, bare)| own.as_secs_f64() / bare.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        line(format!(
            "{kind:<18} {:>7.3} ms   ratio {:.2} (quartiles {:.2} {:.2} {:.2})",
            best(own) * 1e3,
            best(own) / best(&times[0]),
            ratios[ratios.len() / 4],
            ratios[ratios.len() / 2],
            ratios[ratios.len() * 3 / 4],
        ));
    }
}
