//! Sections that are one task each: `### Agent 7: Public Index` with lines such as `**Depends on:** Agent 5`.

mod counted;
mod fenced_order;
mod fields;
mod nouns;
mod titled;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

pub(super) use self::counted::rows as rows_by_numbers;
pub(super) use self::fields::Fields;
pub(super) use self::titled::rows as rows_by_fields;

use super::super::lists::{speaks_of_building, waited_for};
use super::super::ten_point::ids_of_headings;
use super::cells::is_picture;
use super::columns::Column;
use super::diagrams::speaks_of_plan;
use super::group_heading::group_heading;
use super::numbered::DOERS;
use super::outline::{Outline, Place, speaks_of_other, speaks_of_work};
use super::rows::Row;
use super::tail::{Tail, status_of_pictures};
use super::task_names::{Form, TaskName, called_name, task_name};
use crate::groups::find_groups;
use crate::markdown::BlockKind;
use crate::{Document, EdgeSource, Reference, Status, TaskMentionKind};

/// The rows of all sections that are tasks.
///
/// Headings of one form are tasks when there are several and most of them have a field that only tasks have. A group
/// such as `Track 3` is a task when nothing else in the document is, and its fields say what it waits for.
pub(super) fn rows(document: &Document, outline: &Outline, others: bool) -> Vec<Row> {
    let mut sections = sections(document, outline);
    let forms = forms(document, &sections, others);
    sections.retain(|section| forms.contains(&section.name.form) && !section.holds_tasks);
    let several = doers_of_several(&mut sections);
    let row = |section: Section<'_>| {
        let by_title = several.contains(&section.name.id);
        section.row(document, by_title)
    };
    let mut rows: Vec<Row> = sections.into_iter().map(row).collect();
    mention_again(&mut rows);
    rows
}

/// A task that is described again under much the same title, first in short and then at length, is one task.
fn mention_again(rows: &mut [Row]) {
    let mut titles: HashMap<String, String> = HashMap::new();
    for row in rows.iter_mut().filter(|row| row.named_by == Reference::Id) {
        let title = row.title.to_lowercase();
        match titles.get(&row.id) {
            Some(first)
                if !title.is_empty() && (first.starts_with(&title) || title.starts_with(first)) =>
            {
                row.kind = TaskMentionKind::Mention;
            }
            Some(_) => {}
            None => drop(titles.insert(row.id.clone(), title)),
        }
    }
}

fn is_doer(section: &Section<'_>) -> bool {
    matches!(section.name.form, Form::Kind(kind) if DOERS.contains(&kind))
}

/// The agents and teams that do several pieces of work: `Agent 1: Types` in one phase, `Agent 1: Cache` in the next. Such
/// a piece is called by its title. What only introduces one of them is none of its pieces.
fn doers_of_several(sections: &mut Vec<Section<'_>>) -> HashSet<String> {
    let mut pieces: HashMap<String, Vec<(Option<usize>, String)>> = HashMap::new();
    for section in sections.iter().filter(|section| is_doer(section)) {
        let piece = (section.place.group, section.name.rest.to_lowercase());
        pieces
            .entry(section.name.id.clone())
            .or_default()
            .push(piece);
    }
    let in_groups: HashSet<String> = pieces
        .iter()
        .filter(|(_, pieces)| pieces.iter().any(|(group, _)| group.is_some()))
        .map(|(id, _)| id.clone())
        .collect();
    let titled: HashSet<String> = pieces
        .iter()
        .filter(|(_, pieces)| pieces.iter().any(|(_, title)| !title.is_empty()))
        .map(|(id, _)| id.clone())
        .collect();
    sections.retain(|section| {
        let id = &section.name.id;
        let introduces = section.place.group.is_none() && in_groups.contains(id);
        let is_about = section.name.rest.is_empty() && titled.contains(id);
        !is_doer(section) || !introduces && !is_about
    });
    pieces.retain(|id, pieces| {
        pieces.retain(|(group, title)| {
            (group.is_some() || !in_groups.contains(id))
                && (!title.is_empty() || !titled.contains(id))
        });
        let distinct: HashSet<&(Option<usize>, String)> = pieces.iter().collect();
        pieces.len() > 1 && distinct.len() == pieces.len()
    });
    pieces.into_keys().collect()
}

