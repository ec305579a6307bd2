//! What faulty servers and the gateways before them do besides.

use std::time::{Duration, Instant};

use wavecrew_providers::{ErrorKind, Provider as _, Request};

use crate::server::{Reply, Server, http, stream};
use crate::{KEY, ask, ask_stream, everyone, options};

/// What every back-end makes of this answer, whole and streamed.
async fn each(reply: Reply, check: impl Fn(&str, Result<String, ErrorKind>)) {
    let server = Server::start([reply]).await;
    for provider in everyone(&server.url, &options()) {
        let request = Request::prompt("hi");
        let whole = ask(&provider, &request).await;
        let (_, streamed) = ask_stream(&provider, &request).await;
        for end in [whole, streamed] {
            let end = end.map(|response| response.text);
            check(provider.name(), end.map_err(|error| error.kind()));
        }
    }
}

/// A page for people with status 200, as a wrong address or a gateway gives it: told at once, with how it begins.
#[tokio::test]
async fn pages_of_gateways() {
    let page = "<!DOCTYPE html>\n<html><body>Please log in</body></html>";
    for (status, kinds) in [
        (200, [ErrorKind::BadResponse]),
        (502, [ErrorKind::Server]),
        (503, [ErrorKind::Overloaded]),
        (403, [ErrorKind::Authentication]),
    ] {
        let server = Server::start([http(status, &["content-type: text/html"], page)]).await;
        for provider in everyone(&server.url, &options()) {
            let request = Request::prompt("hi");
            let whole = ask(&provider, &request).await.unwrap_err();
            let streamed = ask_stream(&provider, &request).await.1.unwrap_err();
            for error in [whole, streamed] {
                assert!(kinds.contains(&error.kind()), "{error}");
                assert!(error.excerpt().unwrap().starts_with("<!DOCTYPE"), "{error}");
            }
        }
    }
}

/// Some proxies stream whatever was asked.
#[tokio::test]
async fn a_stream_that_nobody_asked_for_is_read_to_its_end() {
    let chat = "data: {\"choices\":[{\"delta\":{\"content\":\"hel\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let whole = Reply::Bytes(stream("text/event-stream", chat));
    let cut = chat
        .find("data: {\"choices\":[{\"delta\":{\"content\":\"lo")
        .unwrap();
    let half = Reply::Bytes(stream("text/event-stream", &chat[..cut]));
    for (reply, expected) in [(whole, Ok("hello")), (half, Err(ErrorKind::Incomplete))] {
        let server = Server::start([reply]).await;
        let provider = everyone(&server.url, &options()).swap_remove(0);
        let end = ask(&provider, &Request::prompt("hi")).await;
        let end = end.as_ref().map(|response| response.text.as_str());
        assert_eq!(end.map_err(|error| error.kind()), expected);
    }
}

/// An error that is an event of its own with plain words in it.
#[tokio::test]
async fn an_event_that_is_called_an_error_is_one() {
    let body = "event: error\ndata: upstream died\n\n";
    let server = Server::start([Reply::Bytes(stream("text/event-stream", body))]).await;
    for provider in everyone(&server.url, &options()) {
        if !["openai", "responses", "anthropic"].contains(&provider.name()) {
            continue;
        }
        let (_, end) = ask_stream(&provider, &Request::prompt("hi")).await;
        let error = end.unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Server, "upstream died")
        );
    }
}

/// A length that is too small cuts the answer; the rest must not be taken for the next one.
#[tokio::test]
async fn lengths_that_lie() {
    let body = "{\"text\":\"hello\",\"response\":\"hello\",\"done\":true}";
    for length in [1, 10, body.len() - 1] {
        let reply = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        each(Reply::Bytes(reply.into_bytes()), |name, end| {
            assert_eq!(end, Err(ErrorKind::Incomplete), "{name} {length}");
        })
        .await;
    }
}

/// Chunks with extensions and trailers are as good as any; a last chunk that is missing is not.
#[tokio::test]
async fn chunks_in_all_their_forms() {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunks = "9;a=b\r\n{\"text\":\"\r\n007\r\nhello\"}\r\n";
    let whole = format!("{head}{chunks}0\r\nx-trailer: 1\r\n\r\n");
    let generate = |name: &str| name == "generate";
    each(Reply::Bytes(whole.into_bytes()), |name, end| {
        if generate(name) {
            assert_eq!(end, Ok("hello".to_owned()));
        }
    })
    .await;
    // The JSON is whole, the answer is not known to be.
    for cut in [String::new(), "0\r\n".to_owned(), "-1\r\n\r\n".to_owned()] {
        let reply = format!("{head}{chunks}{cut}");
        each(Reply::Bytes(reply.into_bytes()), |name, end| {
            assert_eq!(end, Err(ErrorKind::Incomplete), "{name} {cut:?}");
        })
        .await;
    }
}

