//! Streams of the back-ends: whole, cut anywhere, failing, silent, endless.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wavecrew_providers::{
    AnthropicConfig, ErrorKind, FinishReason, HttpOptions, OllamaApi, OllamaConfig, OpenAiApi,
    OpenAiConfig, Provider, ProviderError, Request, Response, TimeoutPhase,
};

use crate::server::{Reply, Seen, Server, http, stream};
use crate::{KEY, ask_stream, options};

const SSE: &str = "text/event-stream";
const LINES: &str = "application/x-ndjson";

#[derive(Clone, Copy, Debug)]
enum Protocol {
    OpenAi,
    Responses,
    Ollama,
    Generate,
    Anthropic,
}
use Protocol::*;

const ALL: [Protocol; 5] = [OpenAi, Responses, Ollama, Generate, Anthropic];

fn provider(protocol: Protocol, url: &str, options: HttpOptions) -> Box<dyn Provider> {
    match protocol {
        OpenAi | Responses => {
            let config = OpenAiConfig::new().base_url(url).api_key(KEY).model("tiny");
            let config = match protocol {
                Responses => config.api(OpenAiApi::Responses),
                _ => config,
            };
            Box::new(wavecrew_providers::OpenAi::new(config.http(options)).unwrap())
        }
        Ollama | Generate => {
            let config = OllamaConfig::new().host(url).api_key(KEY).model("tiny");
            let config = match protocol {
                Generate => config.api(OllamaApi::Generate),
                _ => config,
            };
            Box::new(wavecrew_providers::Ollama::new(config.http(options)).unwrap())
        }
        Anthropic => {
            let config = AnthropicConfig::new()
                .base_url(url)
                .api_key(KEY)
                .model("tiny");
            Box::new(wavecrew_providers::Anthropic::new(config.http(options)).unwrap())
        }
    }
}

impl Protocol {
    fn kind(self) -> &'static str {
        match self {
            Ollama | Generate => LINES,
            OpenAi | Responses | Anthropic => SSE,
        }
    }

    /// The events of these pieces, without their end.
    fn pieces(self, pieces: &[&str]) -> String {
        let start = match self {
            Anthropic => concat!(
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"id-1\",\"model\":\"tiny-1\",",
                "\"content\":[],\"usage\":{\"input_tokens\":4,\"cache_read_input_tokens\":3,\"output_tokens\":1}}}\n\n",
                "event: ping\ndata: {\"type\": \"ping\"}\n\n",
                "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,",
                "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
            ),
            OpenAi => concat!(
                ": hello\n\ndata: {\"id\":\"id-1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny-1\",",
                "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n",
            ),
            Responses => concat!(
                ": hello\n\nevent: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"id-1\",",
                "\"model\":\"tiny-1\",\"status\":\"in_progress\",\"output\":[],\"usage\":null}}\n\n",
                "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,",
                "\"item\":{\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}\n\n",
            ),
            Ollama | Generate => "",
        };
        let events = pieces.iter().map(|piece| {
            let piece = Value::from(*piece);
            match self {
                OpenAi => format!(
                    "data: {{\"id\":\"id-1\",\"model\":\"tiny-1\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{piece}}},\"finish_reason\":null}}],\"usage\":null}}\n\n"
                ),
                Ollama => format!(
                    "{{\"model\":\"tiny-1\",\"message\":{{\"role\":\"assistant\",\"content\":{piece}}},\"done\":false}}\n"
                ),
                Responses => format!(
                    "event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"item_id\":\"m\",\"content_index\":0,\"delta\":{piece}}}\n\n"
                ),
                Generate => {
                    format!("{{\"model\":\"tiny-1\",\"response\":{piece},\"done\":false}}\n")
                }
                Anthropic => format!(
                    "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":{piece}}}}}\n\n"
                ),
            }
        });
        start.to_owned() + &events.collect::<String>()
    }

    fn end(self, reason: &str) -> String {
        match self {
            OpenAi => format!(
                concat!(
                    "data: {{\"id\":\"id-1\",\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{}\"}}],\"usage\":null}}\n\n",
                    "data: {{\"id\":\"id-1\",\"choices\":[],\"usage\":{{\"prompt_tokens\":7,\"completion_tokens\":3}}}}\n\n",
                    "data: [DONE]\n\n",
                ),
                reason
            ),
            Responses => {
                let (event, details) = match reason {
                    "stop" => ("completed", Value::Null),
                    "length" => ("incomplete", json!({ "reason": "max_output_tokens" })),
                    "error" => ("failed", Value::Null),
                    other => ("incomplete", json!({ "reason": other })),
                };
                format!(
                    "event: response.{event}\ndata: {{\"type\":\"response.{event}\",\"response\":{{\"id\":\"id-1\",\"model\":\"tiny-1\",\"status\":\"{event}\",\"error\":null,\"incomplete_details\":{details},\"output\":[],\"usage\":{{\"input_tokens\":7,\"output_tokens\":3}}}}}}\n\n"
                )
            }
            Generate => format!(
                "{{\"model\":\"tiny-1\",\"response\":\"\",\"done\":true,\"done_reason\":\"{reason}\",\"prompt_eval_count\":7,\"eval_count\":3}}\n"
            ),
            Ollama => format!(
                "{{\"model\":\"tiny-1\",\"message\":{{\"content\":\"\"}},\"done\":true,\"done_reason\":\"{reason}\",\"prompt_eval_count\":7,\"eval_count\":3}}\n"
            ),
            Anthropic => {
                let reason = match reason {
                    "stop" => "end_turn",
                    "length" => "max_tokens",
                    other => other,
                };
                format!(
                    concat!(
                        "event: content_block_stop\ndata: {{\"type\":\"content_block_stop\",\"index\":0}}\n\n",
                        "event: message_delta\ndata: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"{}\"}},\"usage\":{{\"output_tokens\":3}}}}\n\n",
                        "event: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n",
                    ),
                    reason
                )
            }
        }
    }

    /// An error in the middle of an answer.
    fn fault(self) -> &'static str {
        match self {
            OpenAi => {
                "data: {\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}\n\n"
            }
            Responses => {
                "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\",\"param\":null}\n\n"
            }
            Ollama | Generate => "{\"error\":\"rate limit reached\"}\n",
            Anthropic => {
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}\n\n"
            }
        }
    }
}

