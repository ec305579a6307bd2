//! The bounds of a run, as its settings and its plan state them.

use wavecrew_dag::{CriticalPathFirst, Planner};
use wavecrew_exec::{Limits, Policy};

use super::options::RunOptions;
use crate::graph::PlanGraph;

/// The same for a run and for its simulation.
pub(super) fn limits(graph: &PlanGraph, options: &RunOptions) -> Limits {
    let by_critical_path = CriticalPathFirst {
        durations: graph.durations.clone(),
    };
    Limits {
        concurrency: options.workers,
        ranks: Some(by_critical_path.ranks(&graph.dag)),
        claims: Some(graph.claims.clone()),
        policy: options.policy.clone().unwrap_or_else(|| Policy {
            max_attempts: options.attempts,
            ..Policy::default()
        }),
        despite_failures: options.despite_failures,
        ..Limits::default()
    }
}
