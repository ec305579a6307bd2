//! Who counts the tokens of a request, and how often.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wavecrew_providers::{
    Budget, BudgetLimits, ErrorKind, Message, ModelPrice, PriceTable, Provider, Purse, RateLimit,
    RateLimits, Request, Response, Retry, RetryPolicy, RouteRule, Router, Scripted, Target,
    TokenEstimator, Usage,
};

use super::failure;

/// An estimator that counts words for the model `known`, and what it was asked to count.
fn counting() -> (Arc<TokenEstimator>, Arc<Mutex<Vec<String>>>) {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&asked);
    let estimator = TokenEstimator::default().counted_by(move |model, text| {
        log.lock().unwrap().push(format!("{model}: {text}"));
        (model == "known").then(|| text.split_whitespace().count() as u64)
    });
    (Arc::new(estimator), asked)
}

/// Every layer that wants to know how long a request is, around a model that fails at first.
fn stack(estimator: &Arc<TokenEstimator>, failures: usize) -> impl Provider + use<> {
    let calls = AtomicUsize::new(0);
    let model = Arc::new(Scripted::by(move |_| {
        if calls.fetch_add(1, Ordering::Relaxed) < failures {
            return Err(failure(ErrorKind::Server));
        }
        Ok(Response::from("done").usage(Usage::new(3, 1)))
    }));
    let purse = Purse::new(BudgetLimits::default().tokens(100_000));
    let target = |name: &str| {
        let call = RateLimit::new(Arc::clone(&model), RateLimits::per_minute().tokens(100_000));
        let call = call.estimator(Arc::clone(estimator));
        let call = Budget::new(call, purse.clone(), PriceTable::empty());
        Target::new(call.estimator(Arc::clone(estimator)))
            .named(name)
            .price(ModelPrice::FREE)
    };
    let rules = [
        RouteRule::to(["b"]).tokens(0..=1),
        RouteRule::to(["a", "b"]).tokens(2..=1_000),
    ];
    let router = Router::new([target("a"), target("b")], rules).unwrap();
    let router = router.cheapest().estimator(Arc::clone(estimator));
    Retry::new(router, RetryPolicy::default().seed(1))
}

#[tokio::test(start_paused = true)]
async fn a_stack_counts_each_text_once_however_often_it_is_sent() {
    for failures in [0, 1, 3] {
        let (estimator, asked) = counting();
        let stack = stack(&estimator, failures);
        let first = Request::new([Message::system("be brief"), Message::user("why is it blue")]);
        stack.complete(&first.clone().model("known")).await.unwrap();
        // A conversation that goes on, and another that begins alike.
        let second = Request::new([
            Message::system("be brief"),
            Message::user("why is it blue"),
            Message::assistant("done"),
            Message::user("why"),
        ]);
        let stream = stack.stream(&second.model("known")).await.unwrap();
        stream.collect().await.unwrap();
        let asked = asked.lock().unwrap();
        let texts = ["be brief", "why is it blue", "done", "why"];
        assert_eq!(
            *asked,
            texts.map(|text| format!("known: {text}")),
            "{failures}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn another_model_counts_for_itself_and_what_no_one_can_count_is_measured() {
    let (estimator, asked) = counting();
    let request = Request::prompt("why is it blue");
    let (known, other) = (
        request.clone().model("known"),
        request.clone().model("other"),
    );
    for _ in 0..3 {
        assert_eq!(estimator.estimate(&known), 4 + 3);
        assert_eq!(estimator.estimate(&other), TokenEstimator::raw(&other));
        assert_eq!(
            estimator.most(Some("other"), &request),
            TokenEstimator::at_most(&request)
        );
        // Without a model there is no vocabulary.
        assert_eq!(estimator.estimate(&request), TokenEstimator::raw(&request));
    }
    assert_eq!(
        *asked.lock().unwrap(),
        ["known: why is it blue", "other: why is it blue"]
    );
    // One letter makes another text.
    assert_eq!(
        estimator.estimate(&Request::prompt("why is it bl e").model("known")),
        5 + 3
    );
}

#[tokio::test(start_paused = true)]
async fn a_count_that_is_used_stays_known_and_memory_is_bounded() {
    let (estimator, asked) = counting();
    let instructions = Request::prompt("the same for all").model("known");
    for number in 0..10_000 {
        estimator.estimate(&instructions);
        estimator.estimate(&Request::prompt(format!("task {number}")).model("known"));
    }
    assert_eq!(asked.lock().unwrap().len(), 10_001);
    // What was not used for long is counted anew, because it is not kept for ever.
    assert_eq!(
        estimator.estimate(&Request::prompt("task 0").model("known")),
        2 + 3
    );
    assert_eq!(asked.lock().unwrap().len(), 10_002);
}

#[tokio::test(start_paused = true)]
async fn without_a_counter_lengths_are_measured_whatever_the_features() {
    let request = Request::prompt("a".repeat(4_000))
        .model("gpt-4o")
        .max_output_tokens(1);
    let reserved = Arc::new(Mutex::new(0));
    let purse = Purse::new(BudgetLimits::default().tokens(1_000_000));
    let (seen, inside) = (Arc::clone(&reserved), purse.clone());
    let model = Scripted::by(move |_| {
        *seen.lock().unwrap() = inside.promised().tokens;
        Ok("done")
    });
    let budget = Budget::new(model, purse, PriceTable::empty());
    budget.complete(&request).await.unwrap();
    assert_eq!(
        *reserved.lock().unwrap(),
        TokenEstimator::at_most(&request) + 1
    );
    assert_eq!(TokenEstimator::default().estimate(&request), 1_003);
    let limit = |tokens| {
        let model = Scripted::by(|_| Ok("done"));
        RateLimit::new(
            model,
            RateLimits::per_minute()
                .tokens(tokens)
                .slack(Duration::ZERO),
        )
    };
    assert!(limit(1_004).complete(&request).await.is_ok());
    let error = limit(1_003).complete(&request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RequestTooLarge);
}
