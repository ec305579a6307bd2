//! Phrases that say what waits for what: "depends on", "before", "hängt ab von", `依赖`.
//!
//! One vocabulary for lines of lists, remarks behind titles, cells, sentences and worker specs. Each phrase says which side waits,
//! and how much it says by itself. Every word of a document may be looked at, so phrases are found by their first byte.

mod denial;
mod in_titles;
mod statements;
mod words;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use crate::beginnings::Beginnings;

pub(super) use self::denial::{
    is_denied, is_denied_or_permitted, is_negator, may_chain_nothing, may_state_nothing,
};
pub(super) use self::in_titles::{
    begins_sentences, is_asked, is_common_elsewhere, is_condition, is_over, name_before,
    says_no_more, speaks_of_trouble, wants_names_alone,
};
pub(super) use self::statements::{is_auxiliary, statements};
pub(super) use self::words::{BEFORE_BEHIND, BEHIND};

/// Which side of a phrase comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// "depends on": what follows comes first.
    Needs,
    /// "blocks": what follows waits.
    Feeds,
}

/// How much a phrase says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// It is about order whatever it names.
    Order,
    /// It also says other things: what follows must be a name.
    Perhaps,
    /// A sign, with nothing but a space around it.
    Arrow,
}

/// A phrase about order at a place of a text.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub(super) span: Range<usize>,
    pub(super) direction: Direction,
    pub(super) strength: Strength,
}

/// A phrase of the vocabulary.
type Entry = (&'static str, Direction, Strength);

/// What the phrases and the labels begin with.
static BEGINNINGS: Beginnings = Beginnings::of(&[
    words::NEEDS,
    words::NEEDS_NAMES,
    words::NEEDS_LABELS,
    &words::ARROWS,
    &words::FEEDS,
    &words::FEEDS_NAMES,
]);

/// Whether a text in lower case may begin with a phrase.
pub(super) fn may_begin(lower: &str) -> bool {
    BEGINNINGS.may_be_of(lower.as_bytes()) || denial::may_begin(lower)
}

/// The vocabulary by first bytes.
static PHRASES: LazyLock<Vec<Vec<Entry>>> = LazyLock::new(|| {
    let lists: [(&[&'static str], Direction, Strength); 5] = [
        (words::NEEDS, Direction::Needs, Strength::Order),
        (words::NEEDS_NAMES, Direction::Needs, Strength::Perhaps),
        (&words::ARROWS, Direction::Needs, Strength::Arrow),
        (&words::FEEDS, Direction::Feeds, Strength::Order),
        (&words::FEEDS_NAMES, Direction::Feeds, Strength::Perhaps),
    ];
    let mut by_byte = vec![Vec::new(); 256];
    for (phrases, direction, strength) in lists {
        for phrase in phrases {
            by_byte[usize::from(phrase.as_bytes()[0])].push((*phrase, direction, strength));
        }
    }
    by_byte
});

/// Words that are about order where a colon follows, by first bytes.
static LABELS: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let mut by_byte = vec![Vec::new(); 256];
    for label in words::NEEDS_LABELS {
        by_byte[usize::from(label.as_bytes()[0])].push(*label);
    }
    by_byte
});

/// The length of a label with its colon: "deps:", "Dépendances :", `依存：`, `**Depends**:`.
fn label_length(label: &str, rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix(label)?;
    let mark = behind
        .char_indices()
        .take(MOST_BEFORE_COLON)
        .find(|(_, c)| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '*' | '_'));
    let (at, colon) = mark.filter(|(_, c)| matches!(c, ':' | '：'))?;
    Some(label.len() + at + colon.len_utf8())
}

/// More signs than stand between a label and its colon.
const MOST_BEFORE_COLON: usize = 5;

/// Whether a word does nothing but join names.
pub(super) fn is_joint(word: &str) -> bool {
    words::JOINTS.contains(&word) || words::UNSPACED_JOINTS.contains(&word)
}

/// The length of a word at the start of a text that joins what stands before it with what follows, with the space behind it.
pub(super) fn joint_length(text: &str) -> usize {
    let end = text.find(' ').unwrap_or(text.len());
    if words::JOINTS.contains(&&text[..end]) && end < text.len() {
        return end + 1;
    }
    let unspaced = words::UNSPACED_JOINTS.iter();
    let mut lengths = unspaced.filter_map(|joint| text.starts_with(joint).then_some(joint.len()));
    lengths.next().unwrap_or(0)
}

