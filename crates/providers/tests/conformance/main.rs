//! Every provider that needs no network, and every wrapper, held to what a provider promises.

mod guide;

use std::time::Duration;

use wavecrew_providers::testing::Subject;
use wavecrew_providers::*;

fn down() -> Scripted {
    let error = ProviderError::new(ErrorKind::Overloaded, "model", "try\u{1b}[2J later");
    Scripted::by(move |_| Err::<&str, _>(error.clone())).named("model")
}

fn up() -> Scripted {
    Scripted::by(|_| {
        Ok(Response::from("hello to you")
            .usage(Usage::new(8, 3))
            .model("gpt-4o"))
    })
    .named("model")
}

/// A wrapper around a provider that answers, and around one that does not.
fn wrapped<P: Provider>(wrap: impl Fn(Scripted) -> P) -> Subject {
    let request = Request::prompt("hi").model("gpt-4o").max_output_tokens(50);
    Subject::new(wrap(up()), request)
        .failing(wrap(down()), ErrorKind::Overloaded)
        .secret("sk-canary")
}

fn brief() -> Subject {
    let brief = Brief {
        title: "Greeting".into(),
        deliverables: vec![BriefFile::new("docs/hello.md")],
        criteria: vec!["`docs/hello.md` contains the heading `## Usage`".into()],
        ..Brief::default()
    };
    Subject::new(Heuristic::new(), Request::new([]).with_brief(&brief))
}

fn replay() -> Subject {
    let request = Request::prompt("hi");
    let mut recording = Recording::default();
    let record = Record::new(up());
    testing::run(async {
        for _ in 0..200 {
            record.complete(&request).await.unwrap();
        }
    });
    recording.exchanges.extend(record.recording().exchanges);
    Subject::new(Replay::new("replay", recording), request.clone()).failing(
        Replay::new("replay", Recording::default()),
        ErrorKind::Configuration,
    )
}

fn quick() -> RetryPolicy {
    RetryPolicy::default()
        .base(Duration::from_millis(1))
        .cap(Duration::from_millis(2))
}

fn whole_stack(model: Scripted) -> impl Provider {
    let prices = std::sync::Arc::new(PriceTable::built_in());
    let call = Priced::new(model, prices.clone());
    let call = Limit::adaptive(call, 4..=64);
    let call = RateLimit::new(
        call,
        RateLimits::per_minute().requests(10_000).tokens(10_000_000),
    );
    let call = Budget::new(
        call,
        Purse::new(BudgetLimits::default().cost(Cost::from_nano_usd(u64::MAX))),
        prices,
    );
    let call = Metered::new(Retry::new(
        Breaker::new(call, BreakerPolicy::default()),
        quick(),
    ));
    let router = Router::new([Target::new(call)], []).unwrap();
    Record::new(Deadline::new(
        Fallback::new(vec![Box::new(router)]),
        Duration::from_secs(60),
    ))
}

macro_rules! conforms {
    ($($name:ident: $subject:expr;)*) => {
        $(
            mod $name {
                use super::*;

                wavecrew_providers::conformance!($subject);
            }
        )*
    };
}

conforms! {
    scripted: wrapped(|model| model);
    heuristic: brief();
    replays: replay();
    retry: wrapped(|model| Retry::new(model, quick()));
    rate_limit: wrapped(|model| RateLimit::new(model, RateLimits::per_minute().requests(9_000)));
    limit: wrapped(|model| Limit::adaptive(model, 1..=9));
    fixed_limit: wrapped(|model| Limit::fixed(model, 1));
    breaker: wrapped(|model| Breaker::new(model, BreakerPolicy::default()));
    deadline: wrapped(|model| Deadline::new(model, Duration::from_secs(60)).idle(Duration::from_secs(9)));
    budget: wrapped(|model| Budget::new(model, Purse::new(BudgetLimits::default().calls(9_999)), PriceTable::built_in()));
    fallback: wrapped(|model| Fallback::new(vec![Box::new(model)]));
    router: wrapped(|model| Router::new([Target::new(model).cap(2)], []).unwrap());
    record: wrapped(Record::new);
    cache: wrapped(|model| Cache::new(model, 9));
    priced: wrapped(|model| Priced::new(model, PriceTable::built_in()));
    metered: wrapped(Metered::new);
    boxed: wrapped(|model| Box::new(model) as Box<dyn Provider>);
    shared: wrapped(|model| std::sync::Arc::new(model) as std::sync::Arc<dyn Provider>);
    stack: wrapped(whole_stack);
}
