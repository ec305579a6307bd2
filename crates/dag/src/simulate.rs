//! How a plan fares if durations are uncertain and attempts fail.

mod criticality;
mod distribution;
mod draws;
mod estimate;
mod outlook;
mod sampler;
mod settings;
mod tally;

use std::sync::Arc;

use self::criticality::Criticality;
pub use self::distribution::Distribution;
use self::draws::Draws;
pub use self::estimate::Estimate;
pub use self::outlook::{NodeOutlook, Outlook};
pub use self::settings::{Attempts, Risk, Simulation};
use self::tally::Tally;
use crate::list_schedule::list_schedule_with_failures;
use crate::{Dag, Frontier, ScheduleError, Workload, schedule};

/// Runs a plan many times, with durations and failures drawn at random.
///
/// Each run is a list schedule: whenever something ends, ready nodes start in the order of their
/// ranks, as an executor does. The ranks are those of the workload; if it has none, the nodes keep to
/// the order of [`schedule()`] for its durations, which is what is planned for. Nothing else looks at
/// these durations: the estimates count. With fixed estimates equal to them, every run is as
/// long as that schedule, except where it makes a node wait that could start.
///
/// A node that depends on one that failed is skipped; what does not depend on it goes on.
///
/// A node's criticality is the share of runs in which it is on a chain of nodes that each end just
/// when the next may start, up to the end of the run. The next may have waited because of a
/// dependency, or, if none ended just then, for the slot, the claim or the resource that the other
/// had.
///
/// # Errors
///
/// As [`schedule()`]; and if there is not one estimate for each node, or if one makes no sense.
///
/// # Complexity
///
/// That of a list schedule for each draw, see [`schedule()`], and a step for each attempt, but no more
/// than 128 for a node: beyond the 64th, the number of attempts is drawn at once, and from 64 further
/// ones on also what they take together, which is normally distributed nearly enough.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{DagBuilder, Estimate, Simulation, Workload, simulate};
///
/// let mut builder = DagBuilder::new();
/// builder.node("build", 3).node("test", 5);
/// builder.edge("build", "test");
/// let dag = builder.build()?;
/// let workload = Workload::new(dag.payloads(), NonZeroUsize::MIN);
///
/// let estimates = [
///     Estimate::Fixed(3),
///     Estimate::Pert { least: 2.0, likely: 5.0, most: 14.0 },
/// ];
/// let outlook = simulate(&dag, &workload, &Simulation::new(&estimates))?;
/// let mean = outlook.ends.mean().expect("there are draws");
/// assert!((mean - 9.0).abs() < 0.1);
/// assert!(outlook.ends.quantile(0.9) > outlook.ends.quantile(0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simulate<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    simulation: &Simulation<'_>,
) -> Result<Outlook, SimulationError> {
    workload.expect_fits(dag)?;
    simulation.expect_fits(dag)?;
    let ranks = Arc::new(match workload.ranks {
        Some(ranks) => ranks.to_vec(),
        None => schedule(dag, workload)?.ranks(),
    });
    let parts = simulation.parts(workload);
    let lags = workload.lags.map(|lags| lags.times(parts));
    let releases = workload
        .releases
        .map(|all| all.iter().map(|ticks| ticks * parts).collect::<Vec<_>>());
    let mut draws = Draws::new(simulation, parts, workload.waits() * parts);
    let mut tally = Tally::new(dag.len());
    let mut criticality = Criticality::new(dag, workload);
    let start = Frontier::over(dag.edges_both_ways(), Arc::clone(&ranks));
    for number in 0..simulation.draws {
        draws.draw(number);
        let workload = Workload {
            durations: &draws.durations,
            lags: lags.as_ref(),
            releases: releases.as_deref(),
            ..*workload
        };
        let (entries, run) = list_schedule_with_failures(
            dag.edges_both_ways(),
            &workload,
            &ranks,
            start.clone(),
            &draws.fails,
        );
        let critical = criticality.of_run(&workload, &entries, &run);
        tally.count(&entries, &run, &draws.attempts, critical);
    }
    Ok(tally.outlook(parts))
}

/// Why nothing can be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// There is no schedule, or there is not one value for each node.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// An estimate makes no sense.
    #[error(
        "the estimate of `{id}` makes no sense: {estimate:?}; lengths are from 0 on and in order, a \
         spread from 1 on"
    )]
    Estimate {
        /// The node.
        id: String,
        /// Its estimate.
        estimate: Estimate,
    },
    /// A probability is none.
    #[error("`{id}` fails with probability {failure}, which is not from 0 to 1")]
    Failure {
        /// The node.
        id: String,
        /// What was given.
        failure: f64,
    },
}
