//! What a run may spend, and what it has spent.

use serde_json::{Value, json};
use wavecrew::providers::Purse;

use super::amount::{dollars, dollars_json};

/// As in `$14.98 of $15.00, 87 of 100 calls`: what is bounded, over all sessions of the run.
pub fn spending_text(purse: &Purse) -> String {
    let (limits, spent) = (purse.limits(), purse.spent());
    let money = limits.cost.map(|most| {
        let (spent, most) = (dollars(spent.nano_usd), dollars(most.nano_usd()));
        format!("{spent} of {most}")
    });
    let tokens = limits.tokens;
    let tokens = tokens.map(|most| format!("{} of {most} tokens", spent.tokens));
    let calls = limits.calls;
    let calls = calls.map(|most| format!("{} of {most} calls", spent.calls));
    let parts: Vec<String> = [money, tokens, calls].into_iter().flatten().collect();
    parts.join(", ")
}

/// The same for programs; `null` for a run without a budget.
pub fn budget_json(purse: &Purse) -> Value {
    let (limits, spent) = (purse.limits(), purse.spent());
    if limits.cost.is_none() && limits.tokens.is_none() && limits.calls.is_none() {
        return Value::Null;
    }
    json!({
        "cost": limits.cost.map(|most| dollars_json(most.nano_usd())),
        "tokens": limits.tokens,
        "calls": limits.calls,
        "spent": { "cost": dollars_json(spent.nano_usd), "tokens": spent.tokens, "calls": spent.calls },
    })
}
