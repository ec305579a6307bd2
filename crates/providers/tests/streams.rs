//! Answers that come piece by piece.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::stream;
use wavecrew_providers::{
    ErrorKind, Fallback, Provider, ProviderError, ProviderExt, Request, Response, ResponseStream,
    RetryPolicy, Scripted, StreamEvent,
};

fn request() -> Request {
    Request::prompt("hi")
}

fn failure(kind: ErrorKind) -> ProviderError {
    ProviderError::new(kind, "model", "for a test")
}

/// An error after a part of an answer.
fn broken(text: &str) -> ProviderError {
    failure(ErrorKind::Incomplete).with_partial(Response::new("model", text))
}

fn text(piece: &str) -> Result<StreamEvent, ProviderError> {
    Ok(StreamEvent::Text(piece.to_owned()))
}

fn done(response: Response) -> Result<StreamEvent, ProviderError> {
    Ok(StreamEvent::Done(Box::new(response)))
}

/// The pieces, and how it ended.
async fn read(mut stream: ResponseStream<'_>) -> (Vec<String>, Result<Response, ProviderError>) {
    let mut pieces = Vec::new();
    loop {
        match stream.next().await.expect("a stream has an end") {
            Ok(StreamEvent::Text(piece)) => pieces.push(piece),
            Ok(StreamEvent::Done(response)) => {
                assert!(stream.next().await.is_none());
                return (pieces, Ok(*response));
            }
            Ok(event) => panic!("unknown event {event:?}"),
            Err(error) => {
                assert!(stream.next().await.is_none());
                return (pieces, Err(error));
            }
        }
    }
}

#[tokio::test]
async fn the_last_event_is_the_whole_response() {
    let model = Scripted::new("model", [Ok("Blue, mostly.")]);
    let (pieces, end) = read(model.stream(&request()).await.unwrap()).await;
    assert_eq!(pieces, ["Blue, ", "mostly."]);
    let response = end.unwrap();
    assert_eq!(
        (response.text.as_str(), response.provider.as_str()),
        ("Blue, mostly.", "model")
    );
}

#[tokio::test]
async fn a_provider_without_a_stream_of_its_own_gives_one_piece() {
    let (pieces, end) = read(ResponseStream::of(Response::new("m", "all at once"))).await;
    assert_eq!(
        (pieces.len(), end.unwrap().text.as_str()),
        (1, "all at once")
    );
    let (pieces, end) = read(ResponseStream::of(Response::new("m", ""))).await;
    assert_eq!((pieces.len(), end.unwrap().text.as_str()), (0, ""));
}

#[tokio::test]
async fn a_stream_that_only_stops_is_incomplete_and_tells_what_came() {
    let cut = ResponseStream::new("model", stream::iter([text("half an "), text("answ")]));
    let (pieces, end) = read(cut).await;
    let error = end.unwrap_err();
    assert_eq!(
        (pieces.len(), error.kind(), error.is_transient()),
        (2, ErrorKind::Incomplete, true)
    );
    assert_eq!(error.partial().unwrap().text, "half an answ");
    let (_, end) = read(ResponseStream::new("model", stream::iter([]))).await;
    assert_eq!(end.unwrap_err().partial(), None);
}

#[tokio::test]
async fn an_error_in_mid_stream_carries_the_text_before_it_and_ends_it() {
    let events = [
        text("a"),
        text("b"),
        Err(failure(ErrorKind::Overloaded)),
        text("c"),
        done(Response::new("m", "")),
    ];
    let (pieces, end) = read(ResponseStream::new("model", stream::iter(events))).await;
    assert_eq!(pieces, ["a", "b"]);
    let error = end.unwrap_err();
    assert_eq!(
        (error.kind(), error.partial().unwrap().text.as_str()),
        (ErrorKind::Overloaded, "ab")
    );
}

#[tokio::test]
async fn empty_pieces_are_no_beginning_of_an_answer() {
    let events = [text(""), text(""), Err(failure(ErrorKind::RateLimited))];
    let begun = ResponseStream::new("model", stream::iter(events))
        .begun()
        .await;
    assert_eq!(begun.unwrap_err().kind(), ErrorKind::RateLimited);
    let events = [text(""), text("a"), text(""), done(Response::new("m", ""))];
    let (pieces, end) = read(ResponseStream::new("model", stream::iter(events))).await;
    assert_eq!((pieces.len(), end.unwrap().text.as_str()), (1, "a"));
}

