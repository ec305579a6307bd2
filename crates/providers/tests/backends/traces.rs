//! What an answer tells of itself besides its text: the server's id for the call, how it was served, what it is.

use std::time::Duration;

use serde_json::json;
use wavecrew_providers::{ErrorKind, OpenAi, OpenAiConfig, Request, Retry, RetryPolicy};

use crate::server::{Reply, Server, http, stream};
use crate::{ask, ask_stream, everyone, options};

/// One answer for every protocol.
fn whole() -> String {
    let text = json!([{ "type": "text", "text": "hi" }]);
    json!({
        "text": "hi", "response": "hi", "done": true, "done_reason": "stop",
        "content": text, "stop_reason": "end_turn",
        "choices": [{ "message": { "content": "hi" }, "finish_reason": "stop" }],
        "status": "completed", "output": [{ "content": text }],
        "service_tier": "priority", "model": "gpt-4o-2024-08-06",
    })
    .to_string()
}

#[tokio::test]
async fn the_id_of_a_call_is_kept_whatever_comes_of_it() {
    let json = "content-type: application/json";
    let cut = r#"{"choices":[{"message":{"content":"half"},"finish_reason":"length"}],"text":"half","finish_reason":"length","response":"half","done":true,"done_reason":"length","content":[{"type":"text","text":"half"}],"stop_reason":"max_tokens","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"content":[{"text":"half"}]}]}"#;
    for (header, id) in [
        ("x-request-id: req-1", "req-1"),
        ("request-id: req-2", "req-2"),
        ("x-litellm-call-id: req-3", "req-3"),
    ] {
        let server = Server::start([http(200, &[json, header], whole())]).await;
        for provider in everyone(&server.url, &options()) {
            let request = Request::prompt("hi");
            let (_, streamed) = ask_stream(&provider, &request).await;
            for end in [ask(&provider, &request).await, streamed] {
                let response = end.unwrap();
                assert_eq!(
                    response.request_id.as_deref(),
                    Some(id),
                    "{}",
                    provider.name()
                );
            }
        }
        for (status, body) in [
            (200, cut),
            (200, "{}"),
            (200, "no JSON"),
            (500, "{}"),
            (429, "{}"),
        ] {
            let server = Server::start([http(status, &[json, header], body)]).await;
            for provider in everyone(&server.url, &options()) {
                let request = Request::prompt("hi");
                let (_, streamed) = ask_stream(&provider, &request).await;
                for end in [ask(&provider, &request).await, streamed] {
                    let error = end.unwrap_err();
                    assert_eq!(error.request_id(), Some(id), "{} {error}", provider.name());
                }
            }
        }
    }
    // A stream that is cut, and a connection that breaks.
    let head = b"HTTP/1.1 200 OK\r\nx-request-id: req-4\r\ncontent-type: text/event-stream\r\ncontent-length: 999\r\n\r\n";
    let server = Server::start([Reply::Bytes(head.to_vec())]).await;
    for provider in everyone(&server.url, &options()) {
        let (_, end) = ask_stream(&provider, &Request::prompt("hi")).await;
        assert_eq!(
            end.unwrap_err().request_id(),
            Some("req-4"),
            "{}",
            provider.name()
        );
    }
}

#[tokio::test]
async fn how_a_call_was_served_is_kept() {
    let server = Server::start([http(200, &["content-type: application/json"], whole())]).await;
    for provider in everyone(&server.url, &options()) {
        let response = ask(&provider, &Request::prompt("hi")).await.unwrap();
        assert_eq!(
            response.service_tier.as_deref(),
            Some("priority"),
            "{}",
            provider.name()
        );
    }
    let chunks = "data: {\"service_tier\":\"flex\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let message = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":4,\"service_tier\":\"flex\"}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    for (name, body) in [("openai", chunks), ("anthropic", message)] {
        let server = Server::start([Reply::Bytes(stream("text/event-stream", body))]).await;
        let mut providers = everyone(&server.url, &options()).into_iter();
        let provider = providers.find(|provider| provider.name() == name).unwrap();
        let (_, end) = ask_stream(&provider, &Request::prompt("hi")).await;
        assert_eq!(end.unwrap().service_tier.as_deref(), Some("flex"), "{name}");
    }
}

