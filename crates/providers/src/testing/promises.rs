use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, timeout};

use super::Subject;
use crate::{CallLimits, Provider, ProviderError, Response, ResponseStream, StreamEvent};

/// How long an error's text may be: it is shown to people.
const LONGEST_ERROR: usize = 16_000;

/// Runs a promise on a runtime of its own.
pub fn run(promise: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime of one thread").block_on(promise);
}

/// Holds a provider to every promise, one after the other.
pub fn all(subject: &Subject) {
    run(async {
        let again = || subject.clone();
        has_a_name(again()).await;
        answers_whole(again()).await;
        names_who_answered(again()).await;
        streams_what_it_answers(again()).await;
        streams_end_once(again()).await;
        answers_many_at_once(again()).await;
        survives_a_call_that_is_given_up(again()).await;
        survives_a_stream_that_is_dropped(again()).await;
        is_the_same_behind_a_pointer(again()).await;
        fails_as_it_says(again()).await;
        fails_alike_when_streamed(again()).await;
        tells_errors_safely(again()).await;
        keeps_secrets(again()).await;
        keeps_to_the_limits_of_a_call(again()).await;
    });
}

/// The name is there, is one line, and does not change.
pub async fn has_a_name(subject: Subject) {
    let name = subject.provider.name().to_owned();
    assert!(!name.trim().is_empty(), "the name is empty");
    assert!(
        !name.contains(char::is_control),
        "the name {name:?} has control characters"
    );
    subject.answer().await;
    assert_eq!(
        subject.provider.name(),
        name,
        "the name changed with a call"
    );
}

/// `Ok` is an answer with a text; it can be written down and read again.
pub async fn answers_whole(subject: Subject) {
    let response = subject.answer().await;
    assert!(!response.text.is_empty(), "the answer has no text");
    let json = serde_json::to_string(&response).expect("a response can be written");
    let again: Response = serde_json::from_str(&json).expect("a response can be read");
    assert_eq!(
        again, response,
        "the response changed when it was written and read"
    );
}

/// The answer names its provider.
pub async fn names_who_answered(subject: Subject) {
    let response = subject.answer().await;
    assert!(
        !response.provider.is_empty(),
        "the response names no provider"
    );
}

/// The pieces of a stream, joined, are the text of its last event, which tells what `complete` tells.
pub async fn streams_what_it_answers(subject: Subject) {
    let whole = subject.answer().await;
    let (pieces, end) = read(subject.stream().await).await;
    let response = end.unwrap_or_else(|error| panic!("the stream failed: {error}"));
    assert_eq!(
        pieces.concat(),
        response.text,
        "the pieces are not the text"
    );
    assert_eq!(
        response.finish_reason, whole.finish_reason,
        "complete and stream ended for different reasons"
    );
    assert_eq!(
        response.provider, whole.provider,
        "complete and stream name different providers"
    );
    let counted = |response: &Response| response.usage.output_tokens.is_some();
    assert_eq!(
        counted(&response),
        counted(&whole),
        "only one of complete and stream tells its tokens"
    );
}

/// Nothing follows the end of a stream, however often it is asked.
pub async fn streams_end_once(subject: Subject) {
    let mut stream = subject.stream().await;
    let mut ends = 0;
    while let Some(event) = stream.next().await {
        assert_eq!(ends, 0, "something follows the end: {event:?}");
        if !matches!(event, Ok(StreamEvent::Text(_))) {
            ends += 1;
        }
    }
    assert_eq!(ends, 1, "the stream has no end");
    assert!(
        stream.next().await.is_none(),
        "the stream goes on after it ended"
    );
}

/// One provider answers any number of tasks.
pub async fn answers_many_at_once(subject: Subject) {
    let ends = join_all((0..16).map(|_| subject.provider.complete(&subject.request))).await;
    for end in ends {
        end.unwrap_or_else(|error| panic!("one of many failed: {error}"));
    }
}

/// A call that is dropped at any point leaves the provider as it was.
pub async fn survives_a_call_that_is_given_up(subject: Subject) {
    for polls in 0..20 {
        give_up_after(polls, subject.provider.complete(&subject.request)).await;
    }
    subject.answer().await;
}

/// A stream that is dropped at any point leaves the provider as it was.
pub async fn survives_a_stream_that_is_dropped(subject: Subject) {
    for events in 0..20 {
        let mut stream = subject.stream().await;
        for _ in 0..events {
            if stream.next().await.is_none() {
                break;
            }
        }
    }
    subject.answer().await;
}

/// `Box` and `Arc` of a provider are that provider.
pub async fn is_the_same_behind_a_pointer(subject: Subject) {
    let boxed: Box<dyn Provider> = Box::new(Arc::clone(&subject.provider));
    assert_eq!(boxed.name(), subject.provider.name());
    let response = boxed.complete(&subject.request).await;
    response.unwrap_or_else(|error| panic!("behind a pointer it failed: {error}"));
    let stream = boxed.stream(&subject.request).await;
    let stream =
        stream.unwrap_or_else(|error| panic!("behind a pointer the stream failed: {error}"));
    read(stream)
        .await
        .1
        .unwrap_or_else(|error| panic!("behind a pointer the stream failed: {error}"));
}

