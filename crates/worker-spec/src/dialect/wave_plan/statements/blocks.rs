//! Statements in tables and fences.

use super::super::cells::plain;
use super::super::figures::tables::{figures, is_total};
use super::super::outline::Place;
use super::labels::{is_chain, subject_of_column, subject_of_label};
use super::path_chain::{Chain, chain};
use super::{Reader, trimmed, value_span};
use crate::Subject;
use crate::label::split_label;
use crate::markdown::{CodeFence, Table};

impl Reader<'_> {
    /// The total line of a table, and the rows of a table of measures.
    pub(super) fn table(&mut self, table: &Table, place: Place) {
        let rows: Vec<_> = self.document.markdown().rows(table).collect();
        let Some((heading, rows)) = rows.split_first() else {
            return;
        };
        let first = heading.cells.first();
        let name = first.map(|cell| plain(self.text(cell)).to_lowercase());
        if let Some(mut figures) = figures(self.document, table) {
            figures.stated = self.stated_above();
            self.found.figures.tables.push(figures);
        }
        let of_measures = name.is_some_and(|name| MEASURES.contains(&name.as_str()));
        for row in rows {
            let [first, .., last] = row.cells else {
                continue;
            };
            let label = plain(self.text(first)).to_lowercase();
            for cell in row.cells {
                self.limits(self.text(cell), cell.start, place);
            }
            if is_total(&label) {
                for (name, cell) in heading.cells.iter().zip(row.cells).skip(1) {
                    if let Some(subject) = subject_of_column(self.text(name))
                        && self.text(cell).contains(|c: char| c.is_ascii_digit())
                    {
                        self.push(subject, cell.clone(), place);
                    }
                }
            } else if of_measures && let Some(subject) = subject_of_label(&label, self.text(last)) {
                self.push(subject, last.clone(), place);
            }
        }
    }

    /// Labelled lines of a fence without a language, and a chain of names under a heading about the critical path.
    pub(super) fn fence(&mut self, fence: &CodeFence, place: Place) {
        if !self.text(&fence.info).trim().is_empty() {
            return;
        }
        let about_path = self
            .heading_of(place)
            .to_lowercase()
            .contains("critical path");
        let pieces = self.document.markdown().code_pieces(fence);
        if about_path
            && let (Some(first), Some(last)) = (pieces.first(), pieces.last())
            && let Some(Chain { names, span }) = chain(self.document.text(), first.start..last.end)
        {
            self.state(Subject::CriticalPath, span, None, place);
            if let Some(statement) = self.found.statements.last_mut() {
                statement.tasks = names;
            }
        }
        for piece in pieces {
            let mut start = piece.start;
            for line in self.text(piece).split_inclusive('\n') {
                let at = trimmed(self.document.text(), start..start + line.len());
                start += line.len();
                let text = self.text(&at);
                if text.contains(is_of_box) {
                    continue;
                }
                self.reckon(at.clone());
                if about_path && is_chain(text) {
                    self.push(Subject::CriticalPath, at, place);
                } else if let Some((label, value)) = split_label(text)
                    && let Some(subject) = subject_of_label(label, value)
                {
                    self.push(subject, value_span(text, value, at.start), place);
                }
            }
        }
    }
}

/// What the first column of a table of measures is called.
const MEASURES: [&str; 8] = [
    "",
    "metric",
    "measure",
    "aspect",
    "item",
    "parameter",
    "property",
    "key",
];

/// What boxes are drawn with, also when it was decoded wrongly.
fn is_of_box(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257F}' | 'â')
}
