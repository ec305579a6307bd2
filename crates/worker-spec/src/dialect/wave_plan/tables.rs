//! Tables of tasks, one task a row.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cells::{
    self, estimate, is_nothing, issue_numbers, leading_id, own_issue, pieces, plain,
};
use super::columns::{Column, are_of_tasks, column};
use super::dependencies::{KnownNames, Named, read_cell};
use super::group_heading::group_heading;
use super::outline::{Outline, Place};
use crate::ids::is_id;
use crate::markdown::{BlockKind, TableRow};
use crate::path::{PathFault, normal_path, with_slashes};
use crate::tokens::parse_tokens;
use crate::{
    Code, Diagnostic, Document, EdgeMention, EdgeSource, Fragment, GroupDependency, Reference,
    Status, TaskMention, TaskMentionKind,
};

/// Whether the document holds a table of tasks.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    task_tables(document, outline).next().is_some()
}

/// Reads all tables of tasks.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for table in task_tables(document, outline) {
        table.rows(&mut rows);
    }
    scope_repeated_ids(&mut rows);
    let mut known = KnownNames::default();
    for row in &rows {
        known.add(&row.id);
        known.add(&row.title);
    }
    let in_groups: HashSet<String> = rows
        .iter()
        .filter(|row| row.place.group.is_some())
        .map(|row| row.id.to_lowercase())
        .collect();
    let scoped: HashSet<String> = rows
        .iter()
        .filter_map(|row| row.scoped_id(outline))
        .collect();
    for row in &rows {
        let mut reader = Reader {
            document,
            row,
            scoped: &scoped,
            diagnostics: &mut *diagnostics,
        };
        let mut mention = reader.mention(outline, &known, &mut fragment.edges);
        // A table outside of all groups is a survey of what the groups define.
        if row.place.group.is_none() && in_groups.contains(&row.id.to_lowercase()) {
            mention.kind = TaskMentionKind::Mention;
        }
        fragment.tasks.push(mention);
    }
}

/// A table whose rows are tasks.
struct TaskTable<'d> {
    document: &'d Document,
    columns: Vec<Column>,
    rows: Vec<TableRow<'d>>,
    place: Place,
}

/// A row that is a task.
struct Row<'d> {
    id: String,
    /// Whether the id starts again in every group, and so has to be told from that of another group.
    is_scoped: bool,
    named_by: Reference,
    title: String,
    place: Place,
    columns: Vec<Column>,
    cells: &'d [Range<usize>],
    /// The cell that names the task.
    span: Range<usize>,
}

fn task_tables<'d>(
    document: &'d Document,
    outline: &'d Outline,
) -> impl Iterator<Item = TaskTable<'d>> {
    let markdown = document.markdown();
    markdown
        .blocks
        .iter()
        .zip(&outline.places)
        .filter_map(move |(block, place)| {
            let BlockKind::Table(table) = &block.kind else {
                return None;
            };
            if place.example {
                return None;
            }
            let mut rows = markdown.rows(table);
            let heading = rows.next()?;
            let columns: Vec<Column> = heading
                .cells
                .iter()
                .map(|cell| column(&document.text()[cell.clone()]))
                .collect();
            are_of_tasks(&columns, place.group.is_some()).then(|| TaskTable {
                document,
                columns,
                rows: rows.collect(),
                place: *place,
            })
        })
}

impl<'d> TaskTable<'d> {
    fn rows(&self, rows: &mut Vec<Row<'d>>) {
        for row in &self.rows {
            rows.extend(self.row(row));
        }
    }

