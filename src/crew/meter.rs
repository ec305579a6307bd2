//! What the calls to providers add up to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use wavecrew_providers::{Cost, ProviderError, Response, Spending, TokenEstimator};

use crate::provider_chain::{Bill, Charge};

/// Counts calls and costs; clones count together.
#[derive(Clone, Debug, Default)]
pub struct CallMeter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    tokens: AtomicU64,
    nano_usd: AtomicU64,
    unpriced: AtomicBool,
    files: AtomicU64,
    /// Answers by provider.
    answers: Mutex<BTreeMap<String, u64>>,
}

impl CallMeter {
    /// Attempts at a provider, answered or not.
    pub fn calls(&self) -> u64 {
        self.0.calls.load(Ordering::Relaxed)
    }

    /// Tokens in and out; where a server did not say, an estimate.
    pub fn tokens(&self) -> u64 {
        self.0.tokens.load(Ordering::Relaxed)
    }

    /// All of it as what counts against a budget, as far as it is known.
    pub fn spending(&self) -> Spending {
        let mut spending = Spending::default();
        spending.calls = self.calls();
        spending.tokens = self.tokens();
        spending.nano_usd = self.0.nano_usd.load(Ordering::Relaxed);
        spending
    }

    /// What they cost in billionths of a US dollar; `None` as soon as one has no known price.
    pub fn cost_nano_usd(&self) -> Option<u64> {
        let priced = !self.0.unpriced.load(Ordering::Relaxed);
        priced.then(|| self.0.nano_usd.load(Ordering::Relaxed))
    }

    /// How many answers came from which provider, by name.
    pub fn answers(&self) -> BTreeMap<String, u64> {
        let answers = self.0.answers.lock();
        answers.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Files that were written and kept.
    pub fn files_written(&self) -> u64 {
        self.0.files.load(Ordering::Relaxed)
    }

    /// So many files were written and are kept.
    pub(crate) fn wrote(&self, files: usize) {
        self.0.files.fetch_add(files as u64, Ordering::Relaxed);
    }

    /// A call begins. It counts when it has ended, and also when it is dropped on the way.
    pub(crate) fn begin(&self) -> OpenCall<'_> {
        OpenCall {
            meter: Some(self),
            bill: Bill::default(),
        }
    }

    /// What the calls of a request came to, each by itself.
    fn charge(&self, charges: &[Charge]) {
        for charge in charges {
            let cost = charge.nano_usd.map(Cost::from_nano_usd);
            self.add(charge.calls, cost);
            self.0.tokens.fetch_add(charge.tokens, Ordering::Relaxed);
        }
    }

    fn add(&self, attempts: u32, cost: Option<Cost>) {
        self.0
            .calls
            .fetch_add(u64::from(attempts), Ordering::Relaxed);
        match cost {
            Some(cost) => drop(
                self.0
                    .nano_usd
                    .fetch_add(cost.nano_usd(), Ordering::Relaxed),
            ),
            None if attempts > 0 => self.0.unpriced.store(true, Ordering::Relaxed),
            None => {}
        }
    }
}

/// A call whose end is not known: it may be paid for all the same.
pub(crate) struct OpenCall<'a> {
    meter: Option<&'a CallMeter>,
    bill: Bill,
}

impl OpenCall<'_> {
    /// The bill of its calls.
    pub(crate) fn bill(&self) -> Bill {
        self.bill.clone()
    }

    /// Waits for what is asked, and notes what each call on the way comes to.
    pub(crate) async fn during<T>(&self, asked: impl Future<Output = T>) -> T {
        self.bill.during(asked).await
    }

    /// Counts what the answer came to, and gives the charges of all calls on the way to it: none, if its provider does not
    /// note them.
    pub(crate) fn settle(mut self, answer: &Result<Response, ProviderError>) -> Vec<Charge> {
        let charges = self.bill.charges();
        let Some(meter) = self.meter.take() else {
            return charges;
        };
        if let Ok(response) = answer {
            let answers = meter.0.answers.lock();
            let mut answers = answers.unwrap_or_else(PoisonError::into_inner);
            *answers.entry(response.provider.clone()).or_default() += 1;
        }
        if !charges.is_empty() {
            meter.charge(&charges);
            return charges;
        }
        match answer {
            Ok(response) => {
                meter.add(response.attempts, response.cost);
                let told = response.usage.total_tokens();
                let tokens = told.unwrap_or_else(|| TokenEstimator::of_text(&response.text));
                meter.0.tokens.fetch_add(tokens, Ordering::Relaxed);
            }
            Err(error) if error.kind().may_have_cost() => {
                meter.add(
                    error.attempts(),
                    error.partial().and_then(|partial| partial.cost),
                );
            }
            Err(error) => meter.add(error.attempts(), Some(Cost::ZERO)),
        }
        charges
    }
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        let Some(meter) = self.meter else { return };
        match self.bill.charges().as_slice() {
            [] if self.bill.is_kept() => {}
            [] => meter.add(1, None),
            charges => meter.charge(charges),
        }
    }
}
