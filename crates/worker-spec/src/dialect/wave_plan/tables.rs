//! Tables of tasks, one task a row.

mod named;
mod settled;

use std::borrow::Cow;
use std::collections::HashSet;

use super::cells::{is_nothing, leading_id, plain};
use super::columns::{Column, are_about_tasks, are_of_tasks, columns, names_rows};
use super::diagrams::speaks_of_plan;
use super::known_names::KnownNames;
use super::outline::{Outline, Place, heading, speaks_of_open_points, speaks_of_other};
use super::rows::Row;
use crate::groups::find_groups;
use crate::ids::is_id;
use crate::markdown::{BlockKind, TableRow};
use crate::{Document, EdgeSource, Reference, Status, TaskMentionKind};
use named::name_by_ids;

/// Whether the document holds a table of tasks.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    task_tables(document, outline).next().is_some()
}

/// The rows of all tables of tasks.
pub(super) fn rows(document: &Document, outline: &Outline) -> Vec<Row> {
    task_tables(document, outline)
        .flat_map(|table| table.rows())
        .collect()
}

/// The rows of tables that say more about tasks which are defined elsewhere: `Task | Hours`, each row with the id or the
/// title of one.
pub(super) fn rows_about(document: &Document, outline: &Outline, known: &KnownNames) -> Vec<Row> {
    let about = tables(document, outline, |table| {
        let in_group = table.place.group.is_some();
        !are_of_tasks(&table.columns, in_group, false) && are_about_tasks(&table.columns)
    });
    let mut found = Vec::new();
    for table in about {
        let mut rows = table.rows();
        if rows.len() > 1 && rows.iter().all(|row| known.holds(&row.id)) {
            for row in &mut rows {
                row.kind = TaskMentionKind::Mention;
                row.place.group = None;
                row.title.clear();
                if let Some(id) = known.written(&row.id) {
                    id.clone_into(&mut row.id);
                }
            }
            found.extend(rows);
        }
    }
    found
}

/// A table whose rows are tasks.
struct TaskTable<'d> {
    document: &'d Document,
    columns: Vec<Column>,
    heading: TableRow<'d>,
    rows: Vec<TableRow<'d>>,
    place: Place,
}

fn task_tables<'d>(
    document: &'d Document,
    outline: &'d Outline,
) -> impl Iterator<Item = TaskTable<'d>> {
    let titled = outline.title.as_deref().is_some_and(speaks_of_plan);
    tables(document, outline, move |table| {
        let heading = heading(document, table.place);
        if speaks_of_open_points(heading) || table.names_ranges() {
            return false;
        }
        let in_group = table.place.group.is_some();
        let of_other = speaks_of_other(heading);
        let in_plan = !of_other && (titled || speaks_of_plan(heading));
        are_of_tasks(&table.columns, in_group, in_plan)
            || !of_other && table.lists_tasks(in_plan || in_group)
    })
    .map(TaskTable::with_titles)
}

/// The tables whose columns fit.
fn tables<'d>(
    document: &'d Document,
    outline: &'d Outline,
    fits: impl Fn(&TaskTable<'d>) -> bool + 'd,
) -> impl Iterator<Item = TaskTable<'d>> {
    let mut tables: Vec<TaskTable<'d>> = all_tables(document, outline).collect();
    name_by_ids(&mut tables);
    if are_called_by_group(tables.iter()) {
        for table in &mut tables {
            if table.names_by_group().is_some() {
                let group = table
                    .columns
                    .iter_mut()
                    .find(|column| **column == Column::Group);
                group.into_iter().for_each(|group| *group = Column::Id);
            }
        }
    }
    for table in &mut tables {
        table.settle_groups();
    }
    tables.into_iter().filter(move |table| fits(table))
}

fn all_tables<'d>(
    document: &'d Document,
    outline: &'d Outline,
) -> impl Iterator<Item = TaskTable<'d>> {
    let markdown = document.markdown();
    let blocks = markdown.blocks.iter().zip(&outline.places);
    blocks.filter_map(move |(block, place)| {
        let BlockKind::Table(table) = &block.kind else {
            return None;
        };
        if place.example {
            return None;
        }
        let mut rows = markdown.rows(table);
        let heading = rows.next()?;
        let headings = heading.cells.iter();
        let columns = columns(headings.map(|cell| &document.text()[cell.clone()]));
        let mut table = TaskTable {
            document,
            columns,
            heading,
            rows: rows.collect(),
            place: *place,
        };
        table.count_rows();
        table.settle();
        Some(table)
    })
}

