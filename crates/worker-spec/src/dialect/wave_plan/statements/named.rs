//! The tasks that a statement names.

use super::path_chain::names_of;
use crate::Subject;

/// What a statement of one of these subjects says: `src/a.py: A-1, A-2`, or `A-2: B-1, B-2`.
pub(super) fn value_of(head: &str, tasks: &[String]) -> String {
    format!("{head}: {}", tasks.join(", "))
}

/// The tasks that a value names, in its order.
pub(in crate::dialect) fn tasks_of(subject: Subject, value: &str) -> Vec<String> {
    let listed = |list: &str| -> Vec<String> {
        let names = list.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    };
    match (subject, value.rsplit_once(": ")) {
        (Subject::CriticalPath, _) => names_of(value),
        (Subject::Owners | Subject::StepTime, Some((_, list))) => listed(list),
        (Subject::Steps | Subject::Critical, _) => listed(value),
        (Subject::After, Some((first, list))) => {
            let mut tasks = vec![first.trim().to_owned()];
            tasks.extend(listed(list));
            tasks
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let tasks = ["A-1".to_owned(), "A-2".to_owned()];
        let value = value_of("src/a.py", &tasks);
        assert_eq!(value, "src/a.py: A-1, A-2");
        assert_eq!(tasks_of(Subject::Owners, &value), tasks);
        assert_eq!(
            tasks_of(Subject::After, "A-0: A-1, A-2"),
            ["A-0", "A-1", "A-2"]
        );
        assert_eq!(tasks_of(Subject::CriticalPath, "A -> B"), ["A", "B"]);
        assert!(tasks_of(Subject::Work, "A: B").is_empty());
    }
}
