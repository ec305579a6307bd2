use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio::time::{Instant, sleep};
use wavecrew_providers::{
    Deadline, ErrorKind, Fallback, Limit, Provider, ProviderError, ProviderExt, RateLimit,
    RateLimits, Request, Response, ResponseStream, Retry, RetryPolicy, Router, StreamEvent, Target,
    TimeoutPhase, async_trait,
};

use super::{Slow, failure, request};

const SECOND: Duration = Duration::from_secs(1);

/// Sends a word each so many seconds.
#[derive(Debug)]
struct Dripping(Vec<u64>);

#[async_trait]
impl Provider for Dripping {
    fn name(&self) -> &str {
        "dripping"
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        self.stream(request).await?.collect().await
    }

    async fn stream<'a>(&'a self, _: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let words = futures::stream::iter(self.0.clone()).then(|seconds| async move {
            sleep(SECOND * seconds as u32).await;
            Ok(StreamEvent::Text("word ".to_owned()))
        });
        let end = futures::stream::iter([Ok(StreamEvent::Done(Box::new(Response::new(
            "dripping", "",
        ))))]);
        Ok(ResponseStream::new("dripping", words.chain(end)))
    }
}

async fn ends(provider: impl Provider) -> (Result<Response, ProviderError>, Duration) {
    let began = Instant::now();
    let end = match provider.stream(&request()).await {
        Ok(stream) => stream.collect().await,
        Err(error) => Err(error),
    };
    (end, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_deadline() {
    let model = Slow::of_tokens(SECOND * 60, 1, 1);
    let began = Instant::now();
    let error = Deadline::new(model, SECOND * 5)
        .complete(&request())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.timeout_phase()),
        (ErrorKind::Timeout, Some(TimeoutPhase::Total))
    );
    assert_eq!(began.elapsed(), SECOND * 5);
    let ok = Deadline::new(Slow::of_tokens(SECOND, 1, 1), Duration::MAX)
        .complete(&request())
        .await;
    assert!(ok.is_ok());
}

#[tokio::test(start_paused = true)]
async fn each_phase_of_a_stream_has_its_own_end_and_keeps_the_text() {
    let whole = || {
        Deadline::new(Dripping(vec![3, 1, 1]), SECOND * 30)
            .first_piece(SECOND * 4)
            .idle(SECOND * 2)
    };
    let (end, took) = ends(whole()).await;
    assert_eq!(
        (end.unwrap().text.as_str(), took),
        ("word word word ", SECOND * 5)
    );

    let (end, took) =
        ends(Deadline::new(Dripping(vec![9]), SECOND * 30).first_piece(SECOND * 4)).await;
    assert_eq!(
        (end.unwrap_err().timeout_phase(), took),
        (Some(TimeoutPhase::FirstByte), SECOND * 4)
    );

    let (end, took) =
        ends(Deadline::new(Dripping(vec![1, 1, 9]), SECOND * 30).idle(SECOND * 2)).await;
    let error = end.unwrap_err();
    assert_eq!(
        (error.timeout_phase(), took),
        (Some(TimeoutPhase::Idle), SECOND * 4)
    );
    assert_eq!(error.partial().unwrap().text, "word word ");

    // Only the whole deadline ends what drips for ever.
    let (end, took) =
        ends(Deadline::new(Dripping(vec![1; 99]), SECOND * 30).idle(SECOND * 2)).await;
    assert_eq!(
        (end.unwrap_err().timeout_phase(), took),
        (Some(TimeoutPhase::Total), SECOND * 30)
    );
}

#[tokio::test(start_paused = true)]
async fn a_repetition_that_would_end_too_late_is_not_begun() {
    let limited = failure(ErrorKind::RateLimited).with_retry_after(SECOND * 20);
    let model = Slow::new(SECOND, move |_, _| Err(limited.clone()));
    let patient = Arc::clone(&model).retry(RetryPolicy::default());
    let began = Instant::now();
    let error = Deadline::new(patient, SECOND * 15)
        .complete(&request())
        .await
        .unwrap_err();
    // The caller learns why, and at once.
    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::RateLimited, Some(SECOND * 20))
    );
    assert_eq!((began.elapsed(), model.calls()), (SECOND, 1));
}

/// A model that fails at its first calls.
fn failing(calls: usize) -> Arc<Slow> {
    Slow::new(Duration::ZERO, move |_, call| match call < calls {
        true => Err(failure(ErrorKind::Server)),
        false => Ok(Response::new("slow", "done")),
    })
}

