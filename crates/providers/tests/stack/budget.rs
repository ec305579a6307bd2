use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use wavecrew_providers::{
    Budget, BudgetLimits, Cost, ErrorKind, ModelPrice, PriceTable, Provider, Purse, Rates, Request,
    Response, TimeoutPhase, Usage,
};

use super::{Slow, all_at_once, failure, request};

/// One dollar for a million tokens in, ten for a million out.
fn prices() -> PriceTable {
    PriceTable::empty().with(
        "priced",
        ModelPrice::new(Rates::new(1_000_000_000, 10_000_000_000)),
    )
}

fn asks() -> Request {
    request().model("priced").max_output_tokens(100)
}

fn budget(model: &Arc<Slow>, limits: BudgetLimits) -> Budget<Arc<Slow>> {
    Budget::new(Arc::clone(model), Purse::new(limits), prices())
}

#[tokio::test(start_paused = true)]
async fn two_hundred_at_once_with_a_budget_for_a_hundred_never_overspend_it() {
    let model = Slow::of_tokens(Duration::from_secs(1), 10, 100);
    // 10 · 1000 + 100 · 10000 nano dollars each.
    let each = 1_010_000;
    // A hundred, and what the last of them reserves beyond its use.
    let most = Cost::from_nano_usd(100 * each + 6_000);
    let budget = budget(&model, BudgetLimits::default().cost(most));
    let ends = all_at_once(&budget, &vec![asks(); 200]).await;
    let answered = ends.iter().filter(|end| end.is_ok()).count();
    let spent = budget.purse().spent();
    assert_eq!(
        (answered, spent.nano_usd, spent.calls),
        (100, 100 * each, 100)
    );
    assert_eq!(budget.purse().promised(), Default::default());
    let refused = ends.into_iter().filter_map(Result::err);
    assert!(
        refused
            .clone()
            .all(|error| error.kind() == ErrorKind::Budget && error.attempts() == 0)
    );
    assert_eq!(refused.count(), 100);
    assert_eq!(model.calls(), 100);
}

proptest! {
    #[test]
    fn whatever_calls_use_the_budget_holds(
        outputs in prop::collection::vec((0_u64..=100, 0_u8..4), 1..60),
        most in 0_u64..3_000,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let plan = outputs.clone();
            let model = Slow::new(Duration::from_secs(1), move |_, call| {
                let (output, fate) = plan[call % plan.len()];
                let answer = Response::new("slow", "x").usage(Usage::new(5, output));
                match fate {
                    0 => Err(failure(ErrorKind::Server)),
                    1 => Err(failure(ErrorKind::Incomplete).with_partial(answer)),
                    2 => Ok("usage unknown".into()),
                    _ => Ok(answer),
                }
            });
            let purse = Purse::new(BudgetLimits::default().tokens(most));
            let budget = Budget::new(Arc::clone(&model), purse, PriceTable::empty());
            all_at_once(&budget, &vec![asks(); outputs.len()]).await;
            let spent = budget.purse().spent();
            assert!(spent.tokens <= most && spent.calls as usize == model.calls());
            assert_eq!(budget.purse().promised(), Default::default());
        });
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_price_is_refused_and_never_nothing() {
    let model = Slow::of_tokens(Duration::ZERO, 1, 1);
    let rich = BudgetLimits::default().cost(Cost::from_nano_usd(u64::MAX));
    let budget = budget(&model, rich);
    for unknown in [request(), request().model("priced-plus")] {
        let error = budget.complete(&unknown).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_transient()),
            (ErrorKind::Budget, false)
        );
    }
    assert_eq!(model.calls(), 0);
    budget
        .clone()
        .default_model("priced")
        .complete(&request())
        .await
        .unwrap();
    budget
        .clone()
        .allow_unpriced()
        .complete(&request())
        .await
        .unwrap();
    // Without a bound on money no price is needed.
    let calls = Budget::new(
        Arc::clone(&model),
        Purse::new(BudgetLimits::default().calls(1)),
        prices(),
    );
    calls.complete(&request()).await.unwrap();
    let error = calls.complete(&request()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "slow: out of budget: not enough calls are left for the request"
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_charged_counts_and_what_was_not_does_not() {
    let spent_after = async |kind| {
        let model = Slow::new(Duration::ZERO, move |_, _| Err(failure(kind)));
        let budget = budget(&model, BudgetLimits::default());
        budget.complete(&asks()).await.unwrap_err();
        budget.purse().spent()
    };
    let timeout = spent_after(ErrorKind::Timeout).await;
    assert!(timeout.nano_usd >= 1_000_000 && timeout.calls == 1);
    // A host that takes no connection was asked nothing.
    let model = Slow::new(Duration::ZERO, |_, _| {
        let error = failure(ErrorKind::Timeout);
        Err(error.with_timeout_phase(TimeoutPhase::Connect))
    });
    let unheard = budget(&model, BudgetLimits::default());
    unheard.complete(&asks()).await.unwrap_err();
    assert_eq!(unheard.purse().spent().nano_usd, 0);
    let refused = spent_after(ErrorKind::RateLimited).await;
    assert_eq!((refused.nano_usd, refused.tokens, refused.calls), (0, 0, 1));

    let model = Slow::of_tokens(Duration::from_secs(9), 1, 1);
    let budget = budget(&model, BudgetLimits::default());
    let given_up = tokio::time::timeout(Duration::from_secs(1), budget.complete(&asks())).await;
    assert!(given_up.is_err() && budget.purse().spent().nano_usd >= 1_000_000);
    let stream = budget.stream(&asks()).await.unwrap();
    let before = budget.purse().spent().calls;
    drop(stream);
    assert_eq!(budget.purse().spent().calls, before + 1);
}

#[tokio::test]
async fn a_refusal_within_an_answer_costs_nothing() {
    // The id and the question's length are known before a server finds out that it is too busy.
    let named = Response::new("model", "").usage(Usage::new(900, None));
    let worked = Response::new("model", "Blue").usage(Usage::new(900, None));
    let script = [
        failure(ErrorKind::RateLimited).with_partial(named.clone()),
        failure(ErrorKind::Overloaded).with_partial(named.clone()),
        failure(ErrorKind::Overloaded).with_partial(worked),
        failure(ErrorKind::Server).with_partial(named),
    ];
    let model = Slow::new(Duration::ZERO, move |_, call| Err(script[call].clone()));
    let budget = budget(&model, BudgetLimits::default().tokens(1_000_000));
    let mut spent = Vec::new();
    for _ in 0..4 {
        budget.complete(&asks()).await.unwrap_err();
        spent.push(budget.purse().spent().tokens);
    }
    let most = spent[2];
    assert!(most > 100, "{spent:?}");
    // Nobody knows how far it came: all that was reserved. So it is where the model was at work.
    assert_eq!(spent, [0, 0, most, 2 * most]);
    assert_eq!(budget.purse().spent().calls, 4);
}
