//! The lines of a section: bullets, bold lines, plain lines, cells.

use std::borrow::Cow;
use std::ops::Range;

use crate::markdown::BlockKind;
use crate::{Document, Item};

/// One line of a section.
#[derive(Clone, Debug)]
pub(super) struct Entry<'t> {
    pub(super) kind: EntryKind,
    /// The text without its bullet, its checkbox and its sign.
    pub(super) text: &'t str,
    /// Where the text is.
    pub(super) span: Range<usize>,
    /// Whether its checkbox is ticked.
    pub(super) done: bool,
    /// Whether a sign of prohibition (❌, 🚫) stands before it.
    pub(super) crossed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Item,
    Line,
    Heading,
    Cell,
}

impl Entry<'_> {
    pub(super) fn item(&self, document: &Document) -> Item {
        self.item_of(document, self.text)
    }

    pub(super) fn item_of<'t>(&self, document: &Document, text: impl Into<Cow<'t, str>>) -> Item {
        Item {
            text: document.with_line_feeds(text),
            done: self.done,
            location: document.location(self.span.clone()),
        }
    }
}

/// The lines of a range of blocks, in order. Code fences are passed over.
pub(super) fn entries(document: &Document, blocks: Range<usize>) -> Vec<Entry<'_>> {
    let mut entries = Vec::with_capacity(blocks.len() + 4);
    add_entries(document, blocks, &mut entries);
    entries
}

/// Adds the lines of a range of blocks to others.
pub(super) fn add_entries<'d>(
    document: &'d Document,
    blocks: Range<usize>,
    entries: &mut Vec<Entry<'d>>,
) {
    let text = document.text();
    let markdown = document.markdown();
    let mut add = |kind, span: Range<usize>, done| {
        let written = span.start;
        if let Some((body, span)) = without_sign(text, span) {
            let crossed = text[written..span.start].contains(['❌', '🚫', '✗', '✘']);
            entries.push(Entry {
                kind,
                text: body,
                span,
                done,
                crossed,
            });
        }
    };
    for block in &markdown.blocks[blocks] {
        match &block.kind {
            BlockKind::Item(item) => {
                let mut kind = EntryKind::Item;
                let mut done = item.checkbox == Some(true);
                // A line without indentation below a bullet is meant as a line of its own.
                for span in unindented_parts(text, item.text.clone()) {
                    add(kind, span, done);
                    (kind, done) = (EntryKind::Line, false);
                }
            }
            BlockKind::Paragraph { text: span } => {
                for line in lines(text, span.clone()) {
                    add(EntryKind::Line, line, false);
                }
            }
            BlockKind::Heading { text: span, .. } => add(EntryKind::Heading, span.clone(), false),
            BlockKind::Table(table) => {
                for row in markdown.rows(table).skip(1) {
                    for cell in row.cells {
                        add(EntryKind::Cell, cell.clone(), false);
                    }
                }
            }
            BlockKind::Fence(_) | BlockKind::Rule => {}
        }
    }
}

/// The lines of a span.
fn lines(text: &str, span: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = span.start;
    text[span].split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.len()
    })
}

/// A span cut before every line that begins at the margin.
fn unindented_parts(text: &str, span: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut next = Some(span.start);
    std::iter::from_fn(move || {
        let start = next.take()?;
        let body = &text[start..span.end];
        let cut = memchr::memchr_iter(b'\n', body.as_bytes())
            .map(|at| start + at + 1)
            .find(|&at| at < span.end && !text[at..].starts_with([' ', '\t', '\n', '\r']));
        next = cut;
        Some(start..cut.map_or(span.end, |at| at - 1))
    })
}

/// A text without surrounding space and without a leading sign (✅, ❌, …); `None` when nothing is left.
fn without_sign(text: &str, span: Range<usize>) -> Option<(&str, Range<usize>)> {
    let whole = &text[span.clone()];
    let sign = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '✅' | '✔'
                    | '✓'
                    | '☑'
                    | '☐'
                    | '❌'
                    | '✗'
                    | '✘'
                    | '⬜'
                    | '🔲'
                    | '🚫'
                    | '⚠'
                    | '•'
                    | '\u{fe0f}'
            )
    };
    let body = match whole.as_bytes() {
        [first, ..] if first.is_ascii_graphic() => whole,
        _ => whole.trim_start_matches(sign),
    };
    let start = span.end - body.len();
    let body = body.trim_end();
    (!body.is_empty()).then(|| (body, start..start + body.len()))
}
