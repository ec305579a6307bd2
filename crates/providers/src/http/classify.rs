//! What a failure means.

use super::request_id::request_id;
use super::retry_after::{in_words, retry_after};
use super::{Answer, ErrorBody};
use crate::redact::Redactor;
use crate::{ErrorKind, LimitScope, ProviderError};

/// The error that an answer tells of, by its status, its headers and what could be read of its body.
pub(crate) fn failure(
    provider: &str,
    answer: &Answer,
    body: &ErrorBody,
    redactor: &Redactor,
) -> ProviderError {
    let status = match answer.status {
        200..=299 => body.stated_status().unwrap_or(answer.status),
        status => status,
    };
    let kind = kind(status, body);
    let error = match &body.message {
        Some(message) => ProviderError::new(kind, provider, redactor.clean(message)),
        None => {
            let error = ProviderError::new(kind, provider, unsaid(kind));
            let text = redactor.clean(&String::from_utf8_lossy(&answer.body));
            if text.trim().is_empty() {
                error
            } else {
                error.with_excerpt(text)
            }
        }
    };
    let header = |name: &str| answer.headers.get(name)?.to_str().ok();
    let transient = match header("x-should-retry") {
        Some("false") => false,
        Some("true") if kind != ErrorKind::Quota => true,
        _ => kind.is_transient(),
    };
    let wait = retry_after(&answer.headers, body.message.as_deref().unwrap_or_default());
    let id = request_id(&answer.headers, redactor);
    let scope = scope(body).filter(|_| kind == ErrorKind::RateLimited);
    error
        .with_limit_scope(scope)
        .with_status(answer.status)
        .with_attempts(1)
        .with_transient(transient)
        .with_retry_after(wait.filter(|_| transient))
        .with_request_id(id)
}

/// Which allowance a rate limit is about, where the type, the code or the words say so.
fn scope(body: &ErrorBody) -> Option<LimitScope> {
    const WORDS: &[(LimitScope, &[&str])] = &[
        (LimitScope::InputTokens, &["input tokens", "input token"]),
        (LimitScope::OutputTokens, &["output tokens", "output token"]),
        (
            LimitScope::Concurrency,
            &["concurrent", "concurrency", "parallel requests"],
        ),
        (
            LimitScope::Tokens,
            &["tokens per", "token limit", "(tpm)", " tpm"],
        ),
        (
            LimitScope::Requests,
            &[
                "requests per",
                "request limit",
                "(rpm)",
                " rpm",
                "rpm limit",
            ],
        ),
    ];
    if body.is_coded(&["tokens"]) {
        return Some(LimitScope::Tokens);
    }
    if body.is_coded(&["requests"]) {
        return Some(LimitScope::Requests);
    }
    let found = WORDS.iter().find(|(_, words)| body.says(words));
    found.map(|(scope, _)| *scope)
}

fn unsaid(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Configuration => {
            "the server knows no such address; check the base address and its path"
        }
        _ => "the server gave no reason that could be read",
    }
}

/// The kind of a failure. Codes are trusted before words, and words before the status.
fn kind(status: u16, body: &ErrorBody) -> ErrorKind {
    by_code(body)
        .or_else(|| by_words(status, body))
        .unwrap_or_else(|| by_status(status, body))
}

fn by_code(body: &ErrorBody) -> Option<ErrorKind> {
    const CODES: &[(ErrorKind, &[&str])] = &[
        (
            ErrorKind::Quota,
            &[
                "insufficient_quota",
                "billing_hard_limit_reached",
                "billing_not_active",
                "insufficient_credits",
                "billing_error",
                "enforced_spend_limit_reached",
                "access_terminated",
            ],
        ),
        (
            ErrorKind::ContextOverflow,
            &[
                "context_length_exceeded",
                "exceed_context_size_error",
                "context_window_exceeded",
            ],
        ),
        (
            ErrorKind::ContentFilter,
            &["content_filter", "content_policy_violation"],
        ),
        (
            ErrorKind::ModelNotFound,
            &["model_not_found", "model_not_available"],
        ),
        (
            ErrorKind::Authentication,
            &[
                "invalid_api_key",
                "authentication_error",
                "permission_error",
                "account_deactivated",
            ],
        ),
        (ErrorKind::RequestTooLarge, &["request_too_large"]),
        (
            ErrorKind::Overloaded,
            &["overloaded_error", "server_overloaded"],
        ),
        (ErrorKind::Timeout, &["timeout_error"]),
    ];
    CODES
        .iter()
        .find(|(_, codes)| body.is_coded(codes))
        .map(|(kind, _)| *kind)
}

