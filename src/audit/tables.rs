//! Tables: totals against their columns and rows, and models against the tasks that name them.

use wavecrew_worker_spec::{
    Amount, ColumnRole, Diagnostic, FigureRow, FigureTable, Plan, Precision, Shown, Status, Subject,
};

use super::words::counted;
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for table in &plan.figures.tables {
        down(table, found);
        across(table, found);
        stated_above(table, found);
        models(plan, table, found);
    }
}

/// A line of totals against the lines above it.
fn down(table: &FigureTable, found: &mut Vec<Diagnostic>) {
    let mut from = 0;
    for (at, total) in table.rows.iter().enumerate() {
        if !total.is_total {
            continue;
        }
        let parts = &table.rows[from..at];
        from = at + 1;
        for (index, column) in table.columns.iter().enumerate() {
            let stated = total.cells.get(index).copied().flatten();
            let (Some(stated), false) = (stated, column.role == ColumnRole::Each) else {
                continue;
            };
            if let Some(sum) = sum(parts, index)
                && !agrees(&stated, &sum)
            {
                let place =
                    |row: &FigureRow| row.places.get(index).unwrap_or(&row.location).clone();
                let mut warning = Diagnostic::warning(
                    codes::TABLE_TOTAL,
                    format!(
                        "the column `{}` adds up to {}; its total states {stated}",
                        column.name,
                        Shown(sum.measure, i128::from(sum.high))
                    ),
                )
                .at(place(total))
                .help("correct the total, or the lines above it");
                for row in parts.iter().take(1).chain(parts.iter().skip(1).last()) {
                    warning = warning.related(place(row), "a part of it");
                }
                found.push(warning);
            }
        }
    }
}

/// The sum of a column, when every line has an amount of one measure there.
fn sum(rows: &[FigureRow], column: usize) -> Option<Amount> {
    let mut sum: Option<Amount> = None;
    for row in rows {
        let part = row.cells.get(column).copied().flatten()?;
        sum = Some(match sum {
            None => part,
            Some(sum) if sum.measure == part.measure => Amount {
                low: sum.low.checked_add(part.low)?,
                high: sum.high.checked_add(part.high)?,
                step: sum.step.max(part.step),
                precision: if sum.precision == Precision::Exact {
                    part.precision
                } else {
                    sum.precision
                },
                ..sum
            },
            Some(_) => return None,
        });
    }
    sum.filter(|_| rows.len() > 1)
}

fn agrees(stated: &Amount, sum: &Amount) -> bool {
    // Parts are rounded each; only what is said to be about so much may be off by more than the total's rounding.
    let sum = Amount { step: 0, ..*sum };
    let stated = Amount {
        measure: sum.measure,
        ..*stated
    };
    stated.agrees_with(&sum)
}

/// A column of totals against the columns before it: their sum, or the product of two of them, whichever most lines
/// hold to.
fn across(table: &FigureTable, found: &mut Vec<Diagnostic>) {
    for (index, column) in table.columns.iter().enumerate() {
        if column.role != ColumnRole::Total || index < 2 {
            continue;
        }
        for relation in [Relation::Sum, Relation::Product] {
            let lines: Vec<(&FigureRow, Amount, i128)> = table
                .rows
                .iter()
                .filter(|row| !row.is_total)
                .filter_map(|row| {
                    Some((
                        row,
                        row.cells.get(index).copied().flatten()?,
                        relation.of(row, index)?,
                    ))
                })
                .collect();
            let right = lines
                .iter()
                .filter(|(_, stated, reckoned)| stated.admits(*reckoned))
                .count();
            if right == 0 || right * 2 < lines.len() {
                continue;
            }
            for (row, stated, reckoned) in lines
                .iter()
                .filter(|(_, stated, reckoned)| !stated.admits(*reckoned))
            {
                found.push(
                    Diagnostic::warning(
                        codes::TABLE_TOTAL,
                        format!(
                            "`{}` comes to {} and states {stated} as `{}`",
                            row.name,
                            Shown(stated.measure, *reckoned),
                            column.name
                        ),
                    )
                    .at(row.places.get(index).unwrap_or(&row.location).clone())
                    .related(row.location.clone(), "reckoned from this line")
                    .help(format!(
                        "the other lines hold the {} of the columns before it",
                        relation.name()
                    )),
                );
            }
            return;
        }
    }
}

#[derive(Clone, Copy)]
enum Relation {
    Sum,
    Product,
}

