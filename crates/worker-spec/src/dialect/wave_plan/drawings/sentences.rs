//! Sentences that state an order: "KIT-09 also needs KIT-06", "Batch 4 depends on Batch 2 and Batch 3".
//!
//! A sentence counts when it says nothing but that: names, a phrase of order, and names ("T3 needs T2"), or a phrase, names, and
//! the names that it is about ("Once T2 is done, T3 can start"). "If T3 needs T2" and "the panel that T3 needs" state nothing.

use std::ops::Range;

use super::super::numbered::kind_of;
use super::super::outline::Outline;
use super::names::Node;
use super::{Reader, chain};
use crate::dialect::asserted::{Asserted, asserted};
use crate::dialect::waiting::{Direction, statements};
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
        let known = self.names;
        let names = |piece: &str| !known.all(piece, 0).is_empty();
        let mut subject = Node::default();
        for statement in statements(sentence, &names) {
            if let Some(place) = statement.subject {
                let text = &sentence[place.clone()];
                subject = self.names.all(text, base + place.start);
                if !statement.is_denied && !is_filling(text, base + place.start, &subject) {
                    return;
                }
            }
            let object = &sentence[statement.object.clone()];
            let from = statement.object.end - without_filling(object).len();
            let object = &sentence[from..statement.object.end];
            let other = self.names.leading(object, base + from);
            if statement.is_denied {
                continue;
            }
            if subject.is_empty() || other.is_empty() {
                return;
            }
            match statement.direction {
                Direction::Needs => self.join(&other, &subject, EdgeSource::List),
                Direction::Feeds => self.join(&subject, &other, EdgeSource::List),
            }
            let doubtful = statement.doubtful.or_else(|| {
                let doubtful = asserted(object, &[], names).doubtful?;
                Some(from + doubtful.start..from + doubtful.end)
            });
            if let Some(doubtful) = doubtful {
                let place = base + doubtful.start..base + doubtful.end;
                let complaint = Asserted::complaint(&sentence[doubtful]);
                let location = self.document.location(place);
                self.diagnostics.push(complaint.at(location));
            }
        }
    }
}

/// Words around names that change nothing.
fn is_word_of_filling(word: &str) -> bool {
    const WORDS: [&str; 79] = [
        "blocked",
        "waits",
        "wait",
        "und",
        "et",
        "y",
        "и",
        "dann",
        "可以",
        "开始",
        "可以开始",
        "才能开始",
        "即可开始",
        "を開始",
        "を開始する",
        "begin",
        "begins",
        "shall",
        "finish",
        "finishes",
        "kann",
        "können",
        "muss",
        "beginnen",
        "starten",
        "peut",
        "peuvent",
        "commencer",
        "démarrer",
        "puede",
        "pueden",
        "empezar",
        "comenzar",
        "pode",
        "começar",
        "может",
        "начать",
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
