//! `Anthropic` against every kind of answer.

use std::time::Duration;

use serde_json::{Value, json};
use wavecrew_providers::{
    Anthropic, AnthropicConfig, ErrorKind, FinishReason, LimitScope, Message, Provider,
    ProviderError, Request, Response, ResponseFormat,
};

use crate::server::{Reply, Seen, Server, http};
use crate::{KEY, ask, failed_once, options};

fn config(url: &str) -> AnthropicConfig {
    AnthropicConfig::new()
        .base_url(url)
        .api_key(KEY)
        .model("claude-tiny")
        .http(options())
}

fn message(content: Value, reason: Value) -> Reply {
    let body = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-tiny-1",
        "content": content, "stop_reason": reason,
        "usage": { "input_tokens": 10, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 30, "output_tokens": 5 },
    });
    http(200, &["request-id: req-1"], body.to_string())
}

fn text(text: &str) -> Value {
    json!([{ "type": "text", "text": text }])
}

async fn exchange(
    replies: Vec<Reply>,
    request: &Request,
) -> (Result<Response, ProviderError>, Vec<Seen>) {
    let server = Server::start(replies).await;
    let provider = Anthropic::new(config(&server.url)).unwrap();
    (ask(&provider, request).await, server.seen())
}

async fn check(reply: Reply, kind: ErrorKind, transient: bool) -> ProviderError {
    let end = exchange(vec![reply], &Request::prompt("hi")).await;
    failed_once(end, (kind, transient), "anthropic")
}

async fn refused(
    status: u16,
    kind: &str,
    said: &str,
    expected: (ErrorKind, bool),
) -> ProviderError {
    let body = json!({ "type": "error", "error": { "type": kind, "message": said }, "request_id": "req-2" });
    let error = check(http(status, &[], body.to_string()), expected.0, expected.1).await;
    assert_eq!((error.request_id(), error.message()), (Some("req-2"), said));
    error
}

#[tokio::test]
async fn a_whole_answer() {
    let request = Request::new([
        Message::user("hi"),
        Message::system("be brief"),
        Message::assistant("hello"),
        Message::user("again"),
    ])
    .temperature(1.5)
    .response_format(ResponseFormat::Json);
    let content = json!([
        { "type": "thinking", "thinking": "hm" },
        { "type": "text", "text": "one " },
        { "type": "text", "text": "two" },
        { "type": "new_kind", "text": "not this" },
    ]);
    let (result, seen) = exchange(vec![message(content, "end_turn".into())], &request).await;
    let response = result.unwrap();
    assert_eq!(response.text, "one two");
    assert_eq!(response.finish_reason, FinishReason::Stop);
    assert_eq!(
        (response.id.as_deref(), response.model.as_deref()),
        (Some("msg_1"), Some("claude-tiny-1"))
    );
    let usage = response.usage;
    assert_eq!(
        (usage.input_tokens, usage.output_tokens),
        (Some(60), Some(5))
    );
    assert_eq!(
        (usage.cached_tokens, usage.cache_write_tokens),
        (Some(30), Some(20))
    );

    assert_eq!(seen[0].path, "/v1/messages");
    assert!(seen[0].head.contains(&format!("x-api-key: {KEY}")));
    assert!(seen[0].head.contains("anthropic-version: 2023-06-01"));
    let body = &seen[0].body;
    assert!(
        body["system"]
            .as_str()
            .unwrap()
            .starts_with("be brief\n\nAnswer with one JSON value")
    );
    let turns = json!([
        { "role": "user", "content": "hi" },
        { "role": "assistant", "content": "hello" },
        { "role": "user", "content": "again" },
    ]);
    assert_eq!(
        (&body["messages"], &body["max_tokens"]),
        (&turns, &json!(8192))
    );
    assert_eq!(
        (&body["temperature"], body.get("stream")),
        (&json!(1.0), None)
    );
}

#[tokio::test]
async fn every_form_of_address_and_key() {
    let server = Server::start([message(text("hi"), "end_turn".into())]).await;
    for (base, path) in [
        ("", "/v1/messages"),
        ("/", "/v1/messages"),
        ("/v1", "/v1/messages"),
        ("/v1/messages/", "/v1/messages/"),
        ("/anthropic", "/anthropic/v1/messages"),
    ] {
        let url = format!("{}{base}", server.url);
        let vars = |name: &str| match name {
            "ANTHROPIC_BASE_URL" => Some(url.clone()),
            "ANTHROPIC_AUTH_TOKEN" => Some(KEY.to_owned()),
            "ANTHROPIC_MODEL" => Some("m".to_owned()),
            _ => None,
        };
        let provider = Anthropic::new(AnthropicConfig::from_vars(vars)).unwrap();
        ask(&provider, &Request::prompt("hi")).await.unwrap();
        let seen = server.seen().pop().unwrap();
        assert_eq!(
            (seen.path.as_str(), &seen.body["model"]),
            (path, &json!("m"))
        );
        assert!(seen.head.contains(&format!("authorization: Bearer {KEY}")));
        assert!(!seen.head.contains("x-api-key"));
    }
    let tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    let error = Anthropic::new(AnthropicConfig::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.message().contains("set ANTHROPIC_API_KEY"),
        tls,
        "{error}"
    );
    let error = Anthropic::new(config("http://h").api_key("sk-canary\n")).unwrap_err();
    assert!(
        error.message().contains("a line break at byte 10"),
        "{error}"
    );
    let provider = Anthropic::new(AnthropicConfig::new().base_url(&server.url)).unwrap();
    let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "anthropic: configuration: no model is named"
    );
    assert_eq!(provider.name(), "anthropic");
}