/// The groups of a plan that has nothing smaller: each phase is a piece of work, if most of them say what is to be done or
/// how long it takes.
pub(super) fn groups_as_tasks(document: &Document, outline: &Outline) -> Vec<Row> {
    // Where phases hold checkboxes these are the tasks, for another dialect to read.
    let mut blocks = document.markdown().blocks.iter().zip(&outline.places);
    let holds_checkbox = blocks.any(|(block, place)| {
        let in_group = place.group.is_some() && !place.example;
        in_group && matches!(&block.kind, BlockKind::Item(item) if item.checkbox.is_some())
    });
    if holds_checkbox {
        return Vec::new();
    }
    let mut sections = sections(document, outline);
    sections.retain(|section| matches!(section.name.form, Form::Group(_)));
    let is_work = |section: &Section<'_>| {
        section.says_work
            || Tail::new(section.name.rest).estimate.is_some()
            || section.fields.iter().any(|(column, _)| is_of_tasks(column))
    };
    let ids: HashSet<&str> = sections
        .iter()
        .map(|section| section.name.id.as_str())
        .collect();
    let work = sections.iter().filter(|section| is_work(section)).count();
    if ids.len() < 2 || ids.len() < sections.len() || work * 2 < sections.len() {
        return Vec::new();
    }
    let row = |section: Section<'_>| section.row(document, false);
    sections.into_iter().map(row).collect()
}

/// A section that may be a task.
struct Section<'d> {
    name: TaskName<'d>,
    place: Place,
    span: Range<usize>,
    fields: Vec<(Column, Range<usize>)>,
    /// The box behind its id, and whether it is ticked.
    ticked: Option<bool>,
    /// Whether it says what is to be done: **Tasks**, **Deliverables**.
    says_work: bool,
    /// Whether it is of those who do work, and its list names the tasks: `- Issue #14: …`.
    holds_tasks: bool,
    level: u8,
    around: Around,
    /// The form and the id of the section that it stands in, when that may be a task too.
    inside: Option<(Form, String)>,
}

/// What the headings around a section say of it.
#[derive(Clone, Copy, Debug, Default)]
struct Around {
    /// That the document or the part is a plan.
    plan: bool,
    /// That what the innermost of them holds is the work.
    work: bool,
}

impl Around {
    /// What a heading inside this says of the sections in it.
    fn inside(self, heading: &str, level: u8) -> Around {
        let other = level > 1 && speaks_of_other(heading);
        let names_work = speaks_of_work(heading)
            || speaks_of_building(heading)
            || group_heading(heading).is_some();
        Around {
            plan: !other && (self.plan || speaks_of_plan(heading)),
            work: !other && level > 1 && names_work,
        }
    }
}

