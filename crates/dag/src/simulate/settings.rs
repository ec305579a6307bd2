use std::num::NonZeroU32;

use super::{Estimate, SimulationError};
use crate::critical_path::expect_one_per_node;
use crate::{Dag, TimeError, Workload};

/// What is uncertain, and how often to draw it.
#[derive(Clone, Copy, Debug)]
pub struct Simulation<'a> {
    /// How long an attempt at each node takes, indexed by [`NodeId`](crate::NodeId).
    pub estimates: &'a [Estimate],
    /// How attempts end.
    pub risk: Risk<'a>,
    /// How many runs to draw. The quantiles of 10,000 are good to about one percent of the runs.
    pub draws: u32,
    /// Equal seeds draw the same durations and failures, also for other slots and claims: what
    /// differs between two workloads then is not chance.
    pub seed: u64,
}

impl<'a> Simulation<'a> {
    /// 10,000 draws with seed 0, in which every attempt succeeds.
    #[must_use]
    pub const fn new(estimates: &'a [Estimate]) -> Self {
        Self {
            estimates,
            risk: Risk::None,
            draws: 10_000,
            seed: 0,
        }
    }
}

/// How attempts end.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Risk<'a> {
    /// All succeed.
    None,
    /// The same for all nodes.
    Same(Attempts),
    /// One for each node, indexed by [`NodeId`](crate::NodeId).
    Each(&'a [Attempts]),
}

/// How often a node may be attempted. An attempt that fails costs its duration, as any other; the
/// next follows at once, in the same slot. A node whose last attempt fails has failed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Attempts {
    /// The probability with which each attempt fails, whatever became of others.
    pub failure: f64,
    /// The number of attempts after which the node has failed.
    pub most: NonZeroU32,
}

impl Attempts {
    const SURE: Self = Self {
        failure: 0.0,
        most: NonZeroU32::MIN,
    };
}

impl Simulation<'_> {
    pub(crate) fn attempts(&self, node: usize) -> Attempts {
        match self.risk {
            Risk::None => Attempts::SURE,
            Risk::Same(attempts) => attempts,
            Risk::Each(all) => all[node],
        }
    }

    pub(crate) fn expect_fits<T>(&self, dag: &Dag<T>) -> Result<(), SimulationError> {
        let wrong = |error: TimeError| SimulationError::Schedule(error.into());
        expect_one_per_node("estimates", self.estimates.len(), dag).map_err(wrong)?;
        if let Risk::Each(all) = self.risk {
            expect_one_per_node("attempts", all.len(), dag).map_err(wrong)?;
        }
        for (node, estimate) in dag.nodes().zip(self.estimates) {
            let id = || dag.id(node).to_owned();
            if !estimate.is_sound() {
                return Err(SimulationError::Estimate {
                    id: id(),
                    estimate: *estimate,
                });
            }
            let failure = self.attempts(node.index()).failure;
            if !(0.0..=1.0).contains(&failure) {
                return Err(SimulationError::Failure { id: id(), failure });
            }
        }
        Ok(())
    }

    /// In how many parts a tick is divided, so that rounding does no harm where ticks are few: a power
    /// of two, with which ordinary sums stay exact as `f64`.
    pub(crate) fn parts(&self, workload: &Workload<'_>) -> u64 {
        const MOST: u32 = 20;
        let is_fixed = |estimate: &Estimate| matches!(estimate, Estimate::Fixed(_));
        if self.estimates.iter().all(is_fixed) {
            return 1;
        }
        let far_end = |(node, estimate): (usize, &Estimate)| {
            estimate.far_end() * f64::from(self.attempts(node).most.get())
        };
        let nodes = self.estimates.iter().enumerate();
        let far = nodes.map(far_end).sum::<f64>() + workload.waits() as f64;
        let room = (1_u64 << 53) as f64;
        let fits = |bits: &u32| far * (1_u64 << bits) as f64 <= room;
        1 << (0..=MOST).rev().find(fits).unwrap_or(0)
    }
}
