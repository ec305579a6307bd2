//! `OpenAi` against every kind of answer.

use std::time::Duration;

use serde_json::{Value, json};
use wavecrew_providers::{
    ErrorKind, FinishReason, Message, OpenAi, OpenAiConfig, Provider, ProviderError, Request,
    Response, ResponseFormat, TokenLimit,
};

use crate::server::{Reply, Seen, Server, http};
use crate::{KEY, ask, failed_once, options};

fn config(url: &str) -> OpenAiConfig {
    OpenAiConfig::new()
        .base_url(url)
        .api_key(KEY)
        .model("tiny")
        .http(options())
}

fn provider(url: &str) -> OpenAi {
    OpenAi::new(config(url)).unwrap()
}

/// A completion with this text and reason.
fn completion(text: Value, reason: Value) -> Reply {
    let body = json!({
        "id": "chatcmpl-1",
        "model": "tiny-2026",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": reason }],
        "usage": { "prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10 },
    });
    http(200, &["content-type: application/json"], body.to_string())
}

fn refused(status: u16, error: Value) -> Reply {
    http(
        status,
        &["content-type: application/json"],
        json!({ "error": error }).to_string(),
    )
}

async fn exchange(
    replies: Vec<Reply>,
    request: &Request,
) -> (Result<Response, ProviderError>, Vec<Seen>) {
    let server = Server::start(replies).await;
    let result = ask(&provider(&server.url), request).await;
    (result, server.seen())
}

/// One call, one failure of this kind, nothing asked again.
async fn check(reply: Reply, kind: ErrorKind, transient: bool) -> ProviderError {
    let end = exchange(vec![reply], &Request::prompt("hi")).await;
    failed_once(end, (kind, transient), "openai")
}

#[tokio::test]
async fn a_whole_answer() {
    let request = Request::new([Message::system("be brief"), Message::user("hi")])
        .max_output_tokens(64)
        .temperature(0.2)
        .metadata("brief", "never sent");
    let (result, seen) = exchange(vec![completion("hello".into(), "stop".into())], &request).await;
    let response = result.unwrap();
    assert_eq!(response.text, "hello");
    assert_eq!(response.finish_reason, FinishReason::Stop);
    assert_eq!(
        (response.usage.input_tokens, response.usage.output_tokens),
        (Some(7), Some(3))
    );
    assert_eq!(
        (response.model.as_deref(), response.id.as_deref()),
        (Some("tiny-2026"), Some("chatcmpl-1"))
    );
    assert_eq!(
        (response.provider.as_str(), response.attempts, response.cost),
        ("openai", 1, None)
    );
    assert_eq!(seen[0].path, "/v1/chat/completions");
    assert!(
        seen[0]
            .head
            .contains(&format!("authorization: Bearer {KEY}"))
    );
    assert_eq!(
        seen[0].body,
        json!({
            "model": "tiny",
            "messages": [{ "role": "system", "content": "be brief" }, { "role": "user", "content": "hi" }],
            "stream": false,
            "max_tokens": 64,
            "temperature": 0.2,
        })
    );
}

#[tokio::test]
async fn every_form_of_base_url() {
    let server = Server::start([completion("hello".into(), "stop".into())]).await;
    for (base, path) in [
        ("", "/v1/chat/completions"),
        ("/", "/v1/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/api/paas/v4", "/api/paas/v4/chat/completions"),
        ("/v1beta/openai/", "/v1beta/openai/chat/completions"),
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/v1?api-version=2", "/v1/chat/completions?api-version=2"),
    ] {
        let provider = provider(&format!("{}{base}", server.url));
        ask(&provider, &Request::prompt("hi")).await.unwrap();
        assert_eq!(server.seen().last().unwrap().path, path);
    }
}

#[tokio::test]
async fn too_many_requests() {
    let limited = json!({ "message": "Rate limit reached. Please try again in 634ms.", "type": "requests", "code": "rate_limit_exceeded" });
    let error = check(refused(429, limited.clone()), ErrorKind::RateLimited, true).await;
    assert_eq!(error.retry_after(), Some(Duration::from_millis(634)));
    let reply = http(
        429,
        &["Retry-After: 2", "X-Request-Id: req-1"],
        json!({ "error": limited }).to_string(),
    );
    let error = check(reply, ErrorKind::RateLimited, true).await;
    assert_eq!(
        (error.retry_after(), error.request_id()),
        (Some(Duration::from_secs(2)), Some("req-1"))
    );
    let error = check(
        http(429, &["retry-after-ms: 1500", "retry-after: 2"], ""),
        ErrorKind::RateLimited,
        true,
    )
    .await;
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1500)));
    let headers = [
        "date: Fri, 20 Nov 2026 12:00:00 GMT",
        "retry-after: Fri, 20 Nov 2026 12:00:09 GMT",
    ];
    let error = check(http(429, &headers, ""), ErrorKind::RateLimited, true).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    for nonsense in ["-3", "soon", "NaN"] {
        let reply = http(429, &[&format!("retry-after: {nonsense}")], "");
        assert_eq!(
            check(reply, ErrorKind::RateLimited, true)
                .await
                .retry_after(),
            None
        );
    }
    let reply = http(429, &["retry-after: 99999999999999999999"], "");
    assert!(
        check(reply, ErrorKind::RateLimited, true)
            .await
            .retry_after()
            > Some(Duration::from_secs(86_400))
    );
    check(
        http(429, &["x-should-retry: false"], ""),
        ErrorKind::RateLimited,
        false,
    )
    .await;
}