fn sections<'d>(document: &'d Document, outline: &Outline) -> Vec<Section<'d>> {
    let text = document.text();
    let blocks = &document.markdown().blocks;
    let mut open: Option<(u8, Fields<'d>, Section<'d>)> = None;
    let mut sections = Vec::new();
    let mut headings: Vec<(u8, Around)> = Vec::new();
    let called = are_called(document);
    let specs = ids_of_headings(document);
    let shared = nouns::shared(document);
    for (at, (block, place)) in blocks.iter().zip(&outline.places).enumerate() {
        let of_task = |open: &Option<(u8, Fields<'d>, Section<'d>)>| {
            let form = open.as_ref().map(|(_, _, section)| &section.name.form);
            form.is_some_and(|form| !matches!(form, Form::Group(_)))
        };
        let heading = match &block.kind {
            BlockKind::Heading { level, text } => Some((*level, text.clone())),
            // Below a heading that is a task a bold line is a step of it.
            BlockKind::Paragraph { text: span } => bold_name(text, span)
                .filter(|_| {
                    !of_task(&open) || open.as_ref().is_some_and(|(level, ..)| *level == BOLD_LINE)
                })
                .map(|line| (BOLD_LINE, line)),
            _ => None,
        };
        if let Some((level, span)) = heading {
            headings.retain(|(outer, _)| *outer < level);
            let around = headings
                .last()
                .map_or(Around::default(), |(_, around)| *around);
            headings.push((level, around.inside(&text[span.clone()], level)));
            if let Some((outer, fields, section)) = open.take() {
                if level > outer {
                    let mut fields = fields;
                    fields.heading(span.clone());
                    open = Some((outer, fields, section));
                } else {
                    sections.push(section.with(fields));
                }
            }
            let own = &text[span.clone()];
            let by_call = || called_name(own).filter(|_| called);
            let name = task_name(own)
                .or_else(by_call)
                .or_else(|| as_group(own))
                .or_else(|| nouns::name(own, &shared))
                .map(|name| (name, None))
                .or_else(|| boxed_name(own));
            if let Some((mut name, ticked)) = name.filter(|_| !place.example) {
                // What is a worker spec as well goes by the id of that.
                if let Some(id) = specs.get(&at).filter(|id| **id != name.id) {
                    let called = std::mem::replace(&mut name.id, id.clone());
                    name.aliases.push(called);
                }
                // A task inside a task is a step of it, unless the outer one is only a number.
                let mut inside = None;
                if let Some((outer, fields, section)) = open.take() {
                    if section.name.form == name.form {
                        open = Some((outer, fields, section));
                        continue;
                    }
                    inside = Some((section.name.form.clone(), section.name.id.clone()));
                    sections.push(section.with(fields));
                }
                // Parts that follow the first one stand in the same section.
                if inside.is_none()
                    && let Some(before) = sections.last()
                    && before.name.form == name.form
                    && before.level == level
                {
                    inside.clone_from(&before.inside);
                }
                let start = name.written.as_ptr() as usize - text.as_ptr() as usize;
                let section = Section {
                    span: start..start + name.written.len(),
                    name,
                    place: *place,
                    fields: Vec::new(),
                    ticked,
                    says_work: false,
                    holds_tasks: false,
                    inside,
                    level,
                    around,
                };
                open = Some((level, Fields::new(text), section));
            }
        } else if let Some((_, fields, _)) = &mut open {
            fields.block(block);
        }
    }
    if let Some((_, fields, section)) = open {
        sections.push(section.with(fields));
    }
    sections
}

/// Whether headings such as `P1: Parser` name tasks, which are priorities elsewhere: there are several, each is there once,
/// and a line says that it waits for one of them.
fn are_called(document: &Document) -> bool {
    let text = document.text();
    let mut named: HashSet<String> = HashSet::new();
    for block in &document.markdown().blocks {
        if let BlockKind::Heading { text: span, .. } = &block.kind
            && let Some(name) = called_name(&text[span.clone()])
            && !named.insert(name.id)
        {
            return false;
        }
    }
    named.len() > 1
        && text
            .lines()
            .flat_map(waited_for)
            .any(|id| named.contains(id))
}

/// The level of a bold line that serves as a heading: below all real ones.
const BOLD_LINE: u8 = 7;

/// A paragraph of a bold line that names a task and nothing else: `**Task 1.1: Sketch the flow** (2h)`.
fn bold_name(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let mut lines = text[span.clone()].lines();
    let line = lines.next().filter(|_| lines.next().is_none())?;
    let inner = line.strip_prefix("**")?;
    let (name, behind) = inner.split_once("**")?;
    let behind = behind.trim_matches(|c: char| c.is_whitespace() || is_picture(c) || c == ':');
    let is_remark = behind.starts_with('(') && behind.ends_with(')');
    let named = task_name(name)?;
    let is_title = !named.rest.is_empty() && (behind.is_empty() || is_remark);
    // `**Track A: Frontend**` stands above the tasks of the track.
    let is_id = match &named.form {
        Form::Kind(kind) => !DOERS.contains(kind),
        Form::Number => named.id.contains('.'),
        _ => true,
    };
    (is_title && is_id).then(|| span.start..span.start + line.trim_end().len())
}

/// `R01 [x] Password reset`: a name with a box behind it, and whether that is ticked.
fn boxed_name(text: &str) -> Option<(TaskName<'_>, Option<bool>)> {
    let open = text.find(" [")?;
    let mut behind = text[open + 2..].chars();
    let mark = behind
        .next()
        .filter(|mark| matches!(mark, ' ' | 'x' | 'X'))?;
    let title = behind.as_str().strip_prefix(']')?.trim_start();
    let name = task_name(&text[..open]).filter(|name| name.rest.is_empty())?;
    let named = TaskName {
        rest: title,
        ..name
    };
    (!title.is_empty()).then_some((named, Some(mark != ' ')))
}

