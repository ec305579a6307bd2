//! Schedules projects of PSPLIB, the library of Kolisch and Sprecher (EJOR 96, 1996, 205-216), read
//! from its single-mode files.
//!
//! ```text
//! cargo run --release --example psplib -- [--schedules N] [--seconds S] [--rule RULE] [--seed K]
//!     [--out DIR] FILE…
//! ```
//!
//! Prints one line `FILE MAKESPAN BOUND` for each file. `--rule` makes the one schedule of a rule
//! (LFT, LST, MTS, …); with `--schedules N` as well, it is improved, and what is left of the N
//! schedules goes into a search. `--seconds` searches on all processors. With neither, all rules are
//! tried and improved. `--out` writes the schedules as JSON.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

mod support;

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use support::Budget;
use wavecrew_dag::{
    Dag, DagBuilder, PriorityRule, ResourceId, Resources, Schedule, Workload, improve, schedule,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    for file in &arguments.files {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let project = Project::parse(&text).map_err(|why| format!("{}: {why}", file.display()))?;
        let found = project.solve(&arguments)?;
        println!(
            "{} {} {}",
            file.display(),
            found.makespan,
            found.lower_bound
        );
        if let Some(folder) = &arguments.out {
            write(folder, file, &project, &found)?;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Arguments {
    budget: Budget,
    rule: Option<PriorityRule>,
    out: Option<PathBuf>,
    files: Vec<PathBuf>,
}

impl Arguments {
    fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut arguments = Self::default();
        let budget = &mut arguments.budget;
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--schedules" => budget.schedules = Some(value()?.parse()?),
                "--seconds" => budget.seconds = Some(value()?.parse()?),
                "--seed" => budget.seed = value()?.parse()?,
                "--out" => arguments.out = Some(value()?.into()),
                "--rule" => arguments.rule = Some(rule(&value()?)?),
                option if option.starts_with("--") => {
                    return Err(format!("there is no option {option}").into());
                }
                file => arguments.files.push(file.into()),
            }
        }
        Ok(arguments)
    }
}

fn rule(name: &str) -> Result<PriorityRule, String> {
    let mut rules = PriorityRule::ALL.into_iter();
    rules
        .find(|rule| rule.to_string().eq_ignore_ascii_case(name))
        .ok_or(format!("there is no rule {name}"))
}

/// A project: jobs with durations, what they need of each resource, and who waits for whom.
struct Project {
    dag: Dag<u64>,
    resources: Resources,
    slots: NonZeroUsize,
}

impl Project {
    /// Reads the three tables of a file.
    fn parse(text: &str) -> Result<Self, Box<dyn Error>> {
        let precedence = table(text, "PRECEDENCE RELATIONS:")?;
        let requests = table(text, "REQUESTS/DURATIONS:")?;
        let capacities = table(text, "RESOURCEAVAILABILITIES:")?;
        let capacities = capacities.first().ok_or("no capacities")?;

        let mut builder = DagBuilder::new();
        for row in &requests {
            let [job, _mode, duration, ..] = row[..] else {
                return Err("a job has no duration".into());
            };
            builder.node(job.to_string(), duration);
        }
        for row in &precedence {
            let [job, _modes, _count, after @ ..] = &row[..] else {
                return Err("a job has no successors".into());
            };
            for next in after {
                builder.edge(job.to_string(), next.to_string());
            }
        }
        let dag = builder.build()?;
        let mut resources = Resources::new(dag.len());
        let add = |(number, capacity): (usize, &u64)| {
            resources.add(format!("R{}", number + 1), *capacity)
        };
        let ids: Vec<ResourceId> = capacities.iter().enumerate().map(add).collect();
        for (node, row) in dag.nodes().zip(&requests) {
            for (&id, &amount) in ids.iter().zip(&row[3..]) {
                resources.need(node, id, amount);
            }
        }
        let slots = NonZeroUsize::new(dag.len()).ok_or("no jobs")?;
        Ok(Self {
            dag,
            resources,
            slots,
        })
    }

    fn solve(&self, arguments: &Arguments) -> Result<Schedule, Box<dyn Error>> {
        let dag = &self.dag;
        let workload = Workload {
            resources: Some(&self.resources),
            ..Workload::new(dag.payloads(), self.slots)
        };
        if let Some(rule) = arguments.rule {
            let ranks = rule.workload_ranks(dag, &workload)?;
            let by_rule = Workload {
                ranks: Some(&ranks),
                ..workload
            };
            let found = schedule(dag, &by_rule)?;
            let schedules = arguments.budget.schedules.unwrap_or(1);
            const IMPROVEMENT: u64 = 20;
            if schedules <= IMPROVEMENT && arguments.budget.seconds.is_none() {
                return Ok(improve(dag, &workload, &found, schedules - 1)?);
            }
        }
        arguments.budget.solve(dag, &workload)
    }
}

/// The rows of numbers below a heading.
fn table(text: &str, heading: &str) -> Result<Vec<Vec<u64>>, Box<dyn Error>> {
    let lines = text
        .lines()
        .skip_while(|line| !line.starts_with(heading))
        .skip(1);
    let rows = lines.take_while(|line| !line.starts_with('*'));
    let numbers = |line: &str| -> Option<Vec<u64>> {
        line.split_whitespace()
            .map(|word| word.parse().ok())
            .collect()
    };
    // Column headings and rulers are no numbers.
    let rows: Vec<Vec<u64>> = rows
        .filter_map(numbers)
        .filter(|row| !row.is_empty())
        .collect();
    match rows.is_empty() {
        true => Err(format!("no table {heading}").into()),
        false => Ok(rows),
    }
}

fn write(
    folder: &Path,
    file: &Path,
    project: &Project,
    found: &Schedule,
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let name = file.file_stem().unwrap_or(file.as_os_str());
    let starts = found.entries.iter().map(|entry| {
        let task: u64 = project
            .dag
            .id(entry.node)
            .parse()
            .expect("jobs are numbers");
        serde_json::json!({ "task": task, "start": entry.start })
    });
    let json = serde_json::Value::from_iter(starts);
    std::fs::write(
        folder.join(name).with_extension("json"),
        json.to_string() + "\n",
    )?;
    Ok(())
}
