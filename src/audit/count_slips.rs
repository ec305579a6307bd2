//! Numbers of tasks that are most likely slips: more than there are, and one digit off.

use wavecrew_worker_spec::{Diagnostic, Plan, Subject};

use super::words::counted;
use crate::codes;

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let total = plan.tasks.len();
    for statement in &plan.statements {
        let count = statement.amount.and_then(|amount| amount.exact_count());
        let (Subject::CountSlip, Some(count)) = (statement.subject, count) else {
            continue;
        };
        // Only of the plan's own number; fewer may be some of the tasks.
        let is_of_plan = statement.value.rsplit(' ').next() == Some(&total.to_string());
        if !is_of_plan || count <= total {
            continue;
        }
        found.push(
            Diagnostic::warning(
                codes::TASK_COUNT,
                format!(
                    "speaks of {}; there are {total}, as the document says elsewhere",
                    counted(count, "task")
                ),
            )
            .at(statement.location.clone())
            .help(format!("write {total}, or say whose tasks these are")),
        );
    }
}
