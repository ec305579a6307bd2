//! Addresses by `https`, in a process that has installed no crypto provider, and in a program that has no TLS.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wavecrew_providers::{
    ErrorKind, HttpOptions, OpenAi, OpenAiConfig, Provider, ProviderError, Request,
};

const HAS_TLS: bool = cfg!(any(
    feature = "rustls",
    feature = "rustls-ring",
    feature = "native-tls"
));

fn openai(url: &str) -> Result<OpenAi, ProviderError> {
    let options = HttpOptions::default().timeout(Duration::from_secs(20));
    OpenAi::new(OpenAiConfig::new().base_url(url).model("m").http(options))
}

/// A server that speaks plain HTTP, its port, and the first bytes that it is sent.
async fn server() -> (u16, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let first = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut first = vec![0; 4_096];
        let read = stream.read(&mut first).await.unwrap();
        first.truncate(read);
        let body = r#"{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}]}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        let _ = stream.write_all((head + body).as_bytes()).await;
        // The question is read to its end, so that the answer is not lost with it.
        while stream
            .read(&mut [0; 4_096])
            .await
            .is_ok_and(|read| read > 0)
        {}
        first
    });
    (port, first)
}

#[tokio::test]
async fn a_plain_address_needs_no_tls() {
    let (port, first) = server().await;
    let provider = openai(&format!("http://127.0.0.1:{port}")).unwrap();
    let answer = provider.complete(&Request::prompt("hi")).await.unwrap();
    assert_eq!(answer.text, "hello");
    drop(provider);
    assert!(
        first
            .await
            .unwrap()
            .starts_with(b"POST /v1/chat/completions ")
    );
}

#[tokio::test]
async fn a_missing_crypto_provider_is_no_reason_to_panic() {
    let (port, first) = server().await;
    let provider = openai(&format!("https://127.0.0.1:{port}"));
    if !HAS_TLS {
        let error = provider.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Configuration, 0)
        );
        assert!(
            error.message().contains("was built without it (feature "),
            "{error}"
        );
        first.abort();
        return;
    }
    // It greets by TLS, and is told in words that the server does not.
    let error = provider
        .unwrap()
        .complete(&Request::prompt("hi"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    let first = first.await.unwrap();
    assert_eq!(first.first(), Some(&0x16), "a handshake: {first:?}");
    assert!(!String::from_utf8_lossy(&first).contains("POST"));
}