/// Whether columns such as `Track` hold the ids of rows: `5A` and `5B` in one table or another, and a row that needs `5A`.
fn are_called_by_group<'t, 'd: 't>(
    tables: impl Iterator<Item = &'t TaskTable<'d>> + Clone,
) -> bool {
    let names: HashSet<String> = tables
        .clone()
        .filter_map(TaskTable::names_by_group)
        .flatten()
        .collect();
    let mut needs = tables
        .filter_map(|table| table.cells(Column::Dependencies))
        .flatten();
    !names.is_empty()
        && needs.any(|needs| {
            let mut words = needs.split(|c: char| !c.is_alphanumeric() && !"._-".contains(c));
            words.any(|word| names.contains(word))
        })
}

impl<'d> TaskTable<'d> {
    /// What stands in a column of each row.
    fn cells(&self, wanted: Column) -> Option<Vec<String>> {
        let at = self.columns.iter().position(|column| *column == wanted)?;
        let cells = self.rows.iter().filter_map(|row| row.cells.get(at));
        let text = self.document.text();
        Some(
            cells
                .map(|cell| plain(&text[cell.clone()]).into_owned())
                .collect(),
        )
    }

    /// The names in the column that is called after a group, when each row has one of its own there and none elsewhere.
    fn names_by_group(&self) -> Option<Vec<String>> {
        if self.columns.contains(&Column::Id) || !self.columns.contains(&Column::Dependencies) {
            return None;
        }
        let names = self.cells(Column::Group)?;
        let distinct: HashSet<&String> = names.iter().collect();
        (distinct.len() == names.len() && names.iter().all(|name| is_id(name))).then_some(names)
    }

    /// `# | Ticket | What`: numbers that only count the rows are no ids, where another column has an id in each of its
    /// cells and what comes first is not told by the numbers.
    fn count_rows(&mut self) {
        let number = self.columns.iter().position(|column| *column == Column::Id);
        let Some(number) = number.filter(|at| self.all_cells(*at, is_count)) else {
            return;
        };
        let named = (0..self.columns.len()).find(|at| {
            let may_name = match self.columns[*at] {
                Column::Task | Column::Issue | Column::Title => true,
                Column::Other => self.all_cells(*at, is_id),
                _ => false,
            };
            may_name && self.are_ids(*at)
        });
        let Some(named) = named else { return };
        if self.is_told_by(number) {
            return;
        }
        let is_alone = !self.columns.contains(&Column::Task) || self.columns[named] == Column::Task;
        self.columns[number] = Column::Number;
        self.columns[named] = match is_alone {
            true => Column::Task,
            false => Column::Id,
        };
    }

    /// Whether each row has an id of its own at the start of a column, which is more than a number.
    fn are_ids(&self, at: usize) -> bool {
        let mut ids = HashSet::new();
        self.all_cells(at, |cell| {
            leading_id(cell).is_some_and(|(id, _)| {
                id.contains(char::is_alphabetic) && ids.insert(id.to_lowercase())
            })
        })
    }

    /// Whether a row needs, or is needed by, what a column names.
    fn is_told_by(&self, at: usize) -> bool {
        let text = self.document.text();
        let cells = self.rows.iter().filter_map(|row| row.cells.get(at));
        let names: HashSet<String> = cells
            .map(|cell| plain(&text[cell.clone()]).trim_end_matches('.').to_owned())
            .collect();
        let order = [Column::Dependencies, Column::Blocks];
        let cells = order.into_iter().filter_map(|column| self.cells(column));
        cells.flatten().any(|cell| {
            // `ABC-11 (phase 1)` names no row by its number.
            let named = cell.split(['(', '（']).next().unwrap_or_default();
            if find_groups(named).next().is_some() {
                return false;
            }
            let words = named.split(|c: char| !c.is_alphanumeric() && !"._-".contains(c));
            words
                .map(|word| word.trim_matches('.'))
                .any(|word| names.contains(word))
        })
    }

    /// Whether a column says something in each row, and all of it fits.
    fn all_cells(&self, at: usize, mut fits: impl FnMut(&str) -> bool) -> bool {
        let text = self.document.text();
        self.rows.len() > 1
            && self.rows.iter().all(|row| {
                let cell = row.cells.get(at);
                cell.is_some_and(|cell| fits(&plain(&text[cell.clone()])))
            })
    }

    /// `Step | Action`: where the column that names the rows holds nothing but ids, a column of words with any other
    /// name is what they are about.
    fn with_titles(mut self) -> Self {
        let names = [Column::Id, Column::Task];
        let mut naming = (0..self.columns.len()).filter(|at| names.contains(&self.columns[*at]));
        let (Some(id), None) = (naming.next(), naming.next()) else {
            return self;
        };
        let is_id = |cell: &str| is_id(cell.trim_end_matches('.'));
        if self.columns.contains(&Column::Title) || !self.all_cells(id, is_id) {
            return self;
        }
        let text = self.document.text();
        let title = (id + 1..self.columns.len()).find(|at| {
            let heading = &text[self.heading.cells[*at].clone()];
            self.columns[*at] == Column::Other && may_be_title(heading) && self.holds_words(*at)
        });
        if let Some(title) = title {
            self.columns[id] = Column::Id;
            self.columns[title] = Column::Title;
        }
        self
    }

