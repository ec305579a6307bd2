//! What nodes cost, in exact money.

mod support;

use proptest::prelude::*;
use support::{any_dag, graph};
use wavecrew_dag::{CostError, Costs, Money, Spread, TokenUse, Waves};

fn tokens(input: u64, output: u64) -> TokenUse {
    TokenUse {
        input: Spread::exactly(input),
        output: Spread::exactly(output),
        input_price: Money::from_picos(3_000_000),
        output_price: Money::from_picos(37_500),
    }
}

#[test]
fn money_is_written_as_it_is() {
    let text = |picos| Money::from_picos(picos).to_string();
    assert_eq!(text(0), "0.00");
    assert_eq!(text(1), "0.000000000001");
    assert_eq!(text(1_500_000_000_000), "1.50");
    assert_eq!(text(12_345_600_000_000), "12.3456");
    assert_eq!(text(u128::MAX), "340282366920938463463374607.431768211455");
}

#[test]
fn a_cost_is_tokens_times_price() {
    let dag = graph("a b", "a>b");
    let costs = Costs::new(&dag, &[tokens(1_000_000, 0), tokens(0, 1)]).unwrap();
    assert_eq!(costs.nodes[0].least.to_string(), "3.00");
    assert_eq!(costs.total.most.to_string(), "3.0000000375");
}

#[test]
fn figures_that_cannot_be_are_told() {
    let dag = graph("a b", "a>b");
    let check = |uses: &[TokenUse], expected| assert_eq!(Costs::new(&dag, uses), Err(expected));
    check(
        &[],
        CostError::WrongLength {
            expected: 2,
            found: 0,
        },
    );
    let turned = Spread {
        least: 3,
        expected: 2,
        most: 4,
    };
    let turned = TokenUse {
        output: turned,
        ..tokens(1, 1)
    };
    check(
        &[tokens(1, 1), turned],
        CostError::OutOfOrder { id: "b".to_owned() },
    );
    let dear = TokenUse {
        input_price: Money::from_picos(u128::MAX),
        ..tokens(1, 0)
    };
    let overflow = |id: &str| CostError::Overflow { id: id.to_owned() };
    check(&[dear, tokens(1, 0)], overflow("b"));
    check(
        &[
            TokenUse {
                input: Spread::exactly(2),
                ..dear
            },
            tokens(1, 0),
        ],
        overflow("a"),
    );
}

#[test]
fn nothing_costs_nothing() {
    let dag = graph("", "");
    let costs = Costs::new(&dag, &[]).unwrap();
    assert_eq!(costs.total, Spread::exactly(Money::ZERO));
    assert_eq!(costs.by_wave(&Waves::levels(&dag)), Ok(Vec::new()));
}

proptest! {
    #[test]
    fn waves_cost_what_all_nodes_cost(dag in any_dag(20), price in any::<u32>()) {
        let uses: Vec<TokenUse> = dag
            .nodes()
            .map(|node| {
                let duration = *dag.payload(node);
                let input = Spread { least: duration, expected: 2 * duration, most: u64::MAX };
                let input_price = Money::from_picos(price.into());
                TokenUse { input, input_price, ..TokenUse::default() }
            })
            .collect();
        let costs = Costs::new(&dag, &uses).unwrap();
        let waves = costs.by_wave(&Waves::levels(&dag)).unwrap();
        let sum = |of: fn(&Spread<Money>) -> Money| -> u128 {
            waves.iter().map(|wave| of(wave).picos()).sum()
        };
        prop_assert_eq!(sum(|wave| wave.least), costs.total.least.picos());
        prop_assert_eq!(sum(|wave| wave.expected), costs.total.expected.picos());
        prop_assert_eq!(sum(|wave| wave.most), costs.total.most.picos());
        let work: u64 = dag.payloads().iter().sum();
        prop_assert_eq!(costs.total.expected.picos(), u128::from(price) * 2 * u128::from(work));
    }
}