#[tokio::test]
async fn permanent_failures_are_asked_once() {
    let quota = json!({ "message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota" });
    let reply = http(
        429,
        &["Retry-After: 1"],
        json!({ "error": quota }).to_string(),
    );
    assert_eq!(
        check(reply, ErrorKind::Quota, false).await.retry_after(),
        None
    );
    let large = json!({ "message": "Request too large for tiny on tokens per min (TPM): Limit 30000, Requested 40000.", "code": "rate_limit_exceeded" });
    check(refused(429, large), ErrorKind::RequestTooLarge, false).await;
    check(
        refused(
            400,
            json!({ "message": "no", "code": "context_length_exceeded" }),
        ),
        ErrorKind::ContextOverflow,
        false,
    )
    .await;
    check(
        refused(
            400,
            json!({ "message": "no", "code": 400, "type": "exceed_context_size_error" }),
        ),
        ErrorKind::ContextOverflow,
        false,
    )
    .await;
    check(
        refused(400, json!({ "message": "no", "code": "content_filter" })),
        ErrorKind::ContentFilter,
        false,
    )
    .await;
    check(refused(400, json!("no")), ErrorKind::BadRequest, false).await;
    check(
        refused(401, json!({ "message": "no" })),
        ErrorKind::Authentication,
        false,
    )
    .await;
    check(http(403, &[], "<html>"), ErrorKind::Authentication, false).await;
    check(
        refused(
            404,
            json!({ "message": "The model `x` does not exist", "code": "model_not_found" }),
        ),
        ErrorKind::ModelNotFound,
        false,
    )
    .await;
    check(
        http(404, &[], "404 page not found"),
        ErrorKind::Configuration,
        false,
    )
    .await;
    check(http(413, &[], ""), ErrorKind::RequestTooLarge, false).await;
    check(http(422, &[], "{}"), ErrorKind::BadRequest, false).await;
}

#[tokio::test]
async fn passing_failures() {
    for (status, kind) in [
        (408, ErrorKind::Timeout),
        (500, ErrorKind::Server),
        (502, ErrorKind::Server),
        (503, ErrorKind::Overloaded),
        (504, ErrorKind::Timeout),
        (529, ErrorKind::Overloaded),
    ] {
        let error = check(http(status, &[], "<html>\u{1b}[31mBad gateway"), kind, true).await;
        assert_eq!(error.excerpt(), Some("<html>\\u{1b}[31mBad gateway"));
        assert_eq!(error.status(), Some(status));
    }
}

