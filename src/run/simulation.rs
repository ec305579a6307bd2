//! A run on time that is only counted: what it would come to, before a cent is spent.

use std::num::NonZeroU32;
use std::time::Duration;

use wavecrew_exec::{Backoff, FailureClass, Limits, Pace, Played, Rehearsal, Start, rehearse};
use wavecrew_providers::{ModelPrice, PriceTable, Spending};
use wavecrew_worker_spec::Task;

use super::limits::limits;
use super::options::RunOptions;
use super::reserve::Reserve;
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
    /// Whether any task goes to a model.
    pub asks_models: bool,
    /// What the budget makes of it, if there is one.
    pub budget: Option<BudgetOutlook>,
}

/// What a budget makes of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetOutlook {
    /// What the first call may take, which has to be there before it is made: the budget has to be as large at the least. `None` if no
    /// model is asked.
    pub first_call: Option<Reserve>,
    /// After how many calls the run stops in any case, if it does: with every call as cheap as it can be. The simulation ends
    /// there.
    pub ends_after: Option<u64>,
    /// After how many calls it may stop, if it may: with every call as dear as it can be.
    pub may_end_after: Option<u64>,
}

/// Plays a run of `graph` with the limits and the policy of a real one, each attempt as long as its task's estimate, and within its
/// budget. Nothing is called, written or waited for.
pub fn simulate_run(graph: &PlanGraph, options: &RunOptions, chances: &Chances) -> Simulation {
    let mut least = Game::new(graph, options, End::Least);
    let rehearsal = least.play(chances);
    let budget = options.provider_settings.has_budget().then(|| {
        let mut most = Game::new(graph, options, End::Most);
        most.play(chances);
        BudgetOutlook {
            first_call: least.first_call.clone(),
            ends_after: least.stopped_after,
            may_end_after: most.stopped_after,
        }
    });
    Simulation {
        rehearsal,
        tokens: least.tokens,
        cost_nano_usd: least.cost.filter(|_| least.tokens.is_some()),
        asks_models: least.first_call.is_some(),
        budget,
    }
}

/// Which end of what a call can come to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Least,
    Most,
}

/// A simulated run with what it has spent.
struct Game<'a> {
    graph: &'a PlanGraph,
    options: &'a RunOptions,
    prices: PriceTable,
    end: End,
    /// What a call for each task takes, once it is known: nothing for rules.
    reserves: Vec<Option<Option<Reserve>>>,
    spent: Spending,
    tokens: Option<u64>,
    cost: Option<(u64, u64)>,
    first_call: Option<Reserve>,
    stopped_after: Option<u64>,
}

impl<'a> Game<'a> {
    fn new(graph: &'a PlanGraph, options: &'a RunOptions, end: End) -> Self {
        Self {
            graph,
            options,
            prices: options.provider_settings.price_table(),
            end,
            reserves: vec![None; graph.dag.len()],
            spent: options.judged,
            tokens: None,
            cost: Some((0, 0)),
            first_call: None,
            stopped_after: None,
        }
    }

    fn play(&mut self, chances: &Chances) -> Rehearsal {
        let (graph, limits) = (self.graph, counted(self.graph, self.options));
        rehearse(&graph.dag, limits, |start| {
            let task = graph.dag.payload(start.node);
            if let Some(why) = self.call(start.node.index(), task) {
                return Played::badly(Duration::ZERO, FailureClass::OutOfBudget, why);
            }
            let takes = Duration::from_secs(graph.durations[start.node.index()]);
            if chance(start, chances.seed) < chances.refused {
                return Played::badly(takes, FailureClass::Invalid, "the work is refused");
            }
            Played::well(takes)
        })
    }

    /// Makes the call of an attempt, or says why the budget does not let it.
    fn call(&mut self, place: usize, task: &Task) -> Option<&'static str> {
        let settings = &self.options.provider_settings;
        let (options, prices) = (self.options, &self.prices);
        let reserve = self.reserves[place]
            .get_or_insert_with(|| Reserve::priced(task, options, prices, &|_| None))
            .clone();
        if let Some(reserve) = &reserve {
            if self.first_call.is_none() {
                self.first_call = Some(reserve.clone());
            }
            let (most, spent) = (&settings.budget, &self.spent);
            let above = |most: Option<u64>, spent: u64, more: u64| {
                most.is_some_and(|most| spent.saturating_add(more) > most)
            };
            let money = most.cost.map(|cost| cost.nano_usd());
            let stopped = above(most.calls, spent.calls, 1)
                || above(most.tokens, spent.tokens, reserve.tokens())
                || above(money, spent.nano_usd, reserve.nano_usd.unwrap_or(0));
            if stopped {
                self.stopped_after
                    .get_or_insert(spent.calls - self.options.judged.calls);
                return Some("the budget is used up");
            }
        }
        let model = options.model.as_deref();
        let price = || first_price(task, &options.providers, model, settings, prices);
        let used = task.tokens.map(|stated| (stated, price()));
        let ends = |stated: u64, price: &ModelPrice| {
            let ends = [price.at_most(stated, 0), price.at_most(0, stated)];
            let ends = ends.map(|cost| cost.nano_usd());
            (ends[0].min(ends[1]), ends[0].max(ends[1]))
        };
        if let Some((stated, price)) = &used {
            self.tokens = Some(self.tokens.unwrap_or(0).saturating_add(*stated));
            let costs = price.as_ref().map(|price| ends(*stated, price));
            self.cost = self
                .cost
                .zip(costs)
                .map(|(sum, one)| (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1)));
        }
        if let Some(reserve) = reserve {
            let (tokens, nano) = match (&used, self.end) {
                (Some((stated, Some(price))), End::Least) => (*stated, ends(*stated, price).0),
                (Some((stated, Some(price))), End::Most) => (*stated, ends(*stated, price).1),
                (Some((stated, None)), _) => (*stated, 0),
                // What nobody states is next to nothing, or all that may be reserved.
                (None, End::Least) => (0, 0),
                (None, End::Most) => (reserve.tokens(), reserve.nano_usd.unwrap_or(0)),
            };
            let spent = &mut self.spent;
            spent.calls = spent.calls.saturating_add(1);
            spent.tokens = spent.tokens.saturating_add(tokens);
            spent.nano_usd = spent.nano_usd.saturating_add(nano);
        }
        None
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
