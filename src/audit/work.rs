//! The sum of all work, as it is stated.

use wavecrew_worker_spec::{Diagnostic, Plan, Subject};

use super::readings::{Readings, seconds, shown};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if !readings.is_timed() {
        return;
    }
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
        if too_small || too_large {
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
