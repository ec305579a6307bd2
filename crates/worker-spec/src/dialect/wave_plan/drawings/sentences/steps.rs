//! Steps in the order of the text: "T1 and T2 in parallel, then T3. T4 last."

use std::ops::Range;

use super::super::Reader;
use super::super::names::Node;
use crate::EdgeSource;
use crate::dialect::waiting::in_lower_case;

/// Words that stand between one step and the next: "T1 and T2 in parallel, then T3".
const THEN: [&str; 11] = [
    ", and then ",
    ", then ",
    " and then ",
    " then ",
    ", followed by ",
    " followed by ",
    ", dann ",
    ", puis ",
    ", luego ",
    "，然后",
    ", затем ",
];

/// Words at the start of a sentence that goes on where the one before it ends.
const OPENING: [&str; 14] = [
    "after that",
    "afterwards",
    "then",
    "next",
    "finally",
    "lastly",
    "dann",
    "danach",
    "zuletzt",
    "puis",
    "ensuite",
    "luego",
    "después",
    "затем",
];

/// Words at the end of a sentence about what comes last.
const AT_LAST: [&str; 6] = [
    " last",
    " at the end",
    " zuletzt",
    " en dernier",
    " al final",
    " last of all",
];

/// The parts of a text in lower case between words such as "then".
fn parts(lower: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some((at, length)) = THEN
        .iter()
        .filter_map(|then| Some((start + lower[start..].find(then)?, then.len())))
        .min_by_key(|(at, length)| (*at, usize::MAX - length))
    {
        parts.push(start..at);
        start = at + length;
    }
    parts.push(start..lower.len());
    parts
}

impl Reader<'_> {
    /// "T1 and T2 in parallel, then T3. Then T4": every part is nothing but names, and comes before the next one. `before` is
    /// what the sentence before this one ends with, and the answer what this one ends with.
    pub(super) fn steps(
        &mut self,
        sentence: &str,
        base: usize,
        before: Option<Node>,
    ) -> Option<Node> {
        let lower = in_lower_case(sentence);
        let opening = OPENING.iter().find(|word| {
            let rest = lower.trim_start().strip_prefix(**word);
            rest.is_some_and(|rest| rest.starts_with([' ', ',']))
        });
        let start =
            sentence.len() - sentence.trim_start().len() + opening.map_or(0, |word| word.len());
        let is_last = AT_LAST.iter().any(|end| lower.trim_end().ends_with(end));
        let mut nodes: Vec<Node> = before
            .filter(|_| opening.is_some() || is_last)
            .into_iter()
            .collect();
        for part in parts(&lower[start..]) {
            let part = start + part.start..start + part.end;
            nodes.push(self.only_names(&sentence[part.clone()], base + part.start)?);
        }
        for pair in nodes.windows(2) {
            self.join(&pair[0], &pair[1], EdgeSource::List);
        }
        nodes.pop()
    }
}
