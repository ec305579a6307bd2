//! By which column the rows of a table are named, where its heading does not say `ID`.

use std::collections::{HashMap, HashSet};

use super::super::cells::{is_nothing, plain};
use super::super::columns::{Column, is_word_for_tasks};
use super::TaskTable;
use crate::groups::find_groups;
use crate::ids::{find_ids, is_id};

/// Takes a column for that of the ids in tables that have none beside their tasks: `Agent ID`, `Nr. | Agent`.
///
/// Tables of the same headings are looked at together. Each cell of such a column has an id of its own, and either the heading
/// says that these are ids, or a row waits for one of them, or they are all of one series (`Agent-1`, `Agent-2`).
pub(super) fn name_by_ids(tables: &mut [TaskTable<'_>]) {
    let mut alike: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
    for (at, table) in tables.iter().enumerate() {
        if !table.columns.contains(&Column::Id)
            && table.columns.contains(&Column::Task)
            && table.columns.contains(&Column::Dependencies)
        {
            alike.entry(table.headings()).or_default().push(at);
        }
    }
    for (headings, places) in alike {
        let found = (0..headings.len())
            .find(|column| are_ids(tables, &places, *column, &headings[*column]));
        let Some(column) = found else { continue };
        for at in places {
            tables[at].columns[column] = Column::Id;
        }
    }
}

fn are_ids(tables: &[TaskTable<'_>], places: &[usize], column: usize, heading: &str) -> bool {
    let meant = tables[places[0]].columns[column];
    if !matches!(meant, Column::Agent | Column::Owner | Column::Other) {
        return false;
    }
    let mut ids: HashSet<String> = HashSet::new();
    for table in places.iter().map(|at| &tables[*at]) {
        for cell in table.cells_at(column) {
            let name = plain(cell);
            if !is_id(&name) || !ids.insert(name.to_lowercase()) {
                return false;
            }
        }
    }
    let says_id = || {
        let words = [" id", " #", " no", " no.", " nr", " nr.", "-id", "-nr"];
        words.iter().any(|word| heading.ends_with(word))
    };
    let of_one_series = || {
        let series = |id: &String| id.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let all: HashSet<String> = ids.iter().map(series).collect();
        meant == Column::Agent && all.len() == 1 && !all.contains("")
    };
    let is_told = || {
        let needs = places
            .iter()
            .filter_map(|at| tables[*at].cells(Column::Dependencies));
        let mut words = needs.flatten().flat_map(|cell| {
            let words = cell.split(|c: char| !c.is_alphanumeric() && !"._-".contains(c));
            words.map(str::to_lowercase).collect::<Vec<_>>()
        });
        words.any(|word| ids.contains(&word))
    };
    ids.len() > 1 && (says_id() || is_told() || of_one_series())
}

impl TaskTable<'_> {
    /// The headings in lower case.
    fn headings(&self) -> Vec<String> {
        let headings = (0..self.columns.len()).map(|at| plain(self.heading_of(at)).to_lowercase());
        headings.collect()
    }

    /// Whether the rows are named by ranges of ids, `1.1–1.6`: then they are groups of tasks, and no tasks.
    pub(super) fn names_ranges(&self) -> bool {
        let names = [Column::Id, Column::Task, Column::Issue, Column::Agent];
        let naming = names
            .iter()
            .find_map(|name| self.columns.iter().position(|column| column == name));
        naming.is_some_and(|at| {
            let cells = || self.cells_at(at).filter(|cell| !is_nothing(cell));
            let ranges = cells().filter(|cell| is_range(&plain(cell))).count();
            ranges > 0 && ranges * 2 > cells().count()
        })
    }

    /// Whether a table without anything that only tasks have still lists them: a column of ids beside one that is called `Task`,
    /// or phases beside tasks with their state. Where nothing around speaks of a plan, the ids have to be more than a count.
    pub(super) fn lists_tasks(&self, in_plan: bool) -> bool {
        let at = |wanted: Column| self.columns.iter().position(|column| *column == wanted);
        let Some(task) = at(Column::Task).filter(|at| is_word_for_tasks(self.heading_of(*at)))
        else {
            return false;
        };
        let has_phase = || {
            let groups = |column: &Column| matches!(column, Column::Group | Column::GroupOf(_));
            in_plan && self.columns.iter().any(groups) && at(Column::Status).is_some()
        };
        let Some(id) = at(Column::Id) else {
            return has_phase();
        };
        let ids: Vec<String> = self
            .cells_at(id)
            .map(|cell| plain(cell).trim_end_matches('.').to_lowercase())
            .filter(|id| !id.is_empty())
            .collect();
        let distinct: HashSet<&String> = ids.iter().collect();
        let is_count = |id: &String| id.bytes().all(|byte| byte.is_ascii_digit());
        let are_ids = ids.iter().filter(|id| is_id(id)).count() * 4 >= ids.len() * 3;
        let is_filled = self.cells_at(task).all(|cell| !is_nothing(cell));
        are_ids
            && is_filled
            && distinct.len() == ids.len()
            && !ids.is_empty()
            && (in_plan || ids.len() > 1 && !ids.iter().any(is_count))
    }

    /// `Phase | Task` with `2A` in a row: the numbers count what the heading names.
    pub(super) fn settle_groups(&mut self) {
        let Some(at) = self
            .columns
            .iter()
            .position(|column| *column == Column::Group)
        else {
            return;
        };
        let is_number = |cell: &str| {
            let cell = plain(cell);
            let bare = cell
                .strip_suffix(|c: char| c.is_ascii_alphabetic())
                .unwrap_or(&cell);
            bare.len() < 4
                && bare.starts_with(|c: char| c.is_ascii_digit())
                && bare
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
        };
        if !self
            .cells_at(at)
            .all(|cell| is_nothing(cell) || is_number(cell))
        {
            return;
        }
        let heading = format!("{} 1", plain(self.heading_of(at)));
        let kind = find_groups(&heading).next().map(|group| group.kind);
        if let Some(kind) = kind {
            self.columns[at] = Column::GroupOf(kind);
        }
    }
}

/// A range of ids and nothing else: `T1-T4`, `1.1–1.6`.
fn is_range(cell: &str) -> bool {
    let by_id = || {
        let mut ids = find_ids(cell);
        let first = ids.next();
        first.is_some_and(|id| id.last.is_some() && id.span() == (0..cell.len()))
    };
    // `1-2` may be an id itself.
    let by_number = || {
        let dashes = [('–', false), ('—', false), ('-', true)];
        let split = dashes
            .iter()
            .find_map(|(dash, dotted)| Some((cell.split_once(*dash)?, *dotted)));
        let is_number = |text: &str, dotted: bool| {
            text.starts_with(|c: char| c.is_ascii_digit())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
                && (!dotted || text.contains('.'))
        };
        split.is_some_and(|((first, last), dotted)| {
            is_number(first.trim(), dotted) && is_number(last.trim(), dotted)
        })
    };
    by_id() || by_number()
}