/// A heading that names a group, as a name of a task.
fn as_group(text: &str) -> Option<TaskName<'_>> {
    let heading = group_heading(text)?;
    let group = find_groups(text).next()?;
    if !matches!(group.kind, "track" | "group" | "batch" | "phase" | "stage") {
        return None;
    }
    let rest = text[group.end..].trim_start_matches([':', ' ', '-', '–', '—', '*']);
    let mut kind = group.kind[..1].to_uppercase();
    kind.push_str(&group.kind[1..]);
    Some(TaskName {
        id: format!("{kind} {}", group.first),
        aliases: vec![heading.id],
        written: &text[group.start..group.end],
        rest,
        form: Form::Group(group.kind),
    })
}

/// The forms whose sections are tasks.
fn forms(document: &Document, sections: &[Section<'_>], others: bool) -> HashSet<Form> {
    #[derive(Default)]
    struct Count<'s> {
        ids: HashSet<&'s str>,
        all: usize,
        with_field: usize,
        ordered: usize,
        weighed: usize,
        in_plan: usize,
        in_work: usize,
        levels: HashSet<u8>,
    }
    let mut counts: HashMap<&Form, Count<'_>> = HashMap::new();
    for section in sections {
        let count = counts.entry(&section.name.form).or_default();
        let has = |wanted: fn(&Column) -> bool| section.fields.iter().any(|(c, _)| wanted(c));
        count.ids.insert(&section.name.id);
        count.levels.insert(section.level);
        count.all += 1;
        let is_timed = Tail::new(section.name.rest).estimate.is_some();
        // Who does something in a phase is a piece of work of that phase.
        let is_part =
            is_doer(section) && section.place.group.is_some() || section.is_numbered_part();
        let is_boxed = section.ticked.is_some();
        let is_work = section.says_work || is_boxed || is_timed || is_part || has(is_of_tasks);
        let is_work = is_work && !section.holds_tasks;
        count.with_field += usize::from(is_work);
        count.ordered += usize::from(has(|c| matches!(c, Column::Dependencies | Column::Blocks)));
        let is_weighed = has(|c| {
            matches!(
                c,
                Column::Dependencies | Column::Blocks | Column::Estimate(_)
            )
        });
        count.weighed += usize::from(is_weighed || is_timed);
        let titled = !section.name.rest.is_empty();
        count.in_plan += usize::from(titled && section.around.plan);
        count.in_work += usize::from(titled && section.around.work);
    }
    // Where there are checkboxes, these are the tasks.
    let blocks = &document.markdown().blocks;
    let any_checkbox = blocks
        .iter()
        .any(|block| matches!(&block.kind, BlockKind::Item(item) if item.checkbox.is_some()));
    let fits = |form: &Form, count: &Count<'_>| {
        let most = |part: usize| part > 0 && part * 2 >= count.all;
        count.ids.len() > 1
            && match form {
                // So are the steps of a plan, where nothing else is a task and each is there once.
                Form::Kind("step") => {
                    let alone = !others && !any_checkbox && count.ids.len() == count.all;
                    most(count.ordered) || alone && count.in_work == count.all
                }
                Form::Kind("item" | "terminal" | "story") => most(count.ordered),
                // "1. Overview" is a chapter of any document; below "Phase 1" or "Tasks" it is work.
                Form::Number => {
                    let alone = !others && !any_checkbox && count.ids.len() == count.all;
                    most(count.ordered) || alone && count.all > 2 && count.in_work == count.all
                }
                // A task says by its name what it is, where a plan is what the document speaks of.
                Form::Kind("task" | "ticket" | "job") => {
                    most(count.with_field) || !others && count.in_plan == count.all
                }
                Form::Group(_) => !others && count.ordered * 4 >= count.all * 3,
                // Any noun will do where nothing else is a task and they say how long they take or what comes first.
                Form::Noun(_) => !others && most(count.weighed) && count.ids.len() == count.all,
                _ => most(count.with_field),
            }
    };
    let mut fitting: Vec<&Form> = counts
        .iter()
        .filter(|(form, count)| fits(form, count))
        .map(|(form, _)| *form)
        .collect();
    // The only task of its series, beside others at its level: `API-1`, `API-2` and `UI-1`.
    let lone: Vec<(&Form, &Count<'_>)> = counts
        .iter()
        .filter(|(form, count)| matches!(form, Form::Series(_)) && count.ids.len() == 1)
        .filter(|(_, count)| count.with_field == count.all)
        .map(|(form, count)| (*form, count))
        .collect();
    let beside = |own: &(&Form, &Count<'_>)| {
        let fits = fitting
            .iter()
            .filter(|form| matches!(form, Form::Series(_)))
            .map(|form| &counts[*form].levels);
        let others = lone
            .iter()
            .filter(|other| other.0 != own.0)
            .map(|other| &other.1.levels);
        fits.chain(others)
            .any(|levels| !levels.is_disjoint(&own.1.levels))
    };
    let alone: Vec<&Form> = lone
        .iter()
        .filter(|own| beside(own))
        .map(|own| own.0)
        .collect();
    fitting.extend(alone);
    let parts = sections
        .iter()
        .filter(|section| section.is_numbered_part() && fitting.contains(&&section.name.form));
    let wholes: HashSet<&Form> = parts
        .filter_map(|section| section.inside.as_ref().map(|(form, _)| form))
        .collect();
    let is_group = |form: &Form| matches!(form, Form::Group(_) | Form::Noun(_));
    let any_task = fitting.iter().any(|form| !is_group(form));
    fitting
        .into_iter()
        .filter(|form| !wholes.contains(form) && (!any_task || !is_group(form)))
        .cloned()
        .collect()
}

