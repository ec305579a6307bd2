//! How many tokens a request may have, without a tokenizer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
/// ```
/// use wavecrew_providers::{Request, TokenEstimator};
///
/// let request = Request::prompt("What colour is the sky?");
/// assert_eq!(TokenEstimator::default().estimate(&request), 9);
/// ```
#[derive(Debug, Default)]
pub struct TokenEstimator {
    factors: Mutex<BTreeMap<String, f64>>,
}

impl TokenEstimator {
    /// The tokens of the request, the answer left out.
    pub fn estimate(&self, request: &Request) -> u64 {
        let raw = Self::raw(request);
        match self.factor(request.model.as_deref()) {
            Some(factor) => (raw as f64 * factor).ceil() as u64,
            None => raw,
        }
    }

    /// More tokens than the request can have: no tokenizer makes two of one byte.
    pub fn at_most(request: &Request) -> u64 {
        let messages = request.messages.len() as u64;
        ((request.len_bytes() + request.schema_bytes()) as u64)
            .saturating_add(messages.saturating_mul(2 * TOKENS_PER_MESSAGE) + 8)
    }

    /// The tokens of a text by its length alone.
    pub fn of_text(text: &str) -> u64 {
        (text.len() as u64).div_ceil(BYTES_PER_TOKEN)
    }

    /// What was learnt of a model: its tokens to one of ours. `None` before its first answer.
    pub fn factor(&self, model: Option<&str>) -> Option<f64> {
        self.factors().get(model.unwrap_or_default()).copied()
    }

    /// Learns from an answer to a request that asked for this model and has so many tokens by its
    /// [length](Self::raw).
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
        let model = model.unwrap_or_default();
        match factors.get_mut(model) {
            Some(factor) => *factor += WEIGHT * (seen - *factor),
            None => drop(factors.insert(model.to_owned(), seen)),
        }
    }

    /// The tokens of a request by its length alone.
    pub fn raw(request: &Request) -> u64 {
        let messages = request.messages.len() as u64;
        let bytes = request.len_bytes() + request.schema_bytes();
        (bytes as u64).div_ceil(BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE * messages
    }

    fn factors(&self) -> MutexGuard<'_, BTreeMap<String, f64>> {
        self.factors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
