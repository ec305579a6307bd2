//! Tables with columns of amounts.

use crate::amount::{Amount, read_amount};
use crate::dialect::wave_plan::cells::{is_nothing, plain};
use crate::dialect::wave_plan::statements::subject_of_column;
use crate::markdown::Table;
use crate::{ColumnRole, Document, FigureColumn, FigureRow, FigureTable, Subject};

/// Reads a table that reckons: it has a line or a column of totals, or counts tasks.
pub(in crate::dialect::wave_plan) fn figures(
    document: &Document,
    table: &Table,
) -> Option<FigureTable> {
    let text = |span: &std::ops::Range<usize>| &document.text()[span.clone()];
    let rows: Vec<_> = document.markdown().rows(table).collect();
    let (heading, rows) = rows.split_first()?;
    let columns: Vec<FigureColumn> = heading
        .cells
        .iter()
        .skip(1)
        .map(|cell| FigureColumn {
            name: plain(text(cell)).into_owned(),
            subject: subject_of_column(text(cell)),
            role: role(&plain(text(cell)).to_lowercase()),
        })
        .collect();
    let rows: Vec<FigureRow> = rows
        .iter()
        .filter_map(|row| {
            let (name, cells) = row.cells.split_first()?;
            let whole = name.start..row.cells.last()?.end.max(name.end);
            Some(FigureRow {
                is_total: is_total(&plain(text(name))),
                name: plain(text(name)).into_owned(),
                cells: cells.iter().map(|cell| amount(text(cell))).collect(),
                location: document.location(whole),
                places: cells
                    .iter()
                    .map(|cell| document.location(cell.clone()))
                    .collect(),
            })
        })
        .collect();
    let has_amounts = rows.iter().any(|row| row.cells.iter().any(Option::is_some));
    let reckons = rows.iter().any(|row| row.is_total)
        || columns.iter().any(|column| {
            column.role == ColumnRole::Total || column.subject == Some(Subject::TaskCount)
        });
    let first = heading.cells.first()?;
    (rows.len() > 1 && has_amounts && reckons).then(|| FigureTable {
        columns,
        rows,
        stated: None,
        location: document.location(first.clone()),
    })
}

/// An amount that is all of a cell but for the word of what it counts.
fn amount(cell: &str) -> Option<Amount> {
    let marked = cell.trim_matches([' ', '*', '`']);
    if is_nothing(marked) {
        return None;
    }
    let (amount, end) = read_amount(marked)?;
    let rest = marked[end..].trim_matches([' ', '*', '`']);
    let words = rest.split_whitespace().count();
    let plain = rest.chars().all(|c| c.is_alphabetic() || c == ' ');
    (plain && words <= 1).then_some(amount)
}

/// Whether a row is the line of totals.
pub(in crate::dialect::wave_plan) fn is_total(name: &str) -> bool {
    let name = name.to_lowercase();
    let first = name.split(|c: char| !c.is_alphabetic()).next();
    matches!(first, Some("total" | "totals" | "sum" | "overall"))
        || name.starts_with("grand total")
        || matches!(name.as_str(), "合計" | "합계" | "总计")
}

fn role(heading: &str) -> ColumnRole {
    let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    if has(&[
        "avg", "average", "mean", "per ", "/", "rate", "price", "%", "percent", "each", "max",
        "min ", "peak", "score", "priority", "speedup", "slot",
    ]) {
        ColumnRole::Each
    } else if heading.starts_with("total") || heading == "sum" {
        ColumnRole::Total
    } else {
        ColumnRole::Part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_are_amounts() {
        let shown = |cell| amount(cell).map(|amount| amount.to_string());
        assert_eq!(shown("**36**").as_deref(), Some("36"));
        assert_eq!(shown("~$1.60").as_deref(), Some("about $1.60"));
        assert_eq!(shown("84K").as_deref(), Some("84000"));
        assert_eq!(shown("12 tasks").as_deref(), Some("12"));
        assert_eq!(shown("-"), None);
        assert_eq!(shown("3 of the 4 parts"), None);
        assert_eq!(shown("1.2.3"), None);
    }

    #[test]
    fn totals() {
        assert!(is_total("Total") && is_total("TOTAL (all)") && is_total("Grand total"));
        assert!(!is_total("Totally new") && !is_total("Haiku"));
    }
}
