//! Tokens of groups and of the whole, as they are stated.

use wavecrew_worker_spec::{Amount, Diagnostic, Measure, Plan, Shown, Status, Subject, Task};

use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    for statement in &plan.statements {
        let (Subject::Tokens, Some(amount)) = (statement.subject, statement.amount) else {
            continue;
        };
        let tasks: Vec<&Task> = match &statement.group {
            None => plan.tasks.iter().collect(),
            Some(id) => {
                let group = plan.groups.iter().find(|group| group.id == *id);
                let ids = group.map_or(&[][..], |group| &group.tasks);
                ids.iter().filter_map(|id| plan.task(id)).collect()
            }
        };
        let open = tasks
            .iter()
            .filter(|task| task.status != Status::Deferred && task.status != Status::Done);
        let sums = [sum(tasks.iter().copied()), sum(open.copied())];
        // Tasks without an amount may make up the rest.
        let missing = tasks
            .iter()
            .any(|task| task.tokens.is_none() && task.status != Status::Deferred);
        let fits = sums
            .iter()
            .any(|sum| amount.admits(*sum) || missing && amount.meant().1 >= *sum);
        if sums[0] == 0 || fits {
            continue;
        }
        let of = statement.group.as_deref().unwrap_or("the plan");
        found.push(
            Diagnostic::warning(
                codes::TOKENS,
                format!(
                    "states {amount} for {of}; its tasks add up to {}",
                    Shown(Measure::Tokens, sums[1])
                ),
            )
            .at(statement.location.clone())
            .help("correct the total, or the tokens of the tasks"),
        );
    }
}

fn sum<'t>(tasks: impl Iterator<Item = &'t Task>) -> i128 {
    let one = i128::from(Amount::ONE);
    tasks
        .filter_map(|task| task.tokens)
        .map(|tokens| i128::from(tokens) * one)
        .sum()
}
