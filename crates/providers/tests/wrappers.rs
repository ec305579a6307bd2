//! `Scripted`, `Fallback` and `Retry`, without a network and on paused time.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;
use wavecrew_providers::{
    ErrorKind, Fallback, Provider, ProviderError, ProviderExt, Request, Response, Retry,
    RetryPolicy, Scripted,
};

fn failure(kind: ErrorKind) -> ProviderError {
    ProviderError::new(kind, "model", "for a test")
}

fn request() -> Request {
    Request::prompt("hi")
}

/// Scripted answers behind `Retry`: what came of them, how many calls, and how long it took.
async fn retried(
    answers: Vec<Result<&'static str, ProviderError>>,
    policy: RetryPolicy,
) -> (Result<Response, ProviderError>, usize, Duration) {
    let model = Arc::new(Scripted::new("model", answers));
    let started = Instant::now();
    let result = Retry::new(Arc::clone(&model), policy)
        .complete(&request())
        .await;
    (result, model.calls(), started.elapsed())
}

#[tokio::test]
async fn scripted_answers_come_in_order_and_end() {
    let model = Scripted::new("model", [Ok("one"), Err(failure(ErrorKind::Quota))]);
    assert_eq!(model.complete(&request()).await.unwrap().provider, "model");
    assert_eq!(
        model.complete(&request()).await.unwrap_err().kind(),
        ErrorKind::Quota
    );
    let error = model.complete(&request()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "model: configuration: no answer is prepared for call 3"
    );
    assert_eq!(model.requests().len(), 3);
    let by = Scripted::by(|request| Ok(request.messages[0].content.to_uppercase())).named("loud");
    let response = by.complete(&request()).await.unwrap();
    assert_eq!(
        (response.text.as_str(), response.provider.as_str()),
        ("HI", "loud")
    );
}

