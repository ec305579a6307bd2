//! Tokens of groups and of the whole, as they are stated.

use wavecrew_worker_spec::{Amount, Diagnostic, Measure, Plan, Shown, Status, Subject, Task};

use super::scope::{Scope, Scopes, nor_whole};
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let known = Scopes::new(plan);
    for statement in &plan.statements {
        let (Subject::Tokens, Some(amount)) = (statement.subject, statement.amount) else {
            continue;
        };
        let scopes = known.of(statement);
        let fits = |scope: &Scope<'_>| Spent::new(plan, *scope).fits(&amount);
        if scopes.iter().any(fits) {
            continue;
        }
        let Some(scope) = scopes.first() else {
            continue;
        };
        let of = match scope {
            Scope::Plan => "the plan",
            Scope::Group(group) => &group.id,
        };
        let sum = |scope| Shown(Measure::Tokens, Spent::new(plan, scope).open);
        found.push(
            Diagnostic::warning(
                codes::TOKENS,
                format!(
                    "states {amount} for {of}; its tasks add up to {}{}",
                    sum(*scope),
                    nor_whole(&scopes, || sum(Scope::Plan).to_string())
                ),
            )
            .at(statement.location.clone())
            .help("correct the total, or the tokens of the tasks"),
        );
    }
}

/// The tokens of some tasks.
struct Spent {
    all: i128,
    /// Of those that are neither done nor deferred.
    open: i128,
    /// Whether tasks without an amount may make up the rest.
    may_be_more: bool,
}

impl Spent {
    fn new(plan: &Plan, scope: Scope<'_>) -> Spent {
        let tasks: Vec<&Task> = match scope {
            Scope::Plan => plan.tasks.iter().collect(),
            Scope::Group(group) => group.tasks.iter().filter_map(|id| plan.task(id)).collect(),
        };
        let is_open = |task: &&&Task| !matches!(task.status, Status::Deferred | Status::Done);
        Spent {
            all: sum(tasks.iter().copied()),
            open: sum(tasks.iter().filter(is_open).copied()),
            may_be_more: tasks
                .iter()
                .any(|task| task.tokens.is_none() && task.status != Status::Deferred),
        }
    }

    /// Whether an amount may be meant of them; any may where none is known.
    fn fits(&self, amount: &Amount) -> bool {
        self.all == 0
            || [self.all, self.open]
                .iter()
                .any(|sum| amount.admits(*sum) || self.may_be_more && amount.meant().1 >= *sum)
    }
}

fn sum<'t>(tasks: impl Iterator<Item = &'t Task>) -> i128 {
    let one = i128::from(Amount::ONE);
    tasks
        .filter_map(|task| task.tokens)
        .map(|tokens| i128::from(tokens) * one)
        .sum()
}
