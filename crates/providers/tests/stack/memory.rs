use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use wavecrew_providers::{
    Cache, CallLimits, Cost, ErrorKind, Provider, ProviderError, Record, Recording, Replay,
    Request, Response, Retry, RetryPolicy, Scripted, StreamEvent,
};

use super::{collected, failure, request};

fn counting() -> Arc<Scripted> {
    Arc::new(Scripted::by(|request| {
        Ok(
            Response::new("model", request.messages[0].content.to_uppercase())
                .cost(Cost::from_nano_usd(7)),
        )
    }))
}

#[tokio::test]
async fn what_was_recorded_is_replayed_in_order_errors_too() {
    let script = [
        Ok("first"),
        Err(failure(ErrorKind::Overloaded).with_retry_after(Duration::from_secs(3))),
        Ok("third"),
    ];
    let record = Record::new(Scripted::new("model", script));
    let bounded = request().limits(CallLimits::default().max_attempts(9));
    let mut ends = vec![record.complete(&bounded).await];
    ends.push(record.complete(&request()).await);
    ends.push(collected(&record).await);
    let text = record.recording().to_json_lines().unwrap();
    assert_eq!(text.lines().count(), 3);
    let recording = Recording::from_json_lines(&text).unwrap();
    assert_eq!(recording, record.recording());
    let replay = Replay::new("model", recording);
    for end in ends {
        assert_eq!(replay.complete(&request()).await, end);
    }
    let error = replay.complete(&request()).await.unwrap_err();
    assert_eq!((error.kind(), replay.left()), (ErrorKind::Configuration, 0));
    assert_eq!(
        replay
            .complete(&Request::prompt("other"))
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Configuration
    );
    let error = Recording::from_json_lines("\n{}\n").unwrap_err();
    assert_eq!(
        (error.line(), error.to_string().as_str()),
        (2, "failed to read line 2 of the recording")
    );
}

#[tokio::test(start_paused = true)]
async fn equal_requests_are_asked_once_and_cost_nothing_again() {
    let model = counting();
    let cache = Cache::new(Arc::clone(&model), 2).lifetime(Duration::from_secs(60));
    let first = cache.complete(&request()).await.unwrap();
    let again = cache.complete(&request()).await.unwrap();
    assert_eq!((first.text.as_str(), again.text.as_str()), ("HI", "HI"));
    assert_eq!(
        (again.attempts, again.cost, model.calls()),
        (0, Some(Cost::ZERO), 1)
    );
    let streamed = collected(&cache).await.unwrap();
    assert_eq!((streamed.text.as_str(), model.calls()), ("HI", 1));
    // Another question, if only by its temperature.
    cache.complete(&request().temperature(0.5)).await.unwrap();
    assert_eq!(model.calls(), 2);
    sleep(Duration::from_secs(60)).await;
    cache.complete(&request()).await.unwrap();
    assert_eq!(
        (model.calls(), cache.counts().hits, cache.counts().misses),
        (3, 2, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_for_the_longest_goes() {
    let model = counting();
    let cache = Cache::new(Arc::clone(&model), 2);
    for question in ["a", "b", "a", "c", "a", "b"] {
        cache.complete(&Request::prompt(question)).await.unwrap();
    }
    // `b` went when `c` came, and `c` when `b` came again.
    assert_eq!((model.calls(), cache.counts().entries), (4, 2));
    let none = Cache::new(Arc::clone(&model), 0);
    none.complete(&request()).await.unwrap();
    none.complete(&request()).await.unwrap();
    assert_eq!(model.calls(), 6);
}

#[tokio::test]
async fn errors_and_last_resorts_are_not_kept() {
    let script = [
        Err(failure(ErrorKind::Server)),
        Ok(Response::new("rules", "x").degraded()),
        Ok("y".into()),
    ];
    let cache = Cache::new(Scripted::new("model", script), 9);
    cache.complete(&request()).await.unwrap_err();
    cache.complete(&request()).await.unwrap();
    assert_eq!(cache.complete(&request()).await.unwrap().text, "y");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_broke_off_breaks_off_again() {
    let half = Response::new("model", "Blue, most");
    let script = [
        Err(failure(ErrorKind::Incomplete).with_partial(half)),
        Ok(Response::new("model", "Blue, mostly.")),
    ];
    let record = Arc::new(Record::new(Scripted::new("model", script)));
    let before = streamed(&Retry::new(Arc::clone(&record), RetryPolicy::default())).await;
    let text = record.recording().to_json_lines().unwrap();
    let replay = Replay::new("model", Recording::from_json_lines(&text).unwrap());
    // The text had begun: nobody asks again, and what is left is the second answer.
    let after = streamed(&Retry::new(replay, RetryPolicy::default())).await;
    assert_eq!(before, after);
    assert_eq!(after.0, "Blue, most");
    assert_eq!(after.1.unwrap_err().kind(), ErrorKind::Incomplete);
}

async fn streamed(provider: &dyn Provider) -> (String, Result<Response, ProviderError>) {
    let mut shown = String::new();
    let mut answer = match provider.stream(&request()).await {
        Ok(answer) => answer,
        Err(error) => return (shown, Err(error)),
    };
    loop {
        match answer.next().await.unwrap() {
            Ok(StreamEvent::Text(piece)) => shown += &piece,
            Ok(StreamEvent::Done(response)) => return (shown, Ok(*response)),
            Ok(_) => {}
            Err(error) => return (shown, Err(error)),
        }
    }
}
