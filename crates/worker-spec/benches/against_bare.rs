//! Reading worker specs, against one bare pass of pulldown-cmark over the same bytes.
//!
//! `cargo bench -p wavecrew-worker-spec --bench against_bare [-- --check]`
//!
//! Every round times a bare pass right before each way of reading, so that a busy machine slows both, on a clock that stands
//! still while other programs run. A ratio is told by the quickest of each, and by the quartiles over all pairs. With
//! `--check` more than 2.0 for specs parsed one by one fails. With `--only NAME [ROUNDS]` one runs alone, for a profiler.

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use common::Text;
use wavecrew_worker_spec::{Document, parse, read};

mod common;

const ROUNDS: usize = 100;
const MOST_RATIO: f64 = 2.0;

const BARE: Way = Way {
    name: "bare pass",
    run: |texts, _| {
        for (_, text) in texts {
            black_box(common::bare(text));
        }
    },
};

/// The ways of reading. The first one is held to the bound.
const WAYS: [Way; 4] = [
    // A document is made, which copies its text, and dropped with all that was read, before the next one.
    Way {
        name: "one by one",
        run: |texts, _| {
            for (name, text) in texts {
                drop(black_box(parse(&Document::new(
                    name.as_str(),
                    text.as_str(),
                ))));
            }
        },
    },
    // The documents are there before and stay, and with them their structure.
    Way {
        name: "parse each",
        run: |_, documents| {
            for document in documents {
                drop(black_box(parse(document)));
            }
        },
    },
    Way {
        name: "parse and keep all",
        run: |_, documents| {
            let parsed: Vec<_> = documents.iter().map(parse).collect();
            drop(black_box(parsed));
        },
    },
    Way {
        name: "read as one plan",
        run: |_, documents| drop(black_box(read(documents))),
    },
];

struct Way {
    name: &'static str,
    run: fn(&[Text], &[Document]),
}

impl Way {
    /// How long it takes over all texts. What is read is dropped within that time, the documents are not.
    fn time(&self, texts: &[Text]) -> Duration {
        let documents = common::documents(texts);
        let start = common::clock::now();
        (self.run)(texts, &documents);
        common::clock::now() - start
    }
}

fn main() -> ExitCode {
    let texts = common::specs();
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--only") {
        let name = arguments.get(at + 1).expect("a name");
        let way = WAYS.iter().chain([&BARE]).find(|way| way.name == name);
        let rounds = arguments.get(at + 2).and_then(|rounds| rounds.parse().ok());
        for _ in 0..rounds.unwrap_or(1) {
            (way.expect("a known name").run)(&texts, &common::documents(&texts));
        }
        return ExitCode::SUCCESS;
    }
    let mut pairs: [Vec<Pair>; WAYS.len()] = Default::default();
    for _ in 0..ROUNDS {
        for (way, pairs) in WAYS.iter().zip(&mut pairs) {
            pairs.push(Pair {
                bare: BARE.time(&texts),
                own: way.time(&texts),
            });
        }
    }
    report(&texts, &pairs);
    let check = arguments.iter().any(|argument| argument == "--check");
    if check && ratio_of_best(&pairs[0]) > MOST_RATIO {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// One after the other.
struct Pair {
    bare: Duration,
    own: Duration,
}

fn ratio_of_best(pairs: &[Pair]) -> f64 {
    best(pairs, |pair| pair.own) / best(pairs, |pair| pair.bare)
}

fn best(pairs: &[Pair], of: impl Fn(&Pair) -> Duration) -> f64 {
    pairs
        .iter()
        .map(|pair| of(pair).as_secs_f64())
        .fold(f64::INFINITY, f64::min)
}

fn report(texts: &[Text], pairs: &[Vec<Pair>; WAYS.len()]) {
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let mut out = std::io::stdout().lock();
    let mut line = |text: String| writeln!(out, "{text}").expect("stdout takes it");
    line(format!(
        "{} documents, {bytes} bytes, {ROUNDS} pairs of each",
        texts.len()
    ));
    for (way, pairs) in WAYS.iter().zip(pairs) {
        let mut ratios: Vec<f64> = pairs
            .iter()
            .map(|pair| pair.own.as_secs_f64() / pair.bare.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        line(format!(
            "{:<18} {:>7.3} ms   bare pass {:>7.3} ms   ratio {:.2} (quartiles {:.2} {:.2} {:.2})",
            way.name,
            best(pairs, |pair| pair.own) * 1e3,
            best(pairs, |pair| pair.bare) * 1e3,
            ratio_of_best(pairs),
            ratios[ratios.len() / 4],
            ratios[ratios.len() / 2],
            ratios[ratios.len() * 3 / 4],
        ));
    }
}