#[tokio::test]
async fn the_first_that_can_answers() {
    let chain: Vec<Box<dyn Provider>> = vec![
        Box::new(Scripted::new(
            "a",
            [Err::<&str, _>(failure(ErrorKind::Quota).with_attempts(3))],
        )),
        Box::new(Scripted::new(
            "b",
            [Err::<&str, _>(failure(ErrorKind::Configuration))],
        )),
        Box::new(Scripted::new(
            "c",
            [Ok(Response::new("c", "rules wrote this").degraded())],
        )),
        Box::new(Scripted::new("d", [Ok("never asked")])),
    ];
    let chain = Fallback::new(chain);
    assert_eq!(chain.name(), "a,b,c,d");
    let response = chain.complete(&request()).await.unwrap();
    assert_eq!(
        (
            response.provider.as_str(),
            response.degraded,
            response.attempts
        ),
        ("c", true, 4)
    );
    insta::assert_snapshot!(response.passed_over.join("\n"), @r"
    model: quota used up: for a test (3 attempts)
    model: configuration: for a test
    ");
}

#[tokio::test]
async fn when_all_fail_each_is_told() {
    let limited = failure(ErrorKind::RateLimited).with_retry_after(Duration::from_secs(9));
    let answers = [limited, failure(ErrorKind::Authentication).with_status(401)];
    let chain: Vec<Box<dyn Provider>> = answers
        .map(|error| {
            Box::new(Scripted::by(move |_| Err::<&str, _>(error.clone()))) as Box<dyn Provider>
        })
        .into();
    let error = Fallback::new(chain).complete(&request()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_transient(), error.attempts()),
        (ErrorKind::Exhausted, true, 2)
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    assert_eq!(error.failures().len(), 2);
    insta::assert_snapshot!(error, @"scripted,scripted: no provider answered: model: rate limited: for a test (retry after 9s); model: not authorised: for a test (status 401) (retry after 9s, 2 attempts)");
}

#[tokio::test]
async fn a_request_at_fault_is_not_sent_on() {
    let second = Arc::new(Scripted::new("b", [Ok("never asked")]));
    let first = Scripted::new("a", [Err::<&str, _>(failure(ErrorKind::BadRequest))]);
    let chain = Fallback::new(vec![Box::new(first), Box::new(Arc::clone(&second))]);
    let error = chain.complete(&request()).await.unwrap_err();
    assert_eq!((error.kind(), second.calls()), (ErrorKind::BadRequest, 0));
    let error = Fallback::new(Vec::new())
        .complete(&request())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test(start_paused = true)]
async fn passing_failures_are_repeated_with_growing_waits() {
    let answers = vec![
        Err(failure(ErrorKind::Overloaded)),
        Err(failure(ErrorKind::Connect)),
        Ok("hello"),
    ];
    let (result, calls, waited) = retried(answers, RetryPolicy::default()).await;
    assert_eq!((result.unwrap().attempts, calls), (3, 3));
    // 0.5 s and 1 s, each with up to as much again of jitter.
    assert!((1.5..=3.1).contains(&waited.as_secs_f64()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn permanent_failures_are_not_repeated() {
    for kind in [
        ErrorKind::Quota,
        ErrorKind::Authentication,
        ErrorKind::ModelNotFound,
        ErrorKind::BadRequest,
        ErrorKind::ContextOverflow,
        ErrorKind::RequestTooLarge,
        ErrorKind::Refusal,
        ErrorKind::Configuration,
    ] {
        let (result, calls, waited) =
            retried(vec![Err(failure(kind))], RetryPolicy::default()).await;
        assert_eq!(
            (result.unwrap_err().kind(), calls, waited),
            (kind, 1, Duration::ZERO)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn calls_are_bounded_and_counted() {
    let answers = vec![Err(failure(ErrorKind::Server)); 9];
    let (result, calls, _) = retried(answers.clone(), RetryPolicy::default().max_attempts(4)).await;
    assert_eq!((result.unwrap_err().attempts(), calls), (4, 4));
    let (_, calls, _) = retried(answers, RetryPolicy::default().max_attempts(0)).await;
    assert_eq!(calls, 1);
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_is_handed_up() {
    let day = Duration::from_secs(86_400);
    let limited = failure(ErrorKind::RateLimited).with_retry_after(day);
    let (result, calls, waited) = retried(vec![Err(limited)], RetryPolicy::default()).await;
    assert_eq!(
        (result.unwrap_err().retry_after(), calls, waited),
        (Some(day), 1, Duration::ZERO)
    );
}

proptest! {
    #[test]
    fn a_server_that_asks_for_a_wait_is_never_asked_early(
        waits in prop::collection::vec(0_u64..120_000, 1..6),
        seed in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let earliest = Arc::new(std::sync::Mutex::new((Instant::now(), waits.clone().into_iter())));
            let policy = RetryPolicy::default().max_attempts(9).seed(seed);
            let model = Scripted::by(move |_| {
                let mut state = earliest.lock().unwrap();
                assert!(Instant::now() >= state.0, "asked too early");
                let Some(wait) = state.1.next().map(Duration::from_millis) else { return Ok("hello") };
                state.0 = Instant::now() + wait;
                Err(ProviderError::new(ErrorKind::RateLimited, "model", "").with_retry_after(wait))
            });
            let started = Instant::now();
            let response = model.retry(policy).complete(&request()).await.unwrap();
            assert_eq!(response.attempts as usize, waits.len() + 1);
            // Never much later either: the backoff of each call at most.
            let least: u64 = waits.iter().sum();
            let most = least + 16_000 * waits.len() as u64;
            assert!(started.elapsed() <= Duration::from_millis(most));
        });
    }
}

#[test]
fn errors_and_responses_survive_serialisation() {
    let error = ProviderError::exhausted(
        "a,b",
        vec![
            failure(ErrorKind::RateLimited)
                .with_retry_after(Duration::from_millis(634))
                .with_request_id(Some("req-1")),
            failure(ErrorKind::Incomplete)
                .with_partial(Response::new("b", "half"))
                .with_excerpt("\u{1b}[0m"),
        ],
    );
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(serde_json::from_str::<ProviderError>(&json).unwrap(), error);
    let response: Response = serde_json::from_str(r#"{"text":"hello"}"#).unwrap();
    assert_eq!((response.text.as_str(), response.attempts), ("hello", 0));
}
