//! Providers that were asked before the one that answered.

use std::collections::BTreeMap;

/// So many tasks are named before the rest is only counted.
const NAMED: usize = 5;

/// A line for each reason why a provider was passed over, with the tasks that it was so for, and with how its answer to the first of
/// them began.
pub fn fallback_lines<'a>(tasks: impl Iterator<Item = (&'a str, &'a [String])>) -> Vec<String> {
    let mut reasons: BTreeMap<String, (&str, Vec<&str>)> = BTreeMap::new();
    for (task, passed_over) in tasks {
        for reason in passed_over {
            let begins = reason.find("; the answer begins `").unwrap_or(reason.len());
            let (reason, answer) = reason.split_at(begins);
            let (_, tasks) = reasons
                .entry(gist(reason))
                .or_insert_with(|| (answer, Vec::new()));
            if tasks.last() != Some(&task) {
                tasks.push(task);
            }
        }
    }
    let line = |(reason, (answer, tasks)): (String, (&str, Vec<&str>))| {
        let (named, rest) = tasks.split_at(tasks.len().min(NAMED));
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{reason}{answer} (for {}{more})", named.join(", "))
    };
    reasons.into_iter().map(line).collect()
}

/// A reason without what differs from call to call: its number at the server, waits and attempts.
fn gist(reason: &str) -> String {
    let facts = reason.strip_suffix(')');
    let Some((what, facts)) = facts.and_then(|reason| reason.rsplit_once(" (")) else {
        return reason.to_owned();
    };
    let is_of_one_call = |fact: &&str| {
        fact.starts_with("request ")
            || fact.starts_with("retry after ")
            || fact.ends_with(" attempts")
    };
    let facts = facts.split(", ").filter(|fact| !is_of_one_call(fact));
    match facts.collect::<Vec<_>>().join(", ") {
        facts if facts.is_empty() => what.to_owned(),
        facts => format!("{what} ({facts})"),
    }
}

#[cfg(test)]
mod unit {
    use super::fallback_lines;

    #[test]
    fn what_differs_from_call_to_call_makes_no_line_of_its_own() {
        let reason = |number: u32| {
            vec![format!(
                "a: server error: it is (very) down (status 503, retry after 1.{number}s, request r{number}, {} attempts); \
                 the answer begins `{number}`",
                number + 1
            )]
        };
        let reasons: Vec<(String, Vec<String>)> = (1..=3)
            .map(|one| (format!("T{one}"), reason(one)))
            .collect();
        let tasks = reasons
            .iter()
            .map(|(task, reasons)| (task.as_str(), reasons.as_slice()));
        assert_eq!(
            fallback_lines(tasks),
            [
                "a: server error: it is (very) down (status 503); the answer begins `1` (for T1, T2, T3)"
            ]
        );
        let plain = vec!["a: down (for now)".to_owned()];
        assert_eq!(
            fallback_lines([("T1", plain.as_slice())].into_iter()),
            ["a: down (for now) (for T1)"]
        );
    }

    #[test]
    fn equal_reasons_share_a_line() {
        let down = vec!["a: down".to_owned()];
        let tasks: Vec<String> = (1..=7).map(|number| format!("T{number}")).collect();
        let tasks = tasks.iter().map(|task| (task.as_str(), down.as_slice()));
        assert_eq!(
            fallback_lines(tasks),
            ["a: down (for T1, T2, T3, T4, T5 and 2 more)"]
        );
        assert_eq!(fallback_lines([("T1", &[][..])].into_iter()), [""; 0]);
    }
}
