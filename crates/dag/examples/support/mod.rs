//! What the examples that read collections of problems have in common.

#![allow(dead_code, reason = "no example needs all of it")]

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wavecrew_dag::{Dag, Schedule, Search, Workload, schedule, search};

/// How far to search.
#[derive(Clone, Copy, Default)]
pub(crate) struct Budget {
    pub(crate) schedules: Option<u64>,
    pub(crate) seconds: Option<f64>,
    pub(crate) seed: u64,
}

impl Budget {
    /// Searches for so many schedules, or so long on all processors, or both. With neither, all rules
    /// are tried and improved.
    pub(crate) fn solve<T>(
        &self,
        dag: &Dag<T>,
        workload: &Workload<'_>,
    ) -> Result<Schedule, Box<dyn Error>> {
        let search_for = |schedules| Search {
            seed: self.seed,
            ..Search::schedules(schedules)
        };
        match (self.schedules, self.seconds) {
            (None, None) => Ok(schedule(dag, workload)?),
            (Some(schedules), None) => Ok(search(dag, workload, &search_for(schedules))?),
            (schedules, Some(seconds)) => {
                let begin = Instant::now();
                let end = begin + Duration::from_secs_f64(seconds);
                // How large a population should be depends on how many schedules there will be.
                const TRIAL: u64 = 500;
                let trial = search(dag, workload, &search_for(TRIAL))?;
                if trial.is_proved_optimal() {
                    return Ok(trial);
                }
                let threads = std::thread::available_parallelism()?;
                let left = end.saturating_duration_since(Instant::now()).as_secs_f64();
                let per_second = TRIAL as f64 / begin.elapsed().as_secs_f64();
                let expected = (per_second * left * threads.get() as f64) as u64;
                let in_time = Search {
                    threads,
                    stop: &|| Instant::now() >= end,
                    ..search_for(schedules.unwrap_or(u64::MAX).min(expected * 2))
                };
                let found = search(dag, workload, &in_time)?;
                Ok(if trial.makespan < found.makespan {
                    trial
                } else {
                    found
                })
            }
        }
    }
}

/// What the examples over numbers of workers are told.
pub(crate) struct Arguments {
    pub(crate) budget: Budget,
    /// A schedule for each.
    pub(crate) workers: Vec<NonZeroUsize>,
    /// A table of what is known, to compare with.
    pub(crate) known: Option<PathBuf>,
    pub(crate) files: Vec<PathBuf>,
}

impl Arguments {
    pub(crate) fn parse(
        mut given: impl Iterator<Item = String>,
        workers: &[usize],
    ) -> Result<Self, Box<dyn Error>> {
        let mut arguments = Self {
            budget: Budget::default(),
            workers: workers
                .iter()
                .copied()
                .flat_map(NonZeroUsize::new)
                .collect(),
            known: None,
            files: Vec::new(),
        };
        let budget = &mut arguments.budget;
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--schedules" => budget.schedules = Some(value()?.parse()?),
                "--seconds" => budget.seconds = Some(value()?.parse()?),
                "--seed" => budget.seed = value()?.parse()?,
                "--known" => arguments.known = Some(value()?.into()),
                "--workers" => {
                    let numbers = value()?;
                    let numbers = numbers.split(',').map(str::parse);
                    arguments.workers = numbers.collect::<Result<_, _>>()?;
                }
                option if option.starts_with("--") => {
                    return Err(format!("there is no option {option}").into());
                }
                file => arguments.files.push(file.into()),
            }
        }
        Ok(arguments)
    }
}

/// A table of comma-separated values: what is known of each file and number of workers.
pub(crate) struct Known {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Known {
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let text = std::fs::read_to_string(path)?;
        let mut rows = text
            .lines()
            .map(|line| line.split(',').map(str::to_owned).collect());
        Ok(Self {
            columns: rows.next().ok_or("an empty table")?,
            rows: rows.collect(),
        })
    }

    /// The number in a column of the row of a file, whose name ends as the row's first cell says.
    pub(crate) fn number(&self, file: &Path, workers: (&str, usize), column: &str) -> Option<u64> {
        let place = |name: &str| self.columns.iter().position(|column| column == name);
        let (of_workers, wanted) = (place(workers.0)?, place(column)?);
        let row = self
            .rows
            .iter()
            .find(|row| file.ends_with(&row[0]) && row[of_workers] == workers.1.to_string())?;
        row[wanted].parse().ok()
    }
}

/// Sums for each number of workers.
#[derive(Default)]
pub(crate) struct Summary {
    lines: std::collections::BTreeMap<(usize, bool), Sums>,
}

#[derive(Default)]
struct Sums {
    problems: u32,
    proved: u32,
    longer: f64,
    slowest: Duration,
}

impl Summary {
    /// Counts a schedule. `is_hard` says that the best known is longer than the simple bound, so that
    /// not every scheduler finds it.
    pub(crate) fn count(
        &mut self,
        workers: usize,
        is_hard: bool,
        found: &Schedule,
        best: u64,
        took: Duration,
    ) {
        let sums = self.lines.entry((workers, is_hard)).or_default();
        sums.problems += 1;
        sums.proved += u32::from(found.is_proved_optimal());
        sums.longer += found.makespan as f64 / best.max(1) as f64 - 1.0;
        sums.slowest = sums.slowest.max(took);
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for ((workers, is_hard), sums) in &self.lines {
            writeln!(
                f,
                "# {workers} workers, best {} the simple bound: {} problems, {} proved optimal, \
                 {:.3} % above the best on average, the slowest {:.3} s",
                if *is_hard { "above" } else { "at" },
                sums.problems,
                sums.proved,
                100.0 * sums.longer / f64::from(sums.problems),
                sums.slowest.as_secs_f64(),
            )?;
        }
        Ok(())
    }
}