fn by_words(status: u16, body: &ErrorBody) -> Option<ErrorKind> {
    // Some servers say "quota" of a limit that a short wait mends, and name the wait.
    let waits = || body.message.as_deref().and_then(in_words).is_some();
    match status {
        429 if body.says(&["exceeded your current quota"]) && !waits() => Some(ErrorKind::Quota),
        429 => None,
        // Anthropic's words for an empty account and for a limit that its owner set.
        400 if body.says(&["credit balance is too low", "specified api usage limits"]) => {
            Some(ErrorKind::Quota)
        }
        404 if body.is_coded(&["not_found_error"]) && body.says(&["model"]) => {
            Some(ErrorKind::ModelNotFound)
        }
        200..=299 | 400 | 413 | 422 | 500 if body.says(CONTEXT) => Some(ErrorKind::ContextOverflow),
        400 | 403 | 404 if body.says(&["model"]) && body.says(NO_MODEL) => {
            Some(ErrorKind::ModelNotFound)
        }
        400 | 403
            if body.says(&[
                "content management policy",
                "content policy",
                "content filter",
            ]) =>
        {
            Some(ErrorKind::ContentFilter)
        }
        400 if body.says(&["api key not valid", "invalid api key", "incorrect api key"]) => {
            Some(ErrorKind::Authentication)
        }
        // Ollama answers 500 to options that it cannot read.
        500 if body.says(&["must be of type", "invalid format:"]) => Some(ErrorKind::BadRequest),
        _ => None,
    }
}

const CONTEXT: &[&str] = &[
    "maximum context length",
    "context window",
    "contextwindowexceeded",
    "available context size",
    "exceeds the context",
    "prompt is longer than the context",
    "prompt is too long",
    "input is too long",
];

const NO_MODEL: &[&str] = &[
    "not found",
    "does not exist",
    "doesn't exist",
    "no such model",
    "unknown model",
    "invalid model",
    "not a valid model",
    "not have access to model",
];

fn by_status(status: u16, body: &ErrorBody) -> ErrorKind {
    match status {
        401 | 403 => ErrorKind::Authentication,
        402 => ErrorKind::Quota,
        404 | 405 | 410 => ErrorKind::Configuration,
        408 | 504 | 522 | 524 => ErrorKind::Timeout,
        413 => ErrorKind::RequestTooLarge,
        429 if beyond_limit(body) => ErrorKind::RequestTooLarge,
        429 => ErrorKind::RateLimited,
        // Conflicts and calls that came too early pass.
        409 | 425 | 499 => ErrorKind::Server,
        400..=499 => ErrorKind::BadRequest,
        503 | 529 => ErrorKind::Overloaded,
        500..=599 => ErrorKind::Server,
        // An error within an answer that was otherwise fine.
        200..=299 if body.is_coded(RATE) || body.says(&["rate limit"]) => ErrorKind::RateLimited,
        200..=299 if body.is_coded(&["invalid_request_error"]) => ErrorKind::BadRequest,
        200..=299 if body.message.is_some() => ErrorKind::Server,
        _ => ErrorKind::BadResponse,
    }
}

const RATE: &[&str] = &[
    "rate_limit_exceeded",
    "rate_limit_error",
    "throttling_error",
];

/// Whether a 429 means one request that is larger than all that a minute allows: `Limit 30000, Requested 35214`.
fn beyond_limit(body: &ErrorBody) -> bool {
    if body.says(&["request too large"]) {
        return true;
    }
    let Some(message) = &body.message else {
        return false;
    };
    let message = message.to_lowercase();
    let limit = number_after(&message, "limit");
    let requested = number_after(&message, "requested");
    matches!((limit, requested), (Some(limit), Some(requested)) if requested > limit)
}

