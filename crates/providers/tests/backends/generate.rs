//! `Generate` against every kind of answer.

use serde_json::json;
use wavecrew_providers::{
    ErrorKind, FinishReason, Generate, GenerateConfig, Message, ProviderError, Request, Response,
};

use crate::server::{Reply, Seen, Server, http};
use crate::{KEY, ask, ask_stream, options};

async fn exchange(
    reply: Reply,
    path: &str,
    request: &Request,
) -> (Result<Response, ProviderError>, Seen) {
    let server = Server::start([reply]).await;
    let config = GenerateConfig::new(format!("{}{path}", server.url)).api_key(KEY);
    let provider = Generate::new(config.http(options())).unwrap();
    let result = ask(&provider, request).await;
    (result, server.seen().remove(0))
}

async fn check(status: u16, body: &str, kind: ErrorKind, transient: bool) -> ProviderError {
    let (result, _) = exchange(http(status, &[], body), "", &Request::prompt("hi")).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_transient(), error.attempts()),
        (kind, transient, 1),
        "{error}"
    );
    error
}

#[tokio::test]
async fn a_prompt_in_and_a_text_out() {
    let request = Request::new([Message::system("be brief"), Message::user("hi")])
        .model("m")
        .max_output_tokens(9)
        .temperature(0.2);
    let body = json!({ "text": "hello", "model": "m-1", "finish_reason": "stop", "usage": { "prompt_tokens": 3, "completion_tokens": 1 } });
    let (result, seen) = exchange(http(200, &[], body.to_string()), "", &request).await;
    let response = result.unwrap();
    assert_eq!(
        (response.text.as_str(), response.model.as_deref()),
        ("hello", Some("m-1"))
    );
    assert_eq!(response.finish_reason, FinishReason::Stop);
    assert_eq!(
        (response.usage.input_tokens, response.usage.output_tokens),
        (Some(3), Some(1))
    );
    assert_eq!(seen.path, "/generate");
    assert!(seen.head.contains(&format!("authorization: Bearer {KEY}")));
    let sent =
        json!({ "prompt": "be brief\n\nhi", "model": "m", "max_tokens": 9, "temperature": 0.2 });
    assert_eq!(seen.body, sent);

    let (result, seen) = exchange(
        http(200, &[], r#"{"response":"hello"}"#),
        "/api/v2/make/",
        &Request::prompt("hi"),
    )
    .await;
    assert_eq!(result.unwrap().finish_reason, FinishReason::Unstated);
    assert_eq!(
        (seen.path.as_str(), seen.body),
        ("/api/v2/make/", json!({ "prompt": "hi" }))
    );
}

#[tokio::test]
async fn failures() {
    use ErrorKind::*;
    check(200, r#"{"error":"model 'x' not found"}"#, Server, true).await;
    check(
        200,
        r#"{"text":"half","finish_reason":"length"}"#,
        Incomplete,
        false,
    )
    .await;
    let error = check(200, r#"{"response":"half","done":false}"#, Incomplete, true).await;
    assert_eq!(error.partial().unwrap().text, "half");
    for body in [
        "",
        "[]",
        "{}",
        "<html>",
        r#"{"text":null}"#,
        r#"{"text":["x"]}"#,
        r#"{"text":" "}"#,
    ] {
        check(200, body, BadResponse, true).await;
    }
    check(200, r#"{"text":"hal"#, Incomplete, true).await;
    check(404, "not here", Configuration, false).await;
    check(
        422,
        r#"{"detail":[{"msg":"field required"}]}"#,
        BadRequest,
        false,
    )
    .await;
    check(503, "busy", Overloaded, true).await;
    // What is false or empty is no error.
    let (result, _) = exchange(
        http(200, &[], r#"{"text":"hi","error":""}"#),
        "",
        &Request::prompt("hi"),
    )
    .await;
    assert_eq!(result.unwrap().text, "hi");
}

#[tokio::test]
async fn settings() {
    let error = Generate::new(GenerateConfig::from_vars(|_| None)).unwrap_err();
    assert!(error.message().contains("set GENERATE_URL"), "{error}");
    let server = Server::start([http(200, &[], r#"{"text":"hi there"}"#)]).await;
    let url = server.url.clone();
    let vars = move |name: &str| match name {
        "GENERATE_URL" => Some(url.clone()),
        "GENERATE_MODEL" => Some("m".to_owned()),
        _ => None,
    };
    let provider = Generate::new(GenerateConfig::from_vars(vars).name("router")).unwrap();
    let (pieces, end) = ask_stream(&provider, &Request::prompt("hi")).await;
    assert_eq!(
        (pieces.concat().as_str(), end.unwrap().provider.as_str()),
        ("hi there", "router")
    );
    assert_eq!(server.seen()[0].body["model"], "m");
}