/// A failure is of the kind that was promised.
pub async fn fails_as_it_says(subject: Subject) {
    if let Some((provider, kind)) = &subject.failing {
        let error = provider
            .complete(&subject.request)
            .await
            .expect_err("it has to fail");
        assert_eq!(error.kind(), *kind, "{error}");
    }
}

/// A stream fails with the same kind, before it begins or as its last item.
pub async fn fails_alike_when_streamed(subject: Subject) {
    if let Some((provider, kind)) = &subject.failing {
        let error = match provider.stream(&subject.request).await {
            Err(error) => error,
            Ok(stream) => read(stream).await.1.expect_err("it has to fail"),
        };
        assert_eq!(error.kind(), *kind, "{error}");
    }
}

/// What an error says is bounded, has no control characters, names the provider, and survives being written down.
pub async fn tells_errors_safely(subject: Subject) {
    if let Some((provider, _)) = &subject.failing {
        let error = provider
            .complete(&subject.request)
            .await
            .expect_err("it has to fail");
        let text = error.to_string();
        assert!(
            text.len() <= LONGEST_ERROR,
            "the error is {} bytes long",
            text.len()
        );
        assert!(
            !text.contains(char::is_control),
            "the error has control characters: {text:?}"
        );
        assert!(
            !error.provider().is_empty(),
            "the error names no provider: {text}"
        );
        let json = serde_json::to_string(&error).expect("an error can be written");
        let again: ProviderError = serde_json::from_str(&json).expect("an error can be read");
        assert_eq!(
            again, error,
            "the error changed when it was written and read"
        );
    }
}

/// No secret is in the `Debug` of a provider, in what an error says, or in a response.
pub async fn keeps_secrets(subject: Subject) {
    let mut texts = vec![
        format!("{:?}", subject.provider),
        subject.provider.name().to_owned(),
    ];
    texts.push(format!("{:?}", subject.answer().await));
    if let Some((provider, _)) = &subject.failing {
        let error = provider
            .complete(&subject.request)
            .await
            .expect_err("it has to fail");
        texts.extend([
            format!("{provider:?}"),
            format!("{error:?}"),
            error.to_string(),
        ]);
        texts.push(serde_json::to_string(&error).expect("an error can be written"));
    }
    for secret in subject.secrets.iter().filter(|secret| !secret.is_empty()) {
        assert!(
            !texts.iter().any(|text| text.contains(secret.as_str())),
            "a secret is told"
        );
    }
}

/// Limits that are far away change nothing, and no more calls are made than a request allows.
pub async fn keeps_to_the_limits_of_a_call(subject: Subject) {
    let far = CallLimits::default()
        .deadline(Instant::now() + Duration::from_secs(3_600))
        .max_attempts(1_000);
    let request = subject.request.clone().limits(far);
    let end = subject.provider.complete(&request).await;
    end.unwrap_or_else(|error| panic!("with far limits it failed: {error}"));
    if let Some((provider, _)) = &subject.failing {
        let once = subject
            .request
            .clone()
            .limits(CallLimits::default().max_attempts(1));
        let error = provider.complete(&once).await.expect_err("it has to fail");
        assert!(
            error.attempts() <= 1,
            "{} calls were made where one was allowed",
            error.attempts()
        );
    }
}

impl Subject {
    async fn answer(&self) -> Response {
        let end = self.provider.complete(&self.request).await;
        end.unwrap_or_else(|error| panic!("the provider has to answer its request: {error}"))
    }

    async fn stream(&self) -> ResponseStream<'_> {
        let stream = self.provider.stream(&self.request).await;
        stream.unwrap_or_else(|error| panic!("the provider has to stream its answer: {error}"))
    }
}

async fn read(mut stream: ResponseStream<'_>) -> (Vec<String>, Result<Response, ProviderError>) {
    let mut pieces = Vec::new();
    loop {
        match stream.next().await {
            Some(Ok(StreamEvent::Text(piece))) => pieces.push(piece),
            Some(Ok(StreamEvent::Done(response))) => return (pieces, Ok(*response)),
            Some(Err(error)) => return (pieces, Err(error)),
            None => panic!("the stream ended without an end"),
        }
    }
}

/// Drops the call after so many steps of it.
async fn give_up_after(polls: u32, call: impl Future<Output = Result<Response, ProviderError>>) {
    let mut call = std::pin::pin!(call);
    for _ in 0..polls {
        // A timeout of nothing is one poll, and the yield lets the other side work.
        if timeout(Duration::ZERO, &mut call).await.is_ok() {
            return;
        }
        tokio::task::yield_now().await;
    }
}
