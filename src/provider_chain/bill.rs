//! What the calls for one request came to, each by itself: also those whose answers were thrown away on the way to the one
//! that counts, and those that nobody waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use wavecrew_providers::{
    PriceTable, Provider, ProviderError, Request, Response, ResponseStream, TokenEstimator,
    async_trait,
};

/// As many tokens as a [budget](wavecrew_providers::Budget) reserves for an answer that is not bounded.
pub(crate) const ANSWER_TOKENS: u64 = 16_384;

tokio::task_local! {
    /// The bill of the request that is under way.
    static BILL: Bill;
}

/// Calls that were made together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charge {
    /// Who was asked.
    pub(crate) provider: String,
    /// How many calls it were.
    pub(crate) calls: u32,
    /// Tokens in and out.
    pub(crate) tokens: u64,
    /// Billionths of a US dollar; `None` if no price is known.
    pub(crate) nano_usd: Option<u64>,
    /// Whether the server did not say what it used, and this is an estimate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) estimated: bool,
}

/// The charges of one request, in the order in which they came. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bill(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    charges: Vec<Charge>,
    is_kept: bool,
}

/// Says of the request that is under way that whatever is asked is put on its bill.
pub(super) fn is_kept() {
    // Without a bill there is nobody to tell.
    let _ = BILL.try_with(|bill| bill.entries().is_kept = true);
}

impl Bill {
    /// Waits for what is asked, and notes on this bill whatever calls it makes.
    pub(crate) async fn during<T>(&self, asked: impl Future<Output = T>) -> T {
        BILL.scope(self.clone(), asked).await
    }

    /// What is on it.
    pub(crate) fn charges(&self) -> Vec<Charge> {
        self.entries().charges.clone()
    }

    /// Whether all calls are on it: if none is, nobody was asked.
    pub(crate) fn is_kept(&self) -> bool {
        self.entries().is_kept
    }

    /// What is on it behind the first so many.
    pub(crate) fn since(&self, known: usize) -> Vec<Charge> {
        let entries = self.entries();
        entries.charges.get(known..).unwrap_or_default().to_vec()
    }

    fn add(&self, charge: Charge) {
        self.entries().charges.push(charge);
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A provider whose calls are noted on the bill of the request that is under way, if there is one.
#[derive(Debug)]
pub(super) struct Billed<P> {
    pub(super) inner: P,
    pub(super) prices: Arc<PriceTable>,
    /// What is asked where a request names no model.
    pub(super) model: Option<String>,
    /// Whether what the server does not say counts as the most that it can be, as a budget has it.
    pub(super) is_bounded: bool,
}

impl<P: Provider> Billed<P> {
    fn open<'a>(&'a self, request: &'a Request) -> Open<'a> {
        let bill = BILL.try_with(Clone::clone).ok();
        Open {
            bill,
            provider: self.inner.name(),
            prices: &self.prices,
            model: request.model.as_deref().or(self.model.as_deref()),
            request,
            is_bounded: self.is_bounded,
        }
    }
}

/// A call under way. One that is dropped may be paid for all the same.
struct Open<'a> {
    bill: Option<Bill>,
    provider: &'a str,
    prices: &'a PriceTable,
    model: Option<&'a str>,
    request: &'a Request,
    is_bounded: bool,
}

impl Open<'_> {
    fn settle(mut self, end: &Result<Response, ProviderError>) {
        let Some(bill) = self.bill.take() else { return };
        let charge = match end {
            Ok(answer) => self.charge(Some(answer), answer.attempts),
            Err(error) => match error.partial() {
                Some(partial) if error.may_have_cost() || tells_of_work(partial) => {
                    self.charge(Some(partial), error.attempts())
                }
                None if error.may_have_cost() => self.charge(None, error.attempts()),
                _ => Charge {
                    provider: self.provider.to_owned(),
                    calls: error.attempts(),
                    tokens: 0,
                    nano_usd: Some(0),
                    estimated: false,
                },
            },
        };
        if charge.calls > 0 {
            bill.add(charge);
        }
    }

    /// What an answer, or a part of one, came to; by estimate, as far as it does not say.
    fn charge(&self, answer: Option<&Response>, calls: u32) -> Charge {
        let told = answer.and_then(|answer| answer.usage.total_tokens());
        let cost = answer.and_then(|answer| {
            let priced = || self.prices.cost_of(answer, self.model);
            answer.cost.or_else(priced)
        });
        let tokens = self.estimate(answer);
        let price = self.model.and_then(|model| self.prices.price(model));
        let estimate = || price.map(|price| price.at_most(tokens.0, tokens.1));
        Charge {
            provider: self.provider.to_owned(),
            calls,
            tokens: told.unwrap_or_else(|| tokens.0.saturating_add(tokens.1)),
            nano_usd: cost.or_else(estimate).map(|cost| cost.nano_usd()),
            estimated: told.is_none() || (cost.is_none() && price.is_some()),
        }
    }

    /// Tokens in and out that the call may have used.
    fn estimate(&self, answer: Option<&Response>) -> (u64, u64) {
        if self.is_bounded {
            let most = self.request.max_output_tokens;
            let input = TokenEstimator::at_most_of(self.model, self.request);
            return (input, most.map_or(ANSWER_TOKENS, u64::from));
        }
        let said = answer.map_or(0, |answer| TokenEstimator::of_text(&answer.text));
        (TokenEstimator::raw(self.request), said)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if let Some(bill) = self.bill.take() {
            bill.add(self.charge(None, 1));
        }
    }
}

/// Whether a part of an answer shows that the model was at work, as budgets see it.
fn tells_of_work(partial: &Response) -> bool {
    let counted = partial.usage.output_tokens.is_some();
    counted || partial.cost.is_some() || !partial.text.is_empty()
}

#[async_trait]
impl<P: Provider> Provider for Billed<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let open = self.open(request);
        let end = self.inner.complete(request).await;
        open.settle(&end);
        end
    }

    /// Only whole answers are noted here: nobody in a run asks for a stream.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        self.inner.stream(request).await
    }
}
