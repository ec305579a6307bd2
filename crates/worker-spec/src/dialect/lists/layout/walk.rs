//! The way through the blocks of a document that lays out its checkboxes and sections.

use std::ops::Range;

use super::super::super::wave_plan;
use super::super::checks::{Checked, checked};
use super::super::entry::{Entry, Name};
use super::super::headings::{
    Role, opened, plain_heading, speaks_of_building, speaks_of_roadmap, speaks_of_tasks,
};
use super::{Layout, Place, Row, Section, SectionKind};
use crate::Document;
use crate::markdown::{Block, BlockKind};

/// Depths of lines that serve as headings, below all real headings.
const PLAIN_SECTION: usize = 7;
const PLAIN_STORY: usize = 8;

pub(super) struct Walk<'d> {
    document: &'d Document,
    /// Whether a numbered item without a checkbox counts as one with an empty one.
    with_plain: bool,
    /// Whether the boxes count wherever they stand, for a document that gives its tasks in no other way.
    for_want: bool,
    layout: Layout<'d>,
    open: Vec<(usize, Place)>,
    /// The rows of the checkboxes around the block, innermost last.
    inside: Vec<usize>,
    /// What the line above the list says that its boxes are.
    lead: Option<Checked>,
    /// The same of the items without a box around the block, by their depth.
    leads: Vec<(usize, Option<Checked>)>,
}

