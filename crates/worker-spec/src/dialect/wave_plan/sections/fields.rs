//! What a section says of its task: labelled lines, and lists below a label.

use std::ops::Range;

use super::super::columns::{Column, column};
use super::super::task_names::{Form, task_name};
use crate::dialect::written_paths::{
    labels_written, says_written, scopes_paths, written, written_by_verb,
};
use crate::label::split_label;
use crate::markdown::{Block, BlockKind};

/// The fields of a section: labelled lines, and lists below a label.
pub(in crate::dialect::wave_plan) struct Fields<'t> {
    text: &'t str,
    pub(in crate::dialect::wave_plan) found: Vec<(Column, Range<usize>)>,
    /// The field whose value goes on below.
    open: Option<Column>,
    /// Whether a label says that what is to be done follows.
    pub(super) says_work: bool,
    /// How many items of lists begin with the name of a task.
    pub(super) named_tasks: usize,
    /// How many of these begin with an id of a series.
    pub(super) with_series: usize,
}

impl<'t> Fields<'t> {
    pub(in crate::dialect::wave_plan) fn new(text: &'t str) -> Self {
        Fields {
            text,
            found: Vec::new(),
            open: None,
            says_work: false,
            named_tasks: 0,
            with_series: 0,
        }
    }

    /// A heading inside the section: `#### Dependencies`, or a field itself: `### **Time:** 4h`.
    pub(super) fn heading(&mut self, span: Range<usize>) {
        let text = self.text[span.clone()].trim_matches(|c: char| c == ':' || c.is_whitespace());
        self.open = None;
        if !self.line(span) {
            self.open = field(text);
            self.says_work |= says_work(text);
        }
    }

    pub(super) fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph { text } => self.lines(text.clone()),
            BlockKind::Item(item) => {
                self.says_work |= item.checkbox.is_some();
                let named = task_name(&self.text[item.text.clone()]).map(|name| name.form);
                let is_task = matches!(
                    named,
                    Some(Form::Issue | Form::Series(_) | Form::Kind("issue" | "task"))
                );
                self.named_tasks += usize::from(is_task);
                self.with_series += usize::from(matches!(named, Some(Form::Series(_))));
                self.lines(item.text.clone());
            }
            BlockKind::Fence(fence) => {
                let info = self.text[fence.info.clone()].trim();
                if ["yaml", "yml"]
                    .iter()
                    .any(|kind| info.eq_ignore_ascii_case(kind))
                {
                    let order = super::fenced_order::of_yaml(self.text, block.span.clone());
                    self.found.extend(order);
                }
                self.open = None;
            }
            _ => self.open = None,
        }
    }

    pub(in crate::dialect::wave_plan) fn lines(&mut self, span: Range<usize>) {
        let mut at = span.start;
        for line in self.text[span].split_inclusive('\n') {
            let here = at..at + line.trim_end().len();
            at += line.len();
            if self.line(here.clone()) || here.is_empty() {
                continue;
            }
            // What stands below no label may still say what comes first, or what is written.
            self.found
                .push((self.open.unwrap_or(Column::Notes), here.clone()));
            if self.open.is_none() {
                self.sentences_of_writing(here);
            }
        }
    }

    /// "Update `src/a.py` and add `src/b.py`."
    fn sentences_of_writing(&mut self, span: Range<usize>) {
        let mut at = span.start;
        for sentence in self.text[span].split_inclusive(". ") {
            let start = at;
            at += sentence.len();
            if says_written(sentence) {
                let places = written_by_verb(sentence).into_iter();
                let claims = places.map(|place| start + place.start..start + place.end);
                self.found
                    .extend(claims.map(|place| (Column::Claims, place)));
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
            if labels_written(label, self.open == Some(Column::Claims)) {
                let from = start + (value.as_ptr() as usize - piece.as_ptr() as usize);
                let claims = written(value, true).into_iter();
                let claims = claims.map(|place| from + place.start..from + place.end);
                self.found
                    .extend(claims.map(|place| (Column::Claims, place)));
                // What stands below is written too, and so is the next file of the list around.
                if value.is_empty() {
                    self.open = Some(Column::Claims);
                }
                continue;
            }
            self.open = None;
            self.says_work |= says_work(label);
            let scoped = scopes_paths(label, value).then_some(Column::Claims);
            if let Some(column) = scoped.or_else(|| field(label)) {
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
    const WORK: [&str; 26] = [
        "acceptance criteria",
        "assignment",
        "assignments",
        "deliverable",
        "deliverables",
        "changes",
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
        "変更内容",
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
pub(super) fn field(label: &str) -> Option<Column> {
    match column(label.trim()) {
        Column::Id | Column::Task | Column::Title | Column::Number | Column::Other => None,
        column => Some(column),
    }
}
