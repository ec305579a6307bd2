//! How many tokens a request may have.

mod counts;
#[cfg(feature = "tokenizer")]
mod vocabulary;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::counts::Counts;
use crate::{Request, Response};

/// Bytes of English text and code to a token, on the average of the usual tokenizers.
const BYTES_PER_TOKEN: u64 = 4;
/// What a chat protocol adds to each message: role and marks.
const TOKENS_PER_MESSAGE: u64 = 3;
/// How much a new answer counts against all before it.
const WEIGHT: f64 = 0.2;
/// Corrections beyond this are the server's error, not the text's nature.
const FACTORS: (f64, f64) = (0.2, 5.0);
/// Below this a request is mostly what the server adds to it, and teaches nothing.
const LEAST_TO_LEARN: u64 = 16;

/// Estimates tokens by length, and learns from answers how far that is off for each model.
///
/// At first a token is four bytes, and three more are added for each message. What a server says of the tokens of a
/// request corrects the factor of its model, a fifth at a time.
///
/// Whoever has a tokenizer at hand can let it [count](Self::counted_by) instead. That takes about a twentieth of a
/// microsecond for each byte, so that it is no default; give one estimator to all layers of a stack, and each text is
/// counted once. Factors then correct only what a server adds to it.
///
/// ```
/// use wavecrew_providers::{Request, TokenEstimator};
///
/// let request = Request::prompt("What colour is the sky?");
/// assert_eq!(TokenEstimator::default().estimate(&request), 9);
/// ```
#[derive(Debug, Default)]
pub struct TokenEstimator {
    default_model: Option<String>,
    counts: Option<Counts>,
    factors: Mutex<BTreeMap<String, f64>>,
}

impl TokenEstimator {
    /// The model that is asked when a request names none.
    #[must_use]
    pub fn default_model(mut self, model: impl Into<String>) -> Self {
        self.default_model = Some(model.into());
        self
    }

    /// Counts the text of requests by this tokenizer, which is told the model and knows the vocabularies of some; the
    /// requests to all others are measured by length. A text is counted once, and its number remembered for the next
    /// few thousand others; the text itself is not kept.
    ///
    /// With the feature `tokenizer` there is one for OpenAI's models:
    ///
    /// ```
    /// # #[cfg(feature = "tokenizer")] {
    /// use std::sync::Arc;
    /// use wavecrew_providers::{Budget, BudgetLimits, PriceTable, Purse, RateLimit, RateLimits, Scripted, TokenEstimator};
    ///
    /// let estimator = Arc::new(TokenEstimator::default().counted_by(TokenEstimator::count));
    /// let call = Scripted::new("model", [Ok("Blue.")]);
    /// let call = RateLimit::new(call, RateLimits::per_minute().tokens(10_000)).estimator(Arc::clone(&estimator));
    /// let purse = Purse::new(BudgetLimits::default().tokens(1_000_000));
    /// let call = Budget::new(call, purse, PriceTable::built_in()).estimator(estimator);
    /// # }
    /// ```
    #[must_use]
    pub fn counted_by(
        mut self,
        counter: impl Fn(&str, &str) -> Option<u64> + Send + Sync + 'static,
    ) -> Self {
        self.counts = Some(Counts::new(Box::new(counter)));
        self
    }

    /// The tokens of the request, the answer left out.
    pub fn estimate(&self, request: &Request) -> u64 {
        self.corrected(request, self.uncorrected(request))
    }

    /// More tokens than the request can have: no tokenizer makes two of one byte.
    pub fn at_most(request: &Request) -> u64 {
        most(request, request.len_bytes() as u64)
    }

    /// As [`at_most`](Self::at_most), whatever the model.
    #[doc(hidden)]
    pub fn at_most_of(_: Option<&str>, request: &Request) -> u64 {
        Self::at_most(request)
    }

    /// As [`at_most`](Self::at_most), of a request that goes to this model; text that is [counted](Self::counted_by)
    /// counts as what it is.
    pub fn most(&self, model: Option<&str>, request: &Request) -> u64 {
        let model = model.or(self.default_model.as_deref());
        match self.counted(model, request) {
            Some(tokens) => most(request, tokens),
            None => Self::at_most(request),
        }
    }

