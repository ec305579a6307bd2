//! `wavecrew run --simulate`: what the run would come to.

use std::fmt::Write;

use serde_json::{Map, Value, json};
use wavecrew::{BudgetOutlook, PlanGraph, RunOptions, Simulation, Unit};

use super::SCHEMA_VERSION;
use super::amount::{amount, counted, dollars, dollars_json};

/// The machine form. Keys end in the unit, as those of `plan`.
pub fn simulation_json(graph: &PlanGraph, options: &RunOptions, simulation: &Simulation) -> Value {
    let run = &simulation.rehearsal;
    let unit = match graph.unit {
        Unit::Seconds => "seconds",
        Unit::Tokens => "tokens",
    };
    let mut out = Map::new();
    out.insert("schema_version".into(), json!(SCHEMA_VERSION));
    out.insert("kind".into(), json!("simulation"));
    out.insert("unit".into(), json!(unit));
    out.insert("tasks".into(), json!(graph.dag.len()));
    out.insert("workers".into(), json!(options.workers));
    out.insert(format!("makespan_{unit}"), json!(run.makespan.as_secs()));
    out.insert("attempts".into(), json!(run.attempts));
    out.insert("retries".into(), json!(run.retries));
    out.insert("succeeded".into(), json!(run.succeeded));
    out.insert("failed".into(), json!(run.failed));
    out.insert("skipped".into(), json!(run.skipped));
    out.insert("cancelled".into(), json!(run.cancelled));
    out.insert("tokens".into(), json!(simulation.tokens));
    let (least, most) = simulation.cost_nano_usd.unzip();
    out.insert("cost_at_least".into(), json!(least.map(dollars_json)));
    out.insert("cost_at_most".into(), json!(most.map(dollars_json)));
    out.insert(
        "budget".into(),
        json!(simulation.budget.as_ref().map(budget_json)),
    );
    out.insert("left_out".into(), json!(graph.left_out));
    Value::Object(out)
}

/// The form for people.
pub fn simulation_text(graph: &PlanGraph, options: &RunOptions, simulation: &Simulation) -> String {
    let run = &simulation.rehearsal;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "Simulated, {} with {}",
        counted(graph.dag.len() as u64, "task"),
        counted(options.workers.get() as u64, "worker"),
    );
    let _ = writeln!(
        out,
        "  makespan   {}",
        amount(run.makespan.as_secs(), graph.unit)
    );
    let _ = writeln!(
        out,
        "  attempts   {}, {} of them retries",
        run.attempts, run.retries
    );
    let _ = writeln!(
        out,
        "  tasks      {} succeed, {} fail, {} are skipped, {} are cancelled",
        run.succeeded, run.failed, run.skipped, run.cancelled
    );
    if let Some(tokens) = simulation.tokens {
        let _ = writeln!(out, "  tokens     {}", amount(tokens, Unit::Tokens));
        let cost = match simulation.cost_nano_usd {
            Some((least, most)) => format!("{} to {}", dollars(least), dollars(most)),
            None => "unknown; `--model` names one whose price is known".to_owned(),
        };
        let _ = writeln!(out, "  cost       {cost}");
    }
    if simulation.tokens.is_none() && simulation.asks_models {
        out.push_str(
            "  cost       unknown; the plan does not state how many tokens its tasks take\n",
        );
    }
    if let Some(budget) = &simulation.budget {
        let _ = writeln!(out, "  budget     {}", budget_text(budget));
    }
    if !graph.left_out.is_empty() {
        let _ = writeln!(out, "  left out   {}", graph.left_out.len());
    }
    out
}

fn budget_json(budget: &BudgetOutlook) -> Value {
    let first = budget.first_call.as_ref().map(|first| {
        json!({
            "model": first.model,
            "tokens": first.tokens(),
            "cost": first.nano_usd.map(dollars_json),
        })
    });
    json!({
        "first_call_at_most": first,
        "ends_after_calls": budget.ends_after,
        "may_end_after_calls": budget.may_end_after,
    })
}

/// Where the budget ends the run, and what has to be there for the first call.
fn budget_text(budget: &BudgetOutlook) -> String {
    let Some(first) = &budget.first_call else {
        return "nothing is spent: no model is asked".to_owned();
    };
    let cost = first.nano_usd.map(|nano| format!("{}, ", dollars(nano)));
    let takes = format!(
        "{}{}",
        cost.unwrap_or_default(),
        counted(first.tokens(), "token")
    );
    let calls = |calls| counted(calls, "call");
    match (budget.ends_after, budget.may_end_after) {
        (Some(0), _) => {
            format!("too small for the first call, which may take {takes}: nothing would be done")
        }
        (Some(end), Some(early)) if early < end => format!(
            "ends the run after {} at the latest, and as early as after {early}; the first may take {takes}",
            calls(end)
        ),
        (Some(end), _) => format!(
            "ends the run after {}; the first may take {takes}",
            calls(end)
        ),
        (None, Some(early)) => format!(
            "may end the run, as early as after {}; the first may take {takes}",
            calls(early)
        ),
        (None, None) => format!("is enough; the first call may take {takes}"),
    }
}