#[tokio::test]
async fn failures_by_their_types() {
    use ErrorKind::*;
    for (status, kind, said, expected) in [
        (
            400,
            "invalid_request_error",
            "messages: roles must alternate",
            (BadRequest, false),
        ),
        (
            400,
            "invalid_request_error",
            "prompt is too long: 208310 tokens > 200000 maximum",
            (ContextOverflow, false),
        ),
        (
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the API.",
            (Quota, false),
        ),
        (
            400,
            "invalid_request_error",
            "You have reached your specified API usage limits.",
            (Quota, false),
        ),
        (
            401,
            "authentication_error",
            "invalid x-api-key",
            (Authentication, false),
        ),
        (402, "billing_error", "payment is due", (Quota, false)),
        (
            403,
            "permission_error",
            "not yours",
            (Authentication, false),
        ),
        (
            404,
            "not_found_error",
            "model: claude-nope",
            (ModelNotFound, false),
        ),
        (
            413,
            "request_too_large",
            "Request exceeds the maximum size",
            (RequestTooLarge, false),
        ),
        (500, "api_error", "Internal server error", (Server, true)),
        (504, "timeout_error", "took too long", (Timeout, true)),
        (529, "overloaded_error", "Overloaded", (Overloaded, true)),
        // The type is trusted before the status.
        (500, "overloaded_error", "Overloaded", (Overloaded, true)),
        (200, "overloaded_error", "Overloaded", (Overloaded, true)),
    ] {
        refused(status, kind, said, expected).await;
    }
    let error = json!({ "type": "rate_limit_error", "message": "This request would exceed your limit of 40,000 input tokens per minute" });
    let reply = http(
        429,
        &["retry-after: 17", "request-id: req-3"],
        json!({ "error": error }).to_string(),
    );
    let error = check(reply, RateLimited, true).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
    assert_eq!(error.limit_scope(), Some(LimitScope::InputTokens));
    assert_eq!(error.request_id(), Some("req-3"));
    let spent = json!({ "type": "rate_limit_error", "message": "spent", "details": { "error_code": "enforced_spend_limit_reached" } });
    check(
        http(429, &[], json!({ "error": spent }).to_string()),
        Quota,
        false,
    )
    .await;
    check(http(502, &[], "<html>bad gateway</html>"), Server, true).await;
    let echoed =
        json!({ "error": { "type": "authentication_error", "message": format!("bad key {KEY}") } });
    let error = check(http(401, &[], echoed.to_string()), Authentication, false).await;
    assert_eq!(error.message(), "bad key [redacted]");
}

#[tokio::test]
async fn an_answer_that_is_not_whole_is_an_error_with_its_part() {
    for (reason, kind, transient) in [
        ("max_tokens", ErrorKind::Incomplete, false),
        (
            "model_context_window_exceeded",
            ErrorKind::Incomplete,
            false,
        ),
        ("pause_turn", ErrorKind::Incomplete, true),
        ("refusal", ErrorKind::Refusal, false),
    ] {
        let error = check(message(text("half"), reason.into()), kind, transient).await;
        assert_eq!(error.partial().unwrap().text, "half", "{reason}");
        assert_eq!(error.partial().unwrap().usage.output_tokens, Some(5));
    }
    let tool = json!([{ "type": "tool_use", "id": "t", "name": "x", "input": {} }]);
    let error = check(
        message(tool, "tool_use".into()),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    assert!(error.message().contains("called a tool"));
    check(
        message(json!([]), "end_turn".into()),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    for body in ["", "{}", "[]", "null", "<html>", "{\"content\":\"x\"}"] {
        check(http(200, &[], body), ErrorKind::BadResponse, true).await;
    }
    check(
        http(200, &[], "{\"content\":["),
        ErrorKind::Incomplete,
        true,
    )
    .await;
    let (result, _) = exchange(
        vec![message(text("hi"), "new_reason".into())],
        &Request::prompt("hi"),
    )
    .await;
    assert_eq!(
        result.unwrap().finish_reason,
        FinishReason::Other("new_reason".into())
    );
}

#[tokio::test]
async fn a_temperature_that_a_model_does_not_take_is_left_out_and_remembered() {
    let refusal = json!({ "error": { "type": "invalid_request_error", "message": "`temperature` is deprecated for this model." } });
    let replies = [
        http(400, &[], refusal.to_string()),
        message(text("hi"), "end_turn".into()),
    ];
    let server = Server::start(replies).await;
    let provider = Anthropic::new(config(&server.url)).unwrap();
    let request = Request::prompt("hi").temperature(0.5).max_output_tokens(9);
    assert_eq!(ask(&provider, &request).await.unwrap().attempts, 2);
    assert_eq!(ask(&provider, &request).await.unwrap().attempts, 1);
    let sent: Vec<bool> = server
        .seen()
        .iter()
        .map(|seen| seen.body.get("temperature").is_some())
        .collect();
    assert_eq!(sent, [true, false, false]);
    assert_eq!(server.seen()[2].body["max_tokens"], 9);
}