#[tokio::test]
async fn the_text_of_the_response_is_what_was_streamed() {
    let events = [
        text("a"),
        text("b"),
        done(Response::new("m", "something else")),
    ];
    let stream = ResponseStream::new("model", stream::iter(events));
    assert_eq!(stream.collect().await.unwrap().text, "ab");
}

#[tokio::test]
async fn a_look_at_the_first_event_loses_nothing() {
    let stream = ResponseStream::new(
        "model",
        stream::iter([text("a"), text("b"), done(Response::new("m", ""))]),
    );
    let stream = stream.begun().await.unwrap().begun().await.unwrap();
    let (pieces, end) = read(stream.map_end(|end| end.map(|r| r.model("seen")))).await;
    let response = end.unwrap();
    assert_eq!(
        (
            pieces.len(),
            response.text.as_str(),
            response.model.as_deref()
        ),
        (2, "ab", Some("seen"))
    );
    // An answer of no text at all begins with its end.
    let stream = ResponseStream::of(Response::new("m", ""))
        .begun()
        .await
        .unwrap();
    let (_, end) = read(stream.map_end(|end| end.map(|r| r.model("seen")))).await;
    assert_eq!(end.unwrap().model.as_deref(), Some("seen"));
}

#[tokio::test]
async fn dropping_the_stream_gives_back_what_it_holds() {
    struct Held(Arc<AtomicBool>);
    impl Drop for Held {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let gone = Arc::new(AtomicBool::new(false));
    let held = Held(Arc::clone(&gone));
    let stream = ResponseStream::new("m", stream::iter([text("a"), done(Response::new("m", ""))]));
    let mut stream = stream.map_end(move |end| {
        drop(held);
        end
    });
    stream.next().await.unwrap().unwrap();
    assert!(!gone.load(Ordering::Relaxed));
    drop(stream);
    assert!(gone.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn retry_asks_again_before_the_first_piece_only() {
    let model = Arc::new(Scripted::new(
        "model",
        [
            Err(failure(ErrorKind::Overloaded)),
            Ok("hello you"),
            Ok("never asked"),
        ],
    ));
    let retry = Arc::clone(&model).retry(RetryPolicy::default());
    let (pieces, end) = read(retry.stream(&request()).await.unwrap()).await;
    assert_eq!(
        (pieces.len(), end.unwrap().attempts, model.calls()),
        (2, 2, 2)
    );

    let model = Arc::new(Scripted::new(
        "model",
        [
            Err(failure(ErrorKind::Server)),
            Err(broken("half ")),
            Ok("never asked"),
        ],
    ));
    let retry = Arc::clone(&model).retry(RetryPolicy::default());
    let (pieces, end) = read(retry.stream(&request()).await.unwrap()).await;
    let error = end.unwrap_err();
    assert_eq!(
        (pieces, error.attempts(), model.calls()),
        (vec!["half ".to_owned()], 2, 2)
    );
    assert_eq!(error.partial().unwrap().text, "half ");
}

#[tokio::test]
async fn fallback_goes_on_before_the_first_piece_only() {
    let a = || Box::new(Scripted::by(|_| Err::<&str, _>(failure(ErrorKind::Quota))));
    let b = Box::new(Scripted::new("b", [Ok("hello you")]));
    let chain = Fallback::new(vec![a(), b]);
    let (pieces, end) = read(chain.stream(&request()).await.unwrap()).await;
    let response = end.unwrap();
    assert_eq!(
        (pieces.len(), response.attempts, response.passed_over.len()),
        (2, 2, 1)
    );

    let last = Arc::new(Scripted::new("c", [Ok("never asked")]));
    let b = Box::new(Scripted::new("b", [Err::<&str, _>(broken("half "))]));
    let chain = Fallback::new(vec![a(), b, Box::new(Arc::clone(&last))]);
    let (pieces, end) = read(chain.stream(&request()).await.unwrap()).await;
    let error = end.unwrap_err();
    assert_eq!((pieces.len(), error.attempts(), last.calls()), (1, 2, 0));
    assert_eq!(error.kind(), ErrorKind::Incomplete);
}
