//! Tables of groups, one a row, with the ids of their tasks: `| Batch 1 - Valley | BELL-001 to BELL-012 | 12 |`.

use std::collections::HashSet;

use super::cells::{is_nothing, plain};
use super::columns::{Column, are_of_tasks, columns};
use super::group_heading::group_heading;
use super::known_names::KnownNames;
use super::numbered::numbered;
use super::outline::Outline;
use crate::groups::{find_groups, group_id};
use crate::ids::find_ids;
use crate::markdown::{BlockKind, TableRow};
use crate::{Code, Diagnostic, Document, Fragment, Group, GroupKind, TaskMention, TaskMentionKind};

/// Whether the document holds such a table.
pub(super) fn are_there(document: &Document, outline: &Outline) -> bool {
    tables(document, outline).next().is_some()
}

/// Reads all such tables. Tasks that other places have put into groups of the same kind stay where they are.
pub(super) fn read(
    document: &Document,
    outline: &Outline,
    fragment: &mut Fragment,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for table in tables(document, outline) {
        let grouped: HashSet<GroupKind> = fragment
            .tasks
            .iter()
            .flat_map(|task| task.groups.iter().map(|group| GroupKind::of_id(group)))
            .collect();
        let first = table.rows.iter().find_map(|row| table.group(row));
        let known = first.is_none_or(|(group, _)| grouped.contains(&group.kind));
        if !known {
            table.read(fragment, diagnostics);
        }
        if fragment.tasks.len() > super::MOST_MENTIONS {
            return;
        }
    }
}

struct GroupTable<'d> {
    document: &'d Document,
    columns: Vec<Column>,
    rows: Vec<TableRow<'d>>,
    group: usize,
    /// What the groups are, where their cells hold nothing but numbers.
    kind: Option<String>,
    members: usize,
    count: Option<usize>,
}

fn tables<'d>(
    document: &'d Document,
    outline: &'d Outline,
) -> impl Iterator<Item = GroupTable<'d>> {
    let markdown = document.markdown();
    let blocks = markdown.blocks.iter().zip(&outline.places);
    blocks.filter_map(move |(block, place)| {
        let BlockKind::Table(table) = &block.kind else {
            return None;
        };
        let mut rows = markdown.rows(table);
        let heading = rows.next()?;
        let names: Vec<&str> = heading
            .cells
            .iter()
            .map(|cell| &document.text()[cell.clone()])
            .collect();
        let columns = columns(names.iter().copied());
        if place.example || place.deferred || are_of_tasks(&columns, false, false) {
            return None;
        }
        let rows: Vec<TableRow<'d>> = rows.collect();
        let most = |at: usize, fits: fn(&str) -> bool| {
            let cells = rows.iter().filter_map(|row| row.cells.get(at));
            let texts = cells.map(|cell| &document.text()[cell.clone()]);
            let filled: Vec<&str> = texts.filter(|text| !is_nothing(text)).collect();
            let count = filled.iter().filter(|text| fits(text)).count();
            count > 0 && count * 2 > filled.len()
        };
        let is_kind = |at: &usize| columns[*at] == Column::Group && most(*at, is_bare_number);
        let named = (0..names.len()).find(|at| most(*at, is_group));
        let group = named.or_else(|| (0..names.len()).find(is_kind))?;
        let kind = named.is_none().then(|| plain(names[group]).into_owned());
        let members = (0..names.len()).find(|at| {
            *at != group
                && !matches!(
                    columns[*at],
                    Column::Dependencies
                        | Column::Blocks
                        | Column::Model
                        | Column::Agent
                        | Column::Owner
                )
                && most(*at, begins_with_ids)
        })?;
        let count = (0..names.len()).find(|at| {
            let name = names[*at].to_lowercase();
            let counts = ["count", "tasks", "workers", "number", "size", "数"]
                .iter()
                .any(|word| name.contains(word));
            *at != members && counts && most(*at, |text| plain(text).parse::<usize>().is_ok())
        });
        Some(GroupTable {
            document,
            columns,
            rows,
            group,
            kind,
            members,
            count,
        })
    })
}

