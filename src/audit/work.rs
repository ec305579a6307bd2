//! The sum of all work, as it is stated.

use wavecrew_dag::NodeId;
use wavecrew_worker_spec::{Amount, Diagnostic, Plan, Status, Subject, Task};

use super::readings::{Readings, nodes_of, seconds, shown};
use super::scope::{Scope, Scopes, nor_whole};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if !readings.is_timed() {
        return;
    }
    let known = Scopes::new(plan);
    for statement in &plan.statements {
        let (Subject::Work, Some(amount)) = (statement.subject, statement.amount) else {
            continue;
        };
        let scopes = known.of(statement);
        let fits = |scope: &Scope<'_>| Sum::new(plan, readings, *scope).fits(&amount);
        let (Some(scope), false) = (scopes.first(), scopes.iter().any(fits)) else {
            continue;
        };
        let sum = Sum::new(plan, readings, *scope);
        let of = match scope {
            Scope::Plan => format!("the {} tasks", sum.tasks),
            Scope::Group(group) => format!("the {} tasks of {}", sum.tasks, group.id),
        };
        let whole = || shown(Sum::new(plan, readings, Scope::Plan).open).to_string();
        found.push(
            Diagnostic::warning(
                codes::WORK,
                format!(
                    "states {amount} of work one after another; the estimates of {of} add up to {}{}",
                    shown(sum.open),
                    nor_whole(&scopes, whole)
                ),
            )
            .at(statement.location.clone())
            .help(format!("state {}, or correct the estimates", shown(sum.open))),
        );
    }
}

/// The estimates of some tasks added up, in ticks.
struct Sum {
    /// Of the tasks that are to be done.
    open: u64,
    /// Of those that are done too.
    with_done: u64,
    /// Whether tasks without an estimate may make up the rest.
    may_be_more: bool,
    /// How many are to be done.
    tasks: usize,
}

impl Sum {
    fn new(plan: &Plan, readings: &Readings<'_>, scope: Scope<'_>) -> Sum {
        let done = |tasks: &mut dyn Iterator<Item = &Task>| {
            tasks
                .filter(|task| task.status == Status::Done)
                .filter_map(|task| task.estimate)
                .fold(0, |sum: u64, estimate| {
                    sum.saturating_add(estimate.as_secs())
                })
        };
        let (open, may_be_more, tasks, done) = match scope {
            Scope::Plan => (
                readings.work,
                !readings.all_estimated,
                readings.graph.dag.len(),
                done(&mut plan.tasks.iter()),
            ),
            Scope::Group(group) => {
                let nodes = nodes_of(&readings.graph.dag, &group.tasks);
                let durations = nodes
                    .iter()
                    .map(|node| readings.graph.durations[node.index()]);
                let bare = |node: &NodeId| readings.graph.dag.payload(*node).estimate.is_none();
                let mut all = group.tasks.iter().filter_map(|id| plan.task(id));
                (
                    durations.fold(0, u64::saturating_add),
                    nodes.iter().any(bare),
                    nodes.len(),
                    done(&mut all),
                )
            }
        };
        Sum {
            open,
            with_done: open.saturating_add(done),
            may_be_more,
            tasks,
        }
    }

    /// Whether an amount may be meant: with the tasks that are done or without them, which are both right.
    fn fits(&self, amount: &Amount) -> bool {
        let (_, high) = amount.meant();
        amount.admits(seconds(self.open))
            || amount.admits(seconds(self.with_done))
            || self.may_be_more && high >= seconds(self.open)
    }
}

#[cfg(test)]
mod tests {
    use wavecrew_worker_spec::{Document, read};

    use crate::{GraphOptions, audit, codes};

    #[test]
    fn work_is_right_with_the_done_tasks_and_without_them() {
        for (stated, right) in [
            ("9", true),
            ("6", true),
            ("12", false),
            ("5", false),
            ("7", false),
        ] {
            let text = format!(
                "# Plan\n\n| ID | Task | Estimate | Depends on | Status |\n|--|--|--|--|--|\n| T-1 | Dig | 3h | none | done |\n\
                 | T-2 | Pour | 4h | T-1 | pending |\n| T-3 | Dry | 2h | T-2 | pending |\n\nTotal effort: {stated} hours.\n"
            );
            let plan = read(&[Document::new("plan.md", text)]).value;
            let told = audit(&plan, GraphOptions::default());
            let wrong = told.iter().any(|found| found.code == codes::WORK);
            assert_eq!(wrong, !right, "{stated}: {told:#?}");
        }
    }
}
