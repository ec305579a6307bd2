use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use wavecrew_providers::{ErrorKind, Limit, Provider, Response};

use super::{Slow, all_at_once, failure, request};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn no_more_than_so_many_are_inside() {
    let model = Slow::of_tokens(SECOND, 1, 1);
    let limit = Limit::fixed(Arc::clone(&model), 3);
    let requests = vec![request(); 20];
    all_at_once(&limit, &requests).await;
    assert_eq!((model.calls(), model.crowd()), (20, 3));
    assert_eq!(Limit::fixed(Arc::clone(&model), 0).current(), 1);
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_halve_the_limit_once_for_a_crowd_and_answers_raise_it() {
    let model = Slow::new(SECOND, |_, call| match call {
        0..16 => Err(failure(ErrorKind::RateLimited)),
        _ => Ok("done".into()),
    });
    let limit = Limit::adaptive(Arc::clone(&model), 2..=30);
    assert_eq!(limit.current(), 16);
    let requests = vec![request(); 16];
    all_at_once(&limit, &requests).await;
    assert_eq!(limit.current(), 8);
    // Eight answers are a round.
    let requests = vec![request(); 8];
    all_at_once(&limit, &requests).await;
    assert_eq!(limit.current(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_shrank_is_kept() {
    // Bears five at a time.
    let model = Slow::new(SECOND, |_, _| Ok("done".into()));
    let limit = Limit::adaptive(Crowded(model), 1..=64);
    join_all((0..40).map(|_| limit.complete(&REQUEST))).await;
    for _ in 0..6 {
        join_all((0..40).map(|_| limit.complete(&REQUEST))).await;
    }
    assert!((2..=6).contains(&limit.current()), "{}", limit.current());
}

static REQUEST: std::sync::LazyLock<wavecrew_providers::Request> =
    std::sync::LazyLock::new(request);

/// Refuses whoever comes when five are inside.
#[derive(Debug)]
struct Crowded(Arc<Slow>);

#[wavecrew_providers::async_trait]
impl Provider for Crowded {
    fn name(&self) -> &str {
        "crowded"
    }

    async fn complete(
        &self,
        request: &wavecrew_providers::Request,
    ) -> Result<Response, wavecrew_providers::ProviderError> {
        if self.0.inside.load(std::sync::atomic::Ordering::Relaxed) >= 5 {
            return Err(failure(ErrorKind::RateLimited));
        }
        self.0.complete(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_keeps_its_place_until_it_ends_or_is_dropped() {
    let model = Slow::of_tokens(SECOND, 1, 1);
    let limit = Limit::fixed(Arc::clone(&model), 1);
    let first = limit.stream(&request()).await.unwrap();
    let blocked = tokio::time::timeout(SECOND * 5, limit.complete(&request())).await;
    assert!(blocked.is_err());
    drop(first);
    limit.complete(&request()).await.unwrap();
    let second = limit.stream(&request()).await.unwrap();
    second.collect().await.unwrap();
    limit.complete(&request()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_request_holds_in_line() {
    let model = Slow::of_tokens(SECOND * 100, 1, 1);
    let limit = Limit::fixed(Arc::clone(&model), 1);
    let mut late = request();
    late.limits = late.limits.deadline(tokio::time::Instant::now() + SECOND);
    let first = request();
    let (first, second) = tokio::join!(limit.complete(&first), limit.complete(&late));
    assert!(first.is_ok());
    let error = second.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), model.calls()),
        (ErrorKind::Timeout, 0, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn what_nobody_was_asked_says_nothing_of_the_server() {
    let model = Slow::new(SECOND, |_, call| match call {
        0..8 => Err(failure(ErrorKind::RateLimited).with_attempts(0)),
        _ => {
            let mut cached = Response::new("cache", "done");
            cached.attempts = 0;
            Ok(cached)
        }
    });
    let limit = Limit::adaptive(Arc::clone(&model), 2..=14);
    for _ in 0..4 {
        all_at_once(&limit, &vec![request(); 8]).await;
        assert_eq!(limit.current(), 8);
    }
}
