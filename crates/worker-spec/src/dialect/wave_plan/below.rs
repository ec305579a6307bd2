//! Fields on the lines below the first line of an item.

use std::collections::HashMap;
use std::ops::Range;

use super::columns::Column;
use super::id_ranges::own_line;
use super::sections::Fields;
use crate::Document;
use crate::markdown::BlockKind;

/// The fields that stand below the first line of an item: `- depends on: A1`.
pub(super) struct Below {
    /// By where the text of the item begins.
    fields: HashMap<usize, Vec<(Column, Range<usize>)>>,
}

impl Below {
    pub(super) fn new(document: &Document) -> Below {
        let text = document.text();
        let mut below = Below {
            fields: HashMap::new(),
        };
        // The items that are open, by their depth.
        let mut open: Vec<usize> = Vec::new();
        for block in &document.markdown().blocks {
            match &block.kind {
                BlockKind::Item(item) => {
                    open.truncate(item.depth);
                    let mut lines = item.text.clone();
                    if let Some(outer) = open.last().filter(|_| item.depth == open.len()) {
                        below.read(text, lines.clone(), *outer);
                    }
                    lines.start = own_line(text, &item.text).end;
                    below.read(text, lines, item.text.start);
                    if item.depth == open.len() {
                        open.push(item.text.start);
                    }
                }
                BlockKind::Paragraph { text: span } => {
                    if let Some(outer) = open.last().filter(|_| text[..span.start].ends_with(' ')) {
                        below.read(text, span.clone(), *outer);
                    }
                }
                _ => open.clear(),
            }
        }
        below
    }

    fn read(&mut self, text: &str, span: Range<usize>, item: usize) {
        let mut fields = Fields::new(text);
        fields.lines(span);
        if !fields.found.is_empty() {
            self.fields.entry(item).or_default().extend(fields.found);
        }
    }

    /// The fields below the item whose text begins at `start`.
    pub(super) fn of(&self, start: usize) -> Vec<(Column, Range<usize>)> {
        self.fields.get(&start).cloned().unwrap_or_default()
    }

    pub(super) fn has_any(&self, start: usize) -> bool {
        self.fields.contains_key(&start)
    }
}
