//! How the time to read grows with the text, on the shapes that bring readers down.
//!
//! `cargo bench -p wavecrew-worker-spec --bench scaling [-- [--check] [--only NAME] [--largest BYTES]]`
//!
//! Each shape is read at sizes that double up to 10 MB, or as many bytes as told. Told are the time for the largest, the same for one bare pass of
//! pulldown-cmark, and the worst time(2n)/time(n) of both over the last three doublings. With `--check` a ratio above 2.3 fails.
//! Where the bare pass itself goes above 2.3 by as much or more, that is told instead: it is the machine's memory, or the pass that
//! every reader of Markdown begins with.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use wavecrew_worker_spec::{Document, read};

mod common;
mod shapes;

use shapes::{SHAPES, Shape};

const LARGEST: usize = 10_000_000;
/// How often the size doubles, and how many of these count: small sizes say more about the machine than the reader.
const DOUBLINGS: usize = 6;
const COUNTED: usize = 3;
const MOST_RATIO: f64 = 2.3;
/// How often a shape that looks bad is timed again.
const AGAIN: usize = 3;
/// A shape that takes longer is not doubled any more.
const ENOUGH: Duration = Duration::from_secs(8);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let only = after("--only");
    let largest = after("--largest").map_or(LARGEST, |bytes| bytes.parse().expect("a number"));
    let mut out = std::io::stdout().lock();
    let mut line = |text: String| writeln!(out, "{text}").expect("stdout takes it");
    line(format!(
        "{:<28} {:>9} {:>9} {:>7} {:>9} {:>7}",
        "shape", "bytes", "seconds", "ratio", "bare", "ratio"
    ));
    let mut failed = false;
    for shape in SHAPES {
        if only.is_some_and(|only| only != shape.name) {
            continue;
        }
        let ours = Growth::of(shape, largest, |documents| drop(read(documents)));
        let bare = Growth::of(shape, largest, |documents| {
            for document in documents {
                common::bare(document.text());
            }
        });
        let verdict = if ours.worst() <= MOST_RATIO && !ours.stopped() {
            ""
        } else if ours.worst() <= bare.worst() && !ours.stopped() {
            "  <- as the bare pass"
        } else {
            failed = true;
            "  <- too much"
        };
        line(format!(
            "{:<28} {:>9} {:>9.3} {:>7.2} {:>9.3} {:>7.2}{verdict}",
            shape.name,
            ours.bytes,
            ours.last().as_secs_f64(),
            ours.worst(),
            bare.last().as_secs_f64(),
            bare.worst(),
        ));
    }
    if check && failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// The times for sizes that double.
struct Growth {
    bytes: usize,
    times: Vec<Duration>,
}

impl Growth {
    fn of(shape: &Shape, largest: usize, run: impl Fn(&[Document])) -> Growth {
        let mut growth = Growth {
            bytes: 0,
            times: Vec::new(),
        };
        growth.time(shape, largest, &run);
        // A busy machine makes single times long, never short: what looks bad is looked at again.
        for _ in 0..AGAIN {
            if growth.worst() <= MOST_RATIO || growth.stopped() {
                break;
            }
            growth.time(shape, largest, &run);
        }
        growth
    }

    /// Takes the time of every size, if it is the best so far.
    fn time(&mut self, shape: &Shape, largest: usize, run: &impl Fn(&[Document])) {
        for (at, doubling) in (0..=DOUBLINGS).rev().enumerate() {
            let texts = (shape.texts)(largest >> doubling);
            self.bytes = texts.iter().map(|(_, text)| text.len()).sum();
            if self.times.len() == at {
                self.times.push(Duration::MAX);
            }
            for _ in 0..3 {
                let documents = common::documents(&texts);
                let start = common::clock::now();
                run(&documents);
                let best = &mut self.times[at];
                *best = (*best).min(common::clock::now() - start);
                if *best > ENOUGH {
                    return;
                }
            }
        }
    }

    fn last(&self) -> Duration {
        self.times.last().copied().unwrap_or_default()
    }

    fn stopped(&self) -> bool {
        self.last() > ENOUGH
    }

    fn worst(&self) -> f64 {
        let from = self.times.len().saturating_sub(COUNTED + 1);
        let ratios = self.times[from..]
            .windows(2)
            .map(|pair| pair[1].as_secs_f64() / pair[0].as_secs_f64());
        ratios.fold(0.0, f64::max)
    }
}
