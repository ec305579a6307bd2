//! The other ways of asking OpenAI and Ollama: Responses, and single generations.

use serde_json::{Value, json};
use wavecrew_providers::{
    ErrorKind, FinishReason, Message, Ollama, OllamaApi, OllamaConfig, OpenAi, OpenAiApi,
    OpenAiConfig, Probe, Provider, ProviderError, Request, Response, ResponseFormat,
};

use crate::server::{Reply, Seen, Server, http, stream};
use crate::{KEY, ask, ask_stream, options};

fn responses(url: &str) -> OpenAi {
    let config = OpenAiConfig::new().base_url(url).api_key(KEY).model("m");
    OpenAi::new(config.api(OpenAiApi::Responses).http(options())).unwrap()
}

async fn exchange(
    replies: Vec<Reply>,
    request: &Request,
) -> (Result<Response, ProviderError>, Vec<Seen>) {
    let server = Server::start(replies).await;
    let end = ask(&responses(&server.url), request).await;
    (end, server.seen())
}

fn response(status: &str, more: Value) -> Reply {
    let mut body = json!({
        "id": "resp-1", "object": "response", "status": status, "model": "m-2026", "error": null, "incomplete_details": null,
        "output": [
            { "type": "reasoning", "summary": [{ "type": "summary_text", "text": "hm" }] },
            { "type": "message", "role": "assistant", "content": [
                { "type": "output_text", "text": "Hel", "annotations": [] }, { "type": "output_text", "text": "lo" },
            ] },
        ],
        "usage": {
            "input_tokens": 9, "input_tokens_details": { "cached_tokens": 4, "cache_write_tokens": 2 },
            "output_tokens": 5, "output_tokens_details": { "reasoning_tokens": 3 }, "total_tokens": 14,
        },
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    http(200, &["content-type: application/json"], body.to_string())
}

#[tokio::test]
async fn a_whole_response() {
    let request = Request::new([Message::system("be brief"), Message::user("hi")])
        .max_output_tokens(64)
        .temperature(0.2);
    let (end, seen) = exchange(vec![response("completed", json!({}))], &request).await;
    let answer = end.unwrap();
    assert_eq!(
        (answer.text.as_str(), answer.finish_reason),
        ("Hello", FinishReason::Stop)
    );
    assert_eq!(
        (answer.id.as_deref(), answer.model.as_deref()),
        (Some("resp-1"), Some("m-2026"))
    );
    let usage = answer.usage;
    assert_eq!(
        (usage.input_tokens, usage.output_tokens),
        (Some(9), Some(5))
    );
    assert_eq!(
        (
            usage.cached_tokens,
            usage.cache_write_tokens,
            usage.reasoning_tokens
        ),
        (Some(4), Some(2), Some(3))
    );
    assert_eq!(seen[0].path, "/v1/responses");
    assert_eq!(
        seen[0].body,
        json!({
            "model": "m", "stream": false, "store": false, "max_output_tokens": 64, "temperature": 0.2,
            "input": [{ "role": "system", "content": "be brief" }, { "role": "user", "content": "hi" }],
        })
    );
}

#[tokio::test]
async fn the_shape_of_the_answer_is_asked_for() {
    let schema = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    let format = ResponseFormat::JsonSchema {
        name: "s".to_owned(),
        schema: schema.clone(),
    };
    for (format, expected) in [
        (ResponseFormat::Json, json!({ "type": "json_object" })),
        (
            format,
            json!({ "type": "json_schema", "name": "s", "schema": schema, "strict": true }),
        ),
    ] {
        let request = Request::prompt("hi").response_format(format);
        let (_, seen) = exchange(vec![response("completed", json!({}))], &request).await;
        assert_eq!(seen[0].body["text"], json!({ "format": expected }));
    }
}

#[tokio::test]
async fn what_is_not_whole_is_an_error_with_its_part() {
    use ErrorKind::*;
    let refused =
        json!([{ "type": "message", "content": [{ "type": "refusal", "refusal": "No." }] }]);
    let called = json!([{ "type": "function_call", "name": "f", "arguments": "{}" }]);
    let cut = |reason: &str| json!({ "incomplete_details": { "reason": reason } });
    let failed = |code: &str| json!({ "error": { "code": code, "message": "try again in 1s" }, "output": [] });
    for (status, more, kind, transient, part) in [
        (
            "incomplete",
            cut("max_output_tokens"),
            Incomplete,
            false,
            "Hello",
        ),
        (
            "incomplete",
            cut("content_filter"),
            ContentFilter,
            false,
            "Hello",
        ),
        ("incomplete", cut("else"), Incomplete, true, "Hello"),
        ("incomplete", json!({}), Incomplete, true, "Hello"),
        ("in_progress", json!({}), Incomplete, true, "Hello"),
        ("queued", json!({ "output": [] }), Incomplete, true, ""),
        ("cancelled", json!({}), Incomplete, true, "Hello"),
        ("failed", failed("server_error"), Server, true, ""),
        (
            "failed",
            failed("rate_limit_exceeded"),
            RateLimited,
            true,
            "",
        ),
        ("failed", json!({}), Server, true, "Hello"),
        (
            "completed",
            json!({ "output": refused }),
            Refusal,
            false,
            "No.",
        ),
        (
            "completed",
            json!({ "output": called }),
            BadResponse,
            true,
            "",
        ),
        ("completed", json!({ "output": [] }), BadResponse, true, ""),
    ] {
        let (end, seen) =
            exchange(vec![response(status, more.clone())], &Request::prompt("hi")).await;
        let error = end.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_transient(), seen.len()),
            (kind, transient, 1),
            "{status} {more} {error}"
        );
        assert_eq!(error.partial().unwrap().text, part, "{status} {more}");
        if kind == RateLimited {
            let wait = std::time::Duration::from_secs(1);
            assert_eq!(error.retry_after(), Some(wait));
        }
    }
    let (end, _) = exchange(
        vec![http(200, &[], "{\"choices\":[]}")],
        &Request::prompt("hi"),
    )
    .await;
    assert_eq!(end.unwrap_err().message(), "the answer has no output");
}