/// The first number that stands right after the word, with or without a colon.
fn number_after(message: &str, word: &str) -> Option<u64> {
    message.match_indices(word).find_map(|(at, _)| {
        let rest = message[at + word.len()..].trim_start_matches([' ', ':']);
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..end].parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: ErrorKind) {
        assert_eq!(
            kind(status, &ErrorBody::read(body.as_bytes())),
            expected,
            "{status} {body}"
        );
    }

    fn says(status: u16, message: &str, expected: ErrorKind) {
        let body = serde_json::json!({ "error": { "message": message } });
        check(status, &body.to_string(), expected);
    }

    #[test]
    fn too_many_requests_has_three_meanings() {
        let limited = "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): \
                       Limit 30000, Used 29500, Requested 900. Please try again in 800ms.";
        let large =
            "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 35214.";
        let large_too =
            "Rate limit reached for gpt-4o on tokens per min: Limit: 30000, Requested: 35214";
        says(429, limited, ErrorKind::RateLimited);
        says(429, large, ErrorKind::RequestTooLarge);
        says(429, large_too, ErrorKind::RequestTooLarge);
        check(
            429,
            r#"{"error":{"code":"insufficient_quota"}}"#,
            ErrorKind::Quota,
        );
        check(
            429,
            r#"{"error":{"type":"insufficient_quota"}}"#,
            ErrorKind::Quota,
        );
        says(
            429,
            "You exceeded your current quota, please check your plan",
            ErrorKind::Quota,
        );
        says(
            429,
            "You exceeded your current quota. Please retry in 34.5s.",
            ErrorKind::RateLimited,
        );
        check(429, "", ErrorKind::RateLimited);
        check(
            429,
            r#"{"error":{"message":"x","code":"429"}}"#,
            ErrorKind::RateLimited,
        );
    }

    #[test]
    fn words_tell_the_many_meanings_of_400_apart() {
        says(
            400,
            "This model's maximum context length is 8192 tokens",
            ErrorKind::ContextOverflow,
        );
        says(
            400,
            "litellm.ContextWindowExceededError: …",
            ErrorKind::ContextOverflow,
        );
        says(
            400,
            "Invalid model name passed in model=nope.",
            ErrorKind::ModelNotFound,
        );
        says(
            400,
            "API key not valid. Please pass a valid API key.",
            ErrorKind::Authentication,
        );
        says(
            400,
            "filtered due to our content management policy",
            ErrorKind::ContentFilter,
        );
        says(
            400,
            "the temperature must be at most 2",
            ErrorKind::BadRequest,
        );
        check(
            400,
            r#"{"error":{"code":400,"type":"exceed_context_size_error"}}"#,
            ErrorKind::ContextOverflow,
        );
    }

    #[test]
    fn not_found_is_a_model_or_a_path() {
        check(
            404,
            r#"{"error":"model 'nope' not found"}"#,
            ErrorKind::ModelNotFound,
        );
        check(
            404,
            r#"{"error":{"code":"model_not_found"}}"#,
            ErrorKind::ModelNotFound,
        );
        check(404, "404 page not found", ErrorKind::Configuration);
        check(404, r#"{"detail":"Not Found"}"#, ErrorKind::Configuration);
    }

    #[test]
    fn statuses() {
        for (status, expected) in [
            (401, ErrorKind::Authentication),
            (402, ErrorKind::Quota),
            (403, ErrorKind::Authentication),
            (408, ErrorKind::Timeout),
            (413, ErrorKind::RequestTooLarge),
            (418, ErrorKind::BadRequest),
            (422, ErrorKind::BadRequest),
            (500, ErrorKind::Server),
            (502, ErrorKind::Server),
            (503, ErrorKind::Overloaded),
            (504, ErrorKind::Timeout),
            (529, ErrorKind::Overloaded),
        ] {
            check(status, "<html>", expected);
        }
    }

    #[test]
    fn an_error_that_comes_as_success_is_one() {
        check(
            200,
            r#"{"error":{"message":"x","type":"rate_limit_error"}}"#,
            ErrorKind::RateLimited,
        );
        check(
            200,
            r#"{"error":"an error was encountered while running the model"}"#,
            ErrorKind::Server,
        );
    }
}