async fn exchange(
    protocol: Protocol,
    reply: Reply,
    options: HttpOptions,
) -> (Vec<String>, Result<Response, ProviderError>, Vec<Seen>) {
    let server = Server::start([reply]).await;
    let provider = provider(protocol, &server.url, options);
    let (pieces, end) = ask_stream(&provider, &Request::prompt("hi")).await;
    (pieces, end, server.seen())
}

async fn answer(protocol: Protocol, body: &str) -> (Vec<String>, Result<Response, ProviderError>) {
    let reply = Reply::Bytes(stream(protocol.kind(), body));
    let (pieces, end, seen) = exchange(protocol, reply, options()).await;
    assert_eq!(seen.len(), 1);
    (pieces, end)
}

async fn fails(protocol: Protocol, body: &str, kind: ErrorKind, text: &str) -> ProviderError {
    let (pieces, end) = answer(protocol, body).await;
    let error = end.expect_err(body);
    assert_eq!(
        (error.kind(), error.attempts(), pieces.concat().as_str()),
        (kind, 1, text),
        "{protocol:?} {error} {body}"
    );
    if !text.is_empty() {
        assert_eq!(error.partial().unwrap().text, text, "{protocol:?} {error}");
    }
    error
}

#[tokio::test]
async fn a_whole_answer_comes_piece_by_piece() {
    for protocol in ALL {
        let body = protocol.pieces(&["Hé", "llo\n", "\u{1F600}"]) + &protocol.end("stop");
        let reply = Reply::Bytes(stream(protocol.kind(), &body));
        let (pieces, end, seen) = exchange(protocol, reply, options()).await;
        let response = end.unwrap();
        assert_eq!(pieces, ["Hé", "llo\n", "\u{1F600}"]);
        assert_eq!(response.finish_reason, FinishReason::Stop);
        let usage = (response.usage.input_tokens, response.usage.output_tokens);
        assert_eq!(usage, (Some(7), Some(3)), "{protocol:?}");
        assert_eq!(response.model.as_deref(), Some("tiny-1"));
        assert_eq!(
            (response.attempts, seen[0].body["stream"].as_bool()),
            (1, Some(true))
        );
    }
}

