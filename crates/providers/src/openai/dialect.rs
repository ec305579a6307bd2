//! Which parameters a model takes.

use super::{OpenAiApi, TokenLimit};
use crate::Request;
use crate::http::ErrorBody;

/// Which parameters a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) limit: &'static str,
    pub(super) temperature: bool,
    limit_repaired: bool,
    /// Whether a stream may be asked for its usage.
    pub(super) usage: bool,
    /// Whether the server may be told to keep nothing.
    pub(super) store: bool,
}

const MAX_TOKENS: &str = "max_tokens";
const MAX_COMPLETION_TOKENS: &str = "max_completion_tokens";
const MAX_OUTPUT_TOKENS: &str = "max_output_tokens";

impl Dialect {
    pub(super) fn new(api: OpenAiApi, limit: TokenLimit, official: bool) -> Self {
        let responses = api == OpenAiApi::Responses;
        let limit = match limit {
            _ if responses => MAX_OUTPUT_TOKENS,
            TokenLimit::MaxTokens => MAX_TOKENS,
            TokenLimit::MaxCompletionTokens => MAX_COMPLETION_TOKENS,
            TokenLimit::Auto if official => MAX_COMPLETION_TOKENS,
            TokenLimit::Auto => MAX_TOKENS,
        };
        Self {
            limit,
            temperature: true,
            limit_repaired: responses,
            usage: !responses,
            store: responses,
        }
    }

    /// What both have learnt: two calls may have repaired different parameters at the same time.
    pub(super) fn and(self, other: Self) -> Self {
        let limits = match other.limit_repaired {
            true => other,
            false => self,
        };
        Self {
            limit: limits.limit,
            limit_repaired: limits.limit_repaired,
            temperature: self.temperature && other.temperature,
            usage: self.usage && other.usage,
            store: self.store && other.store,
        }
    }

    /// The dialect to ask again in, when the server refused a parameter that the request sent and that can be sent
    /// otherwise or left out.
    pub(super) fn repaired(
        self,
        request: &Request,
        stream: bool,
        status: u16,
        fault: &ErrorBody,
    ) -> Option<Self> {
        let refused = matches!(status, 400 | 422)
            && (fault.is_coded(&["unsupported_parameter", "unsupported_value"])
                || fault.says(REFUSALS));
        if !refused {
            return None;
        }
        let about = |parameter: &str| match &fault.param {
            Some(param) => param == parameter,
            None => fault.says(&[parameter]),
        };
        let mut repaired = self;
        if request.max_output_tokens.is_some() && !self.limit_repaired && about(self.limit) {
            repaired.limit_repaired = true;
            repaired.limit = match self.limit {
                MAX_TOKENS => MAX_COMPLETION_TOKENS,
                _ => MAX_TOKENS,
            };
        } else if request.temperature.is_some() && self.temperature && about("temperature") {
            repaired.temperature = false;
        } else if stream && self.usage && (about("stream_options") || about("include_usage")) {
            repaired.usage = false;
        } else if self.store && about("store") {
            repaired.store = false;
        } else {
            return None;
        }
        Some(repaired)
    }
}

const REFUSALS: &[&str] = &[
    "unsupported",
    "not supported",
    "not support",
    "unrecognized",
    "unknown parameter",
    "unknown field",
    "not permitted",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_calls_learn_at_the_same_time_is_kept() {
        let base = Dialect::new(OpenAiApi::ChatCompletions, TokenLimit::Auto, false);
        let limit = Dialect {
            limit: MAX_COMPLETION_TOKENS,
            limit_repaired: true,
            ..base
        };
        let without = Dialect {
            temperature: false,
            usage: false,
            ..base
        };
        let both = Dialect {
            limit: MAX_COMPLETION_TOKENS,
            limit_repaired: true,
            ..without
        };
        assert_eq!(limit.and(without), both);
        assert_eq!(without.and(limit), both);
        assert_eq!(both.and(base), both);
    }
}
