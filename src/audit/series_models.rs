//! Which model does a series of tasks, against the models that its tasks name.

use wavecrew_worker_spec::{Diagnostic, Plan, Status, Subject, Task};

use super::words::named;
use crate::codes;

/// A series that is given one model, in a table that says where there are several, and of which tasks name another one.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for statement in &plan.statements {
        if statement.subject != Subject::SeriesModel {
            continue;
        }
        let Some((series, model)) = statement.value.split_once(": ") else {
            continue;
        };
        // A tier is no model: only names that tasks use as well are held against theirs.
        let is_used = |task: &Task| own(task).is_some_and(|own| same(own, model));
        if !plan.tasks.iter().any(is_used) {
            continue;
        }
        let others: Vec<&Task> = plan
            .tasks
            .iter()
            .filter(|task| task.status != Status::Deferred && is_of(&task.id, series))
            .filter(|task| own(task).is_some_and(|own| !same(own, model)))
            .collect();
        let Some(first) = others.first() else {
            continue;
        };
        let mut warning = Diagnostic::warning(
            codes::MODEL_COUNT,
            format!(
                "gives the tasks of `{series}` to {model}; {} of them {} another model: {}",
                others.len(),
                if others.len() == 1 { "names" } else { "name" },
                named(others.iter().map(|task| task.id.as_str()))
            ),
        )
        .at(statement.location.clone())
        .help("say that the series is mixed, or correct the models of the tasks");
        for task in others.iter().take(8) {
            let of = own(task).or_else(|| own(first)).unwrap_or_default();
            warning = warning.related(
                task.location.clone(),
                format!("{} is given to {of}", task.id),
            );
        }
        found.push(warning);
    }
}

fn own(task: &Task) -> Option<&str> {
    task.model.as_deref()
}

/// Whether one name is the other one, or a longer form of it: "sonnet" and "claude-sonnet".
fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    one.contains(&other) || other.contains(&one)
}

/// Whether an id is one of a series: `MAH-4D-010` of `4D`.
fn is_of(id: &str, series: &str) -> bool {
    let mut parts = id.split(['-', '_', '.']);
    parts.any(|part| part.eq_ignore_ascii_case(series))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_series() {
        assert!(is_of("APP-4D-010", "4d"));
        assert!(!is_of("APP-4D-010", "4"));
        assert!(same("Sonnet", "claude-sonnet"));
        assert!(!same("Sonnet", "Haiku"));
    }
}