#[tokio::test]
async fn bytes_come_one_by_one_and_lines_end_in_every_way() {
    for protocol in ALL {
        let body = protocol.pieces(&["Hé", "llo"]) + &protocol.end("stop");
        let reply = Reply::Bytewise(stream(protocol.kind(), &body));
        let (pieces, end, _) = exchange(protocol, reply, options()).await;
        assert_eq!(
            (pieces.concat().as_str(), end.unwrap().usage.output_tokens),
            ("Héllo", Some(3))
        );
        let ends: &[&str] = match protocol {
            Ollama | Generate => &["\r\n"],
            _ => &["\r\n", "\r"],
        };
        for end in ends {
            let (pieces, done) = answer(protocol, &body.replace('\n', end)).await;
            assert_eq!((pieces.concat().as_str(), done.is_ok()), ("Héllo", true));
        }
    }
}

/// Wherever a stream is cut, by a clean end of the connection or within a declared length, nothing but a whole answer is
/// taken for one.
#[tokio::test]
async fn a_cut_anywhere_is_never_a_whole_answer() {
    for protocol in ALL {
        let text = protocol.pieces(&["one ", "two"]);
        let body = text.clone() + &protocol.end("stop");
        // The sign that the text is whole.
        let sign = match protocol {
            OpenAi => "\"finish_reason\":\"stop\"}],\"usage\":null}",
            Responses => "\"output_tokens\":3}}}",
            Ollama | Generate => "\"eval_count\":3}",
            Anthropic => "{\"type\":\"message_stop\"}",
        };
        let whole = body.rfind(sign).unwrap() + sign.len();
        let cuts = (0..body.len()).step_by(7).chain(whole - 9..body.len());
        let cuts: Vec<usize> = cuts.filter(|cut| body.is_char_boundary(*cut)).collect();
        let replies = cuts
            .iter()
            .map(|cut| Reply::Bytes(stream(protocol.kind(), &body[..*cut])));
        let server = Server::start(replies).await;
        let provider = provider(protocol, &server.url, options());
        for cut in cuts {
            let (pieces, end) = ask_stream(&provider, &Request::prompt("hi")).await;
            assert_eq!(
                end.is_ok(),
                cut >= whole,
                "{protocol:?} {cut} {:?}",
                &body[..cut]
            );
            let text = pieces.concat();
            assert!("one two".starts_with(&text));
            if let Err(error) = end {
                let kinds = [ErrorKind::Incomplete, ErrorKind::BadResponse];
                assert!(
                    kinds.contains(&error.kind()) && error.is_transient(),
                    "{error}"
                );
            }
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n{text}",
            protocol.kind(),
            body.len()
        );
        let reply = Reply::Bytes(head.into_bytes());
        let (pieces, end, _) = exchange(protocol, reply, options()).await;
        let error = end.unwrap_err();
        assert_eq!(
            (pieces.concat().as_str(), error.kind()),
            ("one two", ErrorKind::Incomplete)
        );
        assert_eq!(error.partial().unwrap().text, "one two");
    }
}

