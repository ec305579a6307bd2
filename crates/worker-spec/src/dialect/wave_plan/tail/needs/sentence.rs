//! Sentences below a task about what comes first.

use std::ops::Range;

use super::candidates;
use crate::dialect::asserted::word_that_takes_out;
use crate::dialect::waiting::{Strength, is_joint, says_no_more};
use crate::dialect::wave_plan::known_names::KnownNames;
use crate::dialect::wave_plan::numbered::{kind_of, numbered};

/// What a sentence below a task says about what comes first, when it says nothing but that: "Depends on Task 1", "This task is
/// blocked until Task 1 and Task 2 are complete". "After Task 1 the schema is fixed" says something else.
pub(in crate::dialect::wave_plan::tail) fn of_sentence(
    sentence: &str,
    known: &KnownNames,
) -> Option<Range<usize>> {
    candidates(sentence).into_iter().find_map(|candidate| {
        let subject = &sentence[..candidate.start];
        let mut words = subject.split(|c: char| !c.is_alphanumeric());
        if !words.all(|word| word.is_empty() || is_subject(word)) {
            return None;
        }
        let object = sentence[candidate.end..].trim_start_matches(['*', '_', ':', '：', ' ']);
        let from = sentence.len() - object.len();
        let names = |text: &str| {
            known
                .names_at_start(text)
                .max(numbers_at_start(text, known))
        };
        let mut covered = names(object);
        // "Task 1, not Task 2": what is taken out is for the reader of the names.
        while covered > 0
            && let Some(length) = word_that_takes_out(&object[covered..])
        {
            let behind = object[covered + length..].trim_start();
            match names(behind) {
                0 => break,
                more => covered = object.len() - behind.len() + more,
            }
        }
        let ends = candidate.strength == Strength::Order || says_no_more(&object[covered..]);
        (covered > 0 && ends).then(|| from..from + covered)
    })
}

/// How much of the start of a text is a kind and its numbers: `Tasks 1 and 2`.
fn numbers_at_start(text: &str, known: &KnownNames) -> usize {
    let mut end = 0;
    let mut is_list = true;
    numbered(text, known, None, |span, name| {
        let gap = text[end..span.start].trim_matches([' ', ',', '&', '+', '#']);
        is_list &= gap.is_empty() || is_joint(gap);
        if is_list && name.is_ok_and(|name| known.holds(&name)) {
            end = span.end;
        }
    });
    end
}

/// Words before a phrase that only point at the task itself.
fn is_subject(word: &str) -> bool {
    const WORDS: [&str; 40] = [
        "this",
        "it",
        "the",
        "we",
        "work",
        "can",
        "may",
        "must",
        "should",
        "shall",
        "will",
        "is",
        "be",
        "only",
        "start",
        "starts",
        "started",
        "begin",
        "begins",
        "run",
        "runs",
        "come",
        "comes",
        "done",
        "and",
        "also",
        "has",
        "to",
        "currently",
        "strictly",
        "directly",
        "here",
        "diese",
        "dieser",
        "kann",
        "ist",
        "cette",
        "esta",
        "este",
        "questo",
    ];
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) || kind_of(word).is_some()
}
