//! What a document says about itself: counts, durations, the critical path, speed-up, cost.

mod each;
mod labels;
mod phrases;

use std::ops::Range;
use std::time::Duration;

use super::cells::plain;
use super::group_heading::stated_tasks;
use super::outline::{Outline, Place};
use crate::duration::parse_duration;
use crate::label::split_label;
use crate::markdown::{BlockKind, CodeFence, Table};
use crate::{Document, Statement, Subject};

use each::{Each, each};
use labels::{is_chain, subject_of_column, subject_of_heading, subject_of_label};
use phrases::{counts, is_about_a_part, manners, speedup};

/// The statements of a document, and what they say about the duration of each task.
#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) statements: Vec<Statement>,
    each: Vec<Each>,
}

impl Statements {
    /// The duration that the document gives to each of its tasks: one said of all of them, or of as many as there
    /// are.
    pub(super) fn estimate_of_each(&self, tasks: usize) -> Option<Duration> {
        let fits = |each: &&Each| each.count.is_none_or(|count| count == tasks);
        self.each.iter().find(fits).map(|each| each.duration)
    }
}

/// Reads the statements of a document in the order of the text.
pub(super) fn read(document: &Document, outline: &Outline) -> Statements {
    let mut reader = Reader {
        document,
        outline,
        found: Statements::default(),
    };
    let blocks = &document.markdown().blocks;
    for (block, place) in blocks.iter().zip(&outline.places) {
        if place.example || place.deferred {
            continue;
        }
        match &block.kind {
            BlockKind::Heading { text, .. } => reader.heading(text.clone(), *place),
            BlockKind::Paragraph { text } => reader.lines(text.clone(), *place),
            BlockKind::Item(item) => reader.lines(item.text.clone(), *place),
            BlockKind::Table(table) => reader.table(table, *place),
            BlockKind::Fence(fence) => reader.fence(fence, *place),
            BlockKind::Rule => {}
        }
    }
    reader.found
}

struct Reader<'d> {
    document: &'d Document,
    outline: &'d Outline,
    found: Statements,
}

