//! The threshold below which a worker spec is refused.

use wavecrew_worker_spec::quality::Reason;
use wavecrew_worker_spec::{Diagnostic, Plan, Status, Task};

use super::{JudgedBy, Judgement};
use crate::codes;

/// So many reasons and mends are told of a spec that is refused.
const TOLD: usize = 3;

/// The error that refuses a spec which scores less than `least`; `None` for one that is good enough.
pub fn refusal(judgement: &Judgement, least: u8) -> Option<Diagnostic> {
    let overall = judgement.overall();
    if overall >= least {
        return None;
    }
    let quality = &judgement.quality;
    let reasons: Vec<&Reason> = quality.reasons.iter().take(TOLD).collect();
    let message = format!(
        "{} scores {overall} of 100 for its quality, and at least {least} is asked for",
        quality.task
    );
    let mut refused = Diagnostic::error(codes::LOW_QUALITY, message).at(quality.location.clone());
    for reason in &reasons {
        if let Some(place) = reason.places.first() {
            let points = f64::from(reason.cost) / 100.0;
            let text = format!(
                "{} ({points:.1} points of {})",
                reason.message, reason.aspect
            );
            refused = refused.related(place.clone(), text);
        }
    }
    if let JudgedBy::Model(model) = &judgement.by {
        for finding in model.findings.iter().take(TOLD) {
            let text = format!("{} says: {}", model.provider, finding.message);
            refused = refused.related(finding.location.clone(), text);
        }
    }
    let mends: Vec<&str> = reasons.iter().map(|reason| reason.help.as_str()).collect();
    Some(if mends.is_empty() {
        refused
    } else {
        refused.help(mends.join("; "))
    })
}

/// The errors that refuse the specs of a plan which score less than `least`. Specs of tasks that are done or put off are
/// not refused: nobody will work by them.
///
/// The judgements are those of every spec, in the order of the plan, as [`rate_plan`](super::rate_plan) gives them.
pub fn refusals(plan: &Plan, judgements: &[Judgement], least: u8) -> Vec<Diagnostic> {
    let specified = plan.tasks.iter().filter(|task| task.spec.is_some());
    specified
        .zip(judgements)
        .filter(|(task, _)| is_open(task))
        .filter_map(|(_, judgement)| refusal(judgement, least))
        .collect()
}

/// The warning that tasks have no worker spec, so that no threshold holds them; `None` if all have one.
///
/// A line of a task list is not judged as if it were a worker spec that lacks everything: it is not scored.
pub fn unscored(plan: &Plan) -> Option<Diagnostic> {
    let open = || plan.tasks.iter().filter(|task| is_open(task));
    let without: Vec<&Task> = open().filter(|task| task.spec.is_none()).collect();
    let first = without.first()?;
    let mut ids: Vec<&str> = without.iter().map(|task| task.id.as_str()).collect();
    let more = ids.len().saturating_sub(NAMED);
    ids.truncate(NAMED);
    let mut names = ids.join(", ");
    if more > 0 {
        names.push_str(&format!(" and {more} more"));
    }
    let message = format!(
        "{} of {} tasks have no worker spec, so nothing is known of their quality: {names}",
        without.len(),
        open().count(),
    );
    Some(
        Diagnostic::warning(codes::NOT_SCORED, message)
            .at(first.location.clone())
            .help("give them worker specs, with sections such as DELIVERABLES, SUCCESS_CRITERIA and TEST_PROCESS"),
    )
}

/// So many tasks are named in a message.
const NAMED: usize = 5;

fn is_open(task: &Task) -> bool {
    !matches!(task.status, Status::Done | Status::Deferred)
}
