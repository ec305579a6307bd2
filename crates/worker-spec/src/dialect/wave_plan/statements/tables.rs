//! What tables state: their totals, and the rows of tables of measures.

use std::ops::Range;

use super::Reader;
use super::labels::{Here, subject_of_column, subject_of_label};
use super::phrases::counts;
use crate::amount::Amount;
use crate::dialect::wave_plan::cells::plain;
use crate::dialect::wave_plan::figures::tables::{figures, is_total};
use crate::dialect::wave_plan::outline::Place;
use crate::markdown::Table;
use crate::{Location, Statement, Subject};

impl Reader<'_> {
    /// How many tasks a heading states that is open here.
    fn stated_above(&self) -> Option<(Amount, Location)> {
        let above = |at: usize| self.headings.iter().any(|(_, span)| span.contains(&at));
        let of_all = |statement: &&Statement| {
            statement.subject == Subject::TaskCount
                && statement.group.is_none()
                && above(statement.location.span.start)
        };
        let found = self.found.statements.iter().rev().take(64).find(of_all)?;
        Some((found.amount?, found.location.clone()))
    }

    /// The total line of a table, and the rows of a table of measures.
    pub(super) fn table(&mut self, table: &Table, place: Place) {
        let rows: Vec<_> = self.document.markdown().rows(table).collect();
        let Some((heading, rows)) = rows.split_first() else {
            return;
        };
        let first = heading.cells.first();
        let name = first.map(|cell| plain(self.text(cell)).to_lowercase());
        if let Some(mut figures) = figures(self.document, table) {
            figures.stated = self.stated_above();
            self.found.figures.tables.push(figures);
        }
        self.series(heading, rows, place);
        let of_groups = name.as_deref().is_some_and(names_groups);
        let of_measures = name.is_some_and(|name| MEASURES.contains(&name.as_str()));
        let of_table = Here {
            whole: self.is_about_the_whole(place),
            group: place.group.is_some(),
            heading: false,
        };
        for row in rows {
            let [first, .., last] = row.cells else {
                continue;
            };
            let label = plain(self.text(first)).to_lowercase();
            self.critical_row(row, place);
            self.failure_row(row, place);
            for cell in row.cells {
                self.limits(self.text(cell), cell.start, place);
                self.tests(cell.clone(), place);
            }
            // "Total tasks | 9" in a table of measures is a measure, and no sum of the rows above.
            let measure = (of_measures && (row.cells.len() == 2 || !is_total(&label)))
                .then(|| subject_of_label(&label, self.text(last), of_table))
                .flatten();
            if let Some(subject) = measure {
                self.push(subject, last.clone(), place);
            } else if is_total(&label) {
                for (name, cell) in heading.cells.iter().zip(row.cells).skip(1) {
                    if let Some(subject) = subject_of_column(self.text(name)).map(|subject| {
                        if of_groups {
                            of_all_groups(subject)
                        } else {
                            subject
                        }
                    }) && self.text(cell).contains(|c: char| c.is_ascii_digit())
                    {
                        self.push(subject, cell.clone(), place);
                    }
                }
            }
        }
    }

    /// Numbers of tests that a cell or a line states.
    pub(super) fn tests(&mut self, cell: Range<usize>, place: Place) {
        for (subject, at) in counts(self.text(&cell)) {
            if subject == Subject::TestCount {
                self.push(subject, cell.start + at.start..cell.start + at.end, place);
            }
        }
    }
}

/// Whether a first column is one of groups.
fn names_groups(heading: &str) -> bool {
    let word = heading.trim_end_matches('s');
    [
        "phase",
        "wave",
        "batch",
        "batche",
        "sprint",
        "stage",
        "round",
        "milestone",
        "week",
        "day",
    ]
    .contains(&word)
}

/// The groups' own times, one after another, are the time of the whole, and no sum of its work.
fn of_all_groups(subject: Subject) -> Subject {
    match subject {
        Subject::Work => Subject::TotalDuration,
        other => other,
    }
}

/// What the first column of a table of measures is called.
const MEASURES: [&str; 8] = [
    "",
    "metric",
    "measure",
    "aspect",
    "item",
    "parameter",
    "property",
    "key",
];
