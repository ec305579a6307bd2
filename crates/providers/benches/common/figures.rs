//! Times of several ways of doing the same, taken in turns so that a busy machine slows all of them.

use std::io::Write;
use std::time::Duration;

/// Prints the median and the quartiles of each, and gives the medians.
pub(crate) fn report(unit: &str, ways: &mut [(&str, Vec<Duration>)]) -> Vec<Duration> {
    let mut out = std::io::stdout().lock();
    let mut medians = Vec::new();
    for (name, times) in ways {
        times.sort();
        let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1e6;
        let _ = writeln!(
            out,
            "{name:28} {:8.3} µs {unit} (quartiles {:.3}, {:.3})",
            at(50),
            at(25),
            at(75)
        );
        medians.push(times[times.len() / 2]);
    }
    medians
}

/// How much more the one took than the other in each round, in microseconds.
#[allow(dead_code)]
pub(crate) fn differences(more: &[Duration], less: &[Duration]) -> Vec<f64> {
    let pairs = more.iter().zip(less);
    pairs
        .map(|(more, less)| (more.as_secs_f64() - less.as_secs_f64()) * 1e6)
        .collect()
}

/// Prints the median and the quartiles of each, and gives the medians; less than nothing counts as nothing.
#[allow(dead_code)]
pub(crate) fn report_differences<'a, const N: usize>(
    unit: &str,
    ways: &mut [(&'a str, Vec<f64>); N],
) -> [(&'a str, Duration); N] {
    let mut out = std::io::stdout().lock();
    ways.each_mut().map(|(name, times)| {
        times.sort_by(f64::total_cmp);
        let at = |part: usize| times[times.len() * part / 100];
        let _ = writeln!(
            out,
            "{name:32} {:+8.3} µs {unit} (quartiles {:+.3}, {:+.3})",
            at(50),
            at(25),
            at(75)
        );
        (*name, Duration::from_secs_f64(at(50).max(0.0) / 1e6))
    })
}

/// Whether the program was told to hold the figures against their bounds, and one is beyond its own.
pub(crate) fn beyond(bounds: &[(&str, Duration, Duration)]) -> bool {
    let checks = std::env::args().any(|arg| arg == "--check");
    let mut out = std::io::stdout().lock();
    let mut any = false;
    for (what, figure, most) in bounds {
        let _ = writeln!(out, "{what}: {:.3} µs", figure.as_secs_f64() * 1e6);
        if figure > most {
            let _ = writeln!(out, "more than {most:?}");
            any = true;
        }
    }
    checks && any
}