    /// The tokens of a text by the vocabulary of this model; `None` when that is not known. Those of OpenAI's chat models
    /// are, by any name that begins as theirs do: `gpt-4o-2024-08-06`, `openai/gpt-5-mini`, `ft:gpt-4o-mini:me::id`.
    ///
    /// ```
    /// use wavecrew_providers::TokenEstimator;
    ///
    /// assert_eq!(TokenEstimator::count("gpt-4o", "tiktoken is great!"), Some(6));
    /// assert_eq!(TokenEstimator::count("llama3.3", "tiktoken is great!"), None);
    /// ```
    ///
    /// # Complexity
    ///
    /// O(n) for a text of n bytes, whatever it is. The first text of a vocabulary waits until that is unpacked.
    #[cfg(feature = "tokenizer")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tokenizer")))]
    pub fn count(model: &str, text: &str) -> Option<u64> {
        vocabulary::count(model, text)
    }

    /// The tokens of a text by its length alone.
    pub fn of_text(text: &str) -> u64 {
        (text.len() as u64).div_ceil(BYTES_PER_TOKEN)
    }

    /// The tokens of the request before what was learnt.
    pub(crate) fn uncorrected(&self, request: &Request) -> u64 {
        raw(request, self.counted(self.model(request), request))
    }

    /// The tokens of the text of all messages, where they can be counted.
    fn counted(&self, model: Option<&str>, request: &Request) -> Option<u64> {
        let (counts, model) = (self.counts.as_ref()?, model?);
        let texts = request.messages.iter().map(|message| &message.content);
        texts.map(|text| counts.of(model, text)).sum()
    }

    /// So many tokens of the request with what was learnt.
    pub(crate) fn corrected(&self, request: &Request, raw: u64) -> u64 {
        match self.factor(self.model(request)) {
            Some(factor) => (raw as f64 * factor).ceil() as u64,
            None => raw,
        }
    }

    fn model<'a>(&'a self, request: &'a Request) -> Option<&'a str> {
        request.model.as_deref().or(self.default_model.as_deref())
    }

    /// What was learnt of a model: its tokens to one of ours. `None` before its first answer.
    pub fn factor(&self, model: Option<&str>) -> Option<f64> {
        self.factors().get(model.unwrap_or_default()).copied()
    }

    /// Learns from an answer to a request that asked for this model and has so many tokens before anything was
    /// [learnt](Self::raw).
    pub fn learn(&self, model: Option<&str>, raw: u64, response: &Response) {
        let Some(told) = response
            .usage
            .input_tokens
            .filter(|_| raw >= LEAST_TO_LEARN)
        else {
            return;
        };
        // Nothing at all is how some servers say that they do not know.
        if told == 0 {
            return;
        }
        let seen = (told as f64 / raw as f64).clamp(FACTORS.0, FACTORS.1);
        let mut factors = self.factors();
        let model = model.or(self.default_model.as_deref()).unwrap_or_default();
        match factors.get_mut(model) {
            Some(factor) => *factor += WEIGHT * (seen - *factor),
            None => drop(factors.insert(model.to_owned(), seen)),
        }
    }

    /// The tokens of a request by its length, before anything is learnt.
    pub fn raw(request: &Request) -> u64 {
        raw(request, None)
    }

    fn factors(&self) -> MutexGuard<'_, BTreeMap<String, f64>> {
        self.factors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tokens of a request whose text has so many, or is measured by its length.
fn raw(request: &Request, counted: Option<u64>) -> u64 {
    let messages = request.messages.len() as u64;
    // How a server words a schema is not known: it counts by its length.
    let (tokens, bytes) = match counted {
        Some(tokens) => (tokens, request.schema_bytes()),
        None => (0, request.len_bytes() + request.schema_bytes()),
    };
    tokens
        .saturating_add((bytes as u64).div_ceil(BYTES_PER_TOKEN))
        .saturating_add(TOKENS_PER_MESSAGE * messages)
}

/// The most tokens of a request whose text has no more than so many.
fn most(request: &Request, text: u64) -> u64 {
    let messages = request.messages.len() as u64;
    text.saturating_add(request.schema_bytes() as u64)
        .saturating_add(messages.saturating_mul(2 * TOKENS_PER_MESSAGE) + 8)
}
