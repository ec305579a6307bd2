//! P6: what endless and compressed answers cost in memory, measured. One test, so that nothing else is measured with it.
#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use flate2::{Compress, Compression, FlushCompress, Status};
use wavecrew_providers::{
    Anthropic, AnthropicConfig, ErrorKind, Generate, GenerateConfig, HttpOptions, Ollama,
    OllamaConfig, OpenAi, OpenAiConfig, Provider, Request,
};

#[allow(dead_code)] // This test asks for a part of what it can do.
#[path = "backends/server.rs"]
mod server;

use server::{Reply, Server};

const MOST: u64 = 100 << 20;

/// The most memory that this process had since the last time, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: u64 = line
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    kibibytes << 10
}

/// A thousandth of its size, and again and again: a part of a compressed stream that stands for itself.
fn packed(text: &[u8]) -> (Vec<u8>, &'static [u8]) {
    let mut packer = Compress::new(Compression::best(), false);
    let mut part = Vec::with_capacity(text.len());
    let status = packer.compress_vec(text, &mut part, FlushCompress::Full);
    assert_eq!(
        (status.unwrap(), packer.total_in()),
        (Status::Ok, text.len() as u64)
    );
    let gzip_head = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    (gzip_head, Box::leak(part.into_boxed_slice()))
}

fn head(more: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{more}\r\n").into_bytes()
}

#[tokio::test]
async fn nothing_that_a_server_sends_takes_more_than_a_hundred_mebibytes() {
    let letters = vec![b'x'; 1 << 20];
    let (gzip, bomb) = packed(&letters);
    let comment = ": life".repeat(5_000);
    let event = format!("data: {{\"choices\":[{{\"delta\":{{}}}}]}}\n\n{comment}\n\n").repeat(30);
    let (_, events) = packed(event.as_bytes());
    let json = "content-type: application/json\r\n";
    let sse = "content-type: text/event-stream\r\n";
    let lines = "content-type: application/x-ndjson\r\n";
    let zip = "content-encoding: gzip\r\n";
    let plain: &[u8] = Box::leak(letters.into_boxed_slice());
    // Not endless: a whole answer within its bound, of as many values as fit.
    let zeros = b"0,".repeat((8 << 20) - 64);
    let length = zeros.len() + 11;
    let zeros_head = [
        head(&format!("{json}content-length: {length}\r\n")),
        b"{\"text\":[".to_vec(),
    ]
    .concat();
    let ending = |end: &[u8]| -> &'static [u8] {
        let zeros = b"0,".repeat((8 << 20) - 64);
        Box::leak([&zeros, end].concat().into_boxed_slice())
    };
    let (zeros_in_event, zeros_in_words) = (ending(b"0]}\n\n"), ending(b"0]}\"}\n"));
    let words = b"{\"error\":\"{\\\"a\\\":[";
    let length = words.len() + zeros_in_words.len();
    let words_head = head(&format!("{json}content-length: {length}\r\n"));
    let words_head = [words_head, words.to_vec()].concat();
    let floods = [
        ("an endless body", head(json), plain),
        (
            "a declared body",
            head(&format!("{json}content-length: 209715200\r\n")),
            plain,
        ),
        (
            "a bomb",
            [head(&format!("{json}{zip}")), gzip.clone()].concat(),
            bomb,
        ),
        ("an endless event", head(sse), plain),
        ("an endless line", head(lines), plain),
        (
            "a bomb of one event",
            [head(&format!("{sse}{zip}")), gzip.clone()].concat(),
            bomb,
        ),
        (
            "a bomb of one line",
            [head(&format!("{lines}{zip}")), gzip.clone()].concat(),
            bomb,
        ),
        (
            "a bomb of empty events",
            [head(&format!("{sse}{zip}")), gzip].concat(),
            events,
        ),
        (
            "a bomb of values",
            zeros_head,
            Box::leak(zeros.into_boxed_slice()),
        ),
        (
            "a bomb of values in an event that is called an error",
            [head(sse), b"event: error\ndata: {\"text\":[".to_vec()].concat(),
            zeros_in_event,
        ),
        (
            "a bomb of values in the words of an error",
            words_head,
            zeros_in_words,
        ),
        ("endless headers", b"HTTP/1.1 200 OK\r\nx: ".to_vec(), plain),
        (
            "an endless failure",
            b"HTTP/1.1 500 Oops\r\n\r\n".to_vec(),
            plain,
        ),
    ];
    let timeout = Duration::from_secs(60);
    let options = HttpOptions::default().timeout(timeout);
    let request = Request::prompt("hi").model("m");
    for (name, begins, unit) in floods {
        let server = Server::start([Reply::Flood(begins, unit)]).await;
        let url = &server.url;
        let openai = OpenAiConfig::new().base_url(url).http(options.clone());
        let ollama = OllamaConfig::new().host(url).http(options.clone());
        let anthropic = AnthropicConfig::new().base_url(url).http(options.clone());
        let generate = GenerateConfig::new(url).http(options.clone());
        let providers: [Box<dyn Provider>; 4] = [
            Box::new(OpenAi::new(openai).unwrap()),
            Box::new(Ollama::new(ollama).unwrap()),
            Box::new(Anthropic::new(anthropic).unwrap()),
            Box::new(Generate::new(generate).unwrap()),
        ];
        let chosen = match name {
            "a bomb of empty events" | "a bomb of values in an event that is called an error" => {
                &providers[..1]
            }
            _ => &providers[..],
        };
        for provider in chosen {
            let base = peak();
            let began = Instant::now();
            let error = match provider.stream(&request).await {
                Ok(stream) => stream.collect().await.unwrap_err(),
                Err(error) => error,
            };
            let kinds = [
                ErrorKind::BadResponse,
                ErrorKind::Incomplete,
                ErrorKind::Server,
            ];
            let shown = format!("{} {name}: {:.200}", provider.name(), error.to_string());
            assert!(kinds.contains(&error.kind()), "{shown}");
            assert!(
                began.elapsed() < timeout + Duration::from_secs(1),
                "{shown}"
            );
            drop(error);
            let grown = peak().saturating_sub(base);
            assert!(grown < MOST, "{shown}: {} MiB", grown >> 20);
        }
    }
}
