//! What can go wrong below and within HTTP, the same for every network back-end: the right kind of error, as many calls
//! as the server's own log has, no key at a second host.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wavecrew_providers::{
    Anthropic, AnthropicConfig, Breaker, BreakerPolicy, ErrorKind, Generate, GenerateConfig,
    HttpOptions, OpenAi, OpenAiConfig, ProviderError, ProviderExt, Request, Retry, RetryBudget,
    RetryPolicy, TimeoutPhase,
};

use crate::server::{Reply, Server, http};
use crate::{KEY, ask, ask_stream, everyone, options};

/// Asks every back-end for a whole answer and for a stream; each call is one at the server, and fails with one of these
/// kinds.
async fn check(reply: Reply, options: HttpOptions, kinds: &[ErrorKind]) -> Vec<ProviderError> {
    let server = Server::start([reply.clone()]).await;
    let mut errors = Vec::new();
    for provider in everyone(&server.url, &options) {
        let request = Request::prompt("hi");
        let before = server.seen().len();
        errors.push(ask(&provider, &request).await.unwrap_err());
        errors.push(ask_stream(&provider, &request).await.1.unwrap_err());
        assert_eq!(server.seen().len(), before + 2, "{}", provider.name());
    }
    for error in &errors {
        assert!(
            kinds.contains(&error.kind()),
            "{:.200} {error:.300}",
            format!("{reply:?}")
        );
        assert_eq!(error.attempts(), 1, "{error:.300}");
    }
    errors
}

#[tokio::test]
async fn p2_permanent_failures_are_asked_once() {
    use ErrorKind::*;
    let quota =
        r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#;
    let echoed = format!(r#"{{"error":{{"message":"bad key {KEY}"}}}}"#);
    for (status, body, kind) in [
        (429, quota, Quota),
        (400, "{}", BadRequest),
        (401, echoed.as_str(), Authentication),
        (403, "{}", Authentication),
        (404, "404 page not found", Configuration),
        (413, "{}", RequestTooLarge),
        (422, "{}", BadRequest),
    ] {
        // A wait that is asked for all the same changes nothing.
        let server = crate::server::Server::start([http(status, &["retry-after: 1"], body)]).await;
        for provider in everyone(&server.url, &options()) {
            let name = provider.name().to_owned();
            let before = server.seen().len();
            let retry = provider.retry(RetryPolicy::default());
            let error = ask(&retry, &Request::prompt("hi")).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.is_transient()),
                (kind, false),
                "{name} {status}"
            );
            assert_eq!(server.seen().len(), before + 1, "{name} {status}");
            assert_eq!((error.status(), error.retry_after()), (Some(status), None));
        }
    }
}

#[tokio::test]
async fn p3_passing_failures_are_repeated_as_often_as_allowed() {
    use ErrorKind::*;
    for (status, body, kind) in [
        (408, "", Timeout),
        (500, "{}", Server),
        (502, "<html><body>Bad Gateway</body></html>", Server),
        (503, "{}", Overloaded),
        (504, "", Timeout),
        (529, "{}", Overloaded),
    ] {
        let errors = check(http(status, &[], body), options(), &[kind]).await;
        assert!(errors.iter().all(ProviderError::is_transient));
        let server = crate::server::Server::start([http(status, &[], body)]).await;
        let policy = RetryPolicy::default()
            .base(Duration::from_millis(1))
            .cap(Duration::from_millis(1));
        for (count, provider) in everyone(&server.url, &options()).into_iter().enumerate() {
            let retry = provider.retry(policy.max_attempts(3));
            let error = ask(&retry, &Request::prompt("hi")).await.unwrap_err();
            assert_eq!(
                (error.attempts(), server.seen().len()),
                (3, 3 * (count + 1))
            );
        }
    }
}