/// A text in lower case in which every character has its place.
pub(super) fn in_lower_case(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    let lower = |c: char| {
        let mut all = c.to_lowercase();
        match (all.next(), all.next()) {
            (Some(lower), None) if lower.len_utf8() == c.len_utf8() => lower,
            _ => c,
        }
    };
    Cow::Owned(text.chars().map(lower).collect())
}

/// The whole phrases that a text in lower case has at a place.
pub(super) fn phrases_at(lower: &str, at: usize) -> impl Iterator<Item = Phrase> + '_ {
    let rest = &lower[at..];
    let first = rest.as_bytes().first().copied().unwrap_or_default();
    let listed = PHRASES[usize::from(first)].iter();
    let listed = listed.filter(|(phrase, _, strength)| {
        second_is_alike(rest, phrase)
            && rest
                .strip_prefix(phrase)
                .is_some_and(|behind| is_whole(phrase, behind, *strength))
    });
    let listed = listed.map(move |&(phrase, direction, strength)| Phrase {
        span: at..at + phrase.len(),
        direction,
        strength,
    });
    let made = denial::holding_at(lower, at).map(|length| Phrase {
        span: at..at + length,
        direction: Direction::Needs,
        strength: Strength::Order,
    });
    let labels = LABELS[usize::from(first)].iter();
    let labels = labels.filter(|label| second_is_alike(rest, label));
    let labels = labels.filter_map(move |label| {
        let length = label_length(label, rest)?;
        Some(Phrase {
            span: at..at + length,
            direction: Direction::Needs,
            strength: Strength::Order,
        })
    });
    listed.chain(labels).chain(made)
}

/// Whether a text and a phrase with the same first byte have the same second one too, which tells most apart.
pub(super) fn second_is_alike(text: &str, phrase: &str) -> bool {
    phrase.len() == 1 || text.as_bytes().get(1) == phrase.as_bytes().get(1)
}

/// The longest phrase that a text in lower case has at a place.
pub(super) fn phrase_at(lower: &str, at: usize) -> Option<Phrase> {
    if !may_begin(&lower[at..]) {
        return None;
    }
    phrases_at(lower, at).max_by_key(|phrase| phrase.span.end)
}

/// All phrases of a text in lower case, in its order. Signs are none.
pub(super) fn phrases(lower: &str) -> Vec<Phrase> {
    let mut found: Vec<Phrase> = Vec::new();
    let mut end = 0;
    let mut last = None;
    for (at, c) in lower.char_indices() {
        let begins = last.is_none_or(|last: char| !last.is_alphanumeric() || is_unspaced(last));
        last = Some(c);
        if at < end || !(begins || is_unspaced(c)) || !may_begin(&lower[at..]) {
            continue;
        }
        let phrases = phrases_at(lower, at).filter(|phrase| phrase.strength != Strength::Arrow);
        if let Some(phrase) = phrases.max_by_key(|phrase| phrase.span.end) {
            end = phrase.span.end;
            found.push(phrase);
        }
    }
    found
}

/// Whether a text has any phrase about order.
pub(super) fn speaks_of_waiting(text: &str) -> bool {
    !phrases(&in_lower_case(text)).is_empty()
}

/// The first phrase of a text that is about order; of those that also say other things one before a name.
pub(super) fn first_phrase(text: &str, names: impl Fn(&str) -> bool) -> Option<Phrase> {
    let mut all = phrases(&in_lower_case(text)).into_iter();
    all.find(|phrase| phrase.strength == Strength::Order || names(&text[phrase.span.end..]))
}

/// Whether a phrase ends where a word ends.
fn is_whole(phrase: &str, behind: &str, strength: Strength) -> bool {
    phrase.ends_with([':', '：'])
        || strength == Strength::Arrow
        || phrase.ends_with(is_unspaced)
        || !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-')
}

/// Whether a letter belongs to a script that puts no spaces between words.
pub(super) fn is_unspaced(c: char) -> bool {
    u32::from(c) >= 0x2E80
}
