//! Spends no more than is allowed.

mod purse;

use std::sync::Arc;

use async_trait::async_trait;

use self::purse::Promise;
pub use self::purse::{BudgetLimits, Purse, Spending};
use crate::ticket::{self, Ticket};
use crate::within::within;
use crate::{
    Cost, ErrorKind, PriceTable, Provider, ProviderError, Request, Response, ResponseStream,
    TimeoutPhase, TokenEstimator,
};

/// A provider that spends no more money, tokens and calls than its [`Purse`] allows.
///
/// Before a call it reserves the most that the call can take: every byte of the request a token (or its tokens,
/// where an [estimator](Self::estimator) can count them), and the most tokens that the answer may have. After it the
/// reservation is replaced by what was used. When only reservations stand in the way, a call waits until others have ended;
/// when too much is spent, it is refused. So any number of concurrent calls never overspends, as long as requests bound their
/// answers ([`Request::max_output_tokens`]); an answer that is not bounded is taken to have at most
/// [`answer_tokens`](Self::answer_tokens).
///
/// Money is reserved at the prices of standard service. Where a server answers in a dearer tier ([`Response::service_tier`]:
/// `priority`), what that cost is not known and all that was reserved is charged, which may be less than the bill: the bound holds
/// for standard and cheaper service, and for others if the price table holds their prices.
///
/// A price that is not known is refused when money is bounded, because it would count as nothing. A call that failed
/// after the server may have begun to work, or was given up, is taken to have cost all that was reserved.
///
/// # Order
///
/// `Budget` belongs inside [`Retry`](crate::Retry) and [`Fallback`](crate::Fallback), so that each call is reserved, and
/// outside of [`Cache`](crate::Cache) or inside as you like: what made no call costs nothing.
///
/// # Errors
///
/// [`ErrorKind::Budget`], without a call.
#[derive(Clone, Debug)]
pub struct Budget<P> {
    inner: P,
    purse: Purse,
    prices: Arc<PriceTable>,
    default_model: Option<String>,
    estimator: Arc<TokenEstimator>,
    answer_tokens: u64,
    unpriced: bool,
}

impl<P> Budget<P> {
    /// Spends from this purse, which others may share, at these prices.
    pub fn new(inner: P, purse: Purse, prices: impl Into<Arc<PriceTable>>) -> Self {
        Self {
            inner,
            purse,
            prices: prices.into(),
            default_model: None,
            estimator: Arc::default(),
            answer_tokens: 16_384,
            unpriced: false,
        }
    }

    /// The model that is asked when a request names none.
    #[must_use]
    pub fn default_model(mut self, model: impl Into<String>) -> Self {
        self.default_model = Some(model.into());
        self
    }

    /// Reserves for a request what this estimator, which others may share, [counts](TokenEstimator::counted_by), where
    /// it does.
    #[must_use]
    pub fn estimator(mut self, estimator: Arc<TokenEstimator>) -> Self {
        self.estimator = estimator;
        self
    }

    /// Reserves so many tokens for an answer that the request does not bound; at first 16,384.
    #[must_use]
    pub fn answer_tokens(mut self, tokens: u64) -> Self {
        self.answer_tokens = tokens;
        self
    }

    /// Makes calls whose price is not known as if they cost nothing.
    #[must_use]
    pub fn allow_unpriced(mut self) -> Self {
        self.unpriced = true;
        self
    }

    /// The purse.
    pub fn purse(&self) -> &Purse {
        &self.purse
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }
}

impl<P: Provider> Budget<P> {
    async fn reserve(&self, request: &Request) -> Result<Stake<'_>, ProviderError> {
        let output = request
            .max_output_tokens
            .map_or(self.answer_tokens, u64::from);
        let model = request.model.as_deref().or(self.default_model.as_deref());
        let input = self.estimator.most(model, request);
        let price = model.and_then(|model| self.prices.price(model));
        let nano_usd = match price {
            Some(price) => price.at_most(input, output).nano_usd(),
            None if self.unpriced || self.purse.limits().cost.is_none() => 0,
            None => {
                let model = model.unwrap_or("the default model");
                return Err(self.refused(format!("the price of {model} is not known")));
            }
        };
        let most = Spending::new(nano_usd, input.saturating_add(output), 1);
        let promise = within(|| request.limits.deadline, self.purse.reserve(most));
        let promise = request.tally.waiting(promise).await.map_err(|_| {
            let message = "the deadline passed while other calls held the budget";
            ProviderError::new(ErrorKind::Timeout, self.name(), message)
                .with_timeout_phase(TimeoutPhase::Total)
                .with_attempts(0)
        });
        match promise? {
            Ok(promise) => Ok(Stake {
                promise,
                prices: &self.prices,
                model: model.map(str::to_owned),
            }),
            Err(what) => {
                let why = match what {
                    "money" => {
                        let most = Cost::from_nano_usd(most.nano_usd);
                        format!("not enough money is left for the request, which may take {most}")
                    }
                    "tokens" => format!(
                        "not enough tokens are left for the request, which may take {}",
                        most.tokens
                    ),
                    _ => "not enough calls are left for the request".to_owned(),
                };
                Err(self.refused(why))
            }
        }
    }

    fn refused(&self, message: String) -> ProviderError {
        ProviderError::new(ErrorKind::Budget, self.name(), message).with_attempts(0)
    }
}

/// What is reserved for a call.
struct Stake<'a> {
    promise: Promise,
    prices: &'a PriceTable,
    model: Option<String>,
}

impl Stake<'_> {
    /// What an answer, or a part of one, used; what the server did not say is as much as was reserved.
    fn used(&self, response: &Response, attempts: u32) -> Spending {
        let most = self.promise.most();
        let priced = || self.prices.cost_of(response, self.model.as_deref());
        let cost = response.cost.or_else(priced);
        Spending::new(
            cost.map_or(most.nano_usd, |cost| cost.nano_usd()),
            response.usage.total_tokens().unwrap_or(most.tokens),
            u64::from(attempts),
        )
    }
}

impl Ticket for Stake<'_> {
    fn settle(self, end: &Result<Response, ProviderError>) {
        let most = self.promise.most();
        let used = match end {
            Ok(response) if response.attempts == 0 => Spending::default(),
            Ok(response) => self.used(response, response.attempts),
            Err(error) if error.attempts() == 0 => Spending::default(),
            Err(error) => match error.partial() {
                Some(partial) if error.may_have_cost() || tells_of_work(partial) => {
                    self.used(partial, error.attempts())
                }
                None if error.may_have_cost() => {
                    Spending::new(most.nano_usd, most.tokens, u64::from(error.attempts()))
                }
                _ => Spending::new(0, 0, u64::from(error.attempts())),
            },
        };
        self.promise.spend(used);
    }
}

/// Whether a part of an answer shows that the model was at work. A server that refuses within a stream has named an id by
/// then, and perhaps the length of the question.
fn tells_of_work(partial: &Response) -> bool {
    let counted = partial.usage.output_tokens.is_some();
    counted || partial.cost.is_some() || !partial.text.is_empty()
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Budget<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let stake = self.reserve(request).await?;
        ticket::complete(&self.inner, request, stake).await
    }

    /// What is reserved is settled when the stream has ended; a stream that is dropped costs all of it.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let stake = self.reserve(request).await?;
        ticket::stream(&self.inner, request, stake).await
    }
}