/// Compressed, and cut: neither the whole nor nothing.
#[tokio::test]
async fn compressed_answers_that_are_cut_or_no_compressed_answers() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed
        .write_all(b"{\"text\":\"hello\",\"done\":true}")
        .unwrap();
    let packed = packed.finish().unwrap();
    for body in [
        &packed[..packed.len() - 9],
        &packed[..5],
        b"{\"text\":\"hello\"}",
    ] {
        let reply = http(200, &["content-encoding: gzip"], body);
        each(reply, |name, end| {
            assert_eq!(end, Err(ErrorKind::Incomplete), "{name} {body:?}");
        })
        .await;
    }
}

/// A server that answers before it has read the question, and closes: the status is what counts, where it comes through.
#[tokio::test]
async fn an_answer_before_the_question_is_read() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 1024]).await;
                let answer =
                    b"HTTP/1.1 413 Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer).await;
                // As nginx does: it goes on reading for a while, so that the answer is not lost.
                let mut rest = vec![0; 1 << 20];
                while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
            });
        }
    });
    let request = Request::prompt("x".repeat(8 << 20));
    for provider in everyone(&url, &options()) {
        let error = ask(&provider, &request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RequestTooLarge, "{error}");
    }
    server.abort();
}

/// A server that takes a connection and then no bytes of the question.
#[tokio::test]
async fn a_question_that_nobody_reads() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(64).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // More than the system takes on its own.
    let request = Request::prompt("x".repeat(6 << 20));
    let bound = Duration::from_millis(300);
    for provider in everyone(&url, &options().timeout(bound)) {
        // The bound begins when the question is written down, which takes a busy machine its time.
        let began = Instant::now();
        assert!(serde_json::to_vec(&request).is_ok());
        let writing = began.elapsed() * 3;
        let began = Instant::now();
        let error = ask(&provider, &request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let took = began.elapsed();
        assert!(
            took < bound + writing + Duration::from_secs(1),
            "{provider:?} {took:?}"
        );
    }
}

/// Keys that come back: in headers, in words, cut by the end of the excerpt, as the reason and the id.
#[tokio::test]
async fn keys_that_are_echoed() {
    let id = format!("x-request-id: {KEY}");
    let bodies = [
        format!("{{\"error\":{{\"message\":\"{KEY}\",\"code\":\"{KEY}\"}}}}"),
        format!("{{\"error\":\"{KEY}\"}}"),
        format!("{}{KEY}", "x".repeat(190)),
        format!("<html>{KEY}</html>"),
        format!(
            "{{\"id\":\"{KEY}\",\"model\":\"{KEY}\",\"text\":\"{KEY}\",\"response\":\"{KEY}\",\"done\":true,\"done_reason\":\"{KEY}\",\"finish_reason\":\"{KEY}\",\"stop_reason\":\"{KEY}\",\"status\":\"{KEY}\",\"content\":[{{\"text\":\"{KEY}\"}}],\"choices\":[{{\"message\":{{\"content\":\"{KEY}\"}},\"finish_reason\":\"{KEY}\"}}],\"output\":[{{\"content\":[{{\"text\":\"{KEY}\",\"refusal\":\"{KEY}\"}}]}}],\"incomplete_details\":{{\"reason\":\"{KEY}\"}}}}"
        ),
    ];
    for body in bodies {
        for status in [200, 400, 500] {
            // That no key is seen is what `ask` checks.
            each(http(status, &[&id], &body), |_, _| {}).await;
        }
    }
}