fn is_of_tasks(column: &Column) -> bool {
    matches!(
        column,
        Column::Dependencies
            | Column::Blocks
            | Column::Estimate(_)
            | Column::Tokens
            | Column::Claims
            | Column::Model
    )
}

impl Section<'_> {
    /// Whether the id counts on from that of the section around: `A1` in `Stream A`.
    fn is_numbered_part(&self) -> bool {
        let Some((_, outer)) = &self.inside else {
            return false;
        };
        let number = outer.rsplit(' ').next().unwrap_or_default();
        let rest = self.name.id.strip_prefix(number);
        let rest = rest.map(|rest| rest.trim_start_matches(['.', '-']));
        matches!(self.name.form, Form::Series(_))
            && number.len() == 1
            && rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    }

    fn with(mut self, fields: Fields<'_>) -> Self {
        self.fields = fields.found;
        self.says_work = fields.says_work;
        // A track is there for its tasks, even for a single one; an agent may do one that it names.
        let is_lane = matches!(self.name.form, Form::Kind("track" | "lane"));
        self.holds_tasks =
            is_doer(&self) && (fields.named_tasks > 1 || is_lane && fields.with_series > 0);
        self
    }

    /// What the section says; a piece of work by title when whoever does it does others too.
    fn row(self, document: &Document, by_title: bool) -> Row {
        let text = document.text();
        let base = self.name.rest.as_ptr() as usize - text.as_ptr() as usize;
        let tail = Tail::new(self.name.rest);
        let mut cells = self.fields;
        if let Some(needs) = &tail.needs {
            cells.push((Column::Dependencies, base + needs.start..base + needs.end));
        }
        let mut place = self.place;
        if matches!(self.name.form, Form::Group(_)) {
            place.group = None;
        }
        // `### ✅ Task 3: Parser`
        let line = text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        let ticked = status_of_pictures(&text[line..self.span.start])
            .or_else(|| self.ticked.filter(|done| *done).map(|_| Status::Done));
        let by_title = by_title && !tail.title.is_empty();
        let agent = tail
            .agent
            .or_else(|| by_title.then(|| self.name.id.clone()));
        let (id, named_by, aliases) = match by_title {
            true => (tail.title.clone(), Reference::Words, Vec::new()),
            false => (self.name.id, Reference::Id, self.name.aliases),
        };
        Row {
            id,
            is_scoped: false,
            named_by,
            aliases,
            title: tail.title,
            place,
            kind: TaskMentionKind::Definition,
            status: tail.status.or(ticked),
            estimate: tail.estimate,
            agent,
            complexity: tail.points,
            parallel: tail.parallel,
            stated_in: EdgeSource::List,
            cells,
            tail: Some(base..base + self.name.rest.len()),
            span: self.span,
        }
    }
}
