//! Remarks beside names, in documents that speak of their tasks in prose: `#14 (after #10)`, `#15 (Catalog) - requires #10`,
//! "After #6:" above a list of those that wait for it, "Requires Phase 2" below the one that waits.

use super::super::outline::Outline;
use super::names::Node;
use super::sentences::without_filling;
use super::{Reader, chain};
use crate::dialect::waiting::{Direction, first_phrase, is_denied};
use crate::markdown::BlockKind;
use crate::{Document, EdgeSource};

/// Bytes of a line that is read.
const LONGEST: usize = 1024;

/// Reads the remarks of all paragraphs and items.
pub(super) fn read(document: &Document, outline: &Outline, reader: &mut Reader<'_>) {
    let text = document.text();
    let mut open: Vec<Outer> = Vec::new();
    for (block, place) in document.markdown().blocks.iter().zip(&outline.places) {
        let (span, depth) = match &block.kind {
            BlockKind::Paragraph { text } => (text.clone(), None),
            BlockKind::Item(item) => (item.text.clone(), Some(item.depth)),
            _ => {
                open.clear();
                continue;
            }
        };
        if place.example || place.deferred {
            continue;
        }
        let mut at = span.start;
        for (index, line) in text[span].split_inclusive('\n').enumerate() {
            let start = at;
            at += line.len();
            let line = line.trim_end();
            if line.len() > LONGEST || chain(line).len() > 1 {
                continue;
            }
            reader.brackets(line, start);
            if let Some(depth) = depth.filter(|_| index == 0) {
                open.retain(|outer| outer.depth < depth);
                let outer = open.last().filter(|outer| outer.depth + 1 == depth);
                let own = reader.below(line, start, outer);
                open.push(Outer {
                    depth,
                    awaited: reader.awaited(line, start),
                    own,
                });
            }
        }
        if depth.is_none() {
            open.clear();
        }
    }
}

/// An item that is still open.
struct Outer {
    depth: usize,
    /// What it begins with.
    own: Node,
    /// What it says that those below it wait for.
    awaited: Node,
}

impl Reader<'_> {
    /// `#15, #18 (parallel, after #13)`, `#15 (Catalog) - requires #10`.
    fn brackets(&mut self, line: &str, base: usize) {
        let mut from = 0;
        while let Some(open) = line[from..].find('(').map(|at| from + at) {
            let Some(close) = line[open..].find(')').map(|at| open + at) else {
                return;
            };
            let own = self.names.trailing(&line[from..open], base + from);
            let inside = &line[open + 1..close];
            let behind = line[close + 1..].trim_start_matches([' ', '*', '-', '–', '—', ',', ':']);
            let behind_at = line.len() - behind.len();
            let behind = behind.split('(').next().unwrap_or_default();
            if !own.is_empty() {
                if let Some((phrase, end)) = self.needs(inside)
                    && !is_denied(&inside[..phrase])
                {
                    self.wait(&own, &inside[end..], base + open + 1 + end);
                } else if let Some((0, end)) = self.needs(behind) {
                    self.wait(&own, &behind[end..], base + behind_at + end);
                }
            }
            from = close + 1;
        }
    }

    /// Joins tasks with what they wait for, which a text begins with.
    fn wait(&mut self, own: &Node, text: &str, base: usize) {
        let object = without_filling(text);
        let first = self.names.leading(object, base + text.len() - object.len());
        self.join(&first, own, EdgeSource::List);
    }

    /// An item below another one: it waits for what that one says, or says what that one waits for. The answer is what
    /// it begins with.
    fn below(&mut self, line: &str, base: usize, outer: Option<&Outer>) -> Node {
        let bare = line.trim_start_matches(['*', '_', ' ']);
        let at = base + line.len() - bare.len();
        if let Some((0, end)) = self.needs(bare) {
            if let Some(outer) = outer.filter(|outer| outer.own.tasks.len() == 1) {
                self.wait(&outer.own, &bare[end..], at + end);
            }
            return Node::default();
        }
        let own = self.names.leading(line, base);
        if let Some(outer) = outer
            && !own.tasks.is_empty()
        {
            self.join(&outer.awaited, &own, EdgeSource::List);
        }
        own
    }

    /// "After #6 (Context): 3 tracks", "2 tracks after #13".
    fn awaited(&self, line: &str, base: usize) -> Node {
        let Some((phrase, end)) = self.needs(line) else {
            return Node::default();
        };
        let left = line[..phrase].trim_matches(['*', '_', ' ']);
        let object = without_filling(&line[end..]);
        let first = self.names.leading(object, base + line.len() - object.len());
        let last = first.spans().map(|span| span.end - base).max().unwrap_or(0);
        let ends = last > 0 && line[last..].trim_matches(['*', '.', ':', ' ']).is_empty();
        let names_none = self.names.all(left, base).tasks.is_empty();
        match left.is_empty() || ends && names_none && !is_denied(left) {
            true => first,
            false => Node::default(),
        }
    }

    /// Where a text says that something has to come first: where the phrase begins and ends.
    fn needs(&self, text: &str) -> Option<(usize, usize)> {
        let names = |piece: &str| !self.names.leading(without_filling(piece), 0).is_empty();
        let phrase = first_phrase(text, names)?;
        (phrase.direction == Direction::Needs).then_some((phrase.span.start, phrase.span.end))
    }
}