#[tokio::test]
async fn p2_other_requests_stop_too_when_the_account_is_refused() {
    for (status, body) in [
        (401, r#"{"error":{"message":"bad key"}}"#),
        (429, r#"{"error":{"code":"insufficient_quota"}}"#),
    ] {
        let server = Server::start([http(status, &[], body)]).await;
        for (count, provider) in everyone(&server.url, &options()).into_iter().enumerate() {
            let guarded = Breaker::new(provider, BreakerPolicy::default());
            let request = Request::prompt("hi");
            let first = ask(&guarded, &request).await.unwrap_err();
            for _ in 0..50 {
                let error = ask(&guarded, &request).await.unwrap_err();
                assert_eq!((error.kind(), error.attempts()), (first.kind(), 0));
            }
            assert_eq!(server.seen().len(), count + 1);
        }
    }
}

/// Three hundred requests, each with five calls, and a server that is down: the run as a whole is bounded.
#[tokio::test]
async fn p3_a_run_bounds_the_repetitions_of_all_its_requests() {
    let server = Server::start([http(503, &[], "{}")]).await;
    let policy = RetryPolicy::default()
        .max_attempts(5)
        .base(Duration::from_millis(1))
        .cap(Duration::from_millis(1));
    let budget = RetryBudget::new(10, 20);
    let config = GenerateConfig::new(&server.url).http(options());
    let provider = Retry::new(Generate::new(config).unwrap(), policy).budget(budget);
    let request = Request::prompt("hi");
    let calls = (0..300).map(|_| ask(&provider, &request));
    let attempts: u32 = futures::future::join_all(calls)
        .await
        .into_iter()
        .map(|end| end.unwrap_err().attempts())
        .sum();
    let seen = server.seen().len();
    assert_eq!(attempts as usize, seen);
    assert!((300..=300 + 30 + 20).contains(&seen), "{seen}");
}

#[tokio::test]
async fn p4_broken_connections() {
    use ErrorKind::*;
    let head = "HTTP/1.1 200 OK\r\n";
    let texts = [
        String::new(),
        "HTTP/1.1 200 OK\r\nconte".to_owned(),
        format!("{head}content-length: 1000\r\n\r\n{{\"text\":"),
        format!("{head}transfer-encoding: chunked\r\n\r\n5\r\n{{\"tex\r\n"),
        format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n"),
        "SSH-2.0-server\r\n".to_owned(),
        format!("{head}content-length: 5\r\ncontent-length: 7\r\n\r\n{{}}"),
        format!("{head}content-length: x\r\n\r\n{{}}"),
    ];
    for text in texts {
        let errors = check(Reply::Bytes(text.into_bytes()), options(), &[Incomplete]).await;
        assert!(errors.iter().all(ProviderError::is_transient));
    }
    check(Reply::Reset, options(), &[Incomplete]).await;
}

#[tokio::test]
async fn p5_silence_ends_within_its_bound() {
    let short = Duration::from_millis(150);
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999\r\n\r\n{\"a\":".to_vec();
    let started = Instant::now();
    for (reply, options, phase) in [
        (
            Reply::Stall(Vec::new()),
            options().first_byte_timeout(short),
            TimeoutPhase::FirstByte,
        ),
        (
            Reply::Stall(b"HTTP/1.1 200 OK\r\na: ".to_vec()),
            options().first_byte_timeout(short),
            TimeoutPhase::FirstByte,
        ),
        (
            Reply::Stall(head.clone()),
            options().idle_timeout(short),
            TimeoutPhase::Idle,
        ),
        (
            Reply::Drip(head.clone()),
            options()
                .idle_timeout(Duration::from_secs(2))
                .timeout(short),
            TimeoutPhase::Total,
        ),
        (
            Reply::Stall(head),
            options().timeout(short),
            TimeoutPhase::Total,
        ),
    ] {
        for error in check(reply, options, &[ErrorKind::Timeout]).await {
            assert_eq!(error.timeout_phase(), Some(phase), "{error}");
        }
    }
    // Forty calls, each with its bound and far less than a second.
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn p5_a_connection_that_does_not_come_about() {
    // A listener that takes nobody, and as many connections as wait for it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while waiting.len() < 20_000 {
        match std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            Ok(stream) => waiting.push(stream),
            Err(_) => break,
        }
    }
    let options = options().connect_timeout(Duration::from_millis(200));
    for provider in everyone(&format!("http://{address}"), &options) {
        let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
        assert_eq!(
            error.timeout_phase(),
            Some(TimeoutPhase::Connect),
            "{error}"
        );
        assert_eq!(
            (error.kind(), error.is_transient()),
            (ErrorKind::Timeout, true)
        );
    }
}

#[tokio::test]
async fn p6_what_is_endless_is_bounded() {
    let small = || options().max_response_bytes(256 << 10);
    let kinds = [ErrorKind::BadResponse];
    let json = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"text\":\"".to_vec();
    for error in check(Reply::Flood(json, &[b'x'; 4096]), small(), &kinds).await {
        assert!(!error.is_transient(), "{error:.200}");
    }
    let kinds = [ErrorKind::BadResponse, ErrorKind::Incomplete];
    check(
        Reply::Flood(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-a: 0123456789\r\n"),
        small(),
        &kinds,
    )
    .await;
    check(
        Reply::Flood(b"HTTP/1.1 200 OK\r\nx-a: ".to_vec(), &[b'x'; 4096]),
        small(),
        &kinds,
    )
    .await;
    let kinds = [ErrorKind::Server];
    check(
        Reply::Flood(b"HTTP/1.1 500 Oops\r\n\r\n".to_vec(), &[b'x'; 4096]),
        small(),
        &kinds,
    )
    .await;
}

/// Four mebibytes of one letter in four kibibytes, and a stream of such.
#[tokio::test]
async fn p6_a_compressed_bomb_is_bounded_after_decompression() {
    const BOMB: &[u8] = include_bytes!("four_mebibytes.json.gz");
    for kind in [
        "application/json",
        "text/event-stream",
        "application/x-ndjson",
    ] {
        let headers = ["content-encoding: gzip", &format!("content-type: {kind}")];
        let reply = http(200, &headers, BOMB);
        let small = options().max_response_bytes(64 << 10);
        for error in check(reply, small, &[ErrorKind::BadResponse]).await {
            assert!(!error.is_transient(), "{error:.200}");
        }
    }
}

#[tokio::test]
async fn p7_bodies_that_are_no_answer() {
    let kinds = [
        ErrorKind::BadResponse,
        ErrorKind::Incomplete,
        ErrorKind::Server,
    ];
    let deep = "[".repeat(200_000);
    let bodies: [&[u8]; 10] = [
        b"",
        b"[]",
        b"{",
        b"null",
        b"\xEF\xBB\xBF",
        b"\xEF\xBB\xBF{}",
        b"{\"text\":\"\xff\",\"choices\":[{\"message\":{\"content\":\"\xff\"}}]}",
        b"{\"text\":\"\\ud800\",\"choices\":[{\"message\":{\"content\":\"\\ud800\"}}]}",
        b"{\"text\":7,\"choices\":{},\"message\":\"x\",\"content\":{}}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let reply = http(200, &["content-type: application/json"], body);
        for error in check(reply, options(), &kinds).await {
            assert!(
                error
                    .excerpt()
                    .is_none_or(|shown| shown.chars().count() < 2_100),
                "{error:.200}"
            );
        }
    }
}

#[tokio::test]
async fn p9_redirects_lead_nowhere() {
    let other = Server::start([http(200, &[], "{}")]).await;
    for target in [
        format!("{}/v1", other.url),
        "file:///etc/passwd".to_owned(),
        "/again".to_owned(),
    ] {
        for status in [301, 302, 307, 308] {
            let location = format!("location: {target}");
            check(
                http(status, &[&location], ""),
                options(),
                &[ErrorKind::Configuration],
            )
            .await;
        }
    }
    assert!(other.seen().is_empty(), "the second host saw no key");
}

/// A server that keeps the connection after its first answer, and then closes it: at once, or when it has read the
/// second question.
async fn keeps_alive(reads_more: bool) -> (String, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{\"text\":\"hello\"";
    let server = tokio::spawn(async move {
        let mut questions = 0;
        let mut buffer = [0; 65_536];
        let (mut first, _) = listener.accept().await.unwrap();
        for round in 0..2 {
            let read = first.read(&mut buffer).await.unwrap_or(0);
            questions += usize::from(read > 0);
            if round == 0 {
                first
                    .write_all(format!("{answer}}}").replace("15", "16").as_bytes())
                    .await
                    .unwrap();
            }
            if !reads_more {
                break;
            }
        }
        drop(first);
        let again = tokio::time::timeout(Duration::from_secs(2), listener.accept()).await;
        if let Ok(Ok((mut second, _))) = again {
            questions += usize::from(second.read(&mut buffer).await.unwrap_or(0) > 0);
            second
                .write_all(format!("{answer}}}").replace("15", "16").as_bytes())
                .await
                .unwrap();
            let _ = second.shutdown().await;
        }
        questions
    });
    (url, server)
}

#[tokio::test]
async fn p10_a_connection_that_went_stale() {
    let (url, server) = keeps_alive(false).await;
    let provider = Generate::new(GenerateConfig::new(&url).http(options())).unwrap();
    assert_eq!(
        ask(&provider, &Request::prompt("1")).await.unwrap().text,
        "hello"
    );
    tokio::time::sleep(Duration::from_millis(100)).await;
    // Nothing was sent on the dead connection: a new one is made.
    let response = ask(&provider, &Request::prompt("2")).await.unwrap();
    assert_eq!((response.text.as_str(), response.attempts), ("hello", 1));
    assert_eq!(server.await.unwrap(), 2);

    let (url, server) = keeps_alive(true).await;
    let provider = Generate::new(GenerateConfig::new(&url).http(options())).unwrap();
    ask(&provider, &Request::prompt("1")).await.unwrap();
    // The server read the question, and may have worked on it: whether it is asked again is not for the transport to say.
    let error = ask(&provider, &Request::prompt("2")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Incomplete, 1),
        "{error}"
    );
    assert_eq!(server.await.unwrap(), 2);
}

/// The idempotency keys that the server saw, in order.
fn keys(server: &Server) -> Vec<Option<String>> {
    let key = |head: String| {
        let mut lines = head.lines().map(str::to_lowercase);
        lines.find_map(|line| Some(line.strip_prefix("idempotency-key: ")?.to_owned()))
    };
    server
        .seen()
        .into_iter()
        .map(|seen| key(seen.head))
        .collect()
}

#[tokio::test]
async fn p11_a_repeated_call_is_known_by_its_key() {
    let short = options().timeout(Duration::from_millis(100));
    let policy = RetryPolicy::default()
        .base(Duration::from_millis(1))
        .cap(Duration::from_millis(1));
    for (index, provider) in everyone("http://127.0.0.1:1", &short).iter().enumerate() {
        let name = provider.name();
        let server = Server::start([Reply::Stall(Vec::new())]).await;
        let provider = everyone(&server.url, &short).swap_remove(index);
        // Nobody repeats it: no key, and one call.
        let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
        assert_eq!(keys(&server), [None], "{name}");
        let provider = provider.retry(policy);
        for question in ["hi", "hi", "you"] {
            let error = ask(&provider, &Request::prompt(question))
                .await
                .unwrap_err();
            assert_eq!(error.attempts(), 3);
        }
        let keys = &keys(&server)[1..];
        assert_eq!(keys.len(), 9);
        for repeated in keys.chunks(3) {
            assert!(repeated[0].is_some(), "{name}");
            assert!(repeated.iter().all(|key| *key == repeated[0]), "{keys:?}");
        }
        // The same question asked anew is another call.
        assert!(keys[0] != keys[3] && keys[3] != keys[6], "{keys:?}");
        // One of another body is another call, within the same repetition too.
        let bodies: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
        assert_eq!(bodies[1], bodies[4]);
        assert_ne!(bodies[4], bodies[7]);
    }
}

#[tokio::test]
async fn p11_a_repaired_call_is_another_one() {
    let refusal = r#"{"error":{"message":"Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#;
    let server = Server::start([http(400, &[], refusal), http(500, &[], "{}")]).await;
    let provider = everyone(&server.url, &options()).swap_remove(0);
    let policy = RetryPolicy::default().max_attempts(2);
    let provider = provider.retry(policy.base(Duration::from_millis(1)));
    let request = Request::prompt("hi").max_output_tokens(5);
    let error = ask(&provider, &request).await.unwrap_err();
    let keys = keys(&server);
    assert_eq!((error.attempts() as usize, keys.len()), (3, 3));
    let bodies: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_ne!(bodies[0], bodies[1]);
    for (one, other) in [(0, 1), (1, 2), (0, 2)] {
        let same = bodies[one] == bodies[other];
        assert_eq!(keys[one] == keys[other], same, "{keys:?}");
    }
    let silent = options().idempotency_keys(false);
    let server = Server::start([http(500, &[], "{}")]).await;
    let provider = everyone(&server.url, &silent).swap_remove(0).retry(policy);
    ask(&provider, &request).await.unwrap_err();
    assert_eq!(self::keys(&server), [None, None]);
}

#[tokio::test]
async fn p12_bad_addresses_are_told_and_nothing_is_asked() {
    for address in [
        "",
        "nowhere",
        "ftp://h",
        "http://",
        "http://me:hunter2@h:99999",
        "file:///x",
    ] {
        let errors = [
            OpenAi::new(OpenAiConfig::new().base_url(address)).err(),
            Anthropic::new(AnthropicConfig::new().base_url(address)).err(),
            Generate::new(GenerateConfig::new(address)).err(),
        ];
        for error in errors {
            let error = error.expect(address);
            assert_eq!(
                (error.kind(), error.attempts()),
                (ErrorKind::Configuration, 0)
            );
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}

#[tokio::test]
async fn p12_a_key_that_no_header_can_carry_is_told_and_never_shown() {
    for key in ["sk-canary\nx-other: 1", "sk-canary ", "", "sk-canäry"] {
        let errors = [
            OpenAi::new(OpenAiConfig::new().api_key(key)).err(),
            Anthropic::new(AnthropicConfig::new().api_key(key)).err(),
            Anthropic::new(AnthropicConfig::new().auth_token(key)).err(),
            Generate::new(GenerateConfig::new("http://h").api_key(key)).err(),
            wavecrew_providers::Ollama::new(wavecrew_providers::OllamaConfig::new().api_key(key))
                .err(),
        ];
        for error in errors {
            let error = error.expect(key);
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!format!("{error} {error:?}").contains("sk-can"), "{error}");
        }
    }
}

/// Slashes at the end, an IPv6 address, and a password in the address that the server echoes as the address has it.
#[tokio::test]
async fn p12_addresses_of_every_form_reach_the_one_host_that_they_name() {
    let echo = "you came with s%2Fecret and s/ecret";
    let server = Server::start([http(400, &[], echo)]).await;
    for end in ["", "/", "//"] {
        let url = format!("{}{end}?key=s%2Fecret", server.url);
        for provider in everyone(&url, &options()) {
            let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
            let shown = format!("{error} {error:?} {provider:?}");
            assert!(
                !shown.contains("ecret and") && !shown.contains("%2Fecret"),
                "{shown}"
            );
            let path = server.seen().pop().unwrap().path;
            assert!(path.contains("?key=s%2Fecret"), "{path}");
        }
    }
    let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await else {
        return;
    };
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let config = GenerateConfig::new(&url).http(options());
    let provider = Generate::new(config).unwrap();
    let request = Request::prompt("hi");
    let answer = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let text = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"text\":\"hi\"}";
        stream.write_all(text.as_bytes()).await.unwrap();
    };
    let (end, ()) = tokio::join!(ask(&provider, &request), answer);
    assert_eq!(end.unwrap().text, "hi");
}
