//! What columns mean that their headings leave open, by what stands in them.

use std::collections::HashSet;

use super::super::cells::{is_nothing, pieces, plain};
use super::super::columns::{Column, may_be_estimate, names_rows};
use super::{TaskTable, leading_id};
use crate::duration::parse_duration;

impl TaskTable<'_> {
    /// Settles what cells tell better than headings.
    pub(super) fn settle(&mut self) {
        self.settle_estimates();
        if let Some(at) = self.unclear_order() {
            self.columns[at] = Column::Unclear;
        }
    }

    /// `Time | Duration`: of several columns of estimates those without any duration are about something else; and "Срок" is
    /// an estimate where each of its cells is one.
    fn settle_estimates(&mut self) {
        for at in 0..self.columns.len() {
            if self.columns[at] == Column::Other
                && may_be_estimate(self.heading_of(at))
                && self.share_of_durations(at) == (true, true)
            {
                self.columns[at] = Column::Estimate(None);
            }
        }
        let is_estimate = |column: &Column| matches!(column, Column::Estimate(_));
        let estimates: Vec<usize> = (0..self.columns.len())
            .filter(|at| is_estimate(&self.columns[*at]))
            .collect();
        if estimates.len() < 2 {
            return;
        }
        let holds = |at: &&usize| {
            self.columns[**at] != Column::Estimate(None) || self.share_of_durations(**at).0
        };
        let held: Vec<usize> = estimates.iter().filter(holds).copied().collect();
        if !held.is_empty() {
            for at in estimates.into_iter().filter(|at| !held.contains(at)) {
                self.columns[at] = Column::Other;
            }
        }
    }

    /// Whether some cells of a column hold durations, and whether no cell holds anything else.
    fn share_of_durations(&self, at: usize) -> (bool, bool) {
        let (mut some, mut only) = (false, true);
        for cell in self.cells_at(at) {
            if !is_nothing(cell) {
                let is_one = parse_duration(&plain(cell)).is_some();
                some |= is_one;
                only &= is_one;
            }
        }
        (some, only)
    }

    /// A column that nobody knows and that holds ids of other rows wherever it holds anything, in a table that says nothing else
    /// about order.
    fn unclear_order(&self) -> Option<usize> {
        let order = [Column::Dependencies, Column::Blocks, Column::Notes];
        if self.columns.iter().any(|column| order.contains(column)) {
            return None;
        }
        let names = [Column::Id, Column::Task];
        let naming = self
            .columns
            .iter()
            .position(|column| names.contains(column))?;
        let ids: Vec<String> = self.cells_at(naming).map(id_of).collect::<Option<_>>()?;
        let known: HashSet<&str> = ids.iter().map(String::as_str).collect();
        if known.len() < ids.len() {
            return None;
        }
        (0..self.columns.len()).find(|at| {
            self.columns[*at] == Column::Other
                && names_rows(self.heading_of(*at))
                && !is_of_other_relation(self.heading_of(*at))
                && self.names_others(*at, &ids, &known)
        })
    }

    /// Whether a column holds ids of other rows, or nothing. Numbers may count anything: they have to be those of rows above, with
    /// nothing in the first row.
    fn names_others(&self, at: usize, ids: &[String], known: &HashSet<&str>) -> bool {
        let mut above: HashSet<&str> = HashSet::new();
        let mut named = 0;
        for (own, cell) in ids.iter().zip(self.cells_at(at)) {
            if !is_nothing(cell) {
                for piece in pieces(cell) {
                    let name = plain(&cell[piece]).to_lowercase();
                    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
                    let fits = name != *own
                        && known.contains(name.as_str())
                        && (!is_number || above.contains(name.as_str()));
                    if !fits {
                        return false;
                    }
                    named += 1;
                }
            }
            above.insert(own);
        }
        named > 0
    }

    pub(super) fn heading_of(&self, at: usize) -> &str {
        let cell = self.heading.cells.get(at).cloned().unwrap_or_default();
        &self.document.text()[cell]
    }

    /// What stands in a column of each row; nothing where a row ends before.
    pub(super) fn cells_at(&self, at: usize) -> impl Iterator<Item = &str> {
        let text = self.document.text();
        self.rows.iter().map(move |row| {
            let cell = row.cells.get(at).cloned().unwrap_or_default();
            &text[cell]
        })
    }
}

/// The id of a row, in lower case.
fn id_of(cell: &str) -> Option<String> {
    let cell = plain(cell);
    let (id, _) = leading_id(cell.trim_end_matches('.'))?;
    Some(id.to_lowercase())
}

/// Whether a heading says that the rows that it names are in another relation than order.
fn is_of_other_relation(heading: &str) -> bool {
    const WORDS: [&str; 30] = [
        "parallel",
        "with",
        "related",
        "relates",
        "parent",
        "epic",
        "duplicate",
        "duplicates",
        "similar",
        "see",
        "same",
        "alongside",
        "group",
        "part",
        "belongs",
        "of",
        "child",
        "children",
        "subtask",
        "story",
        "feature",
        "requirement",
        "covers",
        "replaces",
        "conflicts",
        "pair",
        "reviewer",
        "lane",
        "points",
        "count",
    ];
    let lower = heading.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word))
}