/// Fails the calls of these numbers at once, and is silent in all others.
#[derive(Debug, Default)]
struct Moody(Vec<usize>, std::sync::atomic::AtomicUsize);

impl Moody {
    fn calls(&self) -> u32 {
        self.1.load(std::sync::atomic::Ordering::Relaxed) as u32
    }
}

#[async_trait]
impl Provider for Moody {
    fn name(&self) -> &str {
        "moody"
    }

    async fn complete(&self, _: &Request) -> Result<Response, ProviderError> {
        let call = self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if !self.0.contains(&call) {
            std::future::pending::<()>().await;
        }
        Err(failure(ErrorKind::Server))
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_counts_with_those_that_failed_before() {
    let policy = || RetryPolicy::default().max_attempts(3).seed(1);
    let moody = |calls: &[usize]| Arc::new(Moody(calls.to_vec(), Default::default()));
    let bounded =
        |inner: Box<dyn Provider>| Deadline::new(inner, SECOND * 30).first_piece(SECOND * 20);
    type Stack = Box<dyn Fn(Arc<Moody>) -> Box<dyn Provider>>;
    let stacks: [(&[usize], Stack); 6] = [
        (
            &[],
            Box::new(move |model| Box::new(bounded(Box::new(model)))),
        ),
        (
            &[0, 1],
            Box::new(move |model| Box::new(bounded(Box::new(Retry::new(model, policy()))))),
        ),
        // Wrappers within each other count the same calls.
        (
            &[0, 1, 2, 3],
            Box::new(move |model| {
                let first: Box<dyn Provider> = Box::new(Arc::clone(&model).retry(policy()));
                let second: Box<dyn Provider> = Box::new(model.retry(policy()));
                Box::new(bounded(Box::new(Fallback::new(vec![first, second]))))
            }),
        ),
        (
            &[0],
            Box::new(move |model| {
                let targets = ["a", "b"].map(|name| Target::new(Arc::clone(&model)).named(name));
                let router = Router::new(targets, []).unwrap();
                Box::new(bounded(Box::new(Retry::new(router, policy()))))
            }),
        ),
        // Each call has its own bound, and each repetition its own calls.
        (
            &[0, 2],
            Box::new(move |model| {
                let calls = Retry::new(model, policy().max_attempts(2));
                let bounded = Deadline::new(calls, SECOND * 9);
                Box::new(Retry::new(bounded, policy().max_attempts(2)))
            }),
        ),
        (
            &[0, 2],
            Box::new(move |model| {
                let calls = Retry::new(model, policy().max_attempts(2));
                let within = Retry::new(Deadline::new(calls, SECOND * 9), policy());
                Box::new(bounded(Box::new(within)))
            }),
        ),
    ];
    for (fails, stack) in stacks {
        for streams in [false, true] {
            let model = moody(fails);
            let provider = stack(Arc::clone(&model));
            let end = match streams {
                false => provider.complete(&request()).await,
                true => super::collected(&provider).await,
            };
            let error = end.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{fails:?} {error}");
            assert_eq!(error.attempts(), model.calls(), "{fails:?} {streams}");
            assert!(model.calls() as usize > fails.len(), "{fails:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_after_failures_counts_them_once() {
    let model = failing(2);
    let stack = Deadline::new(
        Arc::clone(&model).retry(RetryPolicy::default()),
        SECOND * 60,
    );
    assert_eq!(stack.complete(&request()).await.unwrap().attempts, 3);
    assert_eq!(model.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_line_for_its_first_call_has_made_none() {
    let limits = RateLimits::per_minute().requests(1);
    let model = Slow::of_tokens(SECOND, 1, 1);
    let lines: [Box<dyn Provider>; 2] = [
        Box::new(RateLimit::new(Arc::clone(&model), limits)),
        Box::new(Limit::fixed(Slow::of_tokens(SECOND * 60, 1, 1), 1)),
    ];
    for line in lines {
        // Time enough in all, so that the line itself does not refuse.
        let bounded = Deadline::new(line, SECOND * 300).first_piece(SECOND * 5);
        let ask = || async { bounded.stream(&request()).await?.collect().await };
        let (_, second) = tokio::join!(ask(), ask());
        let error = second.unwrap_err();
        assert_eq!(error.timeout_phase(), Some(TimeoutPhase::FirstByte));
        assert_eq!(error.attempts(), 0, "{error}");
    }
    assert_eq!(model.calls(), 1);
}
