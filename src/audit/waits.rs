//! Tasks that are to wait for longer than they may take.

use std::time::Duration;

use wavecrew_worker_spec::{Diagnostic, Item, Location, Plan, WorkerSpec};

use crate::codes;

/// "Monitor for 24 hours" in a spec that is estimated at 20 minutes. Where a wave or a batch has a stated time, the
/// place that lists the task is named too.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for task in &plan.tasks {
        let (Some(spec), Some(estimate)) = (task.spec.as_deref(), task.estimate) else {
            continue;
        };
        let items = spec.deliverable_notes.iter().chain(&spec.criteria);
        let longest = items
            .filter_map(|item| Some((wait(&item.text)?, item)))
            .max_by_key(|(wait, _)| *wait);
        let Some((wait, item)) = longest.filter(|(wait, _)| *wait > estimate) else {
            continue;
        };
        found.push(report(plan, &task.id, spec, (estimate, wait), item));
    }
}

fn report(
    plan: &Plan,
    id: &str,
    spec: &WorkerSpec,
    (estimate, wait): (Duration, Duration),
    item: &Item,
) -> Diagnostic {
    let shown = |time: Duration| super::readings::shown(time.as_secs());
    let mut warning = Diagnostic::warning(
        codes::WAIT,
        format!(
            "{id} is to wait for {}; it is given {}",
            shown(wait),
            shown(estimate)
        ),
    )
    .at(item.location.clone())
    .related(
        estimated(spec),
        format!("{} is stated for it", shown(estimate)),
    )
    .help("give the task the time of the wait, or make the wait a check between groups");
    let listed = plan
        .groups
        .iter()
        .filter(|group| group.kind.is_at_once())
        .flat_map(|group| &group.listed)
        .filter(|listing| listing.tasks.iter().any(|task| task == id));
    for listing in listed.take(4) {
        warning = warning.related(listing.location.clone(), "its group waits as long");
    }
    warning
}

/// Where a spec states how long it takes.
fn estimated(spec: &WorkerSpec) -> Location {
    let field = ["Duration", "Estimated Time", "Estimate"]
        .iter()
        .find_map(|name| spec.header_field(name));
    field.map_or_else(|| spec.location.clone(), |field| field.location.clone())
}

/// How long a text asks to wait, watch or keep something running: a verb, then "for", then a time.
fn wait(text: &str) -> Option<Duration> {
    const VERBS: [&str; 9] = [
        "monitor",
        "watch",
        "observe",
        "wait",
        "soak",
        "sleep",
        "hold",
        "pause",
        "monitored",
    ];
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '(' | ')' | ',' | '.'))
        .filter(|word| !word.is_empty())
        .collect();
    let verb = words.iter().position(|word| VERBS.contains(word))?;
    let at = words[verb..]
        .iter()
        .take(6)
        .position(|word| *word == "for")?
        + verb;
    let number: u64 = words.get(at + 1)?.parse().ok()?;
    let unit = match words.get(at + 2)?.trim_end_matches('s') {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" | "hr" | "h" => 3600,
        "day" => 86_400,
        "week" => 7 * 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(unit)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait() {
        for (text, seconds) in [
            ("Monitor for 2 hours", Some(7200)),
            ("watch the error rate for 30 min", Some(1800)),
            ("**Soak** the build for 1 day", Some(86_400)),
            ("Monitor the rate", None),
            ("wait for 2 reviews", None),
            ("cache entries for 24 hours", None),
        ] {
            assert_eq!(wait(text).map(|wait| wait.as_secs()), seconds, "{text}");
        }
    }
}
