//! Tasks without an answer that could be checked: each kind has its own words and its own mend, and nothing is paid for
//! again that would come out the same.

mod support;

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use support::crowd::{self, Crowd};
use support::model_server::{ModelServer, raw};
use support::{Ran, program};

fn run(folder: &Path, server: &ModelServer, more: &[&str]) -> Ran {
    let crowd = Crowd {
        tasks: 1,
        width: 1,
        tested: 1000,
    };
    let plan = crowd.write(folder);
    let root = folder.join("root");
    let mut program = program();
    program.env("OPENAI_BASE_URL", server.url());
    program.arg("run").arg(plan).arg("--root").arg(root);
    program.args(["--provider", "openai", "--model", "m"]);
    program.args(["--accept-unchecked", "--json"]).args(more);
    program.output().expect("it starts").into()
}

/// A server that says the same every time.
fn saying(answer: String) -> ModelServer {
    ModelServer::start(move |_, _| answer.clone(), |_| Duration::ZERO)
}

fn completion(text: &str, finish: &str) -> String {
    let body = json!({
        "id": "answer", "object": "chat.completion", "model": "m",
        "choices": [{ "index": 0, "finish_reason": finish, "message": { "role": "assistant", "content": text } }],
        "usage": { "prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20 },
    });
    raw("200 OK", &body.to_string())
}

/// Looks at code, calls, the reason for programs, and the words for people.
fn check(answer: String, code: i32, calls: usize, reason: &str, words: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = saying(answer);
    let ran = run(folder.path(), &server, &[]);
    assert_eq!(ran.code, Some(code), "{reason}: {}", ran.stderr);
    assert_eq!(server.log().len(), calls, "{reason}: {}", ran.stderr);
    let task = ran.summary()["tasks"][0].clone();
    assert_eq!(task["unanswered"], json!([reason]), "{task}");
    assert!(ran.stderr.contains(words), "{reason}: {}", ran.stderr);
    assert!(
        !ran.stderr.contains("no provider answers"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_model_that_is_not_there_is_told_from_a_server_that_is_not() {
    let body = r#"{"error":{"message":"The model `m` does not exist","type":"invalid_request_error","code":"model_not_found"}}"#;
    let words = "does not have the model: `--model NAME` names another";
    check(raw("404 Not Found", body), 6, 1, "model_not_found", words);
}

#[test]
fn an_answer_that_is_cut_off_is_not_bought_again() {
    let words = "cut off at its longest length: `--max-output-tokens N`";
    check(
        completion("```text a\nhalf", "length"),
        1,
        1,
        "cut_off",
        words,
    );
}

#[test]
fn an_empty_or_unreadable_answer_is_bought_once_an_attempt() {
    let words = "holds no text or cannot be read";
    for answer in [
        completion("", "stop"),
        raw("200 OK", "[1,2,3]"),
        raw("200 OK", "{\"choices\": [}"),
    ] {
        check(answer, 1, 3, "unreadable", words);
    }
}

#[test]
fn who_declines_is_told_to_decline() {
    let words = "the model declined: ask another one";
    let refusal = "I'm sorry, but I can't help with that.";
    check(completion(refusal, "stop"), 1, 3, "declined", words);
    check(completion("", "content_filter"), 1, 1, "declined", words);
}

#[test]
fn a_server_that_fails_for_a_moment_is_asked_again_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = std::sync::atomic::AtomicU64::new(0);
    let server = ModelServer::start(
        move |task, _| match asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => raw("503 Service Unavailable", "{}"),
            _ => crowd::answer(task),
        },
        |_| Duration::ZERO,
    );
    let ran = run(folder.path(), &server, &["--attempts", "1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(server.log().len(), 2);
}

#[test]
fn how_long_an_answer_may_be_is_asked_for() {
    let asked = |more: &[&str]| {
        let folder = tempfile::tempdir().expect("a folder");
        let server = ModelServer::start(|task, _| crowd::answer(task), |_| Duration::ZERO);
        let config = folder.path().join("c.toml");
        let text = "max_output_tokens = 700\n\n[providers.openai]\nmax_output_tokens = 900\n";
        std::fs::write(&config, text).expect("written");
        let config = config.to_str().expect("text");
        let more: Vec<&str> = more
            .iter()
            .map(|word| if *word == "FILE" { config } else { word })
            .collect();
        let ran = run(folder.path(), &server, &more);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        server.log()[0].most
    };
    assert_eq!(asked(&[]), None);
    assert_eq!(asked(&["--max-output-tokens", "5000"]), Some(5000));
    assert_eq!(
        asked(&["--max-output-tokens", "ollama=50,openai=60"]),
        Some(60)
    );
    assert_eq!(asked(&["--config", "FILE"]), Some(900));
    let both = ["--config", "FILE", "--max-output-tokens", "openai=1000"];
    assert_eq!(asked(&both), Some(1000));
}
