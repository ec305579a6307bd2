use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;
use wavecrew_providers::{
    ErrorKind, Limit, Provider, ProviderError, RateLimit, RateLimits, Request, Response,
    TokenEstimator, Usage,
};

use super::{Slow, all_at_once, request};

const MINUTE: Duration = Duration::from_secs(60);

/// The most requests and tokens in any minute, by looking at the minute after each request.
fn most_in_any_minute(log: &[(Instant, u64)]) -> (usize, u64) {
    let within = |start: Instant| {
        log.iter()
            .filter(move |(at, _)| *at >= start && *at <= start + MINUTE)
    };
    let requests = log.iter().map(|(start, _)| within(*start).count()).max();
    let tokens = log
        .iter()
        .map(|(start, _)| within(*start).map(|(_, tokens)| tokens).sum())
        .max();
    (requests.unwrap_or(0), tokens.unwrap_or(0))
}

/// Requests of many sizes; the answer is as long as it may be.
fn sizes(count: u64, seed: u64, range: u64) -> Vec<Request> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        20 + (state >> 33) % range
    };
    (0..count)
        .map(|_| request().max_output_tokens(next() as u32))
        .collect()
}

fn used(request: &Request) -> u64 {
    TokenEstimator::raw(request) + u64::from(request.max_output_tokens.unwrap())
}