impl Relation {
    fn name(self) -> &'static str {
        match self {
            Relation::Sum => "sum",
            Relation::Product => "product",
        }
    }

    /// What the cells before a column come to, in millionths.
    fn of(self, row: &FigureRow, index: usize) -> Option<i128> {
        let cells: Vec<Amount> = row.cells[..index].iter().copied().flatten().collect();
        if cells.len() < 2 || cells.iter().any(|cell| cell.low != cell.high) {
            return None;
        }
        match self {
            Relation::Sum => {
                let alike = cells.iter().all(|cell| cell.measure == cells[0].measure);
                alike.then(|| cells.iter().map(|cell| i128::from(cell.low)).sum())
            }
            Relation::Product => {
                let [one, two] = cells.as_slice() else {
                    return None;
                };
                i128::from(one.low)
                    .checked_mul(i128::from(two.low))
                    .map(|product| product / i128::from(Amount::ONE))
            }
        }
    }
}

/// A number of tasks in a heading against the column that breaks it down.
fn stated_above(table: &FigureTable, found: &mut Vec<Diagnostic>) {
    let Some((stated, at)) = &table.stated else {
        return;
    };
    if table.rows.iter().any(|row| row.is_total) {
        return;
    }
    let column = table
        .columns
        .iter()
        .position(|column| column.subject == Some(Subject::TaskCount));
    let Some((column, sum)) = column.and_then(|column| Some((column, sum(&table.rows, column)?)))
    else {
        return;
    };
    if agrees(stated, &sum) {
        return;
    }
    let parts: Vec<String> = table
        .rows
        .iter()
        .filter_map(|row| row.cells.get(column).copied().flatten())
        .map(|part| part.to_string())
        .collect();
    found.push(
        Diagnostic::warning(
            codes::TABLE_TOTAL,
            format!(
                "states {stated} tasks; the column `{}` adds up to {}",
                table.columns[column].name,
                Shown(sum.measure, i128::from(sum.high))
            ),
        )
        .at(at.clone())
        .related(table.location.clone(), "the table is here")
        .help(format!(
            "{} = {}",
            parts.join(" + "),
            Shown(sum.measure, i128::from(sum.high))
        )),
    );
}

/// Lines that are called as the tasks' models: how many tasks name each, and how many tokens they take.
fn models(plan: &Plan, table: &FigureTable, found: &mut Vec<Diagnostic>) {
    let names = |row: &FigureRow| {
        let name = row.name.to_lowercase();
        plan.tasks.iter().any(|task| {
            task.model
                .as_deref()
                .is_some_and(|model| model.to_lowercase() == name)
        })
    };
    if !table.rows.iter().any(names) {
        return;
    }
    for row in &table.rows {
        let name = row.name.to_lowercase();
        let of_row = |task: &&wavecrew_worker_spec::Task| {
            let model = task.model.as_deref().unwrap_or_default().to_lowercase();
            task.status != Status::Deferred && !model.is_empty() && (row.is_total || model == name)
        };
        let tasks: Vec<_> = plan.tasks.iter().filter(of_row).collect();
        for (index, column) in table.columns.iter().enumerate() {
            let Some(stated) = row.cells.get(index).copied().flatten() else {
                continue;
            };
            let (so, what) = match column.subject {
                Some(Subject::TaskCount) => {
                    (Amount::count(tasks.len()), counted(tasks.len(), "task"))
                }
                Some(Subject::Tokens) if column.role != ColumnRole::Each && !row.is_total => {
                    let sum = tasks
                        .iter()
                        .filter_map(|task| task.tokens)
                        .fold(0, u64::saturating_add);
                    let sum = Amount::whole(wavecrew_worker_spec::Measure::Tokens, sum);
                    (sum, sum.to_string())
                }
                _ => continue,
            };
            if so.low == 0 && tasks.is_empty() || stated.admits(i128::from(so.low)) {
                continue;
            }
            let who = if row.is_total {
                "tasks that name a model".to_owned()
            } else {
                format!("tasks that name `{}`", row.name)
            };
            let mut warning = Diagnostic::warning(
                codes::MODEL_COUNT,
                format!(
                    "states {stated} as `{}` of {}; the {who} come to {what}",
                    column.name, row.name
                ),
            )
            .at(row.places.get(index).unwrap_or(&row.location).clone())
            .help("correct the table, or the models of the tasks");
            for task in tasks.iter().take(1) {
                warning = warning.related(task.location.clone(), "the first of them");
            }
            found.push(warning);
        }
    }
}