    fn row(&self, row: &TableRow<'d>) -> Option<Row<'d>> {
        let text = self.document.text();
        let at = |wanted: Column| {
            let index = self.columns.iter().position(|column| *column == wanted)?;
            row.cells.get(index).filter(|cell| !cell.is_empty())
        };
        // A row that nothing else names is called by its issue.
        let has_name = self
            .columns
            .iter()
            .any(|column| matches!(column, Column::Id | Column::Task));
        let first = if has_name { Column::Id } else { Column::Issue };
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
        Some(Row {
            id,
            is_scoped: false,
            named_by,
            title,
            place: self.place,
            columns: self.columns.clone(),
            cells: row.cells,
            span,
        })
    }
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

/// An id that starts again in every group (`1`, `A`) becomes `wave-2/1`, when the rows are about different things.
fn scope_repeated_ids(rows: &mut [Row<'_>]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut repeated: Vec<usize> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let known = *first.entry(row.id.to_lowercase()).or_insert(index);
        let other = &rows[known];
        if known != index
            && other.place.group != row.place.group
            && other.title != row.title
            && row.place.group.is_some()
        {
            repeated.push(index);
        }
    }
    for index in repeated {
        let row = &mut rows[index];
        // A long id means one thing wherever it stands; to say two things about it is for merging to tell.
        if row.id.chars().count() <= 3 {
            row.is_scoped = true;
        }
    }
}

impl Row<'_> {
    fn scoped_id(&self, outline: &Outline) -> Option<String> {
        let group = outline.group_id(self.place)?;
        self.is_scoped.then(|| format!("{group}/{}", self.id))
    }
}

struct Reader<'r, 'd> {
    document: &'d Document,
    row: &'r Row<'d>,
    scoped: &'r HashSet<String>,
    diagnostics: &'r mut Vec<Diagnostic>,
}

impl<'d> Reader<'_, 'd> {
    fn mention(
        &mut self,
        outline: &Outline,
        known: &KnownNames,
        edges: &mut Vec<EdgeMention>,
    ) -> TaskMention {
        let row = self.row;
        let location = self.document.location(row.span.clone());
        let group = outline.group_id(row.place).map(str::to_owned);
        let id = row.scoped_id(outline).unwrap_or_else(|| row.id.clone());
        let mut mention = TaskMention::new(id, TaskMentionKind::Definition, location);
        mention.named_by = row.named_by;
        mention.title = (!row.title.is_empty()).then(|| row.title.clone());
        mention.groups.extend(group);
        if row.place.deferred {
            mention.status = Some(Status::Deferred);
        }
        for (column, span) in row.columns.iter().zip(row.cells) {
            self.cell(*column, span.clone(), &mut mention, known, edges);
        }
        mention
    }

    fn cell(
        &mut self,
        column: Column,
        span: Range<usize>,
        mention: &mut TaskMention,
        known: &KnownNames,
        edges: &mut Vec<EdgeMention>,
    ) {
        let cell = &self.document.text()[span.clone()];
        match column {
            Column::Dependencies | Column::Blocks => {
                self.dependencies(column, span, mention, known, edges)
            }
            Column::Status => {
                if mention.status.is_none() {
                    mention.status = cells::status(cell);
                }
            }
            Column::Id | Column::Task
                if mention.status.is_none() && cells::status(cell) == Some(Status::Done) =>
            {
                mention.status = Some(Status::Done);
            }
            _ if is_nothing(cell) => {}
            Column::Issue => {
                let issue = own_issue(cell);
                mention
                    .aliases
                    .extend(issue.filter(|issue| *issue != mention.id));
            }
            Column::Task | Column::Title => {
                // "Build it (#12)": only when it is the only number there.
                let mut issues = issue_numbers(cell);
                if let (Some(issue), None) = (issues.next(), issues.next())
                    && !is_id(&plain(cell))
                    && !cell.to_lowercase().contains("part of")
                {
                    mention.aliases.push(issue.to_owned());
                }
            }
            Column::Model => mention.model = Some(plain(cell).into_owned()),
            Column::Complexity => mention.complexity = Some(plain(cell).into_owned()),
            Column::Claims => self.claims(span, mention),
            Column::Tokens => match parse_tokens(&plain(cell)) {
                Some(tokens) => mention.tokens = Some(tokens),
                None => self.bad_value("amount of tokens", span),
            },
            Column::Estimate(unit) => match estimate(cell, unit) {
                Some(duration) => mention.estimate = Some(duration),
                None if is_size(&plain(cell)) => {
                    mention.complexity = Some(plain(cell).into_owned())
                }
                None => self.bad_value("duration", span),
            },
            Column::Group => {
                if let Some(group) = group_heading(&plain(cell)) {
                    mention.groups = vec![group.id];
                }
            }
            Column::Id | Column::Other => {}
        }
    }

