//! Exact counts by the vocabularies of OpenAI's models.

use std::sync::Arc;

use proptest::prelude::*;
use wavecrew_providers::{
    Budget, BudgetLimits, Message, PriceTable, Provider, Purse, Request, Response, Scripted,
    TokenEstimator, Usage,
};

/// Counts that OpenAI publishes for its own tokenizer (cookbook, "How to count tokens with tiktoken").
#[test]
fn as_the_vendor_counts() {
    for (text, gpt_4, gpt_4o) in [
        ("tiktoken is great!", 6, 6),
        ("antidisestablishmentarianism", 6, 6),
        ("2 + 2 = 4", 7, 7),
        ("お誕生日おめでとう", 9, 8),
        ("", 0, 0),
    ] {
        let counts = ["gpt-4", "gpt-4o"].map(|model| TokenEstimator::count(model, text));
        assert_eq!(counts, [Some(gpt_4), Some(gpt_4o)], "{text}");
    }
    // Models that degenerate into one letter are a real input.
    assert!(TokenEstimator::count("gpt-4o", &"a".repeat(200_000)).unwrap() > 10_000);
    // Marks are words like any other: whoever writes them must not end a text by them.
    assert!(TokenEstimator::count("gpt-4o", "<|endoftext|>").unwrap() > 1);
}

#[test]
fn models_by_the_beginning_of_their_names() {
    let birthday = |model: &str| TokenEstimator::count(model, "お誕生日おめでとう");
    for model in [
        "gpt-4o",
        "gpt-4o-mini-2024-07-18",
        "GPT-4o",
        "openai/gpt-5.1-codex",
        "gpt-5",
        "gpt-4.1-nano",
        "gpt-oss:120b",
        "o3-mini",
        "o4-mini",
        "ft:gpt-4o-mini-2024-07-18:my-org::id",
        "chatgpt-4o-latest",
    ] {
        assert_eq!(birthday(model), Some(8), "{model}");
    }
    for model in [
        "gpt-4",
        "gpt-4-turbo",
        "gpt-3.5-turbo-0125",
        "gpt-35-turbo",
        "azure/gpt-4-32k",
    ] {
        assert_eq!(birthday(model), Some(9), "{model}");
    }
    for model in [
        "",
        "o",
        "o10",
        "gpt-4omega",
        "gpt",
        "claude-opus-5",
        "llama3.3:70b",
        "gpt-50",
    ] {
        assert_eq!(birthday(model), None, "{model}");
    }
}

fn counting() -> TokenEstimator {
    TokenEstimator::default().counted_by(TokenEstimator::count)
}

#[test]
fn estimates_count_where_the_model_is_known_and_measure_where_it_is_not() {
    let text = "fn main() { println!(\"{}\", 1_000_000); }\n".repeat(50);
    let asked = Request::new([Message::system("Be brief."), Message::user(text.as_str())]);
    let counted: u64 = ["Be brief.", &text]
        .iter()
        .filter_map(|text| TokenEstimator::count("gpt-4o", text))
        .sum();
    let (known, unknown) = (asked.clone().model("gpt-4o"), asked.clone().model("mine"));
    let estimator = counting();
    assert_eq!(estimator.estimate(&known), counted + 6);
    assert_eq!(estimator.estimate(&unknown), TokenEstimator::raw(&asked));
    assert!((counted..counted + 30).contains(&estimator.most(Some("gpt-4o"), &asked)));
    assert_eq!(
        estimator.most(Some("mine"), &asked),
        TokenEstimator::at_most(&asked)
    );
    // A request that names no model goes to the default one.
    assert_eq!(estimator.estimate(&asked), TokenEstimator::raw(&asked));
    let estimator = estimator.default_model("gpt-4o");
    assert_eq!(estimator.estimate(&asked), counted + 6);
    assert!((counted..counted + 30).contains(&estimator.most(None, &asked)));
    // The feature alone changes nothing: whoever did not ask for counts has none, and does not wait for them.
    let measured = (asked.len_bytes() as u64).div_ceil(4) + 6;
    for model in [None, Some("gpt-4o"), Some("mine")] {
        let mut asked = asked.clone();
        asked.model = model.map(str::to_owned);
        assert_eq!(TokenEstimator::default().estimate(&asked), measured);
        assert_eq!(TokenEstimator::raw(&asked), measured);
        let most = TokenEstimator::default().most(model, &asked);
        assert!(most > asked.len_bytes() as u64);
        assert_eq!(most, TokenEstimator::at_most(&asked));
    }
    // What a server adds is learnt all the same.
    let told = Response::new("m", "x").usage(Usage::new(2 * (counted + 6), 1));
    estimator.learn(None, counted + 6, &told);
    assert_eq!(estimator.estimate(&asked), 2 * (counted + 6));
}

#[tokio::test]
async fn a_budget_reserves_what_is_counted() {
    let text = "word ".repeat(2_000);
    let asked = Request::prompt(text.as_str()).max_output_tokens(10);
    let most = counting().most(Some("gpt-4o"), &asked) + 10;
    let model = Arc::new(Scripted::by(|_| Ok("done")));
    let purse = Purse::new(BudgetLimits::default().tokens(most));
    // By its bytes alone it would be five times too much, and by an unknown model's name it is measured by them.
    let budget = Budget::new(model, purse, PriceTable::built_in()).default_model("gpt-4o");
    assert!(budget.complete(&asked).await.is_err());
    let budget = budget.estimator(Arc::new(counting()));
    assert!(budget.complete(&asked.clone().model("mine")).await.is_err());
    assert_eq!(budget.complete(&asked).await.unwrap().text, "done");
}

proptest! {
    #[test]
    fn no_text_has_more_tokens_than_bytes_or_none(text in "\\PC{0,40}|[\\s\\u{0301}\\u{200D}a-c]{0,60}") {
        for model in ["gpt-4", "gpt-4o"] {
            let count = TokenEstimator::count(model, &text).unwrap();
            prop_assert!(count <= text.len() as u64);
            prop_assert_eq!(count == 0, text.is_empty());
        }
    }
}