#[tokio::test]
async fn failures_in_the_middle() {
    for protocol in ALL {
        let body = protocol.pieces(&["half "]) + protocol.fault() + &protocol.end("stop");
        let error = fails(protocol, &body, ErrorKind::RateLimited, "half ").await;
        assert!(error.is_transient());
        let body = protocol.pieces(&["half "]) + &protocol.end("length");
        let error = fails(protocol, &body, ErrorKind::Incomplete, "half ").await;
        assert!(!error.is_transient());
        assert_eq!(error.partial().unwrap().finish_reason, FinishReason::Length);
        assert_eq!(error.partial().unwrap().usage.output_tokens, Some(3));
        // One bad event.
        let bad = match protocol {
            Ollama | Generate => "{\"message\": nonsense}\n",
            _ => "data: {\"choices\": nonsense}\n\n",
        };
        let body = protocol.pieces(&["half "]) + bad + &protocol.end("stop");
        let error = fails(protocol, &body, ErrorKind::BadResponse, "half ").await;
        assert!(error.excerpt().unwrap().contains("nonsense"), "{error}");
        fails(protocol, &protocol.end("stop"), ErrorKind::BadResponse, "").await;
        let deep = "[".repeat(200_000);
        let body = match protocol {
            Ollama | Generate => format!("{deep}\n"),
            _ => format!("data: {deep}\n\n"),
        };
        fails(protocol, &body, ErrorKind::BadResponse, "").await;
    }
    let refused = OpenAi.pieces(&[])
        + "data: {\"choices\":[{\"delta\":{\"refusal\":\"I can\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"refusal\":\"not\"}}]}\n\n"
        + &OpenAi.end("stop");
    let error = fails(OpenAi, &refused, ErrorKind::Refusal, "").await;
    assert_eq!(error.message(), "I cannot");
    let filtered = OpenAi.pieces(&["half"]) + &OpenAi.end("content_filter");
    fails(OpenAi, &filtered, ErrorKind::ContentFilter, "half").await;
    let failed = OpenAi.pieces(&["half"]) + &OpenAi.end("error");
    fails(OpenAi, &failed, ErrorKind::Server, "half").await;
    let named =
        OpenAi.pieces(&["half"]) + "event: error\ndata: {\"code\":503,\"message\":\"gone\"}\n\n";
    fails(OpenAi, &named, ErrorKind::Overloaded, "half").await;
    let refused = Anthropic.pieces(&["half"]) + &Anthropic.end("refusal");
    fails(Anthropic, &refused, ErrorKind::Refusal, "half").await;
    let busy = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"},\"request_id\":\"req-9\"}\n\n";
    let error = fails(Anthropic, busy, ErrorKind::Overloaded, "").await;
    assert_eq!(error.request_id(), Some("req-9"));
}

#[tokio::test]
async fn what_compatible_servers_send() {
    let text = |body: String| async move {
        let (pieces, end) = answer(OpenAi, &body).await;
        (
            pieces.concat(),
            end.map(|response| response.usage.output_tokens),
        )
    };
    // No `[DONE]` and no usage; a reason that is empty until the end; an object without counts; no blank line at the end.
    let bare = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"\"}],\"usage\":{}}\n\n";
    let stop = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";
    assert_eq!(text(format!("{bare}{stop}")).await, ("hi".into(), Ok(None)));
    assert_eq!(
        text(format!("{bare}data: [DONE]")).await,
        ("hi".into(), Ok(None))
    );
    // The last piece together with the reason and the usage.
    let all = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}],\"usage\":{\"completion_tokens\":2}}\n\n";
    assert_eq!(text(all.to_owned()).await, ("hi".into(), Ok(Some(2))));
    // Ollama after its model died: the last chunk has no reason, and nothing follows.
    let died = "data: {\"model\":\"\",\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":null}]}\n\n";
    fails(
        OpenAi,
        &format!("{bare}{died}"),
        ErrorKind::Incomplete,
        "hi",
    )
    .await;
    // Text in the last line of all.
    let line = "{\"message\":{\"content\":\"hi\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":1}";
    let (pieces, end) = answer(Ollama, line).await;
    assert_eq!(
        (pieces.concat().as_str(), end.unwrap().usage.output_tokens),
        ("hi", Some(1))
    );
    // A broken line after the reason: the text is whole, and what follows is only about it.
    let late = Reply::Bytes(
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {SSE}\r\ncontent-length: 9999\r\n\r\n{bare}{stop}\n\n"
        )
        .into_bytes(),
    );
    let (_, end, _) = exchange(OpenAi, late, options()).await;
    assert_eq!(end.unwrap().text, "hi");
}

