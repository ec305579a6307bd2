//! Which requests go to which targets.

use std::ops::RangeInclusive;

use serde_json::Value;

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

    pub(super) fn fits(&self, request: &Request, tokens: u64) -> bool {
        let note = |key: &str| request.metadata.get(key);
        let tokens = self
            .tokens
            .as_ref()
            .is_none_or(|range| range.contains(&tokens));
        let complexity = self.complexity.as_ref().is_none_or(|range| {
            let stated = note("complexity").and_then(Value::as_u64);
            stated.is_some_and(|stated| range.contains(&stated))
        });
        let category = self.category.as_ref().is_none_or(|pattern| {
            let stated = note("category").and_then(Value::as_str);
            stated.is_some_and(|stated| matches(pattern, stated))
        });
        let model = self.model.as_ref().is_none_or(|pattern| {
            let stated = request.model.as_deref();
            stated.is_some_and(|stated| matches(pattern, stated))
        });
        tokens && complexity && category && model
    }
}

/// Whether the text is of the pattern. Each part between stars is taken where it first occurs, which is enough: what
/// comes later has then the most room.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text) in [
            ("docs", "docs"),
            ("*", ""),
            ("docs/*", "docs/guide"),
            ("*-mini", "gpt-5-mini"),
            ("a*b*c", "a--b--c"),
            ("a**c", "ac"),
            ("*b*", "abc"),
            ("ab*ab", "abab"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("docs", "docs/"),
            ("docs/*", "doc"),
            ("ab*ab", "ab"),
            ("a*b*c", "acb"),
            ("", "x"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
