//! What happens below HTTP, the same for every back-end.

use std::time::{Duration, Instant};

use wavecrew_providers::{
    ErrorKind, HttpOptions, OpenAi, OpenAiConfig, ProviderError, Proxies, Request, Response,
};

use crate::server::{Reply, Server, http};
use crate::{KEY, ask, options};

const SHORT: Duration = Duration::from_millis(200);
const FOUR_MEBIBYTES: &[u8] = include_bytes!("four_mebibytes.json.gz");

async fn call(url: &str, options: HttpOptions) -> Result<Response, ProviderError> {
    let config = OpenAiConfig::new()
        .base_url(url)
        .api_key(KEY)
        .model("tiny")
        .http(options);
    ask(&OpenAi::new(config).unwrap(), &Request::prompt("hi")).await
}

async fn check(reply: Reply, options: HttpOptions, kind: ErrorKind) -> ProviderError {
    let server = Server::start([reply]).await;
    let started = Instant::now();
    let error = call(&server.url, options).await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (kind, 1), "{error}");
    assert!(started.elapsed() < Duration::from_secs(4), "{error}");
    error
}

#[tokio::test]
async fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = call(&url, options()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_transient()),
        (ErrorKind::Connect, true)
    );
    assert!(
        error.message().starts_with("tcp connect error: "),
        "{error}"
    );
    assert!(
        !error.to_string().contains("127.0.0.1:"),
        "the address is not repeated: {error}"
    );
}

#[tokio::test]
async fn connections_that_end_early() {
    let part = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"choices\":".to_vec();
    let chunk = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"cho\r\n".to_vec();
    for bytes in [
        b"".to_vec(),
        b"HTTP/1.1 200 OK\r\nconte".to_vec(),
        part,
        chunk,
    ] {
        let error = check(Reply::Bytes(bytes), options(), ErrorKind::Incomplete).await;
        assert!(error.is_transient());
    }
    let bad_chunk = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_vec();
    check(Reply::Bytes(bad_chunk), options(), ErrorKind::Incomplete).await;
    check(
        Reply::Bytes(b"SSH-2.0-server\r\n".to_vec()),
        options(),
        ErrorKind::Incomplete,
    )
    .await;
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{\"choices\"".to_vec();
    let short = || options().timeout(SHORT);
    let error = check(Reply::Stall(Vec::new()), short(), ErrorKind::Timeout).await;
    assert_eq!(error.message(), "no answer after 200ms");
    let error = check(Reply::Stall(head.clone()), short(), ErrorKind::Timeout).await;
    assert_eq!(
        (error.message(), error.excerpt()),
        ("an unfinished answer after 200ms", Some("{\"choices\""))
    );
    check(Reply::Drip(head), short(), ErrorKind::Timeout).await;
    // The status of a failure says enough.
    let head = b"HTTP/1.1 503 Busy\r\ncontent-length: 1000\r\n\r\nbusy".to_vec();
    let error = check(Reply::Stall(head), short(), ErrorKind::Overloaded).await;
    assert_eq!(error.excerpt(), Some("busy"));
}

#[tokio::test]
async fn an_answer_is_bounded_after_decompression() {
    let headers = ["content-encoding: gzip"];
    let server = Server::start([http(200, &headers, FOUR_MEBIBYTES)]).await;
    assert_eq!(
        call(&server.url, options()).await.unwrap().text.len(),
        4 << 20
    );
    let reply = http(200, &headers, FOUR_MEBIBYTES);
    let error = check(
        reply,
        options().max_response_bytes(1 << 20),
        ErrorKind::BadResponse,
    )
    .await;
    assert!(!error.is_transient());
    assert_eq!(error.message(), "the answer is larger than 1048576 bytes");
    let endless = [b"HTTP/1.1 500 Oops\r\n\r\n".to_vec(), vec![b'x'; 1 << 20]].concat();
    let error = check(Reply::Drip(endless), options(), ErrorKind::Server).await;
    assert_eq!(error.excerpt().unwrap().chars().count(), 201);
}

#[tokio::test]
async fn proxies_are_used_as_told_and_their_passwords_never_shown() {
    let proxy = Server::start([http(401, &[], "")]).await;
    let address = proxy.url.replace("//", "//me:hunter2@");
    let vars = move |name: &str| match name {
        "HTTP_PROXY" => Some(address.clone()),
        "no_proxy" => Some(".example.invalid".to_owned()),
        _ => None,
    };
    let options = options().proxies(Proxies::from_vars(vars));
    let config = OpenAiConfig::new()
        .base_url("http://me:hunter2@model.invalid?key=hunter2")
        .model("tiny");
    let provider = OpenAi::new(config.http(options.clone())).unwrap();
    let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    let shown = format!("{options:?} {provider:?} {error:?} {error}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let seen = proxy.seen();
    assert_eq!(
        seen[0].path,
        "http://model.invalid/v1/chat/completions?key=hunter2"
    );
    assert!(
        seen[0]
            .head
            .contains("authorization: Basic bWU6aHVudGVyMg=="),
        "{}",
        seen[0].head
    );

    let error = call("http://a.example.invalid", options).await.unwrap_err();
    assert_eq!((error.kind(), proxy.seen().len()), (ErrorKind::Connect, 1));
}

#[tokio::test]
async fn a_key_that_the_end_of_an_answer_cuts_is_taken_out() {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nyou sent {}",
        &KEY[..12]
    );
    let error = check(
        Reply::Bytes(head.into_bytes()),
        options(),
        ErrorKind::Incomplete,
    )
    .await;
    assert_eq!(error.excerpt(), Some("you sent [redacted]"));
}

#[tokio::test]
async fn redirects_are_told_and_not_followed() {
    let other = Server::start([http(200, &[], "{}")]).await;
    for status in [301, 302, 307, 308] {
        let location = format!("location: {}/v1/chat/completions?token=1", other.url);
        let error = check(
            http(status, &[&location], ""),
            options(),
            ErrorKind::Configuration,
        )
        .await;
        assert!(
            error.message().contains(&format!("{}/v1", other.url)),
            "{error}"
        );
        assert_eq!((error.attempts(), error.status()), (1, Some(status)));
    }
    assert!(other.seen().is_empty());
}
