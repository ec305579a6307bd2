//! What may be spent, what is spent and what is promised.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::Cost;

/// The most that may be spent. What is `None` is not bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BudgetLimits {
    /// Money.
    pub cost: Option<Cost>,
    /// Tokens, in and out together.
    pub tokens: Option<u64>,
    /// Calls to providers.
    pub calls: Option<u64>,
}

impl BudgetLimits {
    /// At most so much money.
    #[must_use]
    pub fn cost(mut self, cost: Cost) -> Self {
        self.cost = Some(cost);
        self
    }

    /// At most so many tokens.
    #[must_use]
    pub fn tokens(mut self, tokens: u64) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// At most so many calls.
    #[must_use]
    pub fn calls(mut self, calls: u64) -> Self {
        self.calls = Some(calls);
        self
    }
}

/// Amounts of the three things that a budget is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Spending {
    /// Billionths of a US dollar.
    pub nano_usd: u64,
    /// Tokens, in and out together.
    pub tokens: u64,
    /// Calls to providers.
    pub calls: u64,
}

impl Spending {
    pub(super) fn new(nano_usd: u64, tokens: u64, calls: u64) -> Self {
        Self {
            nano_usd,
            tokens,
            calls,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            nano_usd: self.nano_usd.saturating_add(other.nano_usd),
            tokens: self.tokens.saturating_add(other.tokens),
            calls: self.calls.saturating_add(other.calls),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            nano_usd: self.nano_usd.saturating_sub(other.nano_usd),
            tokens: self.tokens.saturating_sub(other.tokens),
            calls: self.calls.saturating_sub(other.calls),
        }
    }

    /// The first thing of which there is more than the limits allow.
    fn beyond(self, limits: &BudgetLimits) -> Option<&'static str> {
        let money = limits
            .cost
            .is_some_and(|most| self.nano_usd > most.nano_usd());
        let tokens = limits.tokens.is_some_and(|most| self.tokens > most);
        let calls = limits.calls.is_some_and(|most| self.calls > most);
        match (money, tokens, calls) {
            (true, ..) => Some("money"),
            (_, true, _) => Some("tokens"),
            (.., true) => Some("calls"),
            _ => None,
        }
    }
}

/// What any number of [`Budget`](super::Budget)s spend from. Clones are the same purse.
#[derive(Clone, Debug)]
pub struct Purse(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    limits: BudgetLimits,
    state: Mutex<State>,
    settled: Notify,
}

#[derive(Debug, Default)]
struct State {
    spent: Spending,
    promised: Spending,
}

/// Why a purse gives nothing.
pub(super) enum Refused {
    /// Too much is spent of this.
    Spent(&'static str),
    /// Calls under way may give some of this back.
    Promised,
}

impl Purse {
    /// A full purse.
    pub fn new(limits: BudgetLimits) -> Self {
        Self::spent_before(limits, Spending::default())
    }

    /// A purse from which so much was spent already, for a run that is taken up again.
    pub fn spent_before(limits: BudgetLimits, spent: Spending) -> Self {
        let state = State {
            spent,
            promised: Spending::default(),
        };
        Self(Arc::new(Inside {
            limits,
            state: Mutex::new(state),
            settled: Notify::new(),
        }))
    }

    /// What is spent, calls under way left out.
    pub fn spent(&self) -> Spending {
        self.state().spent
    }

    /// What is reserved for calls under way.
    pub fn promised(&self) -> Spending {
        self.state().promised
    }

    /// The limits.
    pub fn limits(&self) -> &BudgetLimits {
        &self.0.limits
    }

    /// Reserves as much as a call can take, or waits until calls under way have given enough back.
    pub(super) async fn reserve(&self, most: Spending) -> Result<Promise, &'static str> {
        loop {
            let settled = self.0.settled.notified();
            match self.try_reserve(most) {
                Ok(promise) => return Ok(promise),
                Err(Refused::Spent(what)) => return Err(what),
                Err(Refused::Promised) => settled.await,
            }
        }
    }

    fn try_reserve(&self, most: Spending) -> Result<Promise, Refused> {
        let mut state = self.state();
        let promised = state.promised.plus(most);
        if state.spent.plus(promised).beyond(&self.0.limits).is_none() {
            state.promised = promised;
            return Ok(Promise {
                purse: self.clone(),
                most: Some(most),
            });
        }
        match state.spent.plus(most).beyond(&self.0.limits) {
            Some(what) => Err(Refused::Spent(what)),
            None => Err(Refused::Promised),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reservation. Dropped unsettled it is spent whole: the server may have done the work.
pub(super) struct Promise {
    purse: Purse,
    most: Option<Spending>,
}

impl Promise {
    pub(super) fn most(&self) -> Spending {
        self.most.unwrap_or_default()
    }

    /// Spends so much in place of what was reserved.
    pub(super) fn spend(mut self, used: Spending) {
        self.end(used);
    }

    fn end(&mut self, used: Spending) {
        let Some(most) = self.most.take() else { return };
        let mut state = self.purse.state();
        state.promised = state.promised.minus(most);
        state.spent = state.spent.plus(used);
        drop(state);
        self.purse.0.settled.notify_waiters();
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.end(self.most());
    }
}
