//! What can be done about tasks that have no answer.

use std::collections::BTreeSet;

use wavecrew::{RunReport, Unanswered};

/// Why the tasks of a run have no answer, as far as they have none; each reason once.
pub fn causes(report: &RunReport) -> BTreeSet<Unanswered> {
    let tasks = report.tasks.iter();
    tasks.flat_map(|task| task.unanswered.clone()).collect()
}

/// What happened and what mends it, for each reason; nothing without any.
pub fn mends(causes: &BTreeSet<Unanswered>) -> Option<String> {
    let told: Vec<String> = causes
        .iter()
        .map(|cause| {
            let (what, mend) = words(*cause);
            format!("{what}: {mend}")
        })
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn words(cause: Unanswered) -> (&'static str, &'static str) {
    match cause {
        Unanswered::Unreachable => (
            "a provider could not be reached, or came to no answer",
            "see that it is there (`wavecrew doctor`) and has time enough (`--timeout`)",
        ),
        Unanswered::NotAllowed => (
            "a provider refuses the key or the account",
            "set its key, or see to the account",
        ),
        Unanswered::ModelNotFound => (
            "a provider does not have the model",
            "`--model NAME` names another, and `--model PROVIDER=NAME` one for a single provider",
        ),
        Unanswered::TooLong => (
            "a task is too long for the model",
            "name a model that takes more, or let the task be about less",
        ),
        Unanswered::Faulty => (
            "a provider does not take the request",
            "see what it says of it, and mend its settings",
        ),
        Unanswered::CutOff => (
            "an answer was cut off at its longest length",
            "`--max-output-tokens N` lets answers be longer, or let the task deliver less at a time",
        ),
        Unanswered::Unreadable => (
            "an answer came that holds no text or cannot be read",
            "see what answers at that address, or ask another model or provider",
        ),
        Unanswered::Declined => (
            "the model declined",
            "ask another one, or say the task in other words",
        ),
        _ => ("there is no answer", "see what the task says"),
    }
}
