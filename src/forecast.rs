//! What a plan comes to: work, critical path, waves and a schedule for so many workers.

use std::num::NonZeroUsize;

use wavecrew_dag::{CriticalPath, NodeId, Schedule, Search, Waves, Workload, search};

use crate::graph::PlanGraph;

/// The figures of a plan, in ticks of its [`Unit`](crate::Unit).
#[derive(Debug)]
pub struct Forecast {
    /// Sum of all durations.
    pub work: u64,
    /// Worker slots that the schedule was computed for.
    pub workers: NonZeroUsize,
    /// Length of the longest chain.
    pub critical_path: u64,
    /// One longest chain, first task first.
    pub critical_tasks: Vec<NodeId>,
    /// Computed levels: every task of a wave depends only on earlier ones.
    pub waves: Vec<Vec<NodeId>>,
    /// The best schedule found, with its lower bound.
    pub schedule: Schedule,
}

impl Forecast {
    /// How many times faster than one worker the schedule is; 1 for a plan without work.
    pub fn speedup(&self) -> f64 {
        if self.schedule.makespan == 0 {
            1.0
        } else {
            self.work as f64 / self.schedule.makespan as f64
        }
    }
}

/// Why the figures cannot be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// The durations do not fit into 64 bits together.
    #[error("the durations of the plan add up to more than can be counted")]
    Overflow,
}

/// How many schedules are made in search of a short one: a number that depends on nothing but the
/// plan, so that the same plan always gets the same schedule, and small enough for a person to wait.
/// In a plan of thousands of tasks each schedule takes too long for that; it gets those of the rules.
fn schedules(tasks: usize) -> u64 {
    const PLACEMENTS: u64 = 150_000;
    const MOST_SCHEDULES: u64 = 3_000;
    const MOST_TASKS: usize = 1_000;
    match tasks {
        1..=MOST_TASKS => (PLACEMENTS / tasks as u64).min(MOST_SCHEDULES),
        _ => 0,
    }
}

/// Computes the figures of `graph` for `workers` slots.
///
/// # Errors
///
/// [`ForecastError::Overflow`] when times do not fit.
pub fn forecast(graph: &PlanGraph, workers: NonZeroUsize) -> Result<Forecast, ForecastError> {
    let overflow = |_| ForecastError::Overflow;
    let work = graph
        .durations
        .iter()
        .try_fold(0_u64, |sum, ticks| sum.checked_add(*ticks))
        .ok_or(ForecastError::Overflow)?;
    let path = CriticalPath::new(&graph.dag, &graph.durations).map_err(overflow)?;
    let workload = Workload {
        claims: Some(&graph.claims),
        ..Workload::new(&graph.durations, workers)
    };
    let budget = Search::schedules(schedules(graph.dag.len()));
    let schedule = search(&graph.dag, &workload, &budget).map_err(|_| ForecastError::Overflow)?;
    Ok(Forecast {
        work,
        workers,
        critical_path: path.makespan,
        critical_tasks: path.path().to_vec(),
        waves: Waves::levels(&graph.dag)
            .iter()
            .map(<[NodeId]>::to_vec)
            .collect(),
        schedule,
    })
}
