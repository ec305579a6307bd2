//! Ids that a long series leaves out.

use std::collections::BTreeMap;

use wavecrew_worker_spec::{Diagnostic, Location, Plan};

use super::words::named;
use crate::codes;

/// Series with fewer tasks may have gaps on purpose.
const LONG_SERIES: usize = 20;

/// One or two ids that a long series leaves out.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut series: BTreeMap<(&str, usize), BTreeMap<u32, &Location>> = BTreeMap::new();
    for task in &plan.tasks {
        let digits = task.id.len() - task.id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (head, number) = task.id.split_at(task.id.len() - digits);
        if let (Ok(number), false) = (number.parse(), head.is_empty()) {
            series
                .entry((head, digits))
                .or_default()
                .insert(number, &task.location);
        }
    }
    for ((head, width), numbers) in series {
        let (Some((&first, _)), Some((&last, _))) =
            (numbers.first_key_value(), numbers.last_key_value())
        else {
            continue;
        };
        let span = (last - first) as usize + 1;
        if numbers.len() < LONG_SERIES || span - numbers.len() > 2 {
            continue;
        }
        let missing: Vec<String> = (first..=last)
            .filter(|number| !numbers.contains_key(number))
            .map(|number| format!("{head}{number:0width$}"))
            .collect();
        let Some(gap) = missing.first() else {
            continue;
        };
        let before = numbers
            .range(..)
            .take_while(|(number, _)| format!("{head}{number:0width$}") < *gap)
            .last();
        let mut note = Diagnostic::note(
            codes::MISSING_ID,
            format!(
                "{} missing from {head}{first:0width$} to {head}{last:0width$}",
                named(missing.iter().map(String::as_str))
            ),
        )
        .help("add the task, or leave the gap when it is meant");
        if let Some((_, at)) = before {
            note = note.at((*at).clone());
        }
        found.push(note);
    }
}
