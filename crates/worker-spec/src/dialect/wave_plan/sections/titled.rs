//! Sections that are tasks by their fields alone, whatever their headings are: `### Schema` with `Estimate: 2h` below it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::super::columns::Column;
use super::super::group_heading::group_heading;
use super::super::outline::{Outline, Place, speaks_of_other};
use super::super::rows::Row;
use super::super::tail::{Tail, status_of_pictures};
use super::fields::Fields;
use crate::duration::parse_duration;
use crate::markdown::BlockKind;
use crate::{Document, EdgeSource, Reference, TaskMentionKind};

/// A heading with what stands between it and the next one.
struct Section<'d> {
    level: u8,
    span: Range<usize>,
    place: Place,
    fields: Vec<(Column, Range<usize>)>,
    title: &'d str,
}

/// The sections of one level of which at least two, and most, state a time or what comes first. For documents that give their
/// tasks in no other way.
pub(in crate::dialect::wave_plan) fn rows(document: &Document, outline: &Outline) -> Vec<Row> {
    let text = document.text();
    let mut sections = sections(document, outline);
    let Some(level) = level(text, &sections) else {
        return Vec::new();
    };
    sections.retain(|section| section.level == level && section.states_work());
    let names: Vec<(Option<&str>, &str)> = sections.iter().map(|it| named(it.title)).collect();
    let ids: HashSet<&str> = names.iter().filter_map(|(id, _)| *id).collect();
    let are_ids = ids.len() == names.len();
    let titles: HashSet<&str> = sections.iter().map(|section| section.title).collect();
    if !are_ids && titles.len() < sections.len() {
        return Vec::new();
    }
    let rows = sections.into_iter().zip(names);
    rows.map(|(section, (id, rest))| match id.filter(|_| are_ids) {
        Some(id) => section.row(document, id, rest, Reference::Id),
        None => {
            let title = section.title;
            section.row(document, title, title, Reference::Words)
        }
    })
    .collect()
}

fn sections<'d>(document: &'d Document, outline: &Outline) -> Vec<Section<'d>> {
    let text = document.text();
    let blocks = document.markdown().blocks.iter().zip(&outline.places);
    let mut sections: Vec<Section<'d>> = Vec::new();
    let mut open: Option<Fields<'d>> = None;
    for (block, place) in blocks {
        let BlockKind::Heading { level, text: span } = &block.kind else {
            if let Some(fields) = &mut open {
                fields.block(block);
            }
            continue;
        };
        if let (Some(fields), Some(section)) = (open.take(), sections.last_mut()) {
            section.fields = fields.found;
        }
        let title =
            text[span.clone()].trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_'));
        if title.is_empty() || place.example || place.deferred {
            continue;
        }
        let start = title.as_ptr() as usize - text.as_ptr() as usize;
        sections.push(Section {
            level: *level,
            span: start..start + title.len(),
            place: *place,
            fields: Vec::new(),
            title,
        });
        open = Some(Fields::new(text));
    }
    if let (Some(fields), Some(section)) = (open, sections.last_mut()) {
        section.fields = fields.found;
    }
    sections
}

/// The level whose sections are tasks: at least two state a time, or one what another one of them is called, and they are most
/// of those that are no group.
fn level(text: &str, sections: &[Section<'_>]) -> Option<u8> {
    #[derive(Default)]
    struct Count {
        all: usize,
        stating: usize,
        timed: usize,
    }
    let mut counts: HashMap<u8, Count> = HashMap::new();
    for section in sections {
        if group_heading(section.title).is_some() || speaks_of_other(section.title) {
            continue;
        }
        let count = counts.entry(section.level).or_default();
        count.all += 1;
        count.stating += usize::from(section.states_work());
        count.timed += usize::from(section.is_timed(text));
    }
    let fits = |count: &Count| {
        count.stating > 1 && count.stating * 4 >= count.all * 3 && count.timed * 2 >= count.stating
    };
    let fitting = counts.iter().filter(|(_, count)| fits(count));
    fitting.map(|(level, _)| *level).max()
}

/// The id that a title begins with, one word before a mark, and the rest: `schema: Set up the schema`.
fn named(title: &str) -> (Option<&str>, &str) {
    let marks = [": ", " - ", " – ", " — ", "："];
    let cut = marks
        .iter()
        .filter_map(|mark| Some((title.find(mark)?, mark.len())))
        .min();
    match cut {
        Some((at, length)) if !title[..at].contains(char::is_whitespace) => {
            let id = title[..at].trim_matches(['`', '*', '[', ']']);
            (
                Some(id).filter(|id| !id.is_empty()),
                title[at + length..].trim_start(),
            )
        }
        _ => (None, title),
    }
}

impl Section<'_> {
    fn states_work(&self) -> bool {
        self.fields.iter().any(|(column, _)| {
            matches!(
                column,
                Column::Estimate(_) | Column::Dependencies | Column::Blocks
            )
        })
    }

    fn is_timed(&self, text: &str) -> bool {
        self.fields.iter().any(|(column, value)| {
            matches!(column, Column::Estimate(_)) && parse_duration(&text[value.clone()]).is_some()
        })
    }

    fn row(self, document: &Document, id: &str, title: &str, named_by: Reference) -> Row {
        let text = document.text();
        let base = title.as_ptr() as usize - text.as_ptr() as usize;
        let tail = Tail::new(title);
        let line = text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        let ticked = status_of_pictures(&text[line..self.span.start]);
        let mut cells = self.fields;
        if let Some(needs) = &tail.needs {
            cells.push((Column::Dependencies, base + needs.start..base + needs.end));
        }
        Row {
            id: id.to_owned(),
            is_scoped: false,
            named_by,
            aliases: Vec::new(),
            title: tail.title,
            place: self.place,
            kind: TaskMentionKind::Definition,
            status: tail.status.or(ticked),
            estimate: tail.estimate,
            agent: tail.agent,
            complexity: tail.points,
            parallel: tail.parallel,
            stated_in: EdgeSource::List,
            cells,
            tail: Some(base..base + title.len()),
            span: self.span,
        }
    }
}