impl<'d> Walk<'d> {
    pub(super) fn through(document: &'d Document, with_plain: bool) -> Layout<'d> {
        Walk::of(document, with_plain, false)
    }

    /// Of a document whose boxes count wherever they stand.
    pub(super) fn for_want_of_better(document: &'d Document) -> Layout<'d> {
        Walk::of(document, false, true)
    }

    fn of(document: &'d Document, with_plain: bool, for_want: bool) -> Layout<'d> {
        let mut walk = Walk {
            document,
            with_plain,
            for_want,
            layout: Layout::default(),
            open: Vec::new(),
            inside: Vec::new(),
            lead: None,
            leads: Vec::new(),
        };
        for (index, block) in document.markdown().blocks.iter().enumerate() {
            walk.block(index, block);
        }
        walk.layout
    }

    fn block(&mut self, index: usize, block: &'d Block) {
        let rows = self.layout.rows.len();
        self.take_up(index, block);
        let place = self.place();
        let is_row = self.layout.rows.len() > rows;
        let is_other = is_row || matches!(block.kind, BlockKind::Heading { .. });
        let about_work = place.aside && !place.notes || place.sample || place.deferred;
        if !is_other && !about_work && self.inside.is_empty() {
            self.layout.beside.push(index);
        }
    }

    fn take_up(&mut self, index: usize, block: &'d Block) {
        while let Some(&row) = self.inside.last()
            && self.layout.rows[row].span.end <= block.span.start
        {
            self.inside.pop();
        }
        let text = self.document.text();
        match &block.kind {
            BlockKind::Heading { level, text: span } => {
                self.lead = None;
                if let Some(entry) = ticked_heading(text, span) {
                    self.ticked(usize::from(*level), index, entry);
                    return;
                }
                let level = usize::from(*level);
                self.heading(level, index, span.clone());
                let title = &text[span.clone()];
                if level == 1 {
                    self.layout.is_titled_tasks |= speaks_of_tasks(title);
                    self.layout.title = self.layout.title.or(Some(index));
                    self.layout.is_titled_implementation |=
                        title.to_lowercase().contains("implementation plan");
                    self.layout.is_titled_plan |= speaks_of_building(title);
                    self.layout.is_roadmap |= speaks_of_roadmap(title);
                }
            }
            BlockKind::Paragraph { text: span } => match self.plain_heading(block) {
                Some(line) if self.inside.is_empty() => {
                    self.lead = None;
                    let rest = line.end..span.end;
                    let story = opened(&text[line.clone()]);
                    let level = if story.story.is_some() && story.phase.is_none() {
                        PLAIN_STORY
                    } else {
                        PLAIN_SECTION
                    };
                    self.heading(level, index, line);
                    self.lines(rest);
                }
                _ => {
                    self.lead_in(&text[span.clone()]);
                    self.lines(span.clone());
                }
            },
            BlockKind::Item(item) => {
                let own = &text[item.text.clone()];
                self.leads.retain(|(depth, _)| *depth < item.depth);
                let bullet = text.get(block.span.start..item.text.start);
                let number = bullet.and_then(number_of);
                let mut entry = Entry::new(own, item.checkbox, item.text.start);
                if entry.is_none()
                    && let Some(number) = number.filter(|_| item.depth == 0)
                {
                    entry = self.plain(own, number, item.text.start);
                }
                if self.with_plain
                    && item.depth == 0
                    && let (Some(entry), Some(number)) = (&mut entry, number)
                    && entry.name == Name::None
                {
                    entry.name = Name::Number(number.to_owned());
                }
                match entry {
                    Some(entry) => {
                        self.details_of_outer(&entry, item.text.clone());
                        let around = self.leads.iter().filter_map(|(_, checked)| *checked);
                        let row = Row {
                            bullet: number,
                            entry,
                            place: self.place(),
                            checked: around.chain(self.lead).max(),
                            outer: self.inside.last().copied(),
                            details: Vec::new(),
                            has_field: false,
                            span: block.span.clone(),
                        };
                        self.inside.push(self.layout.rows.len());
                        self.layout.rows.push(row);
                    }
                    None => {
                        if self.for_want {
                            self.leads.push((item.depth, lead(own)));
                        }
                        self.lines(item.text.clone());
                    }
                }
            }
            BlockKind::Rule => self.lead = None,
            BlockKind::Fence(_) | BlockKind::Table(_) => {}
        }
    }

    /// A line that serves as a heading. Where boxes count wherever they stand, a bold number with a point is one, too:
    /// `**1.2 Tables (1 day)**`.
    fn plain_heading(&self, block: &Block) -> Option<Range<usize>> {
        let known = plain_heading(self.document, block);
        if known.is_some() || !self.for_want {
            return known;
        }
        let BlockKind::Paragraph { text: span } = &block.kind else {
            return None;
        };
        let line = self.document.text()[span.clone()].lines().next()?;
        let inner = line.trim_end().strip_prefix("**")?.strip_suffix("**")?;
        let is_part = opened(inner)
            .number
            .is_some_and(|number| number.contains('.'));
        is_part.then(|| span.start + 2..span.start + 2 + inner.len())
    }

    /// Takes up what a line above a list says about the boxes of the list.
    fn lead_in(&mut self, paragraph: &str) {
        if self.for_want
            && self.inside.is_empty()
            && let Some(last) = paragraph.lines().next_back()
            && announces(last)
        {
            self.lead = lead(last);
        }
    }

    /// A numbered item without a checkbox, where it counts as one; else it is only noted.
    fn plain(&mut self, text: &'d str, number: &'d str, start: usize) -> Option<Entry<'d>> {
        let place = self.place();
        let aside = place.aside && !self.layout.is_titled_checklist;
        if aside || place.sample || place.order || !self.inside.is_empty() {
            return None;
        }
        let entry = Entry::new(text, Some(false), start)?;
        if !self.with_plain {
            self.layout.plain.push((number, entry.is_weighed()));
        }
        self.with_plain.then_some(entry)
    }

    /// A heading with a checkbox is an item that holds all of its section.
    fn ticked(&mut self, level: usize, index: usize, entry: Entry<'d>) {
        self.open.retain(|(outer, _)| *outer < level);
        let blocks = &self.document.markdown().blocks;
        let ends = |block: &&Block| matches!(&block.kind, BlockKind::Heading { level: next, .. } if usize::from(*next) <= level);
        let end = blocks[index + 1..].iter().find(ends);
        let end = end.map_or(self.document.text().len(), |block| block.span.start);
        let row = Row {
            bullet: None,
            place: self.place(),
            checked: None,
            outer: self.inside.last().copied(),
            details: Vec::new(),
            has_field: false,
            span: blocks[index].span.start..end,
            entry,
        };
        self.inside.push(self.layout.rows.len());
        self.layout.rows.push(row);
    }

    fn place(&self) -> Place {
        self.open
            .last()
            .map_or(Place::default(), |(_, place)| *place)
    }

    fn heading(&mut self, level: usize, index: usize, span: Range<usize>) {
        self.open.retain(|(outer, _)| *outer < level);
        let mut place = self.place();
        place.heading = Some(index);
        let title = &self.document.text()[span.clone()];
        let opened = opened(title);
        let role = match opened.role {
            // Where boxes count wherever they stand, only what says that it is something else is none.
            Role::Aside | Role::Order if self.for_want => Role::Work,
            role => role,
        };
        // The title of a list may call the whole of it a checklist.
        let is_list =
            level == 1 && self.layout.title.is_none() && title.to_lowercase().contains("checklist");
        if self.for_want && !is_list && opened.phase.is_none() {
            place.checked = place.checked.max(checked(title));
        }
        match role {
            // "Build plan (checklist)" heads the plan itself.
            _ if level == 1 && (speaks_of_building(title) || speaks_of_roadmap(title)) => {}
            // What a section about the work holds is about the work as well.
            Role::Work => {}
            Role::Order => place.order = true,
            Role::Aside => {
                self.layout.is_titled_checklist |= level == 1 && self.layout.title.is_none();
                place.aside = true;
                place.order = false;
            }
            Role::Notes => {
                place.aside = true;
                place.order = false;
                place.notes = true;
            }
            Role::Sample => place.sample = true,
            Role::Deferred => place.deferred = true,
        }
        if opened.phase.is_some() {
            place = Place {
                heading: place.heading,
                aside: place.aside,
                sample: place.sample,
                deferred: place.deferred,
                checked: place.checked,
                ..Place::default()
            };
        }
        let work = !place.aside && !place.sample && !place.order;
        let kind = match (opened.phase, opened.number, opened.story.clone()) {
            (Some(id), _, _) => Some(SectionKind::Phase(id)),
            (_, Some(number), _) => Some(SectionKind::Number(number)),
            // "Implementation for User Story 1" inside the phase of that story is no group of its own.
            (_, _, Some(story)) => {
                let of_phase = place
                    .phase
                    .and_then(|at| self.layout.sections[at].story.as_ref());
                (of_phase != Some(&story)).then_some(SectionKind::Story(story))
            }
            _ => None,
        };
        if let Some(kind) = kind.filter(|_| work) {
            let at = Some(self.layout.sections.len());
            match &kind {
                SectionKind::Phase(_) => place.phase = at,
                SectionKind::Number(_) => place.number = at,
                SectionKind::Story(_) => place.story = at,
            }
            self.layout.sections.push(Section {
                kind,
                span,
                story: opened.story,
            });
        }
        self.open.push((level, place));
    }

    /// Takes up lines that are no checkbox.
    fn lines(&mut self, span: Range<usize>) {
        if let Some(&row) = self.inside.last() {
            let row = &mut self.layout.rows[row];
            let mut lines = self.document.text()[span.clone()].lines();
            row.has_field |= lines.any(wave_plan::is_field_of_task);
            row.details.push(span);
            return;
        }
        let place = self.place();
        if place.sample {
            return;
        }
        if place.order {
            self.layout.order_lines.push(span);
        } else if place.aside {
            self.layout.other_lines.push(span);
        } else if let Some(section) = place.story.or(place.phase).or(place.number) {
            self.layout.group_lines.push((section, span));
        }
    }

    /// A checkbox without an id inside a task is a line of that task.
    fn details_of_outer(&mut self, entry: &Entry<'_>, span: Range<usize>) {
        if let Some(&row) = self.inside.last()
            && entry.id().is_none()
        {
            self.layout.rows[row].details.push(span);
        }
    }
}

/// Whether a line stands above a list: `Steps:`, `**Steps**`.
fn announces(line: &str) -> bool {
    let line = line.trim();
    line.ends_with([':', '：'])
        || line.ends_with("**") && line.starts_with(|c: char| !c.is_alphanumeric())
}

/// What the last sentence of the first line says that the boxes below it are.
fn lead(text: &str) -> Option<Checked> {
    let line = text.lines().next().unwrap_or_default();
    let sentence = line
        .trim()
        .rsplit(['.', '!', '?', '。'])
        .find(|part| !part.trim().is_empty());
    checked(sentence?)
}

/// The number of `3. [ ] `.
fn number_of(bullet: &str) -> Option<&str> {
    let end = bullet.find(['.', ')'])?;
    let number = &bullet[..end];
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && number.len() <= 4).then_some(number)
}

/// `### - [x] 1. Parser`, `## [ ] Parser`.
fn ticked_heading<'d>(text: &'d str, span: &Range<usize>) -> Option<Entry<'d>> {
    let own = &text[span.clone()];
    let bare = own.trim_start_matches(['-', '*', '+', ' ']);
    let start = span.end - bare.len();
    Entry::new(bare, None, start).filter(|entry| !entry.title.is_empty())
}
