//! Schedules the task graphs of the Standard Task Graph Set on identical processors: Tobita and
//! Kasahara, "A standard task graph set for fair evaluation of multiprocessor scheduling algorithms"
//! (Journal of Scheduling 5, 2002, 379-394).
//!
//! ```text
//! cargo run --release --example stg -- [--workers 2,4,8,16] [--schedules N] [--seconds S] [--seed K]
//!     [--known TABLE.csv] FILE…
//! ```
//!
//! Prints one line `FILE PROCESSORS MAKESPAN BOUND` for each file and number of processors. With a
//! table of `instance`, `processors`, `simple_lb` and `best_known`, the best that is known follows,
//! and a summary at the end.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

mod support;

use std::error::Error;
use std::time::Instant;

use support::{Arguments, Known, Summary};
use wavecrew_dag::{Dag, DagBuilder, Workload};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1), &[2, 4, 8, 16])?;
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
                let processors = ("processors", workers.get());
                known.as_ref()?.number(file, processors, column)
            };
            let line = format!(
                "{} {workers} {} {}",
                file.display(),
                found.makespan,
                found.lower_bound
            );
            match (of("best_known"), of("simple_lb")) {
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

/// A line for each task: its number, its time, how many it waits for, and their numbers.
fn parse(text: &str) -> Result<Dag<u64>, Box<dyn Error>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut builder = DagBuilder::new();
    for line in lines.skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => continue,
            [task, time, _, ref before @ ..] => {
                builder.node(task, time.parse()?);
                for before in before {
                    builder.edge(*before, task);
                }
            }
            _ => return Err(format!("no task: {line}").into()),
        }
    }
    Ok(builder.build()?)
}