    fn bad_value(&mut self, what: &str, span: Range<usize>) {
        let written = plain(&self.document.text()[span.clone()]).into_owned();
        self.diagnostics.push(
            Diagnostic::warning(
                Code::BAD_VALUE,
                format!("`{}` is no {what}", written.escape_debug()),
            )
            .at(self.document.location(span))
            .help("write an amount with its unit, such as `4h`, `30 min` or `15K`"),
        );
    }

    fn claims(&mut self, span: Range<usize>, mention: &mut TaskMention) {
        let cell = &self.document.text()[span.clone()];
        for piece in pieces(cell) {
            let written = plain(&cell[piece.clone()]).into_owned();
            let path = claimed_path(&written);
            match normal_path(path) {
                Ok(path) if !mention.claims.contains(&path) => mention.claims.push(path),
                Ok(_) => {}
                Err(fault) => {
                    let start = span.start + piece.start;
                    let mut diagnostic = Diagnostic::warning(
                        Code::FORBIDDEN_PATH,
                        format!("`{}` {}", written.escape_debug(), fault.why()),
                    )
                    .at(self.document.location(start..start + piece.len()))
                    .help("claim paths below the root of the work");
                    let mended = with_slashes(path).filter(|_| fault == PathFault::Backslash);
                    // The path stands in the cell as it is, but for marks of code around it.
                    if let (Some(mended), Some(at)) = (mended, cell[piece.clone()].find(path)) {
                        let place = start + at..start + at + path.len();
                        diagnostic = diagnostic
                            .help(format!("write `{mended}`"))
                            .fix(self.document.location(place), mended);
                    }
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }

    fn dependencies(
        &mut self,
        column: Column,
        span: Range<usize>,
        mention: &mut TaskMention,
        known: &KnownNames,
        edges: &mut Vec<EdgeMention>,
    ) {
        // What a row blocks is often only the opposite column once more, and seldom whole.
        if column == Column::Blocks && self.row.columns.contains(&Column::Dependencies) {
            return;
        }
        let cell = &self.document.text()[span.clone()];
        for (piece, named) in read_cell(cell, known) {
            let location = self
                .document
                .location(span.start + piece.start..span.start + piece.end);
            match named {
                Named::Task {
                    name,
                    reference,
                    kind,
                } => {
                    let name = self.scoped(name, mention);
                    let (from, to) = match column {
                        Column::Blocks => (mention.id.clone(), name),
                        _ => (name, mention.id.clone()),
                    };
                    let reference = if self.row.named_by == Reference::Words {
                        Reference::Words
                    } else {
                        reference
                    };
                    edges.push(EdgeMention {
                        from,
                        to,
                        reference,
                        kind,
                        stated_in: EdgeSource::Table,
                        location,
                    });
                }
                Named::Group(name) if column == Column::Dependencies => {
                    mention.depends_on_groups.push(GroupDependency {
                        name,
                        groups: Vec::new(),
                        location,
                    });
                }
                Named::Group(_) => {}
                Named::BadRange(text) => self.diagnostics.push(
                    Diagnostic::error(Code::BAD_RANGE, format!("`{text}` is no range of ids"))
                        .at(location)
                        .help("a range counts up within one series, such as `T001-T009`"),
                ),
            }
        }
    }

    /// A name that means a row of the same group, when ids start again in every group.
    fn scoped(&self, name: String, mention: &TaskMention) -> String {
        let own = mention
            .groups
            .first()
            .map(|group| format!("{group}/{name}"));
        own.filter(|own| self.scoped.contains(own)).unwrap_or(name)
    }
}

/// What a piece of a cell claims: a path without a remark behind it; of a pattern (`src/auth/*.py`) the folder.
fn claimed_path(piece: &str) -> &str {
    let path = piece.split(" (").next().unwrap_or_default().trim();
    let Some(pattern) = path.find(['*', '?', '{']) else {
        return path;
    };
    match path[..pattern].rfind('/') {
        Some(slash) => &path[..=slash],
        None => path,
    }
}

fn is_size(cell: &str) -> bool {
    matches!(
        cell.to_lowercase().as_str(),
        "xs" | "s" | "m" | "l" | "xl" | "xxl" | "small" | "medium" | "large"
    )
}
