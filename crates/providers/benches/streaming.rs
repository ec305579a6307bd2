//! What a chunk of a stream costs, from a server on this machine to the text, beside bare reqwest and serde.
//!
//! `cargo bench -p wavecrew-providers --bench streaming [-- --check]`
//!
//! Each round reads four streams, one after the other, so that a busy machine slows all of them. The server, which has
//! them ready, is a thread of its own; the clock is that of the reading thread, and stands still while others run. The
//! socket and reqwest are in all figures. With `--check` a chunk that costs more than it may fails.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use serde::Deserialize;
use wavecrew_providers::{
    Ollama, OllamaConfig, OpenAi, OpenAiConfig, Provider, Request, StreamEvent,
};

#[path = "common/clock.rs"]
mod clock;
#[path = "common/figures.rs"]
mod figures;

const ROUNDS: usize = 60;
const CHUNKS: usize = 10_000;
const MOST_SSE: Duration = Duration::from_nanos(1_900);
const MOST_NDJSON: Duration = Duration::from_nanos(750);
/// As long as a real one: answers are searched for it.
const KEY: &str = "sk-proj-0123456789012345678901234567890123456789012345678901234567890123";
const SSE: &str = "data: {\"id\":\"chatcmpl-123456789012345678901234\",\"object\":\"chat.completion.chunk\",\"created\":1795188896,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1234567890\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
const SSE_END: &str = "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
const LINE: &str = "{\"model\":\"tiny\",\"created_at\":\"2026-11-20T16:03:49.108396088Z\",\"message\":{\"role\":\"assistant\",\"content\":\" word\"},\"done\":false}\n";
const LINE_END: &str =
    "{\"model\":\"tiny\",\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n";

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime of one thread");
    let request = Request::prompt("hi").model("tiny");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let sse = serve("text/event-stream", SSE, SSE_END);
    let lines = serve("application/x-ndjson", LINE, LINE_END);
    let openai = OpenAi::new(OpenAiConfig::new().base_url(&sse).api_key(KEY)).expect("a client");
    let ollama = Ollama::new(OllamaConfig::new().host(&lines).api_key(KEY)).expect("a client");

    let mut ways = ["SSE, bare", "SSE, OpenAi", "NDJSON, bare", "NDJSON, Ollama"]
        .map(|name| (name, Vec::new()));
    for _ in 0..ROUNDS {
        let bare_sse = async || bare(&client, &sse, b"\n\n", read_event).await;
        let bare_lines = async || bare(&client, &lines, b"\n", read_line).await;
        ways[0].1.push(timed(&runtime, bare_sse));
        ways[1]
            .1
            .push(timed(&runtime, async || text_of(&openai, &request).await));
        ways[2].1.push(timed(&runtime, bare_lines));
        ways[3]
            .1
            .push(timed(&runtime, async || text_of(&ollama, &request).await));
    }
    let medians = figures::report("a chunk", &mut ways);
    let bounds = [
        ("SSE", medians[1], MOST_SSE),
        ("NDJSON", medians[3], MOST_NDJSON),
    ];
    match figures::beyond(&bounds) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// The time of one chunk, on the average of a stream, which must be whole.
fn timed(runtime: &tokio::runtime::Runtime, read: impl AsyncFn() -> usize) -> Duration {
    runtime.block_on(async {
        let began = clock::now();
        let bytes = read().await;
        let took = clock::now() - began;
        assert_eq!(bytes, CHUNKS * " word".len());
        took / CHUNKS as u32
    })
}

/// Gives every caller the same stream, until the program ends.
fn serve(kind: &str, chunk: &str, end: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    let body = chunk.repeat(CHUNKS) + end;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let answer = head
        .into_bytes()
        .into_iter()
        .chain(body.into_bytes())
        .collect::<Vec<u8>>();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked);
            let _ = stream.write_all(&answer);
        }
    });
    format!("http://{address}")
}

async fn text_of(provider: &dyn Provider, request: &Request) -> usize {
    let mut answer = provider.stream(request).await.expect("it streams");
    let mut bytes = 0;
    while let Some(event) = answer.next().await {
        if let StreamEvent::Text(piece) = event.expect("it is whole") {
            bytes += piece.len();
        }
    }
    bytes
}

/// The least that can be done: find the ends of events, parse what is needed.
async fn bare(client: &reqwest::Client, url: &str, end: &[u8], read: fn(&[u8]) -> usize) -> usize {
    let mut response = client
        .post(url)
        .body("{}")
        .send()
        .await
        .expect("it answers");
    let mut buffer: Vec<u8> = Vec::new();
    let mut bytes = 0;
    while let Some(chunk) = response.chunk().await.expect("it goes on") {
        buffer.extend_from_slice(&chunk);
        let mut start = 0;
        while let Some(at) = memchr::memmem::find(&buffer[start..], end) {
            bytes += read(&buffer[start..start + at]);
            start += at + end.len();
        }
        buffer.drain(..start);
    }
    bytes
}

#[derive(Deserialize)]
struct Chunk {
    choices: Vec<Choice>,
}
#[derive(Deserialize)]
struct Choice {
    delta: Delta,
}
#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}
#[derive(Deserialize)]
struct Line {
    message: Delta,
}

fn read_event(event: &[u8]) -> usize {
    let data = event.strip_prefix(b"data: ").unwrap_or(event);
    let chunk: Option<Chunk> = serde_json::from_slice(data).ok();
    let piece = chunk.and_then(|mut chunk| chunk.choices.pop()?.delta.content);
    piece.map_or(0, |piece| piece.len())
}

fn read_line(line: &[u8]) -> usize {
    let line: Option<Line> = serde_json::from_slice(line).ok();
    line.and_then(|line| line.message.content)
        .map_or(0, |piece| piece.len())
}