fn is_bare_number(cell: &str) -> bool {
    let cell = plain(cell);
    !cell.is_empty() && cell.len() < 4 && cell.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_group(cell: &str) -> bool {
    group_heading(&plain(cell)).is_some()
}

/// Whether a cell is ids, or ranges of them, and nothing else.
fn begins_with_ids(cell: &str) -> bool {
    let cell = plain(cell);
    let mut rest = cell.to_string();
    let mut any = false;
    let mut take = |span: std::ops::Range<usize>| {
        any = true;
        rest.replace_range(span.clone(), &" ".repeat(span.len()));
    };
    let ids: Vec<_> = find_ids(&cell).collect();
    for id in ids
        .iter()
        .filter(|id| !id.first.contains('.') || id.last.is_some())
    {
        take(id.span());
    }
    numbered(&cell, &KnownNames::default(), None, |span, _| take(span));
    any && rest
        .split(|c: char| !c.is_alphanumeric())
        .all(|word| matches!(word, "" | "and" | "to" | "through"))
}

impl GroupTable<'_> {
    fn cell(&self, row: &TableRow<'_>, at: usize) -> Option<(&str, std::ops::Range<usize>)> {
        let span = row.cells.get(at)?.clone();
        let text = &self.document.text()[span.clone()];
        (!is_nothing(text)).then_some((text, span))
    }

    /// The group of a row, and where the row names it.
    fn group(&self, row: &TableRow<'_>) -> Option<(Group, std::ops::Range<usize>)> {
        let (cell, span) = self.cell(row, self.group)?;
        let mut name = plain(cell).into_owned();
        if let Some(kind) = &self.kind {
            name = format!("{kind} {name}");
        }
        let heading = group_heading(&name)?;
        let mut group = Group::new(heading.id, self.document.location(span.clone()));
        group.title = heading.title.to_owned();
        let counted = self.count.and_then(|at| self.cell(row, at));
        group.stated_tasks = counted.and_then(|(cell, _)| plain(cell).parse().ok());
        for (at, wanted) in self.columns.iter().enumerate() {
            if *wanted != Column::Dependencies || at == self.members {
                continue;
            }
            let before = self.cell(row, at).map_or("", |(cell, _)| cell);
            for named in find_groups(before) {
                let ids = named.numbers().into_iter();
                let ids = ids.map(|number| group_id(named.kind, &number));
                group.prerequisites.extend(ids.filter(|id| *id != group.id));
            }
        }
        Some((group, span))
    }

    fn read(&self, fragment: &mut Fragment, diagnostics: &mut Vec<Diagnostic>) {
        for row in &self.rows {
            let (Some((group, _)), Some((cell, span))) =
                (self.group(row), self.cell(row, self.members))
            else {
                continue;
            };
            let mut add = |name: String, place: std::ops::Range<usize>| {
                let place = span.start + place.start..span.start + place.end;
                let location = self.document.location(place);
                let mut mention = TaskMention::new(name, TaskMentionKind::Mention, location);
                mention.groups.push(group.id.clone());
                fragment.tasks.push(mention);
            };
            let mut bad = Vec::new();
            let ids: Vec<_> = find_ids(cell).collect();
            for range in &ids {
                if range.len().is_none() {
                    bad.push(range.span());
                }
                for id in range.ids() {
                    add(id, range.span());
                }
            }
            if ids.is_empty() {
                numbered(
                    cell,
                    &KnownNames::default(),
                    None,
                    |place, name| match name {
                        Ok(name) => add(name, place),
                        Err(_) => bad.push(place),
                    },
                );
            }
            for place in bad {
                let written = cell[place.clone()].to_owned();
                diagnostics.push(
                    Diagnostic::error(Code::BAD_RANGE, format!("`{written}` is no range of ids"))
                        .at(self
                            .document
                            .location(span.start + place.start..span.start + place.end))
                        .help("a range counts up within one series, such as `WORKER_001-018`"),
                );
            }
            fragment.groups.push(group);
            if fragment.tasks.len() > super::MOST_MENTIONS {
                return;
            }
        }
    }
}
