//! A server that others wrote: llama.cpp's own, with a model of a few kilobytes that says one sentence. `.ci/run` installs
//! it and names the Python that has it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use wavecrew_providers::testing::{Subject, all};
use wavecrew_providers::{
    Anthropic, AnthropicConfig, ErrorKind, FinishReason, HttpOptions, Message, OpenAi, OpenAiApi,
    OpenAiConfig, Probe, Provider, Request, ResponseFormat,
};

use crate::{KEY, ask, ask_stream};

const SAYS: &str = "Once upon a time there was one small model.";

/// Ends when dropped.
struct LlamaCpp {
    url: String,
    process: Child,
    _folder: tempfile::TempDir,
}

impl LlamaCpp {
    fn start() -> Self {
        let python = std::env::var_os("WAVECREW_LLAMACPP").expect("WAVECREW_LLAMACPP names python");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/backends/llamacpp.py");
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(python)
            .arg(script)
            .arg(folder.path())
            .arg(KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python is installed");
        let mut url = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut url).unwrap();
        assert!(url.starts_with("http://"), "it ended before it listened");
        Self {
            url: url.trim().to_owned(),
            process,
            _folder: folder,
        }
    }

    fn openai(&self, api: OpenAiApi) -> OpenAi {
        let config = OpenAiConfig::new().base_url(&self.url).api_key(KEY);
        OpenAi::new(config.model("chain").api(api).http(patient())).unwrap()
    }

    fn anthropic(&self, key: &str) -> Anthropic {
        let config = AnthropicConfig::new().base_url(&self.url).api_key(key);
        Anthropic::new(config.model("chain").http(patient())).unwrap()
    }

    fn providers(&self) -> Vec<Box<dyn Provider>> {
        vec![
            Box::new(self.openai(OpenAiApi::ChatCompletions)),
            Box::new(self.openai(OpenAiApi::Responses)),
            Box::new(self.anthropic(KEY)),
        ]
    }
}

impl Drop for LlamaCpp {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// It answers one at a time, on a machine that may be busy.
fn patient() -> HttpOptions {
    HttpOptions::default().timeout(std::time::Duration::from_secs(60))
}

fn question() -> Request {
    Request::prompt("Tell me a story.").temperature(0.0)
}

#[test]
#[ignore = "needs WAVECREW_LLAMACPP"]
fn llamacpp_keeps_every_promise() {
    let server = LlamaCpp::start();
    let wrong = OpenAiConfig::new().base_url(&server.url).api_key("wrong");
    for api in [OpenAiApi::ChatCompletions, OpenAiApi::Responses] {
        let wrong = OpenAi::new(wrong.clone().model("chain").api(api)).unwrap();
        let subject = Subject::new(server.openai(api), question());
        all(&subject
            .failing(wrong, ErrorKind::Authentication)
            .secret(KEY));
    }
    let subject = Subject::new(server.anthropic(KEY), question());
    let wrong = server.anthropic("wrong");
    all(&subject
        .failing(wrong, ErrorKind::Authentication)
        .secret(KEY));
}

#[tokio::test]
#[ignore = "needs WAVECREW_LLAMACPP"]
async fn llamacpp_streaming_and_not() {
    let server = LlamaCpp::start();
    for provider in server.providers() {
        let whole = ask(&provider, &question()).await.unwrap();
        let (pieces, end) = ask_stream(&provider, &question()).await;
        let streamed = end.unwrap();
        assert!(pieces.len() > 5, "{pieces:?}");
        for response in [whole, streamed] {
            assert_eq!(response.text, SAYS, "{}", provider.name());
            assert_eq!(response.finish_reason, FinishReason::Stop);
            assert!(response.usage.input_tokens > Some(10), "{response:?}");
            assert_eq!(response.usage.output_tokens, Some(11), "{response:?}");
            assert_eq!(response.model.as_deref(), Some("chain"));
        }
        let calls = (0..16).map(|_| async { provider.complete(&question()).await });
        for end in futures::future::join_all(calls).await {
            assert_eq!(end.unwrap().text, SAYS);
        }
    }
    let health = server.openai(OpenAiApi::Responses).probe().await.unwrap();
    assert_eq!(health.has_model, Some(true), "{health:?}");
}

#[tokio::test]
#[ignore = "needs WAVECREW_LLAMACPP"]
async fn llamacpp_says_what_is_wrong() {
    let server = LlamaCpp::start();
    for provider in server.providers() {
        let name = provider.name();
        let short = question().max_output_tokens(4);
        let (pieces, end) = ask_stream(&provider, &short).await;
        assert_eq!(pieces.concat(), "Once upon a time", "{name}");
        for error in [ask(&provider, &short).await.unwrap_err(), end.unwrap_err()] {
            assert_eq!(
                (error.kind(), error.is_transient()),
                (ErrorKind::Incomplete, false),
                "{name} {error}"
            );
            assert_eq!(error.partial().unwrap().text, "Once upon a time");
            assert_eq!(error.partial().unwrap().usage.output_tokens, Some(4));
        }
        let long = Request::new([Message::user("x".repeat(1_000))]);
        for error in [
            ask(&provider, &long).await.unwrap_err(),
            ask_stream(&provider, &long).await.1.unwrap_err(),
        ] {
            assert_eq!(
                (error.kind(), error.is_transient()),
                (ErrorKind::ContextOverflow, false),
                "{name} {error}"
            );
        }
    }
}

/// The server holds the model to the shape that is asked for, whatever it would rather say.
#[tokio::test]
#[ignore = "needs WAVECREW_LLAMACPP"]
async fn llamacpp_is_held_to_a_schema() {
    let server = LlamaCpp::start();
    let schema = json!({
        "type": "object", "properties": { "small": { "enum": ["yes"] } }, "required": ["small"], "additionalProperties": false,
    });
    let format = ResponseFormat::JsonSchema {
        name: "size".to_owned(),
        schema,
    };
    let request = question().response_format(format);
    // Its other protocols pass the wish over.
    let provider = server.openai(OpenAiApi::ChatCompletions);
    let whole = ask(&provider, &request).await.unwrap();
    let (_, streamed) = ask_stream(&provider, &request).await;
    for response in [whole, streamed.unwrap()] {
        let value: serde_json::Value = serde_json::from_str(&response.text).unwrap();
        assert_eq!(value, json!({ "small": "yes" }));
    }
}