#[tokio::test]
async fn what_a_server_does_not_know_is_left_out() {
    let refusal = |name: &str| {
        let message = format!("Unknown parameter: '{name}'.");
        let error = json!({ "error": { "message": message, "param": name, "code": "unsupported_parameter" } });
        http(400, &[], error.to_string())
    };
    let replies = vec![
        refusal("store"),
        refusal("temperature"),
        response("completed", json!({})),
    ];
    let request = Request::prompt("hi").temperature(0.5).max_output_tokens(20);
    let (end, seen) = exchange(replies, &request).await;
    assert_eq!((end.unwrap().attempts, seen.len()), (3, 3));
    assert!(seen[2].body.get("store").is_none() && seen[2].body.get("temperature").is_none());
    // There is no other name for the limit.
    let (end, seen) = exchange(vec![refusal("max_output_tokens")], &request).await;
    assert_eq!(
        (end.unwrap_err().kind(), seen.len()),
        (ErrorKind::BadRequest, 1)
    );
}

fn event(kind: &str, more: Value) -> String {
    let mut data = json!({ "type": kind });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    format!("event: {kind}\ndata: {data}\n\n")
}

async fn streamed(body: &str) -> (String, Result<Response, ProviderError>) {
    let server = Server::start([Reply::Bytes(stream("text/event-stream", body))]).await;
    let (pieces, end) = ask_stream(&responses(&server.url), &Request::prompt("hi")).await;
    (pieces.concat(), end)
}

