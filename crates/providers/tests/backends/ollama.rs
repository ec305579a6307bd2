//! `Ollama` against every kind of answer.

use serde_json::{Value, json};
use wavecrew_providers::{
    ErrorKind, FinishReason, Ollama, OllamaConfig, Provider, ProviderError, Request, Response,
    ResponseFormat,
};

use crate::server::{Reply, Seen, Server, http};
use crate::{KEY, ask, failed_once, options};

fn config(host: &str) -> OllamaConfig {
    OllamaConfig::new().host(host).model("tiny").http(options())
}

async fn exchange(reply: Reply, request: &Request) -> (Result<Response, ProviderError>, Vec<Seen>) {
    let server = Server::start([reply]).await;
    let provider = Ollama::new(config(&server.url).api_key(KEY)).unwrap();
    (ask(&provider, request).await, server.seen())
}

/// One call, one failure of this kind, nothing asked again.
async fn check(
    status: u16,
    body: impl AsRef<[u8]>,
    kind: ErrorKind,
    transient: bool,
) -> ProviderError {
    let end = exchange(http(status, &[], body), &Request::prompt("hi")).await;
    failed_once(end, (kind, transient), "ollama")
}

fn chat(text: &str, more: Value) -> String {
    let mut answer =
        json!({ "model": "tiny", "message": { "role": "assistant", "content": text } });
    answer
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    answer.to_string()
}

fn said(error: &str) -> String {
    json!({ "error": error }).to_string()
}

#[tokio::test]
async fn a_whole_answer() {
    let done =
        json!({ "done": true, "done_reason": "stop", "prompt_eval_count": 22, "eval_count": 4 });
    let request = Request::prompt("hi")
        .max_output_tokens(64)
        .temperature(0.2)
        .response_format(ResponseFormat::Json);
    let (result, seen) = exchange(http(200, &[], chat("hello", done)), &request).await;
    let response = result.unwrap();
    assert_eq!(
        (response.text.as_str(), response.finish_reason),
        ("hello", FinishReason::Stop)
    );
    assert_eq!(
        (response.usage.input_tokens, response.usage.output_tokens),
        (Some(22), Some(4))
    );
    assert_eq!(
        (response.provider.as_str(), response.model.as_deref()),
        ("ollama", Some("tiny"))
    );
    assert_eq!(seen[0].path, "/api/chat");
    assert_eq!(
        seen[0].body,
        json!({
            "model": "tiny",
            "messages": [{ "role": "user", "content": "hi" }],
            "stream": false,
            "truncate": false,
            "shift": false,
            "format": "json",
            "options": { "num_ctx": 8192, "num_predict": 64, "temperature": 0.2 },
        })
    );
}

#[tokio::test]
async fn lines_of_a_stream_are_read_too() {
    let lines = [
        chat("hel", json!({ "done": false })),
        chat("lo", json!({ "done": false })),
        chat("", json!({ "done": true, "done_reason": "stop" })),
    ];
    let (result, _) = exchange(http(200, &[], lines.join("\n")), &Request::prompt("hi")).await;
    assert_eq!(result.unwrap().text, "hello");

    // Two lines without the last one, a failure after text, half a line.
    let error = check(200, lines[..2].join("\n"), ErrorKind::Incomplete, true).await;
    assert_eq!(error.partial().unwrap().text, "hello");
    let broken = format!(
        "{}\n{}",
        lines[0],
        said("an error was encountered while running the model: unexpected EOF")
    );
    let error = check(200, broken, ErrorKind::Server, true).await;
    assert_eq!(error.partial().unwrap().text, "hel");
    let error = check(
        200,
        format!("{}\n{{\"mess", lines[0]),
        ErrorKind::Incomplete,
        true,
    )
    .await;
    assert_eq!(error.partial().unwrap().text, "hel");
}

#[tokio::test]
async fn zero_counts_are_unknown() {
    let done = json!({ "done": true, "prompt_eval_count": 0, "eval_count": 0 });
    let (result, _) = exchange(http(200, &[], chat("hello", done)), &Request::prompt("hi")).await;
    let response = result.unwrap();
    assert_eq!(
        (response.usage.input_tokens, response.usage.output_tokens),
        (None, None)
    );
    assert_eq!(response.finish_reason, FinishReason::Unstated);
}