/// Usage that is negative, absurd, of the wrong type or missing is unknown or saturates; the answer counts.
#[tokio::test]
async fn p7_usage_that_cannot_be() {
    let counts = [
        ("-5", None),
        ("1e30", Some(u64::MAX)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("\"7\"", None),
        ("null", None),
        ("[]", None),
        ("7.0", Some(7)),
    ];
    for (count, expected) in counts {
        let body = format!(
            "{{\"usage\":{{\"prompt_tokens\":{count},\"input_tokens\":{count},\"output_tokens\":{count},\"completion_tokens\":{count}}},\"prompt_eval_count\":{count},\"eval_count\":{count},\"done\":true,\"response\":\"hi\",\"content\":[{{\"type\":\"text\",\"text\":\"hi\"}}],\"choices\":[{{\"message\":{{\"content\":\"hi\"}}}}],\"output\":[{{\"content\":[{{\"text\":\"hi\"}}]}}]}}"
        );
        let server = Server::start([http(200, &["content-type: application/json"], &body)]).await;
        for provider in everyone(&server.url, &options()) {
            let name = provider.name();
            let response = ask(&provider, &Request::prompt("hi")).await.unwrap();
            assert_eq!(response.text, "hi", "{name}");
            let usage = response.usage;
            assert_eq!(
                (usage.input_tokens, usage.output_tokens),
                (expected, expected),
                "{name} {count}"
            );
            // What is unknown is unknown, and never nothing.
            let total = expected.map(|count| count.saturating_add(count));
            assert_eq!(usage.total_tokens(), total);
        }
    }
}

/// Servers, and gateways before other vendors, say in words of their own that an answer was cut or withheld.
#[tokio::test]
async fn reasons_in_words_of_other_vendors() {
    use ErrorKind::{ContentFilter, Incomplete, Refusal};
    for (reason, kind) in [
        ("model_length", Incomplete),
        ("MAX_TOKENS", Incomplete),
        ("max_output_tokens", Incomplete),
        ("abort", Incomplete),
        ("Cancelled", Incomplete),
        ("SAFETY", ContentFilter),
        ("content_filter", ContentFilter),
        ("refusal", Refusal),
        ("error", ErrorKind::Server),
    ] {
        let body = format!(
            "{{\"done\":true,\"done_reason\":\"{reason}\",\"response\":\"half\",\"finish_reason\":\"{reason}\",\"stop_reason\":\"{reason}\",\"text\":\"half\",\"content\":[{{\"type\":\"text\",\"text\":\"half\"}}],\"choices\":[{{\"message\":{{\"content\":\"half\"}},\"finish_reason\":\"{reason}\"}}]}}"
        );
        let reply = http(200, &["content-type: application/json"], body);
        let server = Server::start([reply]).await;
        for provider in everyone(&server.url, &options()) {
            let name = provider.name();
            // Responses tell by their status.
            if name != "responses" {
                let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
                assert_eq!(error.kind(), kind, "{name} {reason}");
            }
        }
        let body = format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"half\"}},\"finish_reason\":\"{reason}\"}}]}}\n\ndata: [DONE]\n\n"
        );
        let server = Server::start([Reply::Bytes(stream("text/event-stream", body))]).await;
        let provider = everyone(&server.url, &options()).swap_remove(0);
        let (_, end) = ask_stream(&provider, &Request::prompt("hi")).await;
        assert_eq!(end.unwrap_err().kind(), kind, "{reason}");
    }
}

/// What is known of a cut answer's tokens is not what its first event said.
#[tokio::test]
async fn a_cut_message_has_no_count_of_its_tokens() {
    let begins = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":4,\"output_tokens\":1}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"half\"}}\n\n";
    let server = Server::start([Reply::Bytes(stream("text/event-stream", begins))]).await;
    for provider in everyone(&server.url, &options()) {
        if provider.name() == "anthropic" {
            let (_, end) = ask_stream(&provider, &Request::prompt("hi")).await;
            let error = end.unwrap_err();
            let usage = error.partial().unwrap().usage;
            assert_eq!((usage.input_tokens, usage.output_tokens), (Some(4), None));
        }
    }
}

/// A repair is a call, and is made only where another call is allowed; what was learnt is kept.
#[tokio::test]
async fn a_repair_that_is_not_allowed_is_not_made() {
    let refusal = r#"{"error":{"message":"temperature is not supported","param":"temperature","code":"unsupported_parameter"}}"#;
    let server = Server::start([http(400, &[], refusal)]).await;
    for name in ["openai", "responses", "anthropic"] {
        let mut providers = everyone(&server.url, &options()).into_iter();
        let provider = providers.find(|provider| provider.name() == name).unwrap();
        let limits = wavecrew_providers::CallLimits::default().max_attempts(1);
        let request = Request::prompt("hi").temperature(0.5).limits(limits);
        let before = server.seen().len();
        for sent in [true, false] {
            let error = ask(&provider, &request).await.unwrap_err();
            assert_eq!(error.attempts(), 1, "{name}");
            let body = server.seen().pop().unwrap().body;
            assert_eq!(body.get("temperature").is_some(), sent, "{name}");
        }
        assert_eq!(server.seen().len(), before + 2);
    }
}