#[tokio::test]
async fn one_value_is_no_stream_whatever_it_is_called() {
    for kind in [
        "content-type: text/plain",
        "content-type: application/problem+json; charset=utf-8",
        "content-type: text/json",
        "content-type: ",
        "x-nothing: 1",
    ] {
        let body = format!("  \r\n{}", whole());
        let server = Server::start([http(200, &[kind], body)]).await;
        for provider in everyone(&server.url, &options()) {
            let (pieces, end) = ask_stream(&provider, &Request::prompt("hi")).await;
            let end = end.map(|response| response.text);
            assert_eq!(
                (pieces.concat().as_str(), end),
                ("hi", Ok("hi".to_owned())),
                "{} {kind}",
                provider.name()
            );
        }
        let body = r#"{"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limit_exceeded"}}"#;
        let server = Server::start([http(200, &[kind], body)]).await;
        for provider in everyone(&server.url, &options()) {
            let (_, end) = ask_stream(&provider, &Request::prompt("hi")).await;
            assert_eq!(
                end.unwrap_err().kind(),
                ErrorKind::RateLimited,
                "{} {kind}",
                provider.name()
            );
        }
        // A stream is one all the same.
        let sse = "\n: hello\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        let server = Server::start([http(200, &[kind], sse)]).await;
        if !kind.contains("json") {
            let provider = everyone(&server.url, &options()).swap_remove(0);
            let (pieces, end) = ask_stream(&provider, &Request::prompt("hi")).await;
            assert_eq!(
                (pieces.concat().as_str(), end.is_ok()),
                ("a", true),
                "{kind}"
            );
        }
    }
}

#[tokio::test]
async fn settings_in_an_address_are_no_keys_of_answers() {
    let server = Server::start([http(200, &["content-type: application/json"], whole())]).await;
    let url = format!(
        "{}/v1/chat/completions?api-version=2024-08-06&deployment=gpt-4o",
        server.url
    );
    let provider = OpenAi::new(OpenAiConfig::new().base_url(url).model("m")).unwrap();
    let response = ask(&provider, &Request::prompt("hi")).await.unwrap();
    assert_eq!(response.model.as_deref(), Some("gpt-4o-2024-08-06"));
    let refusal = r#"{"error":{"message":"no deployment gpt-4o"}}"#;
    let server = Server::start([http(400, &[], refusal)]).await;
    let url = format!("{}/v1/chat/completions?code=gpt-4o", server.url);
    let provider = OpenAi::new(OpenAiConfig::new().base_url(url).model("m")).unwrap();
    let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
    assert_eq!(error.message(), "no deployment [redacted]");
}

/// A server that knows calls by their keys would give a bad answer again; one whose answer nobody saw must not work twice.
#[tokio::test]
async fn an_answer_that_was_no_good_is_asked_for_under_another_key() {
    let key = |head: &str| {
        let head = head.to_lowercase();
        let line = head
            .lines()
            .find_map(|line| line.strip_prefix("idempotency-key: "));
        line.unwrap().to_owned()
    };
    for (reply, same) in [
        (
            http(
                200,
                &["content-type: application/json"],
                r#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#,
            ),
            false,
        ),
        (http(500, &[], "{}"), true),
        (
            Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()),
            true,
        ),
    ] {
        let server = Server::start([reply]).await;
        let provider = everyone(&server.url, &options()).swap_remove(0);
        let provider = Retry::new(
            provider,
            RetryPolicy::default().base(Duration::from_millis(1)),
        );
        ask(&provider, &Request::prompt("hi")).await.unwrap_err();
        let keys: Vec<String> = server.seen().iter().map(|seen| key(&seen.head)).collect();
        assert_eq!(keys.len(), 3);
        assert_eq!(keys[0] == keys[1] && keys[1] == keys[2], same, "{keys:?}");
    }
}
