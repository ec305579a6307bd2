//! What calls came to, on record beside the answers: a budget holds for all sessions of a run.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wavecrew_exec::Context;
use wavecrew_providers::Response;

use super::error::CrewError;
use super::output::TaskOutput;
use crate::provider_chain::Charge;

/// How the name of the step begins by which charges are journaled.
pub(crate) const CHARGES: &str = "charges ";

/// What the calls of one request came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charges {
    /// Whether an answer follows, which is one of the calls.
    pub(crate) answered: bool,
    /// All of them.
    pub(crate) calls: Vec<Charge>,
}

/// Notes that nobody was asked because nothing may be spent: the attempt is left as it is, and would otherwise look as if a call had been
/// under way.
pub(super) async fn keep_none(cx: &Context<'_, TaskOutput>) -> Result<(), CrewError> {
    write(cx, false, Vec::new()).await
}

/// Keeps the charges of a request, unless its answer says all of it: that is journaled anyway.
pub(super) async fn keep(
    cx: &Context<'_, TaskOutput>,
    answer: Option<&Response>,
    calls: Vec<Charge>,
) -> Result<(), CrewError> {
    let told = |answer: &Response| match calls.as_slice() {
        [one] => !one.estimated && one.calls == answer.attempts,
        _ => false,
    };
    if calls.is_empty() || answer.is_some_and(told) {
        return Ok(());
    }
    write(cx, answer.is_some(), calls).await
}

async fn write(
    cx: &Context<'_, TaskOutput>,
    answered: bool,
    calls: Vec<Charge>,
) -> Result<(), CrewError> {
    let charges = Charges { answered, calls };
    // No other step is called so, in whatever session: what is paid twice counts twice.
    let key = format!("{CHARGES}{} {}", cx.attempt(), Uuid::now_v7());
    let kept = cx.memo(&key, async { Ok::<_, CrewError>(charges) }).await;
    kept.map(drop).map_err(CrewError::from)
}
