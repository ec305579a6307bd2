//! P1: a server that says how long to wait, in every way, and nonsense.

use std::time::{Duration, Instant, SystemTime};

use wavecrew_providers::{CallLimits, ErrorKind, ProviderError, ProviderExt, Request, RetryPolicy};

use crate::server::{Server, http};
use crate::{ask, ask_stream, everyone, options};

/// Waits of our own are so short that all others are the server's wish.
fn policy() -> RetryPolicy {
    let short = Duration::from_millis(20);
    RetryPolicy::default()
        .max_attempts(2)
        .base(short)
        .cap(short)
}

fn date(from_now: i64) -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    // The date of the standard is in whole seconds.
    let moment = Duration::from_secs((now.as_secs() as i64 + from_now) as u64);
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + moment)
}

/// Every back-end asks twice, the second time no earlier than told and not much later.
async fn waits(headers: &[&str], least: Duration) {
    let started = Instant::now();
    let server = Server::start([http(429, headers, r#"{"error":{"message":"slow down"}}"#)]).await;
    let providers = everyone(&server.url, &options());
    let calls = providers.into_iter().map(|provider| async move {
        let began = Instant::now();
        let provider = provider.retry(policy());
        let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
        let took = began.elapsed();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::RateLimited, 2)
        );
        assert!(took >= least, "{headers:?} {took:?}");
    });
    let count = calls.len();
    futures::future::join_all(calls).await;
    assert_eq!(server.seen().len(), 2 * count);
    assert!(started.elapsed() < least + Duration::from_secs(2));
}

#[tokio::test]
async fn p1_no_call_is_made_earlier_than_told() {
    let seconds = Duration::from_secs(1);
    let [soon, past] = [2, -3_600].map(|seconds| format!("retry-after: {}", date(seconds)));
    let (soon, past) = ([soon.as_str()], [past.as_str()]);
    tokio::join!(
        waits(&["retry-after: 1"], seconds),
        waits(&["retry-after-ms: 300"], Duration::from_millis(300)),
        // Whole seconds: a date two seconds ahead is at least one second ahead.
        waits(&soon, seconds),
        waits(
            &[
                "x-ratelimit-remaining-requests: 0",
                "x-ratelimit-reset-requests: 400ms"
            ],
            Duration::from_millis(400)
        ),
        waits(&[], Duration::ZERO),
        waits(&["retry-after: 0"], Duration::ZERO),
        waits(&["retry-after: soon"], Duration::ZERO),
        waits(&["retry-after: -60"], Duration::ZERO),
        waits(&past, Duration::ZERO),
    );
}

/// A wait that is too long for us, or for whoever waits for the answer, is handed up at once and says so.
async fn handed_up(header: &str, limits: CallLimits, at_least: Duration) {
    let server = Server::start([http(429, &[header], "{}")]).await;
    for (count, provider) in everyone(&server.url, &options()).into_iter().enumerate() {
        let began = Instant::now();
        let provider = provider.retry(policy());
        let request = Request::prompt("hi").limits(limits);
        let check = |error: ProviderError| {
            assert_eq!(
                (error.kind(), error.attempts()),
                (ErrorKind::RateLimited, 1)
            );
            assert!(
                error.retry_after().is_some_and(|wait| wait >= at_least),
                "{error}"
            );
            assert!(error.to_string().contains("retry after"), "{error}");
        };
        check(ask(&provider, &request).await.unwrap_err());
        check(ask_stream(&provider, &request).await.1.unwrap_err());
        assert_eq!(server.seen().len(), 2 * (count + 1));
        assert!(began.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn p1_a_wait_that_is_too_long_fails_now_and_says_so() {
    let day = Duration::from_secs(86_400);
    let none = CallLimits::default();
    handed_up("retry-after: 86400", none, day).await;
    handed_up("retry-after: 99999999999999999999", none, day).await;
    handed_up("retry-after: 1e308", none, day).await;
    handed_up("retry-after-ms: 99999999999999999999", none, day).await;
    handed_up(&format!("retry-after: {}", date(90_000)), none, day).await;
    let soon = tokio::time::Instant::now() + Duration::from_secs(5);
    let hurried = none.deadline(soon);
    handed_up("retry-after: 10", hurried, Duration::from_secs(10)).await;
}

/// Who gives no header says it in the message, in numbers of tokens and of seconds.
#[tokio::test]
async fn p1_numbers_of_the_message_tell_a_wait_from_a_request_that_never_fits() {
    let said = |numbers: &str| {
        let message = format!(
            "Rate limit reached for m in organization org-x on tokens per min (TPM): {numbers}"
        );
        let code = "rate_limit_exceeded";
        serde_json::json!({ "error": { "message": message, "type": "tokens", "code": code } })
            .to_string()
    };
    for (numbers, wait) in [
        (
            "Limit 30000, Used 29500, Requested 900. Please try again in 300ms.",
            0.3,
        ),
        (
            "Limit 30000, Requested 30000. Please try again in 0.45s.",
            0.45,
        ),
        (
            "Limit: 30000, Used: 30000, Requested: 12. Please retry after 1 second.",
            1.0,
        ),
        ("Limit 30000, Used 29500, Requested 900.", 0.0),
    ] {
        let server = Server::start([http(429, &[], said(numbers))]).await;
        for (count, provider) in everyone(&server.url, &options()).into_iter().enumerate() {
            let began = Instant::now();
            let provider = provider.retry(policy());
            let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
            let told = error.retry_after().unwrap_or_default();
            assert_eq!(
                (error.kind(), told.as_secs_f64()),
                (ErrorKind::RateLimited, wait),
                "{error}"
            );
            assert!(began.elapsed() >= told, "{numbers}");
            assert_eq!(
                (error.attempts(), server.seen().len()),
                (2, 2 * (count + 1))
            );
        }
    }
    for numbers in [
        "Limit 30000, Requested 35214.",
        "Limit: 30000, Requested: 30001. Please try again in 300ms.",
        "Limit 0, Used 0, Requested 1.",
    ] {
        let server = Server::start([http(429, &["retry-after: 1"], said(numbers))]).await;
        for (count, provider) in everyone(&server.url, &options()).into_iter().enumerate() {
            let provider = provider.retry(policy());
            let error = ask(&provider, &Request::prompt("hi")).await.unwrap_err();
            let stream = ask_stream(&provider, &Request::prompt("hi")).await.1;
            for error in [error, stream.unwrap_err()] {
                assert_eq!(error.kind(), ErrorKind::RequestTooLarge, "{error}");
                assert_eq!((error.attempts(), error.is_transient()), (1, false));
            }
            assert_eq!(server.seen().len(), 2 * (count + 1), "{numbers}");
        }
    }
}
