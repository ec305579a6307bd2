//! How many tokens were used, which both protocols tell alike but for the names.

use serde_json::Value;

use crate::Usage;
use crate::http::count;

/// What a protocol calls the tokens in and out, and the parts of both.
pub(super) struct Names {
    input: &'static str,
    output: &'static str,
    input_parts: &'static str,
    output_parts: &'static str,
}

pub(super) const CHAT: Names = Names {
    input: "prompt_tokens",
    output: "completion_tokens",
    input_parts: "prompt_tokens_details",
    output_parts: "completion_tokens_details",
};

pub(super) const RESPONSES: Names = Names {
    input: "input_tokens",
    output: "output_tokens",
    input_parts: "input_tokens_details",
    output_parts: "output_tokens_details",
};

/// The usage that an answer states, as far as it does.
pub(super) fn usage(about: &Value, names: &Names) -> Usage {
    let Some(stated) = about.get("usage") else {
        return Usage::default();
    };
    let (input, output) = (
        stated.get(names.input_parts),
        stated.get(names.output_parts),
    );
    let part = |of: Option<&Value>, name: &str| count(of.and_then(|parts| parts.get(name)));
    let mut usage = Usage::new(
        count(stated.get(names.input)),
        count(stated.get(names.output)),
    );
    usage.cached_tokens = part(input, "cached_tokens");
    usage.cache_write_tokens = part(input, "cache_write_tokens");
    usage.reasoning_tokens = part(output, "reasoning_tokens");
    usage
}
