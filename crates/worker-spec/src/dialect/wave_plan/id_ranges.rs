//! Lists of ids and ranges of ids: `- WORKER_001-018: Structure (18 workers)`.

use std::ops::Range;

use super::group_heading::{group_heading, stated_tasks};
use super::outline::{Outline, Place};
use crate::ids::{IdRange, find_ids};
use crate::markdown::{BlockKind, Item};
use crate::{Code, Diagnostic, Document, Fragment, Status, TaskMention, TaskMentionKind};

/// Whether a list of a group, or of what is put off, names ids.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    lists(document, outline).any(|line| line.ids().next().is_some())
}

/// Reads the lists of ids of all groups and of what is put off.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for line in lists(document, outline) {
        line.read(outline, fragment, diagnostics);
        if fragment.tasks.len() > super::MOST_MENTIONS {
            return;
        }
    }
}

/// A list item of a group.
struct Line<'d> {
    document: &'d Document,
    place: Place,
    span: Range<usize>,
    text: &'d str,
    checkbox: Option<bool>,
}

fn lists<'d>(document: &'d Document, outline: &'d Outline) -> impl Iterator<Item = Line<'d>> {
    let blocks = &document.markdown().blocks;
    blocks
        .iter()
        .zip(&outline.places)
        .filter_map(move |(block, place)| {
            let BlockKind::Item(Item { text, checkbox, .. }) = &block.kind else {
                return None;
            };
            if place.example || (place.group.is_none() && !place.deferred) {
                return None;
            }
            Some(Line {
                document,
                place: *place,
                span: own_line(document.text(), text),
                text: &document.text()[own_line(document.text(), text)],
                checkbox: *checkbox,
            })
        })
}

/// The first line of an item.
fn own_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}

impl<'d> Line<'d> {
    /// The ids that the line begins with: one or a list of them, before a colon or the end. An item that is itself
    /// the heading of a group (`Wave 1: T001, T002`) names them after its colon.
    fn ids(&self) -> impl Iterator<Item = IdRange<'d>> + use<'d> {
        let start = self.start();
        let text = &self.text[start..];
        let mut expected = 0;
        find_ids(text)
            .take_while(move |range| {
                let gap = &text[expected.min(range.start)..range.start];
                let continues = gap.chars().all(|c| {
                    matches!(
                        c,
                        ' ' | ',' | '&' | '+' | '`' | '*' | '[' | ']' | '\t' | '(' | '#'
                    )
                }) || matches!(gap.trim(), "and" | ", and");
                expected = range.end;
                continues
            })
            .map(move |range| IdRange {
                start: range.start + start,
                end: range.end + start,
                ..range
            })
    }

    fn start(&self) -> usize {
        if group_heading(self.text).is_none() {
            return 0;
        }
        self.text
            .find([':', '：'])
            .map_or(self.text.len(), |colon| {
                let rest = &self.text[colon..];
                let skipped = rest.trim_start_matches([':', '：', '*', '_', ' ']);
                self.text.len() - skipped.len()
            })
    }

    fn read(&self, outline: &Outline, fragment: &mut Fragment, diagnostics: &mut Vec<Diagnostic>) {
        let ranges: Vec<IdRange<'_>> = self.ids().collect();
        let Some(last) = ranges.last() else {
            return;
        };
        let title = title(&self.text[last.end..]);
        let mut count = 0;
        for range in &ranges {
            let span = self.span.start + range.start..self.span.start + range.end;
            if range.len().is_none() {
                let written = &self.text[range.span()];
                diagnostics.push(
                    Diagnostic::error(Code::BAD_RANGE, format!("`{written}` is no range of ids"))
                        .at(self.document.location(span))
                        .help("a range counts up within one series, such as `WORKER_001-018`"),
                );
                continue;
            }
            let location = self.document.location(span);
            for id in range.ids() {
                count += 1;
                let mut mention = TaskMention::new(id, TaskMentionKind::Mention, location.clone());
                mention
                    .groups
                    .extend(outline.group_id(self.place).map(str::to_owned));
                mention.title = (!title.is_empty()).then(|| title.to_owned());
                mention.status = self.status();
                fragment.tasks.push(mention);
            }
            if fragment.tasks.len() > super::MOST_MENTIONS {
                return;
            }
        }
        self.check_count(count, &self.text[last.end..], diagnostics);
    }

    fn status(&self) -> Option<Status> {
        match self.checkbox {
            _ if self.place.deferred => Some(Status::Deferred),
            Some(true) => Some(Status::Done),
            _ => None,
        }
    }

    /// `(18 workers)` at the end of a line is compared with the ids before it.
    fn check_count(&self, count: usize, rest: &str, diagnostics: &mut Vec<Diagnostic>) {
        let remark = rest
            .trim_end()
            .strip_suffix(')')
            .and_then(|inner| inner.rsplit_once('('));
        let Some(stated) = remark.and_then(|(_, remark)| stated_tasks(remark)) else {
            return;
        };
        if stated != count {
            diagnostics.push(
                Diagnostic::warning(
                    Code::MISCOUNT,
                    format!("this line names {count} tasks and states {stated}"),
                )
                .at(self.document.location(self.span.clone()))
                .help("the ids count"),
            );
        }
    }
}

/// What a line says about its ids, without a remark in parentheses at its end.
fn title(rest: &str) -> &str {
    let rest = rest
        .trim_start_matches([' ', '\t', '`', '*', ']', ')'])
        .trim_start_matches([':', '：', '-', '–', '—', ' ', '*']);
    let rest = rest.trim();
    match rest.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
        Some(at) if stated_tasks(&rest[at..]).is_some() => rest[..at].trim_end(),
        _ => rest,
    }
}