async fn run(requests: &[Request], limits: RateLimits) -> (Arc<Slow>, Duration) {
    let model = Slow::new(Duration::from_secs(2), |request, _| {
        let usage = Usage::new(
            TokenEstimator::raw(request),
            u64::from(request.max_output_tokens.unwrap()),
        );
        Ok(Response::new("slow", "done").usage(usage))
    });
    let limited = RateLimit::new(Arc::clone(&model), limits);
    let began = Instant::now();
    for end in all_at_once(&limited, requests).await {
        end.unwrap();
    }
    (model, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn five_hundred_requests_keep_within_any_minute_waste_little_and_go_in_turn() {
    for range in [100, 250, 400] {
        let limits = RateLimits::per_minute().requests(60).tokens(10_000);
        let requests = sizes(500, range, range);
        let (model, _) = run(&requests, limits).await;
        let log: Vec<(Instant, u64)> = model
            .log()
            .iter()
            .map(|(at, request)| (*at, used(request)))
            .collect();
        let (most_requests, most_tokens) = most_in_any_minute(&log);
        assert!(
            most_requests <= 60 && most_tokens <= 10_000,
            "{most_requests} {most_tokens}"
        );

        // In turn: nobody was overtaken.
        let asked: Vec<&Request> = requests.iter().collect();
        let came: Vec<Request> = model
            .log()
            .into_iter()
            .map(|(_, request)| request)
            .collect();
        assert!(came.iter().eq(asked.iter().copied()));

        // The allowance of the time between first and last, of which one of the two is used up.
        let span = log.last().unwrap().0 - log[0].0;
        let minutes = (span.as_secs_f64() / 60.0).floor();
        let before_last: Vec<&(Instant, u64)> = log
            .iter()
            .filter(|(at, _)| at.duration_since(log[0].0).as_secs_f64() < minutes * 60.0)
            .collect();
        let requests = before_last.len() as f64 / (60.0 * minutes);
        let tokens =
            before_last.iter().map(|(_, tokens)| tokens).sum::<u64>() as f64 / (10_000.0 * minutes);
        let waste = 1.0 - requests.max(tokens);
        assert!(waste <= 0.05, "waste {waste} with sizes up to {range}");
    }
}

proptest! {
    #[test]
    fn no_minute_ever_holds_more_than_is_allowed(
        seed in any::<u64>(),
        count in 1_u64..80,
        per_minute in 1_u64..20,
        tokens in 500_u64..5_000,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let limits = RateLimits::per_minute().requests(per_minute).tokens(tokens).slack(Duration::ZERO);
            let requests = sizes(count, seed, 400);
            let (model, _) = run(&requests, limits).await;
            // Without slack a minute ends just before the next begins.
            let log: Vec<_> = model.log().iter().map(|(at, request)| (*at, used(request))).collect();
            for (start, _) in &log {
                let within = log.iter().filter(|(at, _)| at >= start && *at < *start + MINUTE);
                assert!(within.clone().count() as u64 <= per_minute);
                assert!(within.map(|(_, tokens)| tokens).sum::<u64>() <= tokens);
            }
        });
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_reserved_and_not_used_is_given_back() {
    let model = Slow::of_tokens(Duration::from_secs(1), 4, 6);
    let limits = RateLimits::per_minute().tokens(1_000);
    let limited = RateLimit::new(Arc::clone(&model), limits);
    let requests = vec![request().max_output_tokens(400); 10];
    let began = Instant::now();
    all_at_once(&limited, &requests).await;
    // Two at a time, since 10 tokens are used where 404 were reserved.
    assert_eq!(
        (model.calls(), model.crowd(), began.elapsed()),
        (10, 2, Duration::from_secs(5))
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_beyond_the_allowance_is_told_at_once() {
    let model = Slow::of_tokens(Duration::ZERO, 1, 1);
    let limited = RateLimit::new(Arc::clone(&model), RateLimits::per_minute().tokens(100));
    let error = limited
        .complete(&request().max_output_tokens(101))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), model.calls()),
        (ErrorKind::RequestTooLarge, 0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn each_key_has_an_allowance_of_its_own_and_clones_share_them() {
    let model = Slow::of_tokens(Duration::ZERO, 1, 1);
    let limits = RateLimits::per_minute().requests(1);
    let limited = RateLimit::new(Arc::clone(&model), limits)
        .by_key(|request| request.model.clone().unwrap_or_default());
    let began = Instant::now();
    for model in ["a", "b", "c"] {
        limited.complete(&request().model(model)).await.unwrap();
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    limited
        .clone()
        .complete(&request().model("a"))
        .await
        .unwrap();
    assert!(began.elapsed() >= MINUTE);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_server_holds_all_back() {
    let model = Slow::new(Duration::ZERO, |_, call| match call {
        0 => Err(ProviderError::new(ErrorKind::RateLimited, "slow", "")
            .with_retry_after(Duration::from_secs(20))),
        _ => Ok("done".into()),
    });
    let limited = RateLimit::new(Arc::clone(&model), RateLimits::per_minute());
    let began = Instant::now();
    limited.complete(&request()).await.unwrap_err();
    limited.complete(&request()).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_is_handed_up_and_waiting_can_be_given_up() {
    let model = Slow::of_tokens(Duration::ZERO, 1, 1);
    let limited = RateLimit::new(
        Arc::clone(&model),
        RateLimits::per_minute().requests(1).slack(Duration::ZERO),
    );
    limited.complete(&request()).await.unwrap();
    let mut soon = request();
    soon.limits = soon
        .limits
        .deadline(Instant::now() + Duration::from_secs(10));
    let error = limited.complete(&soon).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after(), error.attempts()),
        (ErrorKind::RateLimited, Some(MINUTE), 0)
    );
    // Whoever gives up in line makes way for the next.
    let given_up = tokio::time::timeout(Duration::from_secs(1), limited.complete(&request())).await;
    assert!(given_up.is_err());
    limited.complete(&request()).await.unwrap();
    assert_eq!(model.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn absurd_numbers_overflow_nothing() {
    let model = Slow::of_tokens(Duration::ZERO, u64::MAX, u64::MAX);
    let limits = RateLimits::per_minute()
        .span(Duration::MAX)
        .slack(Duration::MAX);
    let limited = RateLimit::new(Arc::clone(&model), limits).answer_tokens(u64::MAX);
    for _ in 0..3 {
        let _ = tokio::time::timeout(Duration::from_secs(1), limited.complete(&request())).await;
    }
    assert!(model.calls() >= 1);
    let wait =
        ProviderError::new(ErrorKind::RateLimited, "slow", "").with_retry_after(Duration::MAX);
    let model = Slow::new(Duration::ZERO, move |_, _| Err(wait.clone()));
    let limited = RateLimit::new(Arc::clone(&model), RateLimits::per_minute());
    limited.complete(&request()).await.unwrap_err();
    let second = tokio::time::timeout(Duration::from_secs(1), limited.complete(&request())).await;
    assert!(second.is_err() && model.calls() == 1);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_place_is_not_entered_yet() {
    // A cold model: the first answers take a minute, and whoever waited meanwhile goes after them all at once.
    let model = Slow::of_tokens(MINUTE, 1, 1);
    let limits = RateLimits::per_minute().requests(20);
    let stack = Limit::fixed(RateLimit::new(Arc::clone(&model), limits), 5);
    all_at_once(&stack, &vec![request(); 60]).await;
    let log: Vec<_> = model.log().iter().map(|(at, _)| (*at, 0)).collect();
    assert_eq!((log.len(), model.crowd()), (60, 5));
    assert!(most_in_any_minute(&log).0 <= 20);

    let quick = Slow::new(Duration::ZERO, |_, _| Ok("done".into()));
    let stack = Limit::fixed(RateLimit::new(Arc::clone(&quick), limits), 5);
    all_at_once(&stack, &vec![request(); 60]).await;
    let log: Vec<_> = quick.log().iter().map(|(at, _)| (*at, 0)).collect();
    assert!(most_in_any_minute(&log).0 <= 20);
}

#[tokio::test(start_paused = true)]
async fn a_failure_counts_as_many_requests_as_it_made() {
    let model = Slow::new(Duration::ZERO, |_, _| {
        Err(ProviderError::new(ErrorKind::Server, "slow", "").with_attempts(3))
    });
    let limits = RateLimits::per_minute().requests(6).slack(Duration::ZERO);
    let limited = RateLimit::new(Arc::clone(&model), limits);
    let began = Instant::now();
    for _ in 0..2 {
        limited.complete(&request()).await.unwrap_err();
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    limited.complete(&request()).await.unwrap_err();
    assert_eq!(began.elapsed(), MINUTE);
}
