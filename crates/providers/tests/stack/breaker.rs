use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use wavecrew_providers::{Breaker, BreakerPolicy, ErrorKind, Provider, ProviderError, Scripted};

use super::{Slow, all_at_once, failure, request};

const SECOND: Duration = Duration::from_secs(1);

fn policy() -> BreakerPolicy {
    BreakerPolicy::default().failures(3).cool_down(SECOND * 10)
}

fn down(kind: ErrorKind) -> Arc<Scripted> {
    Arc::new(Scripted::by(move |_| Err::<&str, _>(failure(kind))))
}

async fn calls_of(model: &Arc<Scripted>, requests: usize) -> Option<ProviderError> {
    let breaker = Breaker::new(Arc::clone(model), policy());
    let mut last = None;
    for _ in 0..requests {
        last = breaker.complete(&request()).await.err();
    }
    last
}

#[tokio::test(start_paused = true)]
async fn passing_failures_in_a_row_open_it() {
    let model = down(ErrorKind::Server);
    let error = calls_of(&model, 9).await.unwrap();
    assert_eq!(
        (model.calls(), error.kind(), error.attempts()),
        (3, ErrorKind::Server, 0)
    );
    assert_eq!(
        (error.retry_after(), error.is_transient()),
        (Some(SECOND * 10), true)
    );
}

#[tokio::test(start_paused = true)]
async fn a_callers_own_errors_never_count() {
    for kind in [
        ErrorKind::BadRequest,
        ErrorKind::ContextOverflow,
        ErrorKind::RequestTooLarge,
        ErrorKind::ModelNotFound,
        ErrorKind::Refusal,
        ErrorKind::ContentFilter,
        ErrorKind::Configuration,
    ] {
        let model = down(kind);
        calls_of(&model, 9).await;
        assert_eq!(model.calls(), 9, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn quota_and_keys_open_it_at_once_and_long() {
    for kind in [ErrorKind::Quota, ErrorKind::Authentication] {
        let model = down(kind);
        let error = calls_of(&model, 9).await.unwrap();
        assert_eq!(
            (model.calls(), error.kind(), error.is_transient()),
            (1, kind, false)
        );
        assert_eq!(error.retry_after(), Some(SECOND * 900));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_server_names_is_kept_to_the_moment() {
    let model = Slow::new(Duration::ZERO, |_, call| match call {
        0 => Err(failure(ErrorKind::RateLimited).with_retry_after(SECOND * 77)),
        _ => Ok("done".into()),
    });
    let breaker = Breaker::new(Arc::clone(&model), policy());
    breaker.complete(&request()).await.unwrap_err();
    sleep(SECOND * 77 - Duration::from_millis(1)).await;
    assert!(!breaker.is_ready());
    assert_eq!(
        breaker.complete(&request()).await.unwrap_err().attempts(),
        0
    );
    sleep(Duration::from_millis(1)).await;
    assert!(breaker.is_ready());
    breaker.complete(&request()).await.unwrap();
    assert_eq!(model.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_probe_goes_first_and_decides() {
    let model = Slow::new(SECOND, |_, call| match call {
        0..4 => Err(failure(ErrorKind::Server)),
        _ => Ok("done".into()),
    });
    let breaker = Breaker::new(Arc::clone(&model), policy());
    for _ in 0..3 {
        breaker.complete(&request()).await.unwrap_err();
    }
    sleep(SECOND * 10).await;
    let crowd = vec![request(); 8];
    all_at_once(&breaker, &crowd).await;
    assert_eq!(model.calls(), 4, "one of eight is the probe");
    // The probe failed: the time doubles.
    sleep(SECOND * 19).await;
    assert!(!breaker.is_ready());
    sleep(SECOND).await;
    let ends = all_at_once(&breaker, &crowd).await;
    assert_eq!(
        (ends.iter().filter(|end| end.is_ok()).count(), model.calls()),
        (1, 5)
    );
    let ends = all_at_once(&breaker, &crowd).await;
    assert!(ends.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_given_up_makes_way_for_another() {
    let model = Slow::new(SECOND, |_, call| match call {
        0 => Err(failure(ErrorKind::RateLimited).with_retry_after(SECOND)),
        _ => Ok("done".into()),
    });
    let breaker = Breaker::new(Arc::clone(&model), policy());
    breaker.complete(&request()).await.unwrap_err();
    sleep(SECOND).await;
    let probe = tokio::time::timeout(SECOND / 2, breaker.complete(&request())).await;
    assert!(probe.is_err() && breaker.is_ready());
    breaker.complete(&request()).await.unwrap();
    // A stream that is dropped is a probe given up too.
    let stream = breaker.stream(&request()).await.unwrap();
    drop(stream);
    assert!(breaker.is_ready());
}

#[tokio::test(start_paused = true)]
async fn what_began_before_it_opened_says_nothing_about_it() {
    let slow = Slow::new(SECOND * 5, |_, _| Ok("done".into()));
    let model = Arc::new(Mixed(slow, down(ErrorKind::Quota)));
    let breaker = Breaker::new(model, policy());
    let old = request().model("slow");
    let new = async {
        sleep(SECOND).await;
        breaker.complete(&request()).await.unwrap_err()
    };
    let (old, _) = tokio::join!(breaker.complete(&old), new);
    old.unwrap();
    assert!(!breaker.is_ready());
}

#[derive(Debug)]
struct Mixed(Arc<Slow>, Arc<Scripted>);

#[wavecrew_providers::async_trait]
impl Provider for Mixed {
    fn name(&self) -> &str {
        "mixed"
    }

    async fn complete(
        &self,
        request: &wavecrew_providers::Request,
    ) -> Result<wavecrew_providers::Response, ProviderError> {
        match request.model {
            Some(_) => self.0.complete(request).await,
            None => self.1.complete(request).await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_says_nothing_about_the_provider() {
    let refused = failure(ErrorKind::RateLimited)
        .with_retry_after(SECOND * 99)
        .with_attempts(0);
    let model = Arc::new(Scripted::by(move |_| Err::<&str, _>(refused.clone())));
    let breaker = Breaker::new(Arc::clone(&model), policy());
    for _ in 0..9 {
        breaker.complete(&request()).await.unwrap_err();
    }
    assert_eq!(model.calls(), 9);
}
