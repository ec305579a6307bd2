//! The sum of all work, as it is stated.

use wavecrew_worker_spec::{Diagnostic, Plan, Status, Subject};

use super::readings::{Readings, seconds, shown};
use crate::codes;

/// A stated sum may count the tasks that are done, or leave them out: both are right.
pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if !readings.is_timed() {
        return;
    }
    let with_done = seconds(readings.work.saturating_add(done(plan)));
    for statement in &plan.statements {
        let (Subject::Work, None, Some(amount)) =
            (statement.subject, &statement.group, statement.amount)
        else {
            continue;
        };
        let (low, high) = amount.meant();
        let work = seconds(readings.work);
        let too_small = high < work;
        // Tasks without an estimate may make up the rest.
        let too_large = low > work && readings.all_estimated;
        let counts_done = (low..=high).contains(&with_done);
        if (too_small || too_large) && !counts_done {
            let tasks = readings.graph.dag.len();
            found.push(
                Diagnostic::warning(
                    codes::WORK,
                    format!("states {amount} of work one after another; the estimates of the {tasks} tasks add up to {}", shown(readings.work)),
                )
                .at(statement.location.clone())
                .help(format!("state {}, or correct the estimates", shown(readings.work))),
            );
        }
    }
}

/// The sum of what tasks that are done took by their estimates, in ticks.
fn done(plan: &Plan) -> u64 {
    let tasks = plan.tasks.iter().filter(|task| task.status == Status::Done);
    tasks
        .filter_map(|task| task.estimate)
        .fold(0, |sum, estimate| sum.saturating_add(estimate.as_secs()))
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
