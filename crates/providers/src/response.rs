//! What a provider answers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An answer to a [`Request`](crate::Request).
///
/// One that a provider returns as `Ok` is whole. As a part of an error ([`ProviderError::partial`]) it holds what
/// there was of an answer that was cut off, refused or filtered.
///
/// [`ProviderError::partial`]: crate::ProviderError::partial
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Response {
    /// The text of the answer.
    pub text: String,
    /// Why the answer ended.
    pub finish_reason: FinishReason,
    /// How many tokens were used, as far as the server said so.
    pub usage: Usage,
    /// What the answer cost; `None` when that is unknown.
    pub cost: Option<Cost>,
    /// The name of the provider that answered.
    pub provider: String,
    /// The model that answered, as the server names it.
    pub model: Option<String>,
    /// The server's own id for the answer.
    pub id: Option<String>,
    /// The server's id for the call, by which its makers find it again: that of a header, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How the call was served, where the server says so: `default`, `flex`, `priority`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// Whether rules wrote the answer as a last resort, and no model did.
    pub degraded: bool,
    /// Calls that were made to get this answer, over all providers that were tried and all repetitions.
    pub attempts: u32,
    /// Why earlier providers of a chain did not answer, in order: `openai: could not connect: …`.
    pub passed_over: Vec<String>,
}

impl Response {
    /// A whole answer, got with one call.
    pub fn new(provider: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            provider: provider.into(),
            attempts: 1,
            ..Self::default()
        }
    }

    /// Sets why the answer ended.
    #[must_use]
    pub fn finish_reason(mut self, reason: FinishReason) -> Self {
        self.finish_reason = reason;
        self
    }

    /// Sets how many tokens were used.
    #[must_use]
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    /// Sets what the answer cost.
    #[must_use]
    pub fn cost(mut self, cost: Cost) -> Self {
        self.cost = Some(cost);
        self
    }

    /// Sets the model that answered.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Sets the server's id for the answer.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets how the call was served.
    #[must_use]
    pub fn service_tier(mut self, tier: impl Into<String>) -> Self {
        self.service_tier = Some(tier.into());
        self
    }

    /// Marks the answer as one that rules wrote.
    #[must_use]
    pub fn degraded(mut self) -> Self {
        self.degraded = true;
        self
    }
}

/// An answer whose provider is not named yet; [`Scripted`](crate::Scripted) fills its own name in.
impl From<String> for Response {
    fn from(text: String) -> Self {
        Self::new("", text)
    }
}

/// An answer whose provider is not named yet; [`Scripted`](crate::Scripted) fills its own name in.
impl From<&str> for Response {
    fn from(text: &str) -> Self {
        Self::new("", text)
    }
}

/// Why an answer ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FinishReason {
    /// The model had said what it had to say.
    #[default]
    Stop,
    /// The limit on output tokens, or the end of the context, was reached.
    Length,
    /// A filter withheld the answer or its rest.
    ContentFilter,
    /// The model declined to answer.
    Refusal,
    /// The server gave a whole answer and no reason.
    Unstated,
    /// A reason that only this server has.
    Other(String),
}

/// How many tokens an answer used. `None` is unknown, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens of the request, those read from a cache too.
    pub input_tokens: Option<u64>,
    /// Tokens of the answer, those of hidden reasoning too.
    pub output_tokens: Option<u64>,
    /// Those of `input_tokens` that a cache held.
    pub cached_tokens: Option<u64>,
    /// Those of `input_tokens` that were written to a cache.
    pub cache_write_tokens: Option<u64>,
    /// Those of `output_tokens` that were spent on hidden reasoning.
    pub reasoning_tokens: Option<u64>,
}

impl Usage {
    /// So many tokens in and out.
    pub fn new(
        input_tokens: impl Into<Option<u64>>,
        output_tokens: impl Into<Option<u64>>,
    ) -> Self {
        Self {
            input_tokens: input_tokens.into(),
            output_tokens: output_tokens.into(),
            ..Self::default()
        }
    }

    /// Tokens in and out together; `None` unless both are known. Saturates.
    pub fn total_tokens(&self) -> Option<u64> {
        Some(self.input_tokens?.saturating_add(self.output_tokens?))
    }
}

/// An exact amount of money in billionths of a US dollar.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cost(u64);

impl Cost {
    /// Nothing to pay, which is not the same as an unknown price.
    pub const ZERO: Cost = Cost(0);

    /// So many billionths of a US dollar.
    pub const fn from_nano_usd(nano_usd: u64) -> Self {
        Self(nano_usd)
    }

    /// Both amounts together; the most that there can be, if that is more.
    #[must_use]
    pub const fn saturating_add(self, other: Cost) -> Cost {
        Cost(self.0.saturating_add(other.0))
    }

    /// The amount in billionths of a US dollar.
    pub const fn nano_usd(self) -> u64 {
        self.0
    }
}

/// Dollars as people write them: four digits that count, no fewer than cents, rounded: `$0.00015`, `$0.01715`, `$1.06`.
///
/// ```
/// use wavecrew_providers::Cost;
///
/// let shown = |nano_usd| Cost::from_nano_usd(nano_usd).to_string();
/// assert_eq!([shown(17_149_000), shown(1_060_000_000)], ["$0.01715", "$1.06"]);
/// ```
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NANO: u128 = 1_000_000_000;
        const CENT: u128 = NANO / 100;
        let exact = u128::from(self.0);
        let beyond = exact.checked_ilog10().unwrap_or(0).saturating_sub(3);
        let step = 10_u128.pow(beyond).min(CENT);
        let rounded = (exact + step / 2) / step * step;
        let part = format!("{:09}", rounded % NANO);
        let needed = part.trim_end_matches('0').len();
        match (rounded, needed) {
            (0, _) => f.write_str("$0"),
            (_, needed) => write!(f, "${}.{}", rounded / NANO, &part[..needed.max(2)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cost;

    #[test]
    fn sums_are_rounded_and_never_cut() {
        for (nano, shown) in [
            (0, "$0"),
            (1, "$0.000000001"),
            (647_000, "$0.000647"),
            (1_500_000, "$0.0015"),
            (5_250_000, "$0.00525"),
            (9_945_150, "$0.009945"),
            (9_999_960, "$0.01"),
            (17_000_000, "$0.017"),
            (17_149_000, "$0.01715"),
            (35_000_000, "$0.035"),
            (60_000_000, "$0.06"),
            (994_950_000, "$0.995"),
            (1_060_000_000, "$1.06"),
            (1_234_500_000, "$1.235"),
            (14_985_000_000, "$14.99"),
            (99_999_000_000, "$100.00"),
            (15_000_000_000, "$15.00"),
            (u64::MAX, "$18446744073.71"),
        ] {
            assert_eq!(Cost::from_nano_usd(nano).to_string(), shown, "{nano}");
        }
    }
}