#[tokio::test]
async fn a_server_that_does_not_stream() {
    let bodies = [
        json!({ "choices": [{ "message": { "content": "hello" }, "finish_reason": "stop" }] }),
        json!({ "status": "completed", "output": [{ "type": "message", "content": [{ "type": "output_text", "text": "hello" }] }] }),
        json!({ "message": { "content": "hello" }, "done": true, "done_reason": "stop" }),
        json!({ "response": "hello", "done": true, "done_reason": "stop" }),
        json!({ "content": [{ "type": "text", "text": "hello" }], "stop_reason": "end_turn" }),
    ];
    for (protocol, body) in ALL.into_iter().zip(bodies) {
        let reply = http(
            200,
            &["content-type: application/json; charset=utf-8"],
            body.to_string(),
        );
        let (pieces, end, _) = exchange(protocol, reply, options()).await;
        assert_eq!(
            (pieces.concat().as_str(), end.unwrap().text.as_str()),
            ("hello", "hello")
        );
        let reply = http(
            429,
            &["retry-after: 2"],
            "{\"error\":{\"message\":\"slow\"}}",
        );
        let (_, end, _) = exchange(protocol, reply, options()).await;
        let error = end.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    }
}

#[tokio::test]
async fn stream_options_that_a_server_does_not_know_are_left_out() {
    let refusal =
        json!({ "error": { "message": "Unrecognized field: stream_options", "param": null } });
    let body = OpenAi.pieces(&["hi"]) + &OpenAi.end("stop");
    let server = Server::start([
        http(400, &[], refusal.to_string()),
        Reply::Bytes(stream(SSE, body)),
    ])
    .await;
    let provider = provider(OpenAi, &server.url, options());
    let (_, end) = ask_stream(&provider, &Request::prompt("hi")).await;
    assert_eq!(end.unwrap().attempts, 2);
    let seen = server.seen();
    assert_eq!(
        seen[0].body["stream_options"],
        json!({ "include_usage": true })
    );
    assert!(seen[1].body.get("stream_options").is_none());
}

#[tokio::test]
async fn silence_is_told_apart_and_signs_of_life_are_no_content() {
    let started = Instant::now();
    let short = Duration::from_millis(300);
    for protocol in ALL {
        let quiet: &[u8] = match protocol {
            OpenAi | Responses => b": still here\n\n",
            Ollama | Generate => b"\n",
            Anthropic => b"event: ping\ndata: {\"type\":\"ping\"}\n\n",
        };
        let begun = stream(protocol.kind(), protocol.pieces(&["half"]));
        let head = stream(protocol.kind(), "");
        let first = options().first_byte_timeout(short);
        let idle = options().idle_timeout(short);
        let total = options().timeout(short);
        for (reply, options, phase, text) in [
            (
                Reply::Stall(Vec::new()),
                first.clone(),
                TimeoutPhase::FirstByte,
                "",
            ),
            (
                Reply::Stall(head.clone()),
                first.clone(),
                TimeoutPhase::FirstByte,
                "",
            ),
            (
                Reply::Repeat(head, quiet),
                first,
                TimeoutPhase::FirstByte,
                "",
            ),
            (
                Reply::Stall(begun.clone()),
                idle.clone(),
                TimeoutPhase::Idle,
                "half",
            ),
            (
                Reply::Repeat(begun.clone(), quiet),
                idle,
                TimeoutPhase::Idle,
                "half",
            ),
            (
                Reply::Repeat(begun, quiet),
                total,
                TimeoutPhase::Total,
                "half",
            ),
        ] {
            let name = format!("{protocol:?} {reply:?}");
            let (pieces, end, seen) = exchange(protocol, reply, options).await;
            let error = end.unwrap_err();
            assert_eq!(
                (error.kind(), error.timeout_phase()),
                (ErrorKind::Timeout, Some(phase)),
                "{name}"
            );
            assert_eq!((pieces.concat().as_str(), seen.len()), (text, 1), "{name}");
        }
    }
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn nothing_endless_is_kept() {
    let small = || options().max_response_bytes(64 << 10);
    for protocol in ALL {
        let head = stream(protocol.kind(), "");
        let line = Reply::Flood([head.clone(), b"data: \"".to_vec()].concat(), &[b'x'; 4096]);
        let (_, end, _) = exchange(protocol, line, small()).await;
        let error = end.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_transient()),
            (ErrorKind::BadResponse, false),
            "{error}"
        );
        let unit: &[u8] = match protocol {
            OpenAi => b"data: {\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"0123456789abcdef\"}}]}\n\n",
            Ollama => b"{\"message\":{\"content\":\"0123456789abcdef\"},\"done\":false}\n",
            Generate => b"{\"response\":\"0123456789abcdef\",\"done\":false}\n",
            Responses => b"event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"0123456789abcdef\"}\n\n",
            Anthropic => b"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"0123456789abcdef\"}}\n\n",
        };
        let (pieces, end, _) = exchange(protocol, Reply::Flood(head, unit), small()).await;
        let error = end.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_transient()),
            (ErrorKind::BadResponse, false),
            "{error}"
        );
        assert!(pieces.concat().len() <= 64 << 10);
    }
}

