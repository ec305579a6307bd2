use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::sleep;
use wavecrew_providers::{
    BreakerPolicy, ErrorKind, ModelPrice, Provider, ProviderError, Rates, Request, RouteRule,
    Router, Scripted, Target,
};

use super::{Slow, all_at_once, collected, failure, request};

fn named(name: &'static str) -> Scripted {
    Scripted::by(move |_| Ok(name)).named(name)
}

/// Answers while the switch is on.
fn switched(name: &'static str, on: &Arc<AtomicBool>) -> Scripted {
    let on = Arc::clone(on);
    Scripted::by(move |_| match on.load(Ordering::Relaxed) {
        true => Ok(name),
        false => Err(failure(ErrorKind::Connect)),
    })
    .named(name)
}

async fn asked(router: &Router, request: &Request) -> String {
    router.complete(request).await.unwrap().text
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_choices_are_split_by_weight() {
    let router = Router::new(
        [
            Target::new(named("a")).weight(90),
            Target::new(named("b")).weight(10),
        ],
        [],
    )
    .unwrap();
    for _ in 0..10_000 {
        router.complete(&request()).await.unwrap();
    }
    let split = router.split();
    assert!(
        (split[0].share - 0.9).abs() < 0.01 && (split[1].share - 0.1).abs() < 0.01,
        "{split:?}"
    );
    assert_eq!((split[0].answered, split[1].asked), (9_000, 1_000));
}

#[tokio::test(start_paused = true)]
async fn what_is_down_gets_nothing_and_comes_back() {
    let on = Arc::new(AtomicBool::new(true));
    let policy = BreakerPolicy::default()
        .failures(2)
        .cool_down(Duration::from_secs(10));
    let targets = [
        Target::new(switched("a", &on)).weight(60).breaker(policy),
        Target::new(named("b")).weight(30),
        Target::new(named("c")).weight(10),
    ];
    let router = Router::new(targets, []).unwrap();
    on.store(false, Ordering::Relaxed);
    for _ in 0..400 {
        router.complete(&request()).await.unwrap();
    }
    let split = router.split();
    assert_eq!((split[0].asked, split[0].answered), (2, 0));
    assert!((split[1].share - 0.75).abs() < 0.01, "{split:?}");
    on.store(true, Ordering::Relaxed);
    sleep(Duration::from_secs(10)).await;
    for _ in 0..1_000 {
        router.complete(&request()).await.unwrap();
    }
    let back = router.split()[0].answered;
    assert!((590..=610).contains(&back), "{back}");
}

#[tokio::test(start_paused = true)]
async fn the_first_rule_that_fits_decides() {
    let targets = || ["local", "small", "large"].map(|name| Target::new(named(name)));
    let rules = [
        RouteRule::to(["large"]).model("o*-pro"),
        RouteRule::to(["large"]).complexity(7..=10),
        RouteRule::to(["small"]).category("docs/*"),
        RouteRule::to(["local"]).tokens(0..=100),
    ];
    let router = Router::new(targets(), rules).unwrap();
    assert_eq!(asked(&router, &request().model("o3-pro")).await, "large");
    assert_eq!(
        asked(&router, &request().metadata("complexity", 9)).await,
        "large"
    );
    assert_eq!(
        asked(&router, &request().metadata("category", "docs/guide")).await,
        "small"
    );
    assert_eq!(asked(&router, &request()).await, "local");
    let long = Request::prompt("word ".repeat(500));
    let names: Vec<String> = [
        asked(&router, &long).await,
        asked(&router, &long).await,
        asked(&router, &long).await,
    ]
    .into();
    assert!(
        ["local", "small", "large"]
            .iter()
            .all(|name| names.iter().any(|asked| asked == name))
    );

    for (rules, wrong) in [
        (vec![RouteRule::to(["nobody"])], "unknown target `nobody`"),
        (vec![RouteRule::to(Vec::<String>::new())], "names no target"),
    ] {
        let error = Router::new(targets(), rules).unwrap_err();
        assert!(error.to_string().contains(wrong), "{error}");
    }
    assert!(Router::new([], []).is_err());
    assert!(Router::new([Target::new(named("a")), Target::new(named("a"))], []).is_err());
}

#[tokio::test(start_paused = true)]
async fn the_cheapest_is_asked_first_and_the_next_when_it_fails() {
    let on = Arc::new(AtomicBool::new(true));
    let price = |dollars: u64| {
        ModelPrice::new(Rates::new(dollars * 1_000_000_000, dollars * 1_000_000_000))
    };
    let targets = [
        Target::new(named("unknown")),
        Target::new(named("dear")).price(price(9)),
        Target::new(switched("cheap", &on)).price(price(1)),
    ];
    let router = Router::new(targets, []).unwrap().cheapest();
    assert_eq!(asked(&router, &request()).await, "cheap");
    on.store(false, Ordering::Relaxed);
    let response = router.complete(&request()).await.unwrap();
    assert_eq!(
        (
            response.text.as_str(),
            response.attempts,
            response.passed_over.len()
        ),
        ("dear", 2, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_model_is_not_overrun_when_all_falls_back_to_it() {
    let local = Slow::named("local", Duration::from_secs(1), |_, _| Ok("local".into()));
    let off = Arc::new(AtomicBool::new(false));
    let targets = [
        Target::new(switched("cloud", &off))
            .weight(95)
            .breaker(BreakerPolicy::default().failures(1)),
        Target::new(Arc::clone(&local)).weight(5).cap(2),
    ];
    let router = Router::new(targets, []).unwrap();
    let ends = all_at_once(&router, &vec![request(); 20]).await;
    assert!(ends.iter().all(Result::is_ok));
    assert_eq!((local.calls(), local.crowd()), (20, 2));
}

#[tokio::test(start_paused = true)]
async fn what_has_no_place_is_passed_by_and_what_stands_by_waits() {
    let a = Slow::named("a", Duration::from_secs(1), |_, _| Ok("a".into()));
    let b = Slow::named("b", Duration::from_secs(1), |_, _| Ok("b".into()));
    let c = Slow::named("c", Duration::from_secs(1), |_, _| Ok("c".into()));
    let targets = [
        Target::new(Arc::clone(&a)).weight(90).cap(3),
        Target::new(Arc::clone(&b)).weight(10),
        Target::new(Arc::clone(&c)).weight(0),
    ];
    let router = Router::new(targets, []).unwrap();
    all_at_once(&router, &vec![request(); 12]).await;
    assert_eq!((a.calls(), b.calls(), c.calls()), (3, 9, 0));
}

#[tokio::test(start_paused = true)]
async fn when_all_are_left_alone_nobody_is_asked_and_the_wait_is_told() {
    let limited = |name: &'static str, seconds| {
        Scripted::by(move |_| {
            Err::<&str, _>(
                ProviderError::new(ErrorKind::RateLimited, name, "")
                    .with_retry_after(Duration::from_secs(seconds)),
            )
        })
        .named(name)
    };
    let router = Router::new(
        [Target::new(limited("a", 60)), Target::new(limited("b", 30))],
        [],
    )
    .unwrap();
    router.complete(&request()).await.unwrap_err();
    let error = router.complete(&request()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), error.is_transient()),
        (ErrorKind::Exhausted, 0, true)
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_to_the_next_target_before_its_first_piece_only() {
    let off = Arc::new(AtomicBool::new(false));
    let targets = [
        Target::new(switched("a", &off)).weight(99),
        Target::new(named("b")),
    ];
    let router = Router::new(targets, []).unwrap();
    let response = collected(&router).await.unwrap();
    assert_eq!((response.text.as_str(), response.attempts), ("b", 2));
    let partial = failure(ErrorKind::Incomplete).with_partial("half".into());
    let breaks = Scripted::by(move |_| Err::<&str, _>(partial.clone())).named("breaks");
    let never = Arc::new(named("never"));
    let router = Router::new(
        [
            Target::new(breaks),
            Target::new(Arc::clone(&never)).weight(0),
        ],
        [],
    )
    .unwrap();
    let error = collected(&router).await.unwrap_err();
    assert_eq!((error.kind(), never.calls()), (ErrorKind::Incomplete, 0));
}
