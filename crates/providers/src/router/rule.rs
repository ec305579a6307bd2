//! Which requests go to which targets.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::wildcard::wildcard_matches;
use crate::Request;

/// Sends the requests that it fits to some of a [`Router`](super::Router)'s targets. All that is set has to fit; the
/// first rule that fits decides.
///
/// ```
/// use wavecrew_providers::RouteRule;
///
/// let small = RouteRule::to(["local"]).tokens(0..=2_000);
/// let hard = RouteRule::to(["large"]).complexity(7..=10);
/// let docs = RouteRule::to(["local", "small"]).category("docs/*");
/// let named = RouteRule::to(["claude"]).model("claude-*");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteRule {
    pub(super) targets: Vec<String>,
    tokens: Option<RangeInclusive<u64>>,
    complexity: Option<RangeInclusive<u64>>,
    category: Option<String>,
    model: Option<String>,
}

impl RouteRule {
    /// Sends every request to these targets, until more is said.
    pub fn to(targets: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            targets: targets.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Requests of so many tokens, as they are estimated.
    #[must_use]
    pub fn tokens(mut self, tokens: RangeInclusive<u64>) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Requests whose metadata has a number `complexity` in this range.
    #[must_use]
    pub fn complexity(mut self, complexity: RangeInclusive<u64>) -> Self {
        self.complexity = Some(complexity);
        self
    }

    /// Requests whose metadata has a text `category` of this pattern, in which `*` stands for any text.
    #[must_use]
    pub fn category(mut self, pattern: impl Into<String>) -> Self {
        self.category = Some(pattern.into());
        self
    }

    /// Requests that name a model of this pattern, in which `*` stands for any text.
    #[must_use]
    pub fn model(mut self, pattern: impl Into<String>) -> Self {
        self.model = Some(pattern.into());
        self
    }

    pub(super) fn fits(&self, request: &Request, tokens: impl Fn() -> u64) -> bool {
        let note = |key: &str| request.metadata.get(key);
        let tokens = self
            .tokens
            .as_ref()
            .is_none_or(|range| range.contains(&tokens()));
        let complexity = self.complexity.as_ref().is_none_or(|range| {
            let stated = note("complexity").and_then(Value::as_u64);
            stated.is_some_and(|stated| range.contains(&stated))
        });
        let category = self.category.as_ref().is_none_or(|pattern| {
            let stated = note("category").and_then(Value::as_str);
            stated.is_some_and(|stated| wildcard_matches(pattern, stated))
        });
        let model = self.model.as_ref().is_none_or(|pattern| {
            let stated = request.model.as_deref();
            stated.is_some_and(|stated| wildcard_matches(pattern, stated))
        });
        tokens && complexity && category && model
    }
}