#[tokio::test]
async fn a_key_is_taken_out_wherever_the_server_cuts_it() {
    for protocol in ALL {
        for cut in [1, 3, 12, KEY.len() - 1] {
            let (one, two) = KEY.split_at(cut);
            let pieces = [format!("you sent {one}"), format!("{two}, yes")];
            let body = protocol.pieces(&[&pieces[0], &pieces[1]]) + &protocol.end("stop");
            let (pieces, end) = answer(protocol, &body).await;
            assert!(end.is_ok());
            assert_eq!(
                pieces.concat(),
                "you sent [redacted], yes",
                "{protocol:?} {cut}"
            );
        }
    }
}

#[tokio::test]
async fn dropping_a_stream_ends_the_connection() {
    let begun = stream(SSE, OpenAi.pieces(&["half"]));
    let server = Server::start([Reply::Repeat(begun, b": here\n\n")]).await;
    let provider = provider(OpenAi, &server.url, options());
    let request = Request::prompt("hi");
    let mut answer = provider.stream(&request).await.unwrap();
    answer.next().await.unwrap().unwrap();
    assert_eq!(server.open(), 1);
    drop(answer);
    for _ in 0..200 {
        if server.open() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the connection is still open");
}

/// A server that sends the end of the body a little after the end of the answer, and keeps the connection; gives how many
/// connections there were.
async fn keeps_open(kind: &str, body: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n");
    let answer = format!("{head}{:x}\r\n{body}\r\n", body.len());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                // Else the system keeps the last bytes back until the client has told that it has the others.
                stream.set_nodelay(true).unwrap();
                let mut buffer = [0; 65_536];
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    stream.write_all(b"0\r\n\r\n").await.unwrap();
                }
            });
        }
    });
    (url, connections)
}

#[tokio::test]
async fn a_stream_that_is_whole_leaves_its_connection_to_the_next() {
    for protocol in ALL {
        let body = protocol.pieces(&["a", "b"]) + &protocol.end("stop");
        let (url, connections) = keeps_open(protocol.kind(), body).await;
        let provider = provider(protocol, &url, options());
        for _ in 0..5 {
            let (pieces, end) = ask_stream(&provider, &Request::prompt("hi")).await;
            assert_eq!(
                (pieces.concat().as_str(), end.is_ok()),
                ("ab", true),
                "{protocol:?}"
            );
            // The client puts the connection back in a task of its own.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // A busy machine may be late some of the times.
        let connections = connections.load(Ordering::SeqCst);
        assert!(connections < 5, "{protocol:?}: {connections} connections");
    }
}

/// Whoever keeps the body open after the answer's end costs a moment, and no more.
#[tokio::test]
async fn a_body_that_goes_on_after_the_answer_is_not_waited_for() {
    for protocol in ALL {
        let body = protocol.pieces(&["a"]) + &protocol.end("stop");
        for reply in [
            Reply::Stall(stream(protocol.kind(), &body)),
            Reply::Flood(stream(protocol.kind(), &body), b"\n\n\n\n\n\n\n\n"),
        ] {
            let began = Instant::now();
            let (pieces, end, _) = exchange(protocol, reply, options()).await;
            assert_eq!(
                (pieces.concat().as_str(), end.is_ok()),
                ("a", true),
                "{protocol:?}"
            );
            assert!(began.elapsed() < Duration::from_secs(2), "{protocol:?}");
        }
    }
}
