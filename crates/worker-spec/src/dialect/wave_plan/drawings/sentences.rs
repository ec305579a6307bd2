//! Sentences that state an order: "KIT-09 also needs KIT-06", "Batch 4 depends on Batch 2 and Batch 3".
//!
//! A sentence counts when it says nothing but that: it begins with names, goes on with a phrase of order, and names come
//! next. "If T3 needs T2" and "the panel that T3 needs" state nothing.

use std::ops::Range;

use super::super::numbered::kind_of;
use super::super::outline::Outline;
use super::names::Node;
use super::{Reader, chain};
use crate::dialect::lists::{Direction, is_denied, object_and_subject, relation};
use crate::markdown::BlockKind;
use crate::{Document, EdgeSource};

/// Bytes of a sentence that is read.
const LONGEST: usize = 1024;

/// Reads the sentences of all paragraphs and items.
pub(super) fn read(document: &Document, outline: &Outline, reader: &mut Reader<'_>) {
    let text = document.text();
    for (block, place) in document.markdown().blocks.iter().zip(&outline.places) {
        let span = match &block.kind {
            BlockKind::Paragraph { text } => text.clone(),
            BlockKind::Item(item) => item.text.clone(),
            _ => continue,
        };
        if place.example || place.deferred {
            continue;
        }
        for sentence in sentences(&text[span.clone()]) {
            let at = span.start + sentence.start;
            let sentence = &text[at..span.start + sentence.end];
            if sentence.len() <= LONGEST && chain(sentence).len() == 1 {
                reader.sentence(sentence, at);
            }
        }
    }
}

/// The sentences of a text: up to a full stop, a semicolon, or a line that begins anew.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let ends = match c {
            '.' | '!' | '?' => rest.is_empty() || rest.starts_with(char::is_whitespace),
            ';' | '。' | '；' => true,
            _ => false,
        };
        if ends {
            found.push(start..at);
            start = at + c.len_utf8();
        }
    }
    found.push(start..text.len());
    found.retain(|sentence| !text[sentence.clone()].trim().is_empty());
    found
}

impl Reader<'_> {
    fn sentence(&mut self, sentence: &str, base: usize) {
        let Some((direction, phrase)) = relation(sentence) else {
            return;
        };
        let left = &sentence[..phrase.start];
        if is_denied(left) {
            return;
        }
        let names = |piece: &str| !self.names.all(piece, 0).is_empty();
        if let Some((object, subject)) = object_and_subject(sentence, &phrase, names) {
            let object =
                object.start + without_filling_length(&sentence[object.clone()])..object.end;
            let subject =
                subject.start + without_filling_length(&sentence[subject.clone()])..subject.end;
            let other = self
                .names
                .leading(&sentence[object.clone()], base + object.start);
            let own = self
                .names
                .leading(&sentence[subject.clone()], base + subject.start);
            self.joined(direction, &own, &other);
            return;
        }
        let own = self.names.all(left, base);
        if own.is_empty() || !is_filling(left, base, &own) {
            return;
        }
        let right = &sentence[phrase.end..];
        let skipped = right.len() - without_filling(right).len();
        let from = phrase.end + skipped;
        let other = self.names.leading(&sentence[from..], base + from);
        if other.is_empty() {
            return;
        }
        self.joined(direction, &own, &other);
    }

    fn joined(&mut self, direction: Direction, own: &Node, other: &Node) {
        match direction {
            Direction::Needs => self.join(other, own, EdgeSource::List),
            Direction::Feeds => self.join(own, other, EdgeSource::List),
        }
    }
}

/// How long the words are at the start of a text that change nothing.
fn without_filling_length(text: &str) -> usize {
    text.len() - without_filling(text).len()
}

/// Words around names that change nothing.
fn is_word_of_filling(word: &str) -> bool {
    const WORDS: [&str; 42] = [
        "also",
        "and",
        "the",
        "both",
        "all",
        "of",
        "only",
        "must",
        "can",
        "may",
        "should",
        "then",
        "is",
        "are",
        "be",
        "start",
        "starts",
        "run",
        "runs",
        "come",
        "comes",
        "itself",
        "work",
        "completion",
        "finished",
        "done",
        "complete",
        "completed",
        "ready",
        "merged",
        "delivered",
        "over",
        "has",
        "have",
        "had",
        "to",
        "been",
        "will",
        "cannot",
        "needs",
        "currently",
        "always",
    ];
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) || kind_of(word).is_some()
}

/// Whether a text is nothing but the names in it and words that change nothing.
fn is_filling(text: &str, base: usize, names: &Node) -> bool {
    let mut rest = text.to_owned();
    for span in names.spans() {
        // The same place may name several: a range.
        let blank = " ".repeat(span.len());
        rest.replace_range(span.start - base..span.end - base, &blank);
    }
    rest.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || is_word_of_filling(word))
}

/// A text without words at its start that change nothing.
pub(super) fn without_filling(text: &str) -> &str {
    let mut text = text.trim_start_matches([' ', ':', '*', '_', '\n']);
    loop {
        let end = text
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(text.len());
        // "Task 4" is a name.
        if end == 0 || !is_word_of_filling(&text[..end]) || kind_of(&text[..end]).is_some() {
            return text;
        }
        text = text[end..].trim_start();
    }
}
