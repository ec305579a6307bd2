//! A run on time that is only counted: what it would come to, before a cent is spent.

use std::num::NonZeroU32;
use std::time::Duration;

use wavecrew_exec::{Backoff, FailureClass, Limits, Pace, Played, Rehearsal, Start, rehearse};

use super::limits::limits;
use super::options::RunOptions;
use crate::graph::{PlanGraph, Unit};
use crate::provider_chain::first_price;

/// What may go wrong in a simulated run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chances {
    /// The share of attempts whose work is refused, from 0 to 1.
    pub refused: f64,
    /// Equal seeds give equal runs.
    pub seed: u64,
}

/// What a run would come to.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Attempts, ends and events. Times are in ticks of the plan's [`Unit`](crate::Unit), a tick as a
    /// second.
    pub rehearsal: Rehearsal,
    /// The stated tokens of all attempts together; `None` if the plan states none.
    pub tokens: Option<u64>,
    /// What these tokens cost in billionths of a US dollar, at the least and at the most: all of them in, all of them
    /// out, by the first provider that each task goes to. `None` if the price of a model that is named, or the model, is not
    /// known.
    pub cost_nano_usd: Option<(u64, u64)>,
}

/// Plays a run of `graph` with the limits and the policy of a real one, each attempt as long as its task's estimate.
/// Nothing is called, written or waited for.
pub fn simulate_run(graph: &PlanGraph, options: &RunOptions, chances: &Chances) -> Simulation {
    let settings = &options.provider_settings;
    let prices = settings.price_table();
    let mut tokens = None;
    let mut cost = Some((0_u64, 0_u64));
    let rehearsal = rehearse(&graph.dag, counted(graph, options), |start| {
        let task = graph.dag.payload(start.node);
        if let Some(stated) = task.tokens {
            tokens = Some(tokens.unwrap_or(0_u64).saturating_add(stated));
            let model = options.model.as_deref();
            let price = first_price(task, &options.providers, model, settings, &prices);
            cost = cost.zip(price).map(|((least, most), price)| {
                let ends = [price.at_most(stated, 0), price.at_most(0, stated)];
                let ends = ends.map(|cost| cost.nano_usd());
                (
                    least.saturating_add(ends[0].min(ends[1])),
                    most.saturating_add(ends[0].max(ends[1])),
                )
            });
        }
        let takes = Duration::from_secs(graph.durations[start.node.index()]);
        if chance(start, chances.seed) < chances.refused {
            return Played::badly(takes, FailureClass::Invalid, "the work is refused");
        }
        Played::well(takes)
    });
    Simulation {
        rehearsal,
        tokens,
        cost_nano_usd: cost.filter(|_| tokens.is_some()),
    }
}

/// The limits of the run, and one that its providers keep: an attempt is one request at the least. Where ticks are
/// tokens, a wait between two attempts takes none.
fn counted(graph: &PlanGraph, options: &RunOptions) -> Limits {
    let limits = limits(graph, options);
    match graph.unit {
        Unit::Seconds => {
            let requests = options
                .provider_settings
                .requests_per_minute_of(&options.providers);
            let pace = requests.map(|requests| Pace {
                starts: requests.try_into().unwrap_or(NonZeroU32::MAX),
                per: Duration::from_secs(60),
            });
            Limits { pace, ..limits }
        }
        Unit::Tokens => Limits {
            policy: limits.policy.backoff(Backoff::NONE),
            ..limits
        },
    }
}

/// A number from 0 up to 1 for an attempt, that looks random (the finaliser of splitmix64, Steele et al. 2014).
fn chance(start: &Start, seed: u64) -> f64 {
    let place = (start.node.index() as u64) << 32 | u64::from(start.attempt);
    let mut bits =
        seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ place.wrapping_add(0x9E37_79B9_7F4A_7C15);
    for _ in 0..2 {
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
    }
    // The upper 53 bits are what a double holds.
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}
