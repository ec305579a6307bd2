//! Schedules traces of real workflows in WfFormat on identical workers: Coleman, Casanova, Pottier,
//! Kaushik, Deelman and Ferreira da Silva, "WfCommons: a framework for enabling scientific workflow
//! research and development" (Future Generation Computer Systems 128, 2022, 16-27).
//!
//! ```text
//! cargo run --release --example wfinstances -- [--workers 4,8,16,32] [--schedules N] [--seconds S]
//!     [--seed K] [--known TABLE.csv] FILE…
//! ```
//!
//! Prints one line `FILE WORKERS MAKESPAN BOUND` for each file and number of workers, in
//! milliseconds. With a table of `file`, `workers`, `lower_bound_ms` and `best_known_ms`, the best
//! that is known follows, and a summary at the end.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

mod support;

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

use serde_json::Value;
use support::{Arguments, Known, Summary};
use wavecrew_dag::{Dag, DagBuilder, Workload};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1), &[4, 8, 16, 32])?;
    let known = arguments.known.as_deref().map(Known::read).transpose()?;
    let mut summary = Summary::default();
    for file in &arguments.files {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let dag = parse(&text).map_err(|why| format!("{}: {why}", file.display()))?;
        for &workers in &arguments.workers {
            let begin = Instant::now();
            let workload = Workload::new(dag.payloads(), workers);
            let found = arguments.budget.solve(&dag, &workload)?;
            let took = begin.elapsed();
            let of = |column| {
                known
                    .as_ref()?
                    .number(file, ("workers", workers.get()), column)
            };
            let line = format!(
                "{} {workers} {} {}",
                file.display(),
                found.makespan,
                found.lower_bound
            );
            match (of("best_known_ms"), of("lower_bound_ms")) {
                (Some(best), Some(simple)) => {
                    println!("{line} {best}");
                    summary.count(workers.get(), best > simple, &found, best, took);
                }
                _ => println!("{line}"),
            }
        }
    }
    print!("{summary}");
    Ok(())
}

/// The tasks of the specification with the times of the execution, 0 where there is none.
fn parse(text: &str) -> Result<Dag<u64>, Box<dyn Error>> {
    let trace: Value = serde_json::from_str(text)?;
    let tasks = |part: &str| {
        let tasks = trace["workflow"][part]["tasks"].as_array();
        tasks.ok_or(format!("no tasks of the {part}"))
    };
    let mut milliseconds: HashMap<&str, u64> = HashMap::new();
    for task in tasks("execution")? {
        let id = task["id"].as_str().ok_or("a task without an id")?;
        let seconds = task["runtimeInSeconds"].as_f64().unwrap_or(0.0);
        milliseconds.insert(id, (seconds * 1_000.0).round() as u64);
    }
    let mut builder = DagBuilder::new();
    for task in tasks("specification")? {
        let id = task["id"].as_str().ok_or("a task without an id")?;
        builder.node(id, milliseconds.get(id).copied().unwrap_or(0));
        let others = |list: &str| {
            let ids = task[list].as_array().into_iter().flatten();
            ids.filter_map(Value::as_str).collect::<Vec<_>>()
        };
        for before in others("parents") {
            builder.edge(before, id);
        }
        for after in others("children") {
            builder.edge(id, after);
        }
    }
    Ok(builder.build()?)
}