impl<'d> Reader<'d> {
    fn text(&self, span: &Range<usize>) -> &'d str {
        &self.document.text()[span.clone()]
    }

    fn push(&mut self, subject: Subject, span: Range<usize>, place: Place) {
        let value = plain(self.text(&span)).into_owned();
        if value.is_empty() {
            return;
        }
        self.found.statements.push(Statement {
            subject,
            value,
            group: self.outline.group_id(place).map(str::to_owned),
            location: self.document.location(span),
        });
    }

    /// The heading of a group, if it stands here.
    fn group_at(&self, start: usize, place: Place) -> bool {
        place
            .group
            .is_some_and(|group| self.outline.groups[group].span.start == start)
    }

    /// "Parallel (new way): 1.5 hours", "Task inventory: 66 pending tasks", "Batch 1 (45 workers, 15 min)".
    fn heading(&mut self, span: Range<usize>, place: Place) {
        if self.group_at(span.start, place) {
            self.group_heading(span, place);
            return;
        }
        let text = self.text(&span);
        if let Some((label, value)) = split_label(text)
            && let Some(subject) = subject_of_heading(label, value)
        {
            self.push(subject, value_span(text, value, span.start), place);
        }
        self.phrases(span, place);
    }

    /// The remark of a group's heading states its number of tasks and its duration.
    fn group_heading(&mut self, span: Range<usize>, place: Place) {
        let text = self.text(&span);
        let Some((_, remark)) = text.rsplit_once(['(', '（']) else {
            return;
        };
        let ends = [',', ';', '|', ')', '）'];
        let mut start = span.start + text.len() - remark.len();
        for part in remark.split_inclusive(ends) {
            let bare = part
                .trim_end_matches(['*', '_', ' '])
                .trim_end_matches(ends);
            let at = trimmed(self.document.text(), start..start + bare.len());
            if stated_tasks(bare).is_some() {
                self.push(Subject::TaskCount, at, place);
            } else if parse_duration(bare.trim()).is_some() {
                self.push(Subject::TotalDuration, at, place);
            }
            start += part.len();
        }
    }

    fn lines(&mut self, span: Range<usize>, place: Place) {
        let mut start = span.start;
        for line in self.text(&span).split_inclusive('\n') {
            let at = trimmed(self.document.text(), start..start + line.len());
            start += line.len();
            self.line(at, place);
        }
    }

    fn line(&mut self, span: Range<usize>, place: Place) {
        if self.group_at(span.start, place) {
            self.group_heading(span, place);
            return;
        }
        let text = self.text(&span);
        // Within a group it would be about the tasks of that group alone.
        if place.group.is_none()
            && let Some((at, each)) = each(text)
        {
            let at = span.start + at.start..span.start + at.end;
            self.push(Subject::TaskDuration, at, place);
            self.found.each.push(each);
        }
        if let Some((label, value)) = split_label(without_italics(text)) {
            let subject =
                subject_of_label(label, value).or_else(|| self.scenario(label, value, place));
            if let Some(subject) = subject {
                self.push(subject, value_span(text, value, span.start), place);
                // "41 hours (parallelized) vs 65 hours (sequential)" goes on to state the work.
                if subject == Subject::TotalDuration {
                    self.work(span, place);
                }
                return;
            }
        }
        self.phrases(span, place);
    }

    /// "Optimistic: 5 days" under a heading about the total.
    fn scenario(&self, label: &str, value: &str, place: Place) -> Option<Subject> {
        let heading = self.heading_of(place).to_lowercase();
        let about_total = ["total", "timeline", "duration"]
            .iter()
            .any(|word| heading.contains(word));
        let is_scenario = matches!(
            label.to_lowercase().as_str(),
            "optimistic" | "realistic" | "pessimistic" | "best case" | "worst case" | "expected"
        );
        (about_total && is_scenario && parse_duration(value).is_some())
            .then_some(Subject::TotalDuration)
    }

    fn heading_of(&self, place: Place) -> &'d str {
        let kind = place
            .heading
            .map(|index| &self.document.markdown().blocks[index].kind);
        match kind {
            Some(BlockKind::Heading { text, .. }) => self.text(text),
            _ => "",
        }
    }

    /// Phrases that mean something wherever they stand: "3-5x speedup", "all 225 workers", "5 parallel batches".
    fn phrases(&mut self, span: Range<usize>, place: Place) {
        let text = self.text(&span);
        let mut found = manners(text);
        found.extend(counts(text));
        if !is_about_a_part(text) {
            found.extend(speedup(text).map(|at| (Subject::Speedup, at)));
        }
        found.sort_by_key(|(_, at)| at.start);
        for (subject, at) in found {
            self.push(subject, span.start + at.start..span.start + at.end, place);
        }
    }

    fn work(&mut self, span: Range<usize>, place: Place) {
        for (subject, at) in manners(self.text(&span)) {
            if subject == Subject::Work {
                self.push(subject, span.start + at.start..span.start + at.end, place);
            }
        }
    }

    /// The total line of a table, and the rows of a table of measures.
    fn table(&mut self, table: &Table, place: Place) {
        let rows: Vec<_> = self.document.markdown().rows(table).collect();
        let Some((heading, rows)) = rows.split_first() else {
            return;
        };
        let first = heading.cells.first();
        let name = first.map(|cell| plain(self.text(cell)).to_lowercase());
        let of_measures = name.is_some_and(|name| MEASURES.contains(&name.as_str()));
        for row in rows {
            let [first, .., last] = row.cells else {
                continue;
            };
            let label = plain(self.text(first)).to_lowercase();
            if matches!(label.as_str(), "total" | "totals" | "sum" | "合計") {
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
    fn fence(&mut self, fence: &CodeFence, place: Place) {
        if !self.text(&fence.info).trim().is_empty() {
            return;
        }
        let about_path = self
            .heading_of(place)
            .to_lowercase()
            .contains("critical path");
        for piece in self.document.markdown().code_pieces(fence) {
            let mut start = piece.start;
            for line in self.text(piece).split_inclusive('\n') {
                let at = trimmed(self.document.text(), start..start + line.len());
                start += line.len();
                let text = self.text(&at);
                if text.contains(is_of_box) {
                    continue;
                }
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

/// A line without the mark that sets all of it in italics.
fn without_italics(text: &str) -> &str {
    let bare = text.trim_start_matches(['*', '_']);
    if text.len() - bare.len() == 1 {
        bare
    } else {
        text
    }
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = &text[span.clone()];
    let start = span.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

/// The place of a label's value, which goes on to the end of the text.
fn value_span(text: &str, value: &str, start: usize) -> Range<usize> {
    let from = start + text.len() - value.len();
    from..from + value.trim_end().len()
}
