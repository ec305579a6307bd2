//! What a chunk of a stream costs, from a server on this machine to the text, beside bare reqwest and serde.
//!
//! `cargo bench -p wavecrew-providers --bench streaming`. The figures are for 10,000 chunks; divide. The time of the
//! server, which has them ready, and of the socket is in all of them.

use std::io::{Read, Write};
use std::net::TcpListener;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use wavecrew_providers::{
    Ollama, OllamaConfig, OpenAi, OpenAiConfig, Provider, Request, StreamEvent,
};

const CHUNKS: usize = 10_000;
const SSE: &str = "data: {\"id\":\"chatcmpl-123456789012345678901234\",\"object\":\"chat.completion.chunk\",\"created\":1795188896,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1234567890\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
const SSE_END: &str = "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
const LINE: &str = "{\"model\":\"tiny\",\"created_at\":\"2026-11-20T16:03:49.108396088Z\",\"message\":{\"role\":\"assistant\",\"content\":\" word\"},\"done\":false}\n";
const LINE_END: &str =
    "{\"model\":\"tiny\",\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n";

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

fn streaming(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime of one thread");
    let request = Request::prompt("hi").model("tiny");
    let expected = CHUNKS * " word".len();
    let client = reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .build();
    let client = client.expect("a client");
    let sse = serve("text/event-stream", SSE, SSE_END);
    let lines = serve("application/x-ndjson", LINE, LINE_END);
    let openai = OpenAi::new(OpenAiConfig::new().base_url(&sse)).expect("it is set up");
    let ollama = Ollama::new(OllamaConfig::new().host(&lines)).expect("it is set up");

    let mut group = criterion.benchmark_group("10,000 chunks");
    group.throughput(Throughput::Elements(CHUNKS as u64));
    let check = |bytes: usize| assert_eq!(bytes, expected);
    group.bench_function("SSE, bare", |bencher| {
        bencher.iter(|| check(runtime.block_on(bare(&client, &sse, b"\n\n", read_event))));
    });
    group.bench_function("SSE, OpenAi", |bencher| {
        bencher.iter(|| check(runtime.block_on(text_of(&openai, &request))));
    });
    group.bench_function("NDJSON, bare", |bencher| {
        bencher.iter(|| check(runtime.block_on(bare(&client, &lines, b"\n", read_line))));
    });
    group.bench_function("NDJSON, Ollama", |bencher| {
        bencher.iter(|| check(runtime.block_on(text_of(&ollama, &request))));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = streaming
}
criterion_main!(benches);
