//! Sections that are one task each: `### Agent 7: Public Index` with lines such as `**Depends on:** Agent 5`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::columns::{Column, column};
use super::group_heading::group_heading;
use super::outline::{Outline, Place};
use super::rows::Row;
use super::tail::Tail;
use super::task_names::{Form, TaskName, task_name};
use crate::groups::find_groups;
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};
use crate::{Document, EdgeSource, Reference, TaskMentionKind};

/// The rows of all sections that are tasks.
///
/// Headings of one form are tasks when there are several and most of them have a field that only tasks have. A group
/// such as `Track 3` is a task when nothing else in the document is, and its fields say what it waits for.
pub(super) fn rows(document: &Document, outline: &Outline, others: bool) -> Vec<Row> {
    let sections = sections(document, outline);
    let forms = forms(&sections, others);
    sections
        .into_iter()
        .filter(|section| forms.contains(&section.name.form))
        .map(|section| section.row(document))
        .collect()
}

/// A section that may be a task.
struct Section<'d> {
    name: TaskName<'d>,
    place: Place,
    span: Range<usize>,
    fields: Vec<(Column, Range<usize>)>,
    /// Whether it says what is to be done: **Tasks**, **Deliverables**.
    says_work: bool,
}

fn sections<'d>(document: &'d Document, outline: &Outline) -> Vec<Section<'d>> {
    let text = document.text();
    let blocks = &document.markdown().blocks;
    let mut open: Option<(u8, Fields<'d>, Section<'d>)> = None;
    let mut sections = Vec::new();
    for (block, place) in blocks.iter().zip(&outline.places) {
        if let BlockKind::Heading { level, text: span } = &block.kind {
            if let Some((outer, fields, section)) = open.take() {
                if *level > outer {
                    let mut fields = fields;
                    fields.heading(span.clone());
                    open = Some((outer, fields, section));
                } else {
                    sections.push(section.with(fields));
                }
            }
            let own = &text[span.clone()];
            let name = task_name(own).or_else(|| as_group(own));
            if let Some(name) = name.filter(|_| !place.example) {
                // A task inside a task is a step of it, unless the outer one is only a number.
                if let Some((_, fields, section)) = open.take() {
                    if section.name.form == name.form {
                        open = Some((*level, fields, section));
                        continue;
                    }
                    sections.push(section.with(fields));
                }
                let start = name.written.as_ptr() as usize - text.as_ptr() as usize;
                let section = Section {
                    span: start..start + name.written.len(),
                    name,
                    place: *place,
                    fields: Vec::new(),
                    says_work: false,
                };
                open = Some((*level, Fields::new(text), section));
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
fn forms(sections: &[Section<'_>], others: bool) -> HashSet<Form> {
    #[derive(Default)]
    struct Count<'s> {
        ids: HashSet<&'s str>,
        all: usize,
        with_field: usize,
        ordered: usize,
    }
    let mut counts: HashMap<&Form, Count<'_>> = HashMap::new();
    for section in sections {
        let count = counts.entry(&section.name.form).or_default();
        let has = |wanted: fn(&Column) -> bool| section.fields.iter().any(|(c, _)| wanted(c));
        count.ids.insert(&section.name.id);
        count.all += 1;
        count.with_field += usize::from(section.says_work || has(is_of_tasks));
        count.ordered += usize::from(has(|c| matches!(c, Column::Dependencies | Column::Blocks)));
    }
    let fits = |form: &Form, count: &Count<'_>| {
        let most = |part: usize| part > 0 && part * 2 >= count.all;
        count.ids.len() > 1
            && match form {
                Form::Kind("step" | "item" | "terminal" | "story") | Form::Number => {
                    most(count.ordered)
                }
                Form::Group(_) => !others && count.ordered * 4 >= count.all * 3,
                _ => most(count.with_field),
            }
    };
    let fitting: Vec<&Form> = counts
        .iter()
        .filter(|(form, count)| fits(form, count))
        .map(|(form, _)| *form)
        .collect();
    let is_group = |form: &Form| matches!(form, Form::Group(_));
    let any_task = fitting.iter().any(|form| !is_group(form));
    fitting
        .into_iter()
        .filter(|form| !any_task || !is_group(form))
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
    fn with(mut self, fields: Fields<'_>) -> Self {
        self.fields = fields.found;
        self.says_work = fields.says_work;
        self
    }

    fn row(self, document: &Document) -> Row {
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
        Row {
            id: self.name.id,
            is_scoped: false,
            named_by: Reference::Id,
            aliases: self.name.aliases,
            title: tail.title,
            place,
            kind: TaskMentionKind::Definition,
            status: tail.status,
            estimate: tail.estimate,
            agent: tail.agent,
            complexity: tail.points,
            parallel: tail.parallel,
            stated_in: EdgeSource::List,
            cells,
            tail: Some(base..base + self.name.rest.len()),
            span: self.span,
        }
    }
}

/// The fields of a section: labelled lines, and lists below a label.
pub(super) struct Fields<'t> {
    text: &'t str,
    pub(super) found: Vec<(Column, Range<usize>)>,
    /// The field whose value goes on below.
    open: Option<Column>,
    /// Whether a label says that what is to be done follows.
    says_work: bool,
}

impl<'t> Fields<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Fields {
            text,
            found: Vec::new(),
            open: None,
            says_work: false,
        }
    }

    /// A heading inside the section: `#### Dependencies`, or a field itself: `### **Time:** 4h`.
    fn heading(&mut self, span: Range<usize>) {
        let text = self.text[span.clone()].trim_matches(|c: char| c == ':' || c.is_whitespace());
        self.open = None;
        if !self.line(span) {
            self.open = field(text);
            self.says_work |= says_work(text);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph { text } => self.lines(text.clone()),
            BlockKind::Item(item) => self.lines(item.text.clone()),
            _ => self.open = None,
        }
    }

    pub(super) fn lines(&mut self, span: Range<usize>) {
        let mut at = span.start;
        for line in self.text[span].split_inclusive('\n') {
            let here = at..at + line.trim_end().len();
            at += line.len();
            if !self.line(here.clone())
                && let Some(column) = self.open
                && !here.is_empty()
            {
                self.found.push((column, here));
            }
        }
    }

    /// Reads `**Dependencies:** 2.2 | **Parallel:** yes`, `**Est:** 2h · **Deps:** B`. Whether the line has a label.
    fn line(&mut self, span: Range<usize>) -> bool {
        let mut any = false;
        let mut at = span.start;
        for piece in self.text[span].split_inclusive(['|', '·', '•']) {
            let start = at;
            at += piece.len();
            let piece = piece.trim_end_matches(['|', '·', '•']);
            let bare = piece.trim_start_matches(['-', ' ', '_']);
            let Some((label, value)) = split_label(bare) else {
                continue;
            };
            any = true;
            let label = label.split(['(', '（']).next().unwrap_or_default();
            self.open = None;
            self.says_work |= says_work(label);
            if let Some(column) = field(label) {
                let value = value.trim_end().trim_end_matches(['_', '\\']);
                if value.is_empty() {
                    self.open = Some(column);
                } else {
                    let from = start + (value.as_ptr() as usize - piece.as_ptr() as usize);
                    self.found.push((column, from..from + value.len()));
                }
            }
        }
        any
    }
}

/// Whether a label says that what is to be done follows.
fn says_work(label: &str) -> bool {
    const WORK: [&str; 24] = [
        "acceptance criteria",
        "assignment",
        "assignments",
        "deliverable",
        "deliverables",
        "implementation",
        "instructions",
        "mission",
        "output",
        "outputs",
        "responsibilities",
        "steps",
        "subtasks",
        "success criteria",
        "success metric",
        "task",
        "tasks",
        "work items",
        "成果物",
        "タスク",
        "任务",
        "tareas",
        "tarefas",
        "aufgaben",
    ];
    let label = label
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    WORK.contains(&label.as_str())
}

/// What a field of a task is about, by its label.
fn field(label: &str) -> Option<Column> {
    match column(label.trim()) {
        Column::Id | Column::Task | Column::Title | Column::Number | Column::Other => None,
        column => Some(column),
    }
}
