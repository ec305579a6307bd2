//! A small HTTP server on loopback that answers chat requests, in the two protocols.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Which protocol it speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    OpenAi,
    Ollama,
}

/// Ends when dropped.
pub(crate) struct Server {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Value>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers every prompt that holds a key of `answers` with its value, and others with an error.
    pub(crate) async fn start(
        protocol: Protocol,
        answers: HashMap<&'static str, &'static str>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answers) = (Arc::clone(&asked), Arc::new(answers));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answers) = (Arc::clone(&log), Arc::clone(&answers));
                tokio::spawn(async move { serve(stream, protocol, &answers, &log).await });
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// The bodies of all requests so far.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.asked
            .lock()
            .expect("no test panics while it holds the log")
            .clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address on loopback where nobody listens.
pub(crate) fn dead_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    format!("http://{}", listener.local_addr().expect("it is bound"))
}

async fn serve(
    stream: TcpStream,
    protocol: Protocol,
    answers: &HashMap<&'static str, &'static str>,
    log: &Mutex<Vec<Value>>,
) {
    let mut stream = BufReader::new(stream);
    while let Some((path, body)) = read_request(&mut stream).await {
        let prompt = body["messages"].to_string();
        let answer = answers
            .iter()
            .find(|(key, _)| prompt.contains(*key))
            .map(|(_, answer)| *answer);
        let (status, reply) = match (protocol, path.as_str(), answer) {
            (Protocol::OpenAi, "/v1/chat/completions", Some(answer)) => (200, openai(answer)),
            (Protocol::Ollama, "/api/chat", Some(answer)) => (200, ollama(answer)),
            (_, "/v1/chat/completions" | "/api/chat", None) => (
                400,
                json!({ "error": { "message": "nothing to say", "type": "invalid_request_error" } }),
            ),
            _ => (404, json!({ "error": "not here" })),
        };
        log.lock()
            .expect("no test panics while it holds the log")
            .push(body);
        let reply = reply.to_string();
        let head = format!(
            "HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            reply.len()
        );
        if stream.write_all((head + &reply).as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<(String, Value)> {
    let mut first = String::new();
    stream
        .read_line(&mut first)
        .await
        .ok()
        .filter(|read| *read > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    Some((path, serde_json::from_slice(&body).ok()?))
}

fn openai(answer: &str) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "small-1",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": answer }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30 },
    })
}

fn ollama(answer: &str) -> Value {
    json!({
        "model": "small-1", "created_at": "2026-01-01T00:00:00Z",
        "message": { "role": "assistant", "content": answer },
        "done": true, "done_reason": "stop", "prompt_eval_count": 10, "eval_count": 20,
    })
}
