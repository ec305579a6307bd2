//! Tables that say which model does a series of tasks: `| 4D (editor) | 8 | Small |`.

use super::Reader;
use crate::Subject;
use crate::dialect::wave_plan::cells::plain;
use crate::dialect::wave_plan::columns::{Column, column};
use crate::dialect::wave_plan::outline::Place;
use crate::markdown::TableRow;

/// What the first column of such a table is called.
const SERIES: [&str; 5] = ["series", "prefix", "category", "area", "epic"];

/// What a line says whose tasks are of several models.
const MIXED: [&str; 7] = ["mix", "mixed", "both", "varies", "various", "any", "either"];

impl Reader<'_> {
    /// One statement for each line that names one model, in a table that says "mixed" where it means several: in other
    /// tables a model may be the usual one, and no more.
    pub(super) fn series(&mut self, heading: &TableRow<'_>, rows: &[TableRow<'_>], place: Place) {
        let names: Vec<String> = heading
            .cells
            .iter()
            .map(|cell| plain(self.text(cell)).to_lowercase())
            .collect();
        let of_series = names
            .first()
            .is_some_and(|name| SERIES.contains(&name.trim_end_matches(" id")));
        let model = names.iter().position(|name| column(name) == Column::Model);
        let (true, Some(model)) = (of_series, model) else {
            return;
        };
        let first_word = |text: &str| {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            words
                .find(|word| !word.is_empty())
                .unwrap_or_default()
                .to_lowercase()
        };
        let lines = rows
            .iter()
            .filter_map(|row| Some((row.cells.first()?, row.cells.get(model)?)));
        let is_mixed = |text: &str| MIXED.contains(&first_word(text).as_str());
        let (mixed, plain_lines): (Vec<_>, Vec<_>) =
            lines.partition(|(_, cell)| is_mixed(self.text(cell)));
        if mixed.is_empty() {
            return;
        }
        for (name, cell) in plain_lines {
            let said = plain(self.text(cell)).into_owned();
            let series = plain(self.text(name));
            let series = series.split_whitespace().next().unwrap_or_default();
            let one_name = !said.is_empty()
                && said.split_whitespace().count() <= 2
                && !said.contains(['/', ',', '+', '&']);
            if one_name && !series.is_empty() {
                let value = format!("{series}: {said}");
                self.state(Subject::SeriesModel, cell.clone(), None, place);
                if let Some(statement) = self.found.statements.last_mut() {
                    statement.value = value;
                }
            }
        }
    }
}
