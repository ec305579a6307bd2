use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use wavecrew_providers::{ErrorKind, ProviderError, Retry, RetryBudget, RetryPolicy, Scripted};

use super::{all_at_once, failure, request};

/// A hundred schedules of refusals, each with waits of its own, seen by ten callers at a time.
#[tokio::test(start_paused = true)]
async fn a_wait_that_a_server_names_is_never_cut_short() {
    for seed in 0..100_u64 {
        let mut state = seed;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let told: Vec<Duration> = (0..30)
            .map(|_| Duration::from_millis(next() % 90_000))
            .collect();
        // Each caller is known by its temperature.
        let due = Arc::new(Mutex::new((vec![Instant::now(); 10], told.into_iter())));
        let model = Scripted::by(move |request| {
            let mut state = due.lock().unwrap();
            let caller = request.temperature.unwrap() as usize;
            assert!(
                Instant::now() >= state.0[caller],
                "seed {seed}: asked too early"
            );
            let Some(wait) = state.1.next() else {
                return Ok("hello");
            };
            state.0[caller] = Instant::now() + wait;
            Err(ProviderError::new(ErrorKind::RateLimited, "model", "").with_retry_after(wait))
        });
        let retry = Retry::new(model, RetryPolicy::default().max_attempts(99).seed(seed));
        let requests: Vec<_> = (0..10_u8)
            .map(|caller| request().temperature(f32::from(caller)))
            .collect();
        assert!(
            all_at_once(&retry, &requests)
                .await
                .iter()
                .all(Result::is_ok)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn all_requests_together_repeat_within_their_budget() {
    let model = Arc::new(Scripted::by(|_| Err::<&str, _>(failure(ErrorKind::Server))));
    let budget = RetryBudget::new(20, 10);
    let retry = Retry::new(Arc::clone(&model), RetryPolicy::default().max_attempts(5))
        .budget(budget.clone());
    all_at_once(&retry, &vec![request(); 300]).await;
    // A fifth of three hundred, and ten.
    assert_eq!((model.calls(), budget.left()), (300 + 60 + 10, 0));
}
