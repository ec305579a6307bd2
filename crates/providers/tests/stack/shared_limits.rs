use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use wavecrew_providers::{
    Breaker, BreakerPolicy, CallLimits, ErrorKind, Fallback, Provider, ProviderExt, RetryPolicy,
    Scripted,
};

use super::{Slow, failure, request};

#[tokio::test(start_paused = true)]
async fn retries_and_fallbacks_share_one_number_of_calls() {
    for most in 1..12 {
        let model = Arc::new(Scripted::by(|_| Err::<&str, _>(failure(ErrorKind::Server))));
        let each =
            || Box::new(Arc::clone(&model).retry(RetryPolicy::default())) as Box<dyn Provider>;
        let stack = Fallback::new(vec![each(), each(), each()])
            .retry(RetryPolicy::default().max_attempts(2));
        let bounded = request().limits(CallLimits::default().max_attempts(most));
        let error = stack.complete(&bounded).await.unwrap_err();
        assert_eq!((model.calls() as u32, error.attempts()), (most, most));
        let before = model.calls();
        let error = stack.stream(&bounded).await.unwrap_err();
        assert_eq!(
            ((model.calls() - before) as u32, error.attempts()),
            (most, most)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn retries_and_fallbacks_share_one_deadline() {
    let model = Slow::new(Duration::from_secs(3), |_, _| {
        Err(failure(ErrorKind::Server))
    });
    let each = || {
        Box::new(Arc::clone(&model).retry(RetryPolicy::default().max_attempts(50)))
            as Box<dyn Provider>
    };
    let stack = Fallback::new(vec![each(), each()]).retry(RetryPolicy::default().max_attempts(50));
    let began = Instant::now();
    let deadline = began + Duration::from_secs(30);
    let bounded = request().limits(CallLimits::default().deadline(deadline));
    stack.complete(&bounded).await.unwrap_err();
    // No wait ends after the deadline; a call that is under way is ended by `Deadline`.
    let last = model.log().last().unwrap().0;
    let per_chain = model.log().iter().filter(|(at, _)| *at >= deadline).count();
    assert!(
        last <= deadline + Duration::from_secs(3) && per_chain <= 1,
        "{:?}",
        last - began
    );
}

#[tokio::test(start_paused = true)]
async fn a_patient_chain_waits_for_the_first_to_recover() {
    let cooling = |seconds: u64| {
        Slow::new(Duration::ZERO, move |_, call| match call {
            0 => {
                Err(failure(ErrorKind::RateLimited).with_retry_after(Duration::from_secs(seconds)))
            }
            _ => Ok(format!("after {seconds}").as_str().into()),
        })
    };
    let (late, soon) = (cooling(50), cooling(20));
    let chain = || -> Vec<Box<dyn Provider>> {
        vec![Box::new(Arc::clone(&late)), Box::new(Arc::clone(&soon))]
    };
    let began = Instant::now();
    let response = Fallback::new(chain())
        .patient(Duration::from_secs(60))
        .complete(&request())
        .await
        .unwrap();
    assert_eq!(
        (response.text.as_str(), began.elapsed()),
        ("after 20", Duration::from_secs(20))
    );
    assert_eq!((response.attempts, late.calls(), soon.calls()), (3, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn patience_ends_and_is_not_the_default() {
    let limited = || {
        Box::new(Scripted::by(|_| {
            Err::<&str, _>(
                failure(ErrorKind::RateLimited).with_retry_after(Duration::from_secs(20)),
            )
        }))
    };
    let began = Instant::now();
    for patience in [0, 19] {
        let chain =
            Fallback::new(vec![limited(), limited()]).patient(Duration::from_secs(patience));
        let error = chain.complete(&request()).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    let chain = Fallback::new(vec![limited(), limited()]).patient(Duration::from_secs(50));
    chain.complete(&request()).await.unwrap_err();
    assert_eq!(began.elapsed(), Duration::from_secs(40));
}

#[tokio::test(start_paused = true)]
async fn breakers_in_a_patient_chain_are_waited_for_without_calls() {
    let model = Slow::new(Duration::ZERO, |_, call| match call {
        0 => Err(failure(ErrorKind::RateLimited).with_retry_after(Duration::from_secs(30))),
        _ => Ok("done".into()),
    });
    let breaker = Breaker::new(Arc::clone(&model), BreakerPolicy::default());
    breaker.complete(&request()).await.unwrap_err();
    let chain = Fallback::new(vec![Box::new(breaker.clone()), Box::new(breaker)])
        .patient(Duration::from_secs(60));
    let response = chain.complete(&request()).await.unwrap();
    assert_eq!((response.attempts, model.calls()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn waits_without_end_overflow_nothing() {
    let for_ever = failure(ErrorKind::RateLimited).with_retry_after(Duration::MAX);
    let model = Arc::new(Scripted::by(move |_| Err::<&str, _>(for_ever.clone())));
    let breaker = || Box::new(Breaker::new(Arc::clone(&model), BreakerPolicy::default()));
    let chain = Fallback::new(vec![breaker(), breaker()]).patient(Duration::MAX);
    let bounded =
        request().limits(CallLimits::default().deadline(Instant::now() + Duration::from_secs(9)));
    let policy = RetryPolicy::default().max_wait(Duration::MAX);
    let error = chain.retry(policy).complete(&bounded).await.unwrap_err();
    assert_eq!((error.kind(), model.calls()), (ErrorKind::Exhausted, 2));
}