#[tokio::test]
async fn an_echoed_key_is_taken_out() {
    let error = check(
        refused(
            401,
            json!({ "message": format!("Incorrect API key provided: {KEY}.") }),
        ),
        ErrorKind::Authentication,
        false,
    )
    .await;
    assert_eq!(error.message(), "Incorrect API key provided: [redacted].");
    let error = check(
        http(
            500,
            &[&format!("x-request-id: {KEY}")],
            format!("you sent {KEY}"),
        ),
        ErrorKind::Server,
        true,
    )
    .await;
    assert_eq!(
        (error.excerpt(), error.request_id()),
        (Some("you sent [redacted]"), Some("[redacted]"))
    );
    check(
        http(200, &[], format!("{{\"you sent\": \"{KEY}\"}}")),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    check(
        http(
            307,
            &[&format!("location: https://evil.example/?key={KEY}")],
            "",
        ),
        ErrorKind::Configuration,
        false,
    )
    .await;
    let (result, _) = exchange(
        vec![completion(format!("it is {KEY}").into(), "stop".into())],
        &Request::prompt("hi"),
    )
    .await;
    assert_eq!(result.unwrap().text, "it is [redacted]");
}

#[tokio::test]
async fn an_answer_that_is_not_whole_is_an_error_with_its_part() {
    let error = check(
        completion("half".into(), "length".into()),
        ErrorKind::Incomplete,
        false,
    )
    .await;
    let partial = error.partial().unwrap();
    assert_eq!(
        (partial.text.as_str(), partial.usage.output_tokens),
        ("half", Some(3))
    );
    assert_eq!(partial.finish_reason, FinishReason::Length);
    check(
        completion("".into(), "content_filter".into()),
        ErrorKind::ContentFilter,
        false,
    )
    .await;
    let refusal = json!({ "choices": [{ "message": { "content": null, "refusal": "I cannot" }, "finish_reason": "stop" }] });
    let error = check(
        http(200, &[], refusal.to_string()),
        ErrorKind::Refusal,
        false,
    )
    .await;
    assert_eq!(error.message(), "I cannot");
    check(
        completion("half".into(), "error".into()),
        ErrorKind::Server,
        true,
    )
    .await;
}

#[tokio::test]
async fn reasons_that_other_servers_give_are_accepted() {
    for (reason, expected) in [
        (json!(""), FinishReason::Unstated),
        (Value::Null, FinishReason::Unstated),
        (json!("eos"), FinishReason::Stop),
        (json!("bored"), FinishReason::Other("bored".to_owned())),
    ] {
        let (result, _) = exchange(
            vec![completion("hello".into(), reason)],
            &Request::prompt("hi"),
        )
        .await;
        assert_eq!(result.unwrap().finish_reason, expected);
    }
    let parts = json!([{ "type": "text", "text": "hel" }, { "type": "text", "text": "lo" }]);
    let (result, _) = exchange(
        vec![completion(parts, "stop".into())],
        &Request::prompt("hi"),
    )
    .await;
    assert_eq!(result.unwrap().text, "hello");
    let bare = "\u{FEFF}{\"choices\":[{\"message\":{\"content\":\"hello\"}}],\"usage\":{}}";
    let (result, _) = exchange(vec![http(200, &[], bare)], &Request::prompt("hi")).await;
    let response = result.unwrap();
    assert_eq!(
        (response.finish_reason, response.usage.input_tokens),
        (FinishReason::Unstated, None)
    );
}

#[tokio::test]
async fn bodies_that_are_no_answer() {
    let deep = "[".repeat(200_000);
    let invalid_utf8 = b"{\"choices\":[{\"message\":{\"content\":\"\xff\"}}]}".to_vec();
    let bodies: Vec<Vec<u8>> = [
        "",
        "[]",
        "null",
        "7",
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":7}",
        "{\"choices\":[null]}",
        &deep,
    ]
    .iter()
    .map(|body| body.as_bytes().to_vec())
    .chain([
        invalid_utf8,
        br#"{"choices":[{"message":{"content":"\ud800"}}]}"#.to_vec(),
    ])
    .collect();
    for body in bodies {
        let error = check(http(200, &[], body), ErrorKind::BadResponse, true).await;
        assert!(
            error
                .excerpt()
                .is_some_and(|excerpt| excerpt.chars().count() <= 201),
            "{error}"
        );
    }
    check(
        completion(Value::Null, "stop".into()),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    check(
        completion(" \n".into(), "stop".into()),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    check(
        completion(7.into(), "tool_calls".into()),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    check(
        http(200, &[], "{\"choices\":[{\"mess"),
        ErrorKind::Incomplete,
        true,
    )
    .await;
    check(
        http(200, &[], "<!doctype html>"),
        ErrorKind::BadResponse,
        true,
    )
    .await;
}

#[tokio::test]
async fn an_error_that_comes_as_success() {
    let body = |error: Value| http(200, &[], json!({ "error": error }).to_string());
    check(
        body(json!({ "code": 429, "message": "slow down" })),
        ErrorKind::RateLimited,
        true,
    )
    .await;
    check(
        body(json!({ "code": "502", "message": "upstream" })),
        ErrorKind::Server,
        true,
    )
    .await;
    check(body(json!("it broke")), ErrorKind::Server, true).await;
    let choice = json!({ "choices": [{ "error": { "code": 503, "message": "busy" }, "finish_reason": "error" }] });
    check(
        http(200, &[], choice.to_string()),
        ErrorKind::Overloaded,
        true,
    )
    .await;
}

#[tokio::test]
async fn absurd_usage() {
    for (tokens, expected) in [
        (json!(1e30), Some(u64::MAX)),
        (json!(-3), None),
        (json!("7"), None),
        (json!(7.0), Some(7)),
    ] {
        let body = json!({
            "choices": [{ "message": { "content": "hello" }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": tokens, "completion_tokens": 1 },
        });
        let (result, _) = exchange(
            vec![http(200, &[], body.to_string())],
            &Request::prompt("hi"),
        )
        .await;
        assert_eq!(result.unwrap().usage.input_tokens, expected);
    }
}

#[tokio::test]
async fn a_refused_parameter_is_repaired_once_and_remembered() {
    let refusal = json!({
        "message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter",
    });
    let server = Server::start([
        refused(400, refusal.clone()),
        completion("hello".into(), "stop".into()),
    ])
    .await;
    let provider = provider(&server.url);
    let request = Request::prompt("hi").max_output_tokens(9).temperature(0.5);
    assert_eq!(ask(&provider, &request).await.unwrap().attempts, 2);
    assert_eq!(ask(&provider, &request).await.unwrap().attempts, 1);
    let limits: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| {
            (
                seen.body["max_tokens"].clone(),
                seen.body["max_completion_tokens"].clone(),
            )
        })
        .collect();
    let repaired = (Value::Null, json!(9));
    assert_eq!(
        limits,
        [(json!(9), Value::Null), repaired.clone(), repaired]
    );

    // A server that refuses both is not asked for ever.
    let other =
        json!({ "message": "Unrecognized request argument supplied: max_completion_tokens" });
    let (result, seen) = exchange(vec![refused(400, refusal), refused(400, other)], &request).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), seen.len()),
        (ErrorKind::BadRequest, 2, 2)
    );
}

#[tokio::test]
async fn a_refused_temperature_is_left_out() {
    let refusal = json!({
        "message": "Unsupported value: 'temperature' does not support 0.5 with this model.",
        "param": "temperature", "code": "unsupported_value",
    });
    let replies = vec![
        refused(400, refusal.clone()),
        completion("hello".into(), "stop".into()),
    ];
    let (result, seen) = exchange(replies, &Request::prompt("hi").temperature(0.5)).await;
    assert_eq!(result.unwrap().attempts, 2);
    assert_eq!(
        (&seen[0].body["temperature"], &seen[1].body["temperature"]),
        (&json!(0.5), &Value::Null)
    );
    // What was not sent cannot be repaired.
    check(refused(400, refusal), ErrorKind::BadRequest, false).await;
}

#[tokio::test]
async fn the_shape_of_the_answer_is_asked_for() {
    let closed = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"], "additionalProperties": false });
    // A server refuses to be strict about a schema that leaves things open.
    for (schema, strict) in [(closed, true), (json!({ "type": "object" }), false)] {
        let format = ResponseFormat::JsonSchema {
            name: "my schema!".to_owned(),
            schema: schema.clone(),
        };
        let request = Request::prompt("hi").response_format(format);
        let (_, seen) = exchange(vec![completion("{}".into(), "stop".into())], &request).await;
        let expected = json!({ "type": "json_schema", "json_schema": { "name": "my_schema_", "schema": schema, "strict": strict } });
        assert_eq!(seen[0].body["response_format"], expected);
    }
}

#[tokio::test]
async fn settings() {
    let wrong = |config: OpenAiConfig| {
        let error = OpenAi::new(config).unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Configuration, 0)
        );
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("canary") && !shown.contains("hunter2"),
            "{shown}"
        );
        error.message().to_owned()
    };
    let tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    let fault = if tls {
        "set OPENAI_API_KEY"
    } else {
        "was built without it"
    };
    assert!(wrong(OpenAiConfig::new()).contains(fault));
    assert!(wrong(config("http://h").api_key("sk-canary\n")).contains("a line break at byte 10"));
    assert!(wrong(config("h:8080/v1")).contains("does not start with http"));
    assert!(wrong(config("http://me:hunter2@h:99999")).contains("invalid port"));
    assert!(!format!("{:?}", config("http://me:hunter2@h?k=hunter2")).contains("hunter2"));

    let server = Server::start([completion("hello".into(), "stop".into())]).await;
    let url = server.url.clone();
    let vars = move |name: &str| match name {
        "OPENAI_API_KEY" => Some(KEY.to_owned()),
        "OPENAI_BASE_URL" => Some(url.clone()),
        "OPENAI_ORG_ID" => Some("org-1".to_owned()),
        // Nothing on this machine is asked through a proxy.
        "http_proxy" | "ALL_PROXY" => Some("http://127.0.0.1:1".to_owned()),
        _ => None,
    };
    let from_vars = OpenAiConfig::from_vars(vars)
        .name("local")
        .token_limit(TokenLimit::MaxCompletionTokens);
    let provider = OpenAi::new(from_vars).unwrap();
    assert_eq!(provider.name(), "local");
    let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
    assert_eq!(error.to_string(), "local: configuration: no model is named");
    ask(
        &provider,
        &Request::prompt("hi").model("m").max_output_tokens(5),
    )
    .await
    .unwrap();
    let seen = server.seen();
    assert_eq!(
        (
            &seen[0].body["model"],
            &seen[0].body["max_completion_tokens"]
        ),
        (&json!("m"), &json!(5))
    );
    assert!(seen[0].head.contains("openai-organization: org-1"));
}
