//! Deliverables in a table.

use super::label::{LabelWords, Wish};
use super::path_list::listed_paths;
use super::{Named, named_in_cell};
use crate::markdown::Table;
use crate::{Action, Document};

/// What a table names: the paths of the column that is headed as one of files, with what the row's column of actions
/// says; without such a column, every cell that is a path.
pub(super) fn read_table<'d>(document: &'d Document, table: &Table) -> Vec<Named<'d>> {
    let text = document.text();
    let mut rows = document.markdown().rows(table);
    let Some(heading) = rows.next() else {
        return Vec::new();
    };
    let headed = |wanted: fn(&LabelWords) -> bool| {
        heading
            .cells
            .iter()
            .position(|cell| wanted(&LabelWords::of(&text[cell.clone()])))
    };
    let files = headed(|words| words.file && !words.aside);
    let actions = heading.cells.iter().position(|cell| {
        ["action", "change", "operation", "what"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(text[cell.clone()].trim_matches('*')))
    });
    let mut found = Vec::new();
    for row in rows {
        let cell = |at: Option<usize>| {
            at.and_then(|at| row.cells.get(at))
                .map(|cell| &text[cell.clone()])
        };
        match cell(files) {
            Some(paths) => {
                let wish = cell(actions).and_then(|action| LabelWords::of(action).wish());
                let paths = listed_paths(paths);
                if !paths.is_empty() {
                    let wish = wish.unwrap_or(Wish::Write(Action::default()));
                    found.push(Named::Files {
                        paths,
                        wish,
                        placed: true,
                    });
                }
            }
            None => found.extend(
                row.cells
                    .iter()
                    .filter_map(|cell| named_in_cell(&text[cell.clone()])),
            ),
        }
    }
    found
}
