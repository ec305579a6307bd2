//! `wavecrew plan`: figures and a schedule.

use std::fmt::Write;

use serde_json::{Map, Value, json};
use wavecrew::{Forecast, PlanGraph, Unit};

use super::SCHEMA_VERSION;
use super::amount::{amount, counted};

/// The machine form. Keys end in the unit: `_seconds`, or `_tokens` where the plan states tokens only.
pub fn plan_json(graph: &PlanGraph, forecast: &Forecast) -> Value {
    let dag = &graph.dag;
    let unit = match graph.unit {
        Unit::Seconds => "seconds",
        Unit::Tokens => "tokens",
    };
    let key = |name: &str| format!("{name}_{unit}");
    let ids = |nodes: &[wavecrew::dag::NodeId]| -> Vec<&str> {
        nodes.iter().map(|node| dag.id(*node)).collect()
    };
    let schedule: Vec<Value> = forecast
        .schedule
        .entries
        .iter()
        .map(|entry| {
            let mut row = Map::new();
            row.insert("task".into(), json!(dag.id(entry.node)));
            row.insert(key("start"), json!(entry.start));
            row.insert(key("finish"), json!(entry.finish));
            row.insert("slot".into(), json!(entry.slot));
            Value::Object(row)
        })
        .collect();
    let mut out = Map::new();
    out.insert("schema_version".into(), json!(SCHEMA_VERSION));
    out.insert("kind".into(), json!("forecast"));
    out.insert("unit".into(), json!(unit));
    out.insert("tasks".into(), json!(dag.len()));
    out.insert("edges".into(), json!(graph.stated_edges));
    out.insert("edges_with_groups".into(), json!(dag.edge_count()));
    out.insert(key("work"), json!(forecast.work));
    out.insert("workers".into(), json!(forecast.workers));
    out.insert(
        "critical_path".into(),
        json!({ unit: forecast.critical_path, "tasks": ids(&forecast.critical_tasks) }),
    );
    out.insert(key("lower_bound"), json!(forecast.schedule.lower_bound));
    out.insert(key("makespan"), json!(forecast.schedule.makespan));
    out.insert(
        "proved_optimal".into(),
        json!(forecast.schedule.is_proved_optimal()),
    );
    out.insert(
        "speedup".into(),
        json!((forecast.speedup() * 100.0).round() / 100.0),
    );
    out.insert(
        "waves".into(),
        forecast.waves.iter().map(|wave| ids(wave)).collect(),
    );
    out.insert("schedule".into(), Value::Array(schedule));
    out.insert("left_out".into(), json!(graph.left_out));
    Value::Object(out)
}

/// The form for people.
pub fn plan_text(title: Option<&str>, graph: &PlanGraph, forecast: &Forecast) -> String {
    let dag = &graph.dag;
    let show = |ticks| amount(ticks, graph.unit);
    let mut out = String::new();
    let _ = writeln!(out, "{}", title.unwrap_or("Plan"));
    let groups = dag.edge_count() - graph.stated_edges.min(dag.edge_count());
    let by_groups = if groups == 0 {
        String::new()
    } else {
        format!(" (and {groups} more through groups)")
    };
    let _ = writeln!(out, "  tasks          {}", dag.len());
    let _ = writeln!(out, "  edges          {}{by_groups}", graph.stated_edges);
    let _ = writeln!(out, "  work           {}", show(forecast.work));
    let chain = &forecast.critical_tasks;
    let _ = writeln!(
        out,
        "  critical path  {} over {} {}",
        show(forecast.critical_path),
        chain.len(),
        if chain.len() == 1 { "task" } else { "tasks" },
    );
    let bound = if forecast.schedule.is_proved_optimal() {
        "proved optimal, no schedule is shorter".to_owned()
    } else {
        let least = show(forecast.schedule.lower_bound);
        format!("no schedule is shorter than {least}")
    };
    let _ = writeln!(
        out,
        "  with {:<9} {}, {:.2} times one worker; {bound}",
        counted(forecast.workers.get() as u64, "worker"),
        show(forecast.schedule.makespan),
        forecast.speedup(),
    );
    let path: Vec<&str> = chain.iter().map(|node| dag.id(*node)).collect();
    let _ = writeln!(out, "\nCritical path\n  {}", shortened(&path, " -> "));
    let _ = writeln!(out, "\nWaves");
    for (index, wave) in forecast.waves.iter().enumerate() {
        let ids: Vec<&str> = wave.iter().map(|node| dag.id(*node)).collect();
        let _ = writeln!(
            out,
            "  {:>3}  {:>4}  {}",
            index + 1,
            wave.len(),
            shortened(&ids, " ")
        );
    }
    if !graph.left_out.is_empty() {
        let _ = writeln!(out, "\nLeft out");
        for task in &graph.left_out {
            let _ = writeln!(out, "  {}: {}", task.id, task.reason);
        }
    }
    out
}

/// At most eight names; the others are counted.
fn shortened(names: &[&str], between: &str) -> String {
    const SHOWN: usize = 8;
    if names.len() <= SHOWN {
        return names.join(between);
    }
    let first = names[..SHOWN - 1].join(between);
    format!(
        "{first}{between}… {} more …{between}{}",
        names.len() - SHOWN,
        names[names.len() - 1]
    )
}
