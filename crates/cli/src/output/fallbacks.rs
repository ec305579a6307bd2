//! Providers that were asked before the one that answered.

use std::collections::BTreeMap;

/// So many tasks are named before the rest is only counted.
const NAMED: usize = 5;

/// A line for each reason why a provider was passed over, with the tasks that it was so for.
pub fn fallback_lines<'a>(tasks: impl Iterator<Item = (&'a str, &'a [String])>) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (task, passed_over) in tasks {
        for reason in passed_over {
            let tasks = reasons.entry(reason).or_default();
            if tasks.last() != Some(&task) {
                tasks.push(task);
            }
        }
    }
    let line = |(reason, tasks): (&str, Vec<&str>)| {
        let (named, rest) = tasks.split_at(tasks.len().min(NAMED));
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{reason} (for {}{more})", named.join(", "))
    };
    reasons.into_iter().map(line).collect()
}

#[cfg(test)]
mod unit {
    use super::fallback_lines;

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
