//! Words around names and phrases.

use std::ops::Range;

use super::super::is_negator;

/// Whether a phrase says when something happens, not what happens: "after T1", and no "needs T1".
pub(in crate::dialect::waiting) fn is_adverb(phrase: &str) -> bool {
    const ADVERBS: [&str; 41] = [
        "till",
        "unless",
        "bis",
        "hasta",
        "quand",
        "after",
        "before",
        "once",
        "when",
        "as soon as",
        "following",
        "until",
        "nach",
        "nachdem",
        "sobald",
        "erst nach",
        "vor",
        "bevor",
        "wenn",
        "después",
        "después de",
        "tras",
        "una vez",
        "antes de",
        "cuando",
        "après",
        "une fois",
        "dès que",
        "avant",
        "lorsque",
        "depois de",
        "após",
        "quando",
        "dopo",
        "una volta",
        "prima di",
        "na",
        "voor",
        "после",
        "перед",
        "когда",
    ];
    ADVERBS.contains(&phrase)
}

/// Words between a name and its phrase.
pub(in crate::dialect) fn is_auxiliary(word: &str) -> bool {
    const WORDS: [&str; 58] = [
        "also",
        "only",
        "must",
        "can",
        "may",
        "should",
        "shall",
        "will",
        "could",
        "then",
        "is",
        "are",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "to",
        "does",
        "do",
        "not",
        "cannot",
        "start",
        "starts",
        "started",
        "begin",
        "begins",
        "run",
        "runs",
        "come",
        "comes",
        "itself",
        "work",
        "finished",
        "done",
        "complete",
        "completed",
        "ready",
        "merged",
        "delivered",
        "over",
        "both",
        "all",
        "each",
        "still",
        "always",
        "land",
        "happen",
        "kann",
        "muss",
        "erst",
        "auch",
        "peut",
        "doit",
        "puede",
        "debe",
        "может",
    ];
    WORDS.contains(&word)
}

/// Whether a text ends with a word that points back at what it names: "T1, which".
pub(super) fn is_relative(lower: &str) -> bool {
    ["which", "that", "which itself", "qui", "которая", "которые"]
        .iter()
        .any(|word| {
            lower
                .strip_suffix(word)
                .is_some_and(|head| head.ends_with([' ', ',']))
        })
}

/// What joins names to a list.
const JOINTS: [&str; 14] = [
    " and ", " & ", " und ", " et ", " y ", " e ", " ed ", " en ", " и ", " plus ", " sowie ",
    "和", "与", "と",
];

/// Whether a text joins names to a list.
pub(super) fn joints_list(text: &str) -> bool {
    JOINTS.iter().any(|joint| text.contains(joint))
}

/// The words and marks of a text that join names or clauses, in its order.
pub(super) fn joints(lower: &str) -> Vec<Range<usize>> {
    let marks = JOINTS.iter().chain(&[", ", "，"]);
    let mut found: Vec<Range<usize>> = marks
        .flat_map(|mark| lower.match_indices(*mark))
        .map(|(at, mark)| at..at + mark.len())
        .collect();
    found.sort_by_key(|joint| joint.start);
    found.truncate(MOST_JOINTS);
    found
}

/// More joints than a list in earnest has.
const MOST_JOINTS: usize = 32;

/// The last word of a text that joins names.
pub(super) fn last_joint(lower: &str) -> Option<(usize, usize)> {
    let found = JOINTS
        .iter()
        .filter_map(|joint| lower.rfind(joint).map(|at| (at, at + joint.len())));
    found.max()
}

/// Whether a text in lower case has a word that denies.
pub(super) fn has_negator(lower: &str) -> bool {
    let mut words = lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')));
    words.any(is_negator)
}

pub(super) fn first_word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    &text[..end]
}

pub(super) fn last_word(text: &str) -> &str {
    let start = text.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    &text[start..]
}

pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let bare = text[range.clone()].trim();
    let start = range.start + text[range].find(bare).unwrap_or(0);
    start..start + bare.len()
}
