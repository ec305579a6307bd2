//! Sentences whose names stand in another order than in "T4 needs T2": "Before T4, finish T2".

use super::super::Reader;
use super::filling::without_filling;
use crate::EdgeSource;
use crate::dialect::waiting::{Direction, in_lower_case};

/// A sentence whose names stand in another order than "T4 needs T2".
struct Inverted {
    opening: &'static str,
    between: &'static [&'static str],
    closing: &'static str,
    /// Whether the first name needs the second one, or comes before it.
    direction: Direction,
}

const fn inverted(
    opening: &'static str,
    between: &'static [&'static str],
    closing: &'static str,
    direction: Direction,
) -> Inverted {
    Inverted {
        opening,
        between,
        closing,
        direction,
    }
}

const UNTIL: &[&str] = &[" before ", " until ", " unless "];

const INVERTED: [Inverted; 9] = [
    inverted("before ", &[", "], "", Direction::Needs),
    inverted("after ", &[", "], "", Direction::Feeds),
    inverted("do not ", UNTIL, "", Direction::Needs),
    inverted("don't ", UNTIL, "", Direction::Needs),
    inverted("never ", UNTIL, "", Direction::Needs),
    inverted(
        "the dependencies of ",
        &[" are ", ": "],
        "",
        Direction::Needs,
    ),
    inverted(
        "the prerequisites of ",
        &[" are ", ": "],
        "",
        Direction::Needs,
    ),
    inverted(
        "the prerequisites for ",
        &[" are ", ": "],
        "",
        Direction::Needs,
    ),
    inverted("", &[" setzt ", " setzen "], " voraus", Direction::Needs),
];

impl Reader<'_> {
    /// "Before T4, finish T2", "Do not start T4 before T2", "The dependencies of T4 are T2 and T3", "T4 setzt T2 voraus".
    pub(super) fn inverted(&mut self, sentence: &str, base: usize) {
        let lower = in_lower_case(sentence);
        let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
        let bare = bare.trim_end_matches(['.', '!', ' ', '\n']);
        let start = bare.as_ptr() as usize - lower.as_ptr() as usize;
        for form in INVERTED {
            let Some(rest) = bare.strip_prefix(form.opening) else {
                continue;
            };
            let Some(rest) = rest.strip_suffix(form.closing) else {
                continue;
            };
            let from = start + form.opening.len();
            for mark in form.between {
                let Some(at) = rest.find(mark) else { continue };
                let (one, other) = (from..from + at, from + at + mark.len()..from + rest.len());
                // "After T1, T2" may be a list of what comes first.
                let behind = sentence[other.clone()].trim_start();
                if *mark == ", " && without_filling(behind).len() == behind.len() {
                    continue;
                }
                let one = self.only_names(&sentence[one.clone()], base + one.start);
                let other = self.only_names(&sentence[other.clone()], base + other.start);
                if let (Some(one), Some(other)) = (one, other) {
                    match form.direction {
                        Direction::Needs => self.join(&other, &one, EdgeSource::List),
                        Direction::Feeds => self.join(&one, &other, EdgeSource::List),
                    }
                    return;
                }
            }
        }
    }
}
