//! A server that others wrote: aimock, of npm. `.ci/run` installs it and names its script.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use wavecrew_providers::{
    Anthropic, AnthropicConfig, ErrorKind, Ollama, OllamaConfig, OpenAi, OpenAiConfig, Probe,
    Provider, Request,
};

use crate::{KEY, ask, ask_stream, options};

/// Ends when dropped.
struct Mock {
    url: String,
    _process: Child,
}

impl Mock {
    async fn start() -> Self {
        let script = std::env::var_os("WAVECREW_AIMOCK").expect("WAVECREW_AIMOCK names the script");
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/backends/aimock.json");
        // It listens at the port that it is told.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut process = Command::new("node")
            .arg(script)
            .arg("-f")
            .arg(fixtures)
            .args(["-p", &port.to_string()])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is installed");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let started = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if line.contains("listening") {
                    return;
                }
            }
            panic!("it ended before it listened");
        };
        tokio::time::timeout(Duration::from_secs(60), started)
            .await
            .expect("it starts");
        // Whatever else it says must find a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
        }
    }

    fn providers(&self) -> Vec<Box<dyn Provider>> {
        let model = "gpt-4o-mini";
        let openai = OpenAiConfig::new()
            .base_url(&self.url)
            .api_key(KEY)
            .model(model);
        let ollama = OllamaConfig::new().host(&self.url).model(model);
        let anthropic = AnthropicConfig::new()
            .base_url(&self.url)
            .api_key(KEY)
            .model(model);
        vec![
            Box::new(OpenAi::new(openai.http(options())).unwrap()),
            Box::new(Ollama::new(ollama.http(options())).unwrap()),
            Box::new(Anthropic::new(anthropic.http(options())).unwrap()),
        ]
    }
}

#[tokio::test]
#[ignore = "needs WAVECREW_AIMOCK"]
async fn every_protocol_streaming_and_not() {
    let mock = Mock::start().await;
    for provider in mock.providers() {
        let name = provider.name();
        let hello = Request::prompt("hello").max_output_tokens(50);
        assert_eq!(
            ask(&provider, &hello).await.unwrap().text,
            "Hello from the mock, äöü.",
            "{name}"
        );
        let (pieces, end) = ask_stream(&provider, &hello).await;
        assert_eq!(end.unwrap().text, "Hello from the mock, äöü.", "{name}");
        assert!(pieces.len() > 2, "{name} {pieces:?}");
        for (question, kind, transient) in [
            ("limited", ErrorKind::RateLimited, true),
            ("spent", ErrorKind::Quota, false),
            ("busy", ErrorKind::Overloaded, true),
        ] {
            let request = Request::prompt(question);
            let error = ask(&provider, &request).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.is_transient()),
                (kind, transient),
                "{name} {error}"
            );
            let error = ask_stream(&provider, &request).await.1.unwrap_err();
            assert_eq!(
                (error.kind(), error.is_transient()),
                (kind, transient),
                "{name} {error}"
            );
        }
        // It breaks off after three pieces.
        let (pieces, end) = ask_stream(&provider, &Request::prompt("cut")).await;
        let error = end.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{name} {pieces:?}");
    }
    let openai = OpenAiConfig::new().base_url(&mock.url).api_key(KEY);
    let health = OpenAi::new(openai).unwrap().probe().await.unwrap();
    assert!(health.models.is_some_and(|models| !models.is_empty()));
}