#[tokio::test]
async fn failures() {
    check(
        404,
        said("model 'nope' not found"),
        ErrorKind::ModelNotFound,
        false,
    )
    .await;
    check(404, "404 page not found", ErrorKind::Configuration, false).await;
    check(400, said("unexpected EOF"), ErrorKind::BadRequest, false).await;
    check(
        400,
        said("\"tiny\" does not support thinking"),
        ErrorKind::BadRequest,
        false,
    )
    .await;
    check(
        500,
        said("option \"num_predict\" must be of type integer"),
        ErrorKind::BadRequest,
        false,
    )
    .await;
    check(
        500,
        said("invalid format: \"xml\"; expected \"json\""),
        ErrorKind::BadRequest,
        false,
    )
    .await;
    check(
        500,
        said("llama runner process has terminated"),
        ErrorKind::Server,
        true,
    )
    .await;
    check(
        503,
        said("server busy, please try again.  maximum pending requests exceeded"),
        ErrorKind::Overloaded,
        true,
    )
    .await;
    check(401, said("unauthorized"), ErrorKind::Authentication, false).await;
    check(402, said("pay"), ErrorKind::Quota, false).await;
    let inner = json!({ "error": { "code": 400, "type": "exceed_context_size_error", "message": "request (2020 tokens) exceeds the available context size (256 tokens)" } });
    let error = check(
        400,
        said(&inner.to_string()),
        ErrorKind::ContextOverflow,
        false,
    )
    .await;
    assert!(
        error.message().starts_with("request (2020 tokens)"),
        "{error}"
    );
    check(
        400,
        said("the prompt is longer than the context length currently available"),
        ErrorKind::ContextOverflow,
        false,
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_is_not_whole_is_an_error_with_its_part() {
    let error = check(
        200,
        chat("half", json!({ "done": true, "done_reason": "length" })),
        ErrorKind::Incomplete,
        false,
    )
    .await;
    assert_eq!(error.partial().unwrap().finish_reason, FinishReason::Length);
    check(
        200,
        chat("half", json!({ "done": false })),
        ErrorKind::Incomplete,
        true,
    )
    .await;
    check(
        200,
        chat("", json!({ "done": true, "done_reason": "load" })),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    check(
        200,
        chat("", json!({ "done": true, "done_reason": "stop" })),
        ErrorKind::BadResponse,
        true,
    )
    .await;
    for body in ["", "{}", "[]", "null", "<html>", "Ollama is running"] {
        check(200, body, ErrorKind::BadResponse, true).await;
    }
}

#[tokio::test]
async fn a_prompt_that_an_old_server_cut_is_found() {
    let done =
        json!({ "done": true, "done_reason": "stop", "prompt_eval_count": 131, "eval_count": 4 });
    let server = Server::start([http(200, &[], chat("junk", done))]).await;
    let provider = Ollama::new(config(&server.url).num_ctx(256)).unwrap();
    let error = ask(&provider, &Request::prompt("word ".repeat(1_616)))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.partial().unwrap().text.as_str()),
        (ErrorKind::ContextOverflow, "junk")
    );
    // A prompt that fits may well be counted lower, because the server had read it before.
    assert_eq!(
        ask(&provider, &Request::prompt("word ".repeat(200)))
            .await
            .unwrap()
            .text,
        "junk"
    );
}

#[tokio::test]
async fn settings() {
    let server = Server::start([http(200, &[], chat("hello", json!({ "done": true })))]).await;
    let host = server
        .url
        .strip_prefix("http://127.0.0.1")
        .unwrap()
        .to_owned();
    let vars = move |name: &str| match name {
        "OLLAMA_HOST" => Some(format!("0.0.0.0{host}/")),
        "OLLAMA_API_KEY" => Some(KEY.to_owned()),
        "OLLAMA_CONTEXT_LENGTH" => Some("2048".to_owned()),
        "OLLAMA_KEEP_ALIVE" => Some("-1".to_owned()),
        _ => None,
    };
    let provider = Ollama::new(OllamaConfig::from_vars(vars).model("tiny")).unwrap();
    ask(&provider, &Request::prompt("hi")).await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(
        (&seen.body["options"]["num_ctx"], &seen.body["keep_alive"]),
        (&json!(2048), &json!(-1))
    );
    assert!(seen.head.contains(&format!("authorization: Bearer {KEY}")));

    let error = Ollama::new(config("ftp://h")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ollama: configuration: host `ftp://h` does not start with http:// or https://"
    );
    assert!(
        Ollama::new(config("h").api_key("a\nb"))
            .unwrap_err()
            .message()
            .contains("line break")
    );
}

/// What its server and its cloud say besides.
#[tokio::test]
async fn failures_of_its_cloud_and_of_bad_questions() {
    let signin =
        json!({ "error": "unauthorized", "signin_url": "https://ollama.com/connect?name=x" });
    check(401, signin.to_string(), ErrorKind::Authentication, false).await;
    check(429, said("too many requests"), ErrorKind::RateLimited, true).await;
    check(502, said("upstream is down"), ErrorKind::Server, true).await;
    for words in [
        "missing request body",
        "model is required",
        "\"tiny\" does not support tools",
    ] {
        check(400, said(words), ErrorKind::BadRequest, false).await;
    }
    let unload = chat("", json!({ "done": true, "done_reason": "unload" }));
    let error = check(200, unload, ErrorKind::BadResponse, true).await;
    assert!(error.message().contains("unload"), "{error}");
}

/// A model is loaded anew whenever the size of its context changes: every call states the same.
#[tokio::test]
async fn the_context_is_the_same_for_questions_of_any_length() {
    let server = Server::start([http(200, &[], chat("hi", json!({ "done": true })))]).await;
    let provider = Ollama::new(config(&server.url).num_ctx(512)).unwrap();
    for request in [
        Request::prompt("hi"),
        Request::prompt("word ".repeat(300)).max_output_tokens(400),
        Request::prompt("hi").model("other").temperature(1.0),
    ] {
        ask(&provider, &request).await.unwrap();
        provider
            .stream(&request)
            .await
            .unwrap()
            .collect()
            .await
            .unwrap();
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 6);
    for call in seen {
        assert_eq!(call.body["options"]["num_ctx"], 512);
        assert_eq!(
            (&call.body["truncate"], &call.body["shift"]),
            (&json!(false), &json!(false))
        );
    }
}

/// The vendor's own client takes lines of 8 MB.
#[tokio::test]
async fn a_line_of_eight_megabytes() {
    let text = "x".repeat(8_000_000);
    let body = chat(&text, json!({ "done": true, "done_reason": "stop" })) + "\n";
    let reply = Reply::Bytes(crate::server::stream("application/x-ndjson", body));
    let server = Server::start([reply]).await;
    let options = wavecrew_providers::HttpOptions::default();
    let provider = Ollama::new(config(&server.url).http(options)).unwrap();
    let answer = provider.stream(&Request::prompt("hi")).await.unwrap();
    assert_eq!(answer.collect().await.unwrap().text.len(), text.len());
}