#[tokio::test]
async fn the_many_forms_of_a_stream() {
    let said = |text: &str| json!([{ "type": "message", "content": [{ "type": "output_text", "text": text }] }]);
    let delta = |text: &str| event("response.output_text.delta", json!({ "delta": text }));
    let done = |text: &str| event("response.output_text.done", json!({ "text": text }));
    let end = |output: Value| {
        event(
            "response.completed",
            json!({ "response": { "status": "completed", "output": output } }),
        )
    };
    let progress = event(
        "response.reasoning_summary_text.delta",
        json!({ "delta": "hm" }),
    ) + &event("response.of.tomorrow", json!({}));
    for body in [
        delta("Hel") + &delta("lo") + &done("Hello") + &end(said("Hello")),
        progress + &delta("Hello") + &end(json!([])),
        // A server that sends parts only when they are whole, or the whole at the end.
        done("Hel") + &done("lo") + &end(said("Hello")),
        delta("Hel") + &end(said("Hello")),
        end(said("Hello")),
        delta("Hello") + &end(json!([])) + "data: [DONE]\n\n",
        // The name of an event in one of the two places.
        "event: response.output_text.delta\ndata: {\"delta\":\"Hello\"}\n\n".to_owned()
            + end(said("Hello")).split_once('\n').unwrap().1,
    ] {
        let (text, end) = streamed(&body).await;
        assert_eq!(
            (text.as_str(), end.unwrap().text.as_str()),
            ("Hello", "Hello"),
            "{body}"
        );
    }
    // Pieces were lost on the way.
    let (text, lost) = streamed(&(delta("Hel") + &delta("o") + &end(said("Hello")))).await;
    assert_eq!(
        (text.as_str(), lost.unwrap_err().kind()),
        ("Helo", ErrorKind::Incomplete)
    );
    // What other protocols end with says nothing here.
    let (_, cut) = streamed(&(delta("Hel") + "data: [DONE]\n\n")).await;
    assert_eq!(cut.unwrap_err().kind(), ErrorKind::Incomplete);
    // An error flat as documented, and nested as sent.
    let flat = event(
        "error",
        json!({ "code": "insufficient_quota", "message": "spent" }),
    );
    let nested = event(
        "error",
        json!({ "error": { "code": "insufficient_quota", "message": "spent" } }),
    );
    for error in [flat, nested] {
        let (text, end) = streamed(&(delta("Hel") + &error)).await;
        let error = end.unwrap_err();
        assert_eq!(
            (text.as_str(), error.kind(), error.message()),
            ("Hel", ErrorKind::Quota, "spent")
        );
    }
    let refused = event("response.refusal.delta", json!({ "delta": "No" }))
        + &event("response.refusal.delta", json!({ "delta": "." }))
        + &end(json!([]));
    let error = streamed(&refused).await.1.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Refusal, "No."));
    let failed = event(
        "response.failed",
        json!({ "response": { "status": "failed", "error": { "code": "rate_limit_exceeded", "message": "try again in 2s" } } }),
    );
    let error = streamed(&(delta("Hel") + &failed)).await.1.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after().map(|wait| wait.as_secs())),
        (ErrorKind::RateLimited, Some(2))
    );
}

#[tokio::test]
async fn addresses_choose_the_protocol() {
    let server = Server::start([response("completed", json!({}))]).await;
    let at = |path: &str| {
        OpenAiConfig::new()
            .base_url(format!("{}{path}", server.url))
            .model("m")
    };
    let ask_at = async |config: OpenAiConfig| {
        let provider = OpenAi::new(config.http(options())).unwrap();
        let _ = ask(&provider, &Request::prompt("hi")).await;
        let asked = server.seen().pop().unwrap().path;
        let _ = provider.probe().await;
        (asked, server.seen().pop().unwrap().path)
    };
    for (config, asked, probed) in [
        (at("/x/responses"), "/x/responses", "/x/models"),
        (
            at("/x").api(OpenAiApi::Responses),
            "/x/responses",
            "/x/models",
        ),
        (
            at("/v1/chat/completions").api(OpenAiApi::Responses),
            "/v1/responses",
            "/v1/models",
        ),
        (
            at("/v1/responses/").api(OpenAiApi::ChatCompletions),
            "/v1/chat/completions",
            "/v1/models",
        ),
        (at(""), "/v1/chat/completions", "/v1/models"),
    ] {
        assert_eq!(ask_at(config).await, (asked.to_owned(), probed.to_owned()));
    }
}

#[tokio::test]
async fn single_generations_of_ollama() {
    let answer = json!({ "model": "tiny", "response": "hello", "done": true, "done_reason": "stop", "prompt_eval_count": 4, "eval_count": 2 });
    let server = Server::start([http(200, &[], answer.to_string())]).await;
    let config = OllamaConfig::new()
        .host(&server.url)
        .model("tiny")
        .keep_alive("10m");
    let provider = Ollama::new(config.api(OllamaApi::Generate)).unwrap();
    let turns = [
        Message::system("be brief"),
        Message::user("a"),
        Message::assistant("b"),
        Message::user("c"),
    ];
    let request = Request::new(turns).response_format(ResponseFormat::Json);
    let response = provider.complete(&request).await.unwrap();
    assert_eq!(
        (response.text.as_str(), response.usage.total_tokens()),
        ("hello", Some(6))
    );
    let seen = &server.seen()[0];
    assert_eq!(seen.path, "/api/generate");
    assert_eq!(
        seen.body,
        json!({
            "model": "tiny", "system": "be brief", "prompt": "User: a\n\nAssistant: b\n\nUser: c", "stream": false,
            "truncate": false, "shift": false, "format": "json", "options": { "num_ctx": 8192 }, "keep_alive": "10m",
        })
    );
}