    /// Whether most cells of a column are words, and few of them twice.
    fn holds_words(&self, at: usize) -> bool {
        let text = self.document.text();
        let cells = self.rows.iter().filter_map(|row| row.cells.get(at));
        let words: HashSet<String> = cells
            .map(|cell| plain(&text[cell.clone()]).into_owned())
            .filter(|cell| !is_id(cell) && cell.chars().filter(|c| c.is_alphabetic()).count() > 1)
            .collect();
        words.len() * 2 > self.rows.len()
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.rows.iter().filter_map(|row| self.row(row)).collect();
        // What is to be told of a column is told once, with its heading.
        let unclear = self
            .columns
            .iter()
            .position(|column| *column == Column::Unclear);
        if let (Some(at), Some(row)) = (unclear, rows.first_mut()) {
            row.cells
                .push((Column::Unclear, self.heading.cells[at].clone()));
        }
        rows
    }

    fn row(&self, row: &TableRow<'d>) -> Option<Row> {
        let text = self.document.text();
        let at = |wanted: Column| {
            let index = self.columns.iter().position(|column| *column == wanted)?;
            row.cells.get(index).filter(|cell| !cell.is_empty())
        };
        // A row that nothing else names is called by its issue, or by who does it.
        let has = |wanted: &[Column]| self.columns.iter().any(|column| wanted.contains(column));
        let first = if has(&[Column::Id, Column::Task]) {
            Column::Id
        } else if has(&[Column::Issue]) {
            Column::Issue
        } else {
            Column::Agent
        };
        let order = [first, Column::Task, Column::Title];
        let value = |wanted| {
            at(wanted)
                .map(|cell| plain(&text[cell.clone()]))
                .filter(|value| !value.is_empty())
        };
        let names: Vec<Cow<'d, str>> = order.into_iter().filter_map(value).collect();
        let first = names.first()?;
        if is_total(first) || is_nothing(first) && first != "#" {
            return None;
        }
        let span = order.into_iter().find_map(at)?.clone();
        let rest = |from: usize| names.get(from).map(|name| name.to_string());
        let (id, title, named_by) = if at(order[0]).is_some() {
            (
                first.to_string(),
                rest(1).unwrap_or_default(),
                Reference::Id,
            )
        } else if let Some((id, title)) = leading_id(first) {
            let title = if title.is_empty() {
                rest(1).unwrap_or_default()
            } else {
                title.to_owned()
            };
            (id.to_owned(), title, Reference::Id)
        } else {
            (first.to_string(), first.to_string(), Reference::Words)
        };
        let (id, title) = match leading_id(&id) {
            Some((only, more)) if !more.is_empty() && title.is_empty() => {
                (only.to_owned(), more.to_owned())
            }
            _ => (id, title),
        };
        // `3.` of a list of steps.
        let id = match id.strip_suffix('.').filter(|id| is_id(id)) {
            Some(id) => id.to_owned(),
            None => id,
        };
        let struck = text[span.clone()].trim().starts_with("~~");
        let cells = self.columns.iter().copied().zip(row.cells.iter().cloned());
        Some(Row {
            id,
            is_scoped: false,
            named_by,
            aliases: Vec::new(),
            title,
            place: self.place,
            kind: TaskMentionKind::Definition,
            status: struck.then_some(Status::Deferred),
            estimate: None,
            agent: None,
            complexity: None,
            parallel: false,
            stated_in: EdgeSource::Table,
            cells: cells
                .filter(|(column, _)| *column != order[0] || order[0] != Column::Agent)
                .filter(|(column, _)| *column != Column::Unclear)
                .collect(),
            tail: None,
            span,
        })
    }
}

/// Whether a column of words may say what the rows are about, and is not a mark or a place of them.
fn may_be_title(heading: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "area",
        "branch",
        "category",
        "command",
        "component",
        "link",
        "pr",
        "skill",
        "test",
        "tests",
        "type",
        "url",
    ];
    let name = plain(heading).to_lowercase();
    names_rows(heading) && !OTHERS.contains(&name.as_str())
}

/// A number that counts rows: `3`, `3.`.
fn is_count(cell: &str) -> bool {
    let digits = cell.strip_suffix('.').unwrap_or(cell);
    !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_total(cell: &str) -> bool {
    matches!(
        cell.to_lowercase().as_str(),
        "total"
            | "totals"
            | "sum"
            | "subtotal"
            | "overall"
            | "..."
            | "…"
            | "合計"
            | "합계"
            | "总计"
    )
}
