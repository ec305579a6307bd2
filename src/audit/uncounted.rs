//! Totals that count what the document says they leave out.

use wavecrew_worker_spec::{Diagnostic, Plan, Status, Subject};

use super::words::counted;
use crate::codes;

/// "10 tasks excluded" below a total that is the open tasks and these ten.
pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let open = plan
        .tasks
        .iter()
        .filter(|task| task.status != Status::Deferred)
        .count();
    let put_off = plan.tasks.len() - open;
    for (at, statement) in plan.statements.iter().enumerate() {
        let count = statement.amount.and_then(|amount| amount.exact_count());
        let (Subject::Uncounted, Some(left_out)) = (statement.subject, count) else {
            continue;
        };
        let total = plan.statements[..at].iter().rev().take(64).find(|other| {
            other.subject == Subject::TaskCount
                && other.group.is_none()
                && other.location.file == statement.location.file
        });
        let Some(total) = total else { continue };
        let stated = total.amount.and_then(|amount| amount.exact_count());
        if put_off != left_out || stated != Some(open + left_out) {
            continue;
        }
        found.push(
            Diagnostic::warning(
                codes::CONTRADICTION,
                format!(
                    "states that {} are left out; the total of {} counts them",
                    counted(left_out, "task"),
                    open + left_out
                ),
            )
            .at(statement.location.clone())
            .related(total.location.clone(), "the total is stated here")
            .help(format!(
                "without them there are {}: correct the total, or leave out the remark",
                counted(open, "task")
            )),
        );
    }
}
