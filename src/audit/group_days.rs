//! When a group runs and what starts it, where a document says it twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use wavecrew_worker_spec::{Diagnostic, Plan, Statement, Subject};

use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    twice(plan, Subject::Window, window_of, found);
    twice(
        plan,
        Subject::StartedBy,
        |value| Some(value.to_lowercase()),
        found,
    );
}

/// "Day 1: Batch 1" above what "Timeline: Day 1-2" has said of it. Only where another group has the same in both
/// places: then they mean the same thing.
fn twice<T: PartialEq>(
    plan: &Plan,
    subject: Subject,
    meant: impl Fn(&str) -> Option<T>,
    found: &mut Vec<Diagnostic>,
) {
    let mut files: BTreeMap<&Arc<str>, BTreeMap<&str, Vec<&Statement>>> = BTreeMap::new();
    for statement in &plan.statements {
        if let (true, Some(group)) = (statement.subject == subject, &statement.group) {
            let groups = files.entry(&statement.location.file).or_default();
            groups.entry(group).or_default().push(statement);
        }
    }
    for groups in files.values() {
        // A group that is given several parts of the time may have all of them.
        let pairs: Vec<(&str, &Statement, &Statement)> = groups
            .iter()
            .filter_map(|(group, stated)| match stated.as_slice() {
                [first, again] => Some((*group, *first, *again)),
                _ => None,
            })
            .collect();
        let same = |first: &Statement, again: &Statement| {
            Some(meant(&first.value)? == meant(&again.value)?)
        };
        if !pairs
            .iter()
            .any(|(_, first, again)| same(first, again) == Some(true))
        {
            continue;
        }
        for (group, first, again) in pairs {
            if same(first, again) == Some(false) {
                found.push(differs(group, first, again));
            }
        }
    }
}

fn differs(group: &str, first: &Statement, again: &Statement) -> Diagnostic {
    Diagnostic::warning(
        codes::CONTRADICTION,
        format!(
            "states `{}` for {group}; {} states `{}`",
            again.value, first.location, first.value
        ),
    )
    .at(again.location.clone())
    .related(
        first.location.clone(),
        format!("`{}` is stated here", first.value),
    )
    .help("state it once, or the same in both places")
}

/// The unit of a window and its ends in thousandths: "Day 2-3". A day or a week that begins is over at its end.
pub(super) fn window_of(value: &str) -> Option<(&'static str, i64, i64)> {
    const UNITS: [&str; 4] = ["minute", "hour", "day", "week"];
    let value = value.trim().trim_matches('*').to_lowercase();
    let unit = UNITS.into_iter().find(|unit| value.starts_with(unit))?;
    let rest = value[unit.len()..].trim_start_matches(['s', ' ']);
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '–' | ' ')))
        .unwrap_or(rest.len());
    let mut ends = rest[..end].trim().split(['-', '–']);
    let first = thousandths(ends.next()?)?;
    let last = match ends.next() {
        Some(last) => thousandths(last)?,
        None => first,
    };
    let whole = matches!(unit, "day" | "week");
    let last = if whole { last.checked_add(1000)? } else { last };
    ends.next().is_none().then_some((unit, first, last))
}

fn thousandths(text: &str) -> Option<i64> {
    let number: f64 = text.trim().parse().ok()?;
    let fits = number.is_finite() && (0.0..1e9).contains(&number);
    #[allow(clippy::cast_possible_truncation, reason = "it is below 1e12")]
    fits.then_some((number * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::window_of;

    #[test]
    fn ends_of_windows() {
        assert_eq!(window_of("Hour 1.5-5"), Some(("hour", 1500, 5000)));
        assert_eq!(window_of("Day 2–3"), Some(("day", 2000, 4000)));
        assert_eq!(window_of("**Day 1**"), Some(("day", 1000, 2000)));
        assert_eq!(window_of("Days 1 - 2 (at most)"), Some(("day", 1000, 3000)));
        assert_eq!(window_of("Day 1-2-3"), None);
        assert_eq!(window_of("soon"), None);
    }
}
