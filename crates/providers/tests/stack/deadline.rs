use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio::time::{Instant, sleep};
use wavecrew_providers::{
    Deadline, ErrorKind, Provider, ProviderError, ProviderExt, Request, Response, ResponseStream,
    RetryPolicy, StreamEvent, TimeoutPhase, async_trait,
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
