//! Servers that have no model yet, load one first, or say how long that took.

use std::time::Duration;

use serde_json::{Value, json};
use wavecrew_providers::{
    ErrorKind, Ollama, OllamaConfig, OpenAi, OpenAiConfig, Probe, Request, TimeoutPhase, Usage,
};

use crate::server::{Reply, Server, http, stream};
use crate::{ask, ask_stream, options};

const NDJSON: &str = "application/x-ndjson";

fn ollama(url: &str) -> Ollama {
    let config = OllamaConfig::new().host(url).model("tiny");
    Ollama::new(config.http(options())).unwrap()
}

/// The last line of an answer, or all of one, with more that the server tells of it.
fn done(text: &str, more: Value) -> String {
    let mut line = json!({
        "model": "tiny",
        "message": { "role": "assistant", "content": text },
        "done": true,
        "done_reason": "stop",
    });
    let fields = line.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    line.to_string() + "\n"
}

#[tokio::test]
async fn a_server_without_models_is_well_and_has_none() {
    let replies = [
        r#"{"models":[]}"#,
        r#"{"version":"0.33.0"}"#,
        r#"{"models":[]}"#,
    ];
    let server = Server::start(replies.map(|body| http(200, &[], body))).await;
    let health = ollama(&server.url).probe().await.unwrap();
    assert_eq!(health.models, Some(Vec::new()));
    assert_eq!(health.loaded, Some(Vec::new()));
    assert_eq!(health.has_model, Some(false));
    assert_eq!(health.version.as_deref(), Some("0.33.0"));

    // A list that is none says nothing of the model, which may well be there.
    for list in [r#"{"models":null}"#, "{}", "[]", r#"{"models":"tiny"}"#] {
        let server = Server::start([http(200, &[], list)]).await;
        let health = ollama(&server.url).probe().await.unwrap();
        assert_eq!((health.models, health.has_model), (None, None), "{list}");
    }
}

#[tokio::test]
async fn times_of_loading_are_no_part_of_the_answer() {
    let nanoseconds = json!({
        "total_duration": 5_191_566_416_u64, "load_duration": 819_000_000, "prompt_eval_duration": 1_000_000,
        "eval_duration": 4_370_000_000_u64, "prompt_eval_count": 22, "eval_count": 4,
    });
    let absurd = json!({
        "total_duration": u64::MAX, "load_duration": -1, "prompt_eval_duration": "long", "eval_duration": 1e300,
        "prompt_eval_count": 22, "eval_count": 4,
    });
    // What is 0 is left out, as after a model that was loaded already.
    let counts = json!({ "prompt_eval_count": 22, "eval_count": 4 });
    for more in [nanoseconds, absurd, counts] {
        let line = done("hello", more.clone());
        let whole = Server::start([http(200, &["content-type: application/json"], &line)]).await;
        let pieces = Server::start([Reply::Bytes(stream(NDJSON, &line))]).await;
        let answers = [
            ask(&ollama(&whole.url), &Request::prompt("hi")).await,
            ask_stream(&ollama(&pieces.url), &Request::prompt("hi"))
                .await
                .1,
        ];
        for answer in answers {
            let answer = answer.unwrap();
            let found = (answer.text.as_str(), answer.usage);
            assert_eq!(found, ("hello", Usage::new(22, 4)), "{more}");
        }
    }
    // A server that only loaded the model tells no counts, and gave no answer.
    for reason in ["load", "unload"] {
        let line = done(
            "",
            json!({ "done_reason": reason, "load_duration": 819_000_000 }),
        );
        let server = Server::start([http(200, &[], &line)]).await;
        let error = ask(&ollama(&server.url), &Request::prompt("hi")).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadResponse);
        assert!(error.message().contains(reason), "{error}");
    }
}

/// Loading takes far longer than any silence within an answer may.
#[tokio::test]
async fn a_model_that_is_loaded_first_has_its_time() {
    let (loading, silence) = (Duration::from_millis(600), Duration::from_millis(150));
    let patient = options().idle_timeout(silence);
    let lines = done("hello", json!({ "load_duration": 600_000_000 }));
    let chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}\n\n";
    let late = |kind: &str, body: &str| Server::start([Reply::Late(loading, stream(kind, body))]);
    let (local, compatible) = (
        late(NDJSON, &lines).await,
        late("text/event-stream", chunk).await,
    );
    let ollama = |options| {
        let config = OllamaConfig::new().host(&local.url).model("tiny");
        Ollama::new(config.http(options)).unwrap()
    };
    let openai = |options| {
        let config = OpenAiConfig::new().base_url(&compatible.url).model("tiny");
        OpenAi::new(config.http(options)).unwrap()
    };
    let request = Request::prompt("hi");
    for answer in [
        ask_stream(&ollama(patient.clone()), &request).await.1,
        ask_stream(&openai(patient.clone()), &request).await.1,
        ask(&ollama(patient.clone()), &request).await,
        ask(&openai(patient), &request).await,
    ] {
        assert_eq!(answer.unwrap().text, "hello");
    }
    let hurried = options().first_byte_timeout(silence);
    for end in [
        ask_stream(&ollama(hurried.clone()), &request).await.1,
        ask(&openai(hurried), &request).await,
    ] {
        let error = end.unwrap_err();
        assert_eq!(
            error.timeout_phase(),
            Some(TimeoutPhase::FirstByte),
            "{error}"
        );
    }
}
