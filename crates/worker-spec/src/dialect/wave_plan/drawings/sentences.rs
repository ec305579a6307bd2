//! Sentences that state an order: "KIT-09 also needs KIT-06", "Batch 4 depends on Batch 2 and Batch 3".
//!
//! A sentence counts when nothing stands before its phrase of order but names and words that change nothing, and names stand
//! behind it: "T3 needs T2 for the walls", "Once T2 is done, T3 can start". "If T3 needs T2" and "the panel that T3 needs" state
//! nothing.

mod filling;
mod inverted;
mod listed;
mod steps;
mod unread;

use std::ops::Range;

use super::super::outline::{Outline, heading};
use super::names::Node;
use super::{Reader, chain};
use crate::dialect::asserted::{Asserted, asserted};
use crate::dialect::order_headings::{OfOrder, of_order};
use crate::dialect::waiting::{Direction, may_state_nothing, statements};
use crate::markdown::BlockKind;
use crate::{Document, EdgeSource};

pub(super) use self::filling::without_filling;

use self::filling::{is_filling, is_word_of_filling};
use self::listed::{NumberedSteps, is_numbered};

/// Bytes of a sentence that is read.
const LONGEST: usize = 1024;

/// Reads the sentences of paragraphs and items.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    blocks: &[usize],
    reader: &mut Reader<'_>,
) {
    let text = document.text();
    let mut listed = NumberedSteps::default();
    let mut section = None;
    let mut said = OfOrder::default();
    for &at in blocks {
        let place = &outline.places[at];
        let block = &document.markdown().blocks[at];
        let (span, depth) = match &block.kind {
            BlockKind::Paragraph { text } => (text.clone(), None),
            BlockKind::Item(item) => (item.text.clone(), Some(item.depth)),
            _ => continue,
        };
        if place.example || place.deferred {
            continue;
        }
        let heading = heading(document, *place);
        if section != Some(place.heading) {
            section = Some(place.heading);
            said = of_order(heading);
        }
        if matches!(block.kind, BlockKind::Item(_))
            && said.tells_dependencies()
            && reader.entry(&text[span.clone()], span.start)
        {
            continue;
        }
        let is_step = said.is_sequence() && is_numbered(&text[block.span.start..span.start]);
        match depth.filter(|_| is_step && !listed.is_inside(at, depth)) {
            Some(depth) => listed.take(reader, (at, depth), &text[span.clone()], span.start),
            None if depth.is_some() || !starts_line(text, block.span.start) => {
                listed.pass(at, depth);
            }
            None => {}
        }
        let mut before = None;
        if reader.is_full() {
            break;
        }
        for sentence in sentences(&text[span.clone()]) {
            let asks = text[span.start + sentence.end..].starts_with(['?', '？']);
            let at = span.start + sentence.start;
            let sentence = &text[at..span.start + sentence.end];
            if sentence.len() > LONGEST || asks || may_state_nothing(sentence) {
                before = None;
            } else if chain(sentence).len() == 1 {
                let edges = reader.edges;
                reader.sentence(sentence, at);
                if reader.edges == edges {
                    reader.inverted(sentence, at);
                }
                before = reader.steps(sentence, at, before);
                let should = said.is_sequence() || said.tells_dependencies();
                if should && before.is_none() && reader.edges == edges {
                    reader.leave_unread(sentence, at);
                }
            }
        }
    }
    listed.end(reader);
}

/// Whether a place is the first one of its line, as that of a paragraph in an item is not.
fn starts_line(text: &str, at: usize) -> bool {
    at == 0 || text[..at].ends_with('\n')
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
    /// What a text names that says nothing else.
    fn only_names(&self, text: &str, base: usize) -> Option<Node> {
        let node = self.names.all(text, base);
        (!node.is_empty() && is_filling(text, base, &node)).then_some(node)
    }

    fn sentence(&mut self, sentence: &str, base: usize) {
        let known = self.names;
        let numbers = |text: &str, base| known.numbers_among(text, base, is_word_of_filling);
        let names = |piece: &str| !known.all(piece, 0).is_empty() || !numbers(piece, 0).is_empty();
        let mut subject = Node::default();
        for statement in statements(sentence, &names) {
            if let Some(place) = statement.subject {
                let text = &sentence[place.clone()];
                subject = known.all(text, base + place.start);
                if subject.is_empty() {
                    subject = numbers(text, base + place.start);
                }
                if !statement.is_denied && !is_filling(text, base + place.start, &subject) {
                    return;
                }
            }
            let object = &sentence[statement.object.clone()];
            let from = statement.object.end - without_filling(object).len();
            let object = &sentence[from..statement.object.end];
            let mut other = known.leading(object, base + from);
            if other.is_empty() {
                other = numbers(object, base + from);
            }
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
