//! Simulated runs against what can be computed, and what holds of all of them.

mod support;

use std::num::{NonZeroU32, NonZeroUsize};

use proptest::prelude::*;
use support::{any_claimed_dag, any_dag, claims, graph};
use wavecrew_dag::{
    Attempts, CriticalPath, Dag, Estimate, Lags, NodeId, Outlook, Resources, Risk, Simulation,
    SimulationError, Workload, schedule, simulate,
};

const MANY: u32 = 40_000;

fn slots(slots: usize) -> NonZeroUsize {
    NonZeroUsize::new(slots).expect("at least one slot")
}

fn attempts(failure: f64, most: u32) -> Attempts {
    Attempts {
        failure,
        most: NonZeroU32::new(most).expect("at least one attempt"),
    }
}

/// Simulates with nothing but slots; what is planned for is of no matter where nobody waits.
fn outlook(dag: &Dag<u64>, workers: usize, simulation: &Simulation<'_>) -> Outlook {
    let workload = Workload::new(dag.payloads(), slots(workers));
    simulate(dag, &workload, simulation).expect("the estimates make sense")
}

fn of_one(estimate: Estimate) -> Outlook {
    let estimates = [estimate];
    let simulation = Simulation {
        draws: MANY,
        ..Simulation::new(&estimates)
    };
    outlook(&graph("a", ""), 1, &simulation)
}

#[track_caller]
fn assert_within_a_percent(found: Option<f64>, expected: f64) {
    let found = found.expect("there are draws");
    let off = (found - expected).abs();
    assert!(off <= expected.abs() * 0.01, "{found}, not {expected}");
}

fn pert(least: f64, likely: f64, most: f64) -> Estimate {
    Estimate::Pert {
        least,
        likely,
        most,
    }
}

fn triangular(least: f64, likely: f64, most: f64) -> Estimate {
    Estimate::Triangular {
        least,
        likely,
        most,
    }
}

#[test]
fn three_points_have_the_mean_and_the_deviation_of_pert() {
    for (a, m, b) in [
        (2.0, 5.0, 14.0),
        (0.0, 0.0, 3.0),
        (1.0, 7.0, 7.0),
        (10.0, 10.5, 11.0),
        (100.0, 900.0, 1_000.0),
        (0.0, 0.01, 1.0),
    ] {
        let found = of_one(pert(a, m, b)).ends;
        let mean = (a + 4.0 * m + b) / 6.0;
        assert_within_a_percent(found.mean(), mean);
        // Of a beta distribution whose shapes are 6 together.
        let variance = (mean - a) * (b - mean) / 7.0;
        assert_within_a_percent(found.standard_deviation(), variance.sqrt());
        assert!(a <= found.quantile(0.0).unwrap() && found.quantile(1.0).unwrap() <= b);
    }
}

#[test]
fn the_quantiles_of_a_power_are_those_of_the_beta_distribution() {
    // With the most likely at an end, beta is a power: 1 - (1 - x)^5, and x^5.
    let falling = of_one(pert(0.0, 0.0, 100.0)).ends;
    let rising = of_one(pert(0.0, 100.0, 100.0)).ends;
    for share in [0.1_f64, 0.5, 0.8, 0.9, 0.95] {
        let expected = 100.0 * (1.0 - (1.0 - share).powf(0.2));
        let found = falling.quantile(share).unwrap();
        assert!((found - expected).abs() < 0.5, "{found}, not {expected}");
        assert_within_a_percent(rising.quantile(share), 100.0 * share.powf(0.2));
    }
    // Beta(3, 3) is x^3 (10 - 15 x + 6 x^2), of which one half is at 1/2 and 0.103515625 at 1/4.
    let middle = of_one(pert(0.0, 50.0, 100.0)).ends;
    assert_within_a_percent(middle.quantile(0.103_515_625), 25.0);
    assert_within_a_percent(middle.quantile(0.5), 50.0);
    assert_within_a_percent(middle.quantile(1.0 - 0.103_515_625), 75.0);
}

#[test]
fn triangles_have_their_mean_and_quantiles() {
    let found = of_one(triangular(10.0, 20.0, 60.0)).ends;
    assert_within_a_percent(found.mean(), 30.0);
    // A fifth lies below the most likely.
    assert_within_a_percent(found.quantile(0.2), 20.0);
    assert_within_a_percent(found.quantile(0.8), 60.0 - (0.2_f64 * 50.0 * 40.0).sqrt());
    assert_within_a_percent(found.share_within(20), 0.2);
}

#[test]
fn a_log_normal_has_its_median_its_mean_and_its_quantiles() {
    let found = of_one(Estimate::LogNormal {
        median: 40.0,
        spread: 1.5,
    });
    let sigma = 1.5_f64.ln();
    assert_within_a_percent(found.ends.quantile(0.5), 40.0);
    assert_within_a_percent(found.ends.mean(), 40.0 * (sigma * sigma / 2.0).exp());
    for (share, z) in [(0.8, 0.841_621), (0.9, 1.281_552), (0.95, 1.644_854)] {
        assert_within_a_percent(found.ends.quantile(share), 40.0 * (sigma * z).exp());
    }
    let by_mean = Estimate::log_normal(50.0, 20.0);
    assert!((by_mean.mean() - 50.0).abs() < 1e-9);
    let found = of_one(by_mean).ends;
    assert_within_a_percent(found.mean(), 50.0);
    assert_within_a_percent(found.standard_deviation(), 20.0);
    assert_eq!(
        of_one(Estimate::log_normal(0.0, 1.0)).ends.mean(),
        Some(0.0)
    );
    assert_eq!(
        of_one(Estimate::log_normal(7.0, 0.0)).ends.quantile(1.0),
        Some(7.0)
    );
}

#[test]
fn a_chain_takes_what_its_parts_take() {
    let dag = graph("a b c d", "a>b b>c c>d");
    let estimates = [
        pert(2.0, 5.0, 14.0),
        triangular(1.0, 2.0, 6.0),
        Estimate::log_normal(5.0, 2.0),
        Estimate::Fixed(4),
    ];
    let found = outlook(&dag, 3, &Simulation::new(&estimates));
    assert_within_a_percent(found.ends.mean(), 6.0 + 3.0 + 5.0 + 4.0);
    assert!(found.nodes.iter().all(|node| node.criticality == 1.0));
}

#[test]
fn side_by_side_the_longest_counts() {
    let dag = graph("a b c d e", "");
    // The largest of n draws of x^k is one of x^(n k), whose mean is n k / (n k + 1).
    let powers = [pert(0.0, 100.0, 100.0); 5];
    let found = outlook(&dag, 5, &Simulation::new(&powers));
    assert_within_a_percent(found.ends.mean(), 100.0 * 25.0 / 26.0);
    let triangles = [triangular(0.0, 100.0, 100.0); 5];
    let simulation = Simulation {
        draws: MANY,
        ..Simulation::new(&triangles)
    };
    let found = outlook(&dag, 5, &simulation);
    assert_within_a_percent(found.ends.mean(), 100.0 * 10.0 / 11.0);
    assert_within_a_percent(found.ends.quantile(0.5), 100.0 * 0.5_f64.powf(0.1));
    // Each is the last in one of five draws.
    for node in &found.nodes {
        assert!((node.criticality - 0.2).abs() < 0.01);
    }
    // One worker does one after another, and all of it counts.
    let found = outlook(&dag, 1, &simulation);
    assert_within_a_percent(found.ends.mean(), 5.0 * 200.0 / 3.0);
    assert!(found.nodes.iter().all(|node| node.criticality == 1.0));
}

#[test]
fn attempts_are_a_geometric_series_cut_off() {
    let estimates = [Estimate::Fixed(10)];
    for (failure, most) in [(0.5, 3), (0.1, 2), (0.9, 5), (0.0, 4), (1.0, 3)] {
        let simulation = Simulation {
            draws: MANY,
            risk: Risk::Same(attempts(failure, most)),
            ..Simulation::new(&estimates)
        };
        let found = outlook(&graph("a", ""), 1, &simulation);
        let all_fail = f64::powi(failure, most as i32);
        let expected = (0..most as i32)
            .map(|tried| f64::powi(failure, tried))
            .sum::<f64>();
        assert_within_a_percent(Some(found.attempts()), expected);
        assert_within_a_percent(found.ends.mean(), 10.0 * expected);
        assert!((found.completes() - (1.0 - all_fail)).abs() < 0.005);
        assert_eq!(found.completions.is_empty(), failure == 1.0);
    }
}

/// The number of attempts is drawn at once, so it does not matter how many there are.
#[test]
fn what_never_succeeds_is_given_up_at_once() {
    let estimates = [Estimate::Fixed(3)];
    let simulation = Simulation {
        risk: Risk::Same(attempts(1.0, u32::MAX)),
        draws: 50,
        ..Simulation::new(&estimates)
    };
    let found = outlook(&graph("a", ""), 1, &simulation);
    assert_eq!(found.attempts(), f64::from(u32::MAX));
    assert_eq!(found.completes(), 0.0);
    assert_eq!(found.ends.mean(), Some(3.0 * f64::from(u32::MAX)));
    let far = [Estimate::LogNormal {
        median: 1e300,
        spread: 1e300,
    }];
    let simulation = Simulation {
        estimates: &far,
        ..simulation
    };
    let end = outlook(&graph("a", ""), 1, &simulation).ends.mean();
    assert_eq!(end, Some(u64::MAX as f64));
}

/// With failure p and at most m attempts: (1 - p^m) / (1 - p) attempts on average, each of the mean
/// length (Wald's equation).
#[test]
fn many_attempts_are_a_geometric_series_too() {
    for (failure, most) in [(0.98_f64, 5_000), (0.999, 800), (0.99, 65)] {
        let series = (1.0 - failure.powi(most as i32)) / (1.0 - failure);
        let shapes = [
            Estimate::Fixed(6),
            pert(2.0, 5.0, 14.0),
            triangular(1.0, 3.0, 14.0),
            Estimate::log_normal(6.0, 3.0),
        ];
        for estimate in shapes {
            let estimates = [estimate];
            let simulation = Simulation {
                risk: Risk::Same(attempts(failure, most)),
                draws: MANY,
                ..Simulation::new(&estimates)
            };
            let found = outlook(&graph("a", ""), 1, &simulation);
            // The number of attempts varies as much as it is, so four standard errors are 2 %.
            assert!((found.attempts() / series - 1.0).abs() < 0.02);
            let mean = found.ends.mean().expect("there are draws");
            assert!((mean / (6.0 * series) - 1.0).abs() < 0.02);
            let fails = failure.powi(most as i32);
            assert!((1.0 - found.completes() - fails).abs() < 0.01);
        }
    }
}

/// Where every attempt fails, only their lengths vary: the deviation is that of a sum.
#[test]
fn what_many_attempts_take_varies_as_a_sum_does() {
    let shapes = [
        (pert(2.0, 5.0, 14.0), (4.0 * 8.0 / 7.0_f64).sqrt()),
        (
            triangular(1.0, 3.0, 14.0),
            ((4.0 + 121.0 + 22.0) / 18.0_f64).sqrt(),
        ),
        (Estimate::log_normal(6.0, 3.0), 3.0),
    ];
    for (estimate, deviation) in shapes {
        let estimates = [estimate];
        let simulation = Simulation {
            risk: Risk::Same(attempts(1.0, 900)),
            draws: MANY,
            ..Simulation::new(&estimates)
        };
        let ends = outlook(&graph("a", ""), 1, &simulation).ends;
        assert_within_a_percent(ends.mean(), 5_400.0);
        assert_within_a_percent(ends.standard_deviation(), 30.0 * deviation);
    }
}

#[test]
fn what_depends_on_a_failure_is_skipped() {
    let dag = graph("a b c d", "a>b b>c");
    let estimates = [Estimate::Fixed(1); 4];
    let sure = attempts(0.0, 1);
    let risks = [attempts(0.2, 1), attempts(0.5, 2), sure, sure];
    let simulation = Simulation {
        draws: 3 * MANY,
        risk: Risk::Each(&risks),
        ..Simulation::new(&estimates)
    };
    let found = outlook(&dag, 2, &simulation);
    let succeeds = [0.8, 0.8 * 0.75, 0.8 * 0.75, 1.0];
    let tries = [1.0, 0.8 * 1.5, 0.8 * 0.75, 1.0];
    for (node, (succeeds, tries)) in found.nodes.iter().zip(succeeds.into_iter().zip(tries)) {
        assert_within_a_percent(Some(node.succeeds), succeeds);
        assert_within_a_percent(Some(node.attempts), tries);
    }
    assert_eq!(found.nodes[0].skipped, 0.0);
    assert_within_a_percent(Some(found.nodes[2].skipped), 0.4);
    assert_within_a_percent(Some(found.completes()), 0.6);
    assert_within_a_percent(Some(found.attempts()), 1.0 + 1.2 + 0.6 + 1.0);
    // Where all succeed, b needs one attempt in two of three.
    assert_within_a_percent(found.completions.mean(), 3.0 + 1.0 / 3.0);
}

#[test]
fn a_chain_of_few_slots_is_critical_through_them() {
    // `long` ends last, and had to wait for the slot of `short`; `free` decides nothing.
    let dag = graph("first=4 short=3 long=9", "");
    let workload = Workload {
        ranks: Some(&[2, 1, 0]),
        ..Workload::new(dag.payloads(), slots(2))
    };
    let estimates = [4, 3, 9].map(Estimate::Fixed);
    let found = simulate(&dag, &workload, &Simulation::new(&estimates)).unwrap();
    let critical: Vec<f64> = found.nodes.iter().map(|node| node.criticality).collect();
    assert_eq!(critical, [0.0, 1.0, 1.0]);
}

#[test]
fn claims_and_resources_hold_in_every_draw() {
    let dag = graph("a b c", "");
    let estimates = [pert(1.0, 2.0, 9.0); 3];
    let expected = 9.0;
    let claims = wavecrew_dag::Claims::new(3, dag.nodes().map(|node| (node, "src/")));
    let workload = Workload {
        claims: Some(&claims),
        ..Workload::new(dag.payloads(), slots(3))
    };
    let found = simulate(&dag, &workload, &Simulation::new(&estimates)).unwrap();
    assert_within_a_percent(found.ends.mean(), expected);
    assert!(found.nodes.iter().all(|node| node.criticality == 1.0));

    let mut resources = Resources::new(3);
    let seats = resources.add("seats", 3);
    for node in dag.nodes() {
        resources.need(node, seats, 2);
    }
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), slots(3))
    };
    let found = simulate(&dag, &workload, &Simulation::new(&estimates)).unwrap();
    assert_within_a_percent(found.ends.mean(), expected);
    assert!(found.nodes.iter().all(|node| node.criticality == 1.0));
}

#[test]
fn lags_and_releases_are_kept_in_ticks() {
    let dag = graph("a=2 b=2 c=1", "a>b");
    let [a, b, _] = [0, 1, 2].map(NodeId::from_index);
    let lags = Lags::new(&dag, [(a, b, 30)]).unwrap();
    let workload = Workload {
        lags: Some(&lags),
        releases: Some(&[10, 0, 0]),
        ..Workload::new(dag.payloads(), slots(2))
    };
    let estimates = [pert(2.0, 5.0, 14.0), Estimate::Fixed(2), Estimate::Fixed(1)];
    let found = simulate(&dag, &workload, &Simulation::new(&estimates)).unwrap();
    assert_within_a_percent(found.ends.mean(), 10.0 + 6.0 + 30.0 + 2.0);
    let critical: Vec<f64> = found.nodes.iter().map(|node| node.criticality).collect();
    assert_eq!(critical, [1.0, 1.0, 0.0]);
}

#[test]
fn equal_seeds_give_equal_answers_and_others_do_not() {
    let dag = graph("a b c d e", "a>b a>c c>d");
    let estimates = [Estimate::log_normal(9.0, 4.0); 5];
    let simulation = Simulation {
        draws: 200,
        seed: 7,
        risk: Risk::Same(attempts(0.2, 3)),
        ..Simulation::new(&estimates)
    };
    let bytes = |simulation| format!("{:?}", outlook(&dag, 2, &simulation));
    let first = bytes(simulation);
    for _ in 0..50 {
        assert_eq!(bytes(simulation), first);
    }
    let other = Simulation {
        seed: 8,
        ..simulation
    };
    assert_ne!(bytes(other), first);
}

#[test]
fn nonsense_is_named() {
    let dag = graph("a b", "");
    let workload = Workload::new(dag.payloads(), slots(1));
    let error = |estimates: &[Estimate], risk| {
        let simulation = Simulation {
            risk,
            ..Simulation::new(estimates)
        };
        simulate(&dag, &workload, &simulation).unwrap_err()
    };
    let fixed = Estimate::Fixed(1);
    for estimate in [
        pert(3.0, 2.0, 4.0),
        pert(-1.0, 2.0, 4.0),
        triangular(1.0, 2.0, f64::INFINITY),
        triangular(1.0, f64::NAN, 3.0),
        Estimate::LogNormal {
            median: 1.0,
            spread: 0.5,
        },
    ] {
        let found = error(&[fixed, estimate], Risk::None);
        assert!(matches!(&found, SimulationError::Estimate { id, .. } if id == "b"));
    }
    let found = error(&[fixed; 2], Risk::Same(attempts(1.5, 1)));
    assert!(matches!(&found, SimulationError::Failure { id, .. } if id == "a"));
    assert!(matches!(
        error(&[fixed], Risk::None),
        SimulationError::Schedule(_)
    ));
    let found = error(&[fixed; 2], Risk::Each(&[attempts(0.5, 1)]));
    assert!(matches!(found, SimulationError::Schedule(_)));
}

#[test]
fn no_nodes_no_draws_and_no_end_of_time_are_fine() {
    let found = outlook(&graph("", ""), 1, &Simulation::new(&[]));
    assert_eq!((found.ends.mean(), found.completes()), (Some(0.0), 1.0));
    let estimates = [Estimate::Fixed(3)];
    let none = Simulation {
        draws: 0,
        ..Simulation::new(&estimates)
    };
    let found = outlook(&graph("a", ""), 1, &none);
    assert_eq!((found.ends.mean(), found.ends.quantile(0.5)), (None, None));
    // Far more than there are ticks: cut, not wrapped.
    let endless = [Estimate::LogNormal {
        median: 1e300,
        spread: 1e9,
    }; 3];
    let found = outlook(&graph("a b c", "a>b b>c"), 1, &Simulation::new(&endless));
    assert!(found.ends.quantile(1.0).unwrap() <= u64::MAX as f64);
}

proptest! {
    #[test]
    fn without_chance_every_run_is_the_schedule(
        (dag, keys) in any_claimed_dag(12),
        workers in 1_usize..5,
        ranks in prop::collection::vec(0_u64..5, 12),
    ) {
        let claims = claims(dag.len(), &keys);
        let workload = Workload {
            claims: Some(&claims),
            ranks: Some(&ranks[..dag.len()]),
            ..Workload::new(dag.payloads(), slots(workers))
        };
        let expected = schedule(&dag, &workload).unwrap().makespan as f64;
        let fixed: Vec<Estimate> = dag.payloads().iter().copied().map(Estimate::Fixed).collect();
        let points: Vec<Estimate> = dag
            .payloads()
            .iter()
            .map(|ticks| pert(*ticks as f64, *ticks as f64, *ticks as f64))
            .collect();
        for estimates in [fixed, points] {
            let simulation = Simulation { draws: 3, ..Simulation::new(&estimates) };
            let found = simulate(&dag, &workload, &simulation).unwrap();
            prop_assert_eq!(found.ends.quantile(0.0), Some(expected));
            prop_assert_eq!(found.ends.quantile(1.0), Some(expected));
            prop_assert_eq!(found.completes(), 1.0);
        }
    }

    #[test]
    fn with_enough_slots_criticality_is_that_of_the_critical_path(dag in any_dag(14)) {
        let estimates: Vec<Estimate> =
            dag.payloads().iter().copied().map(Estimate::Fixed).collect();
        let simulation = Simulation { draws: 1, ..Simulation::new(&estimates) };
        let found = outlook(&dag, dag.len().max(1), &simulation);
        let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
        for (node, figures) in dag.nodes().zip(&found.nodes) {
            let is_critical = times.total_float[node.index()] == 0;
            prop_assert_eq!(figures.criticality == 1.0, is_critical);
        }
    }

    #[test]
    fn a_quantile_is_the_least_time_within_which_so_many_ended(
        draws in 1_u32..200,
        seed in any::<u64>(),
        percent in 0_u32..=100,
    ) {
        let dag = graph("a", "");
        let estimates = [triangular(0.0, 500.0, 1e6)];
        let simulation = Simulation { draws, seed, ..Simulation::new(&estimates) };
        let ends = outlook(&dag, 1, &simulation).ends;
        // In the middle between two shares, no rounding matters.
        let sorted: Vec<f64> = (0..draws)
            .map(|before| ends.quantile((f64::from(before) + 0.5) / f64::from(draws)).unwrap())
            .collect();
        prop_assert!(sorted.is_sorted());
        let share = f64::from(percent) / 100.0;
        let mut ended = (1..=draws).zip(&sorted);
        let least = ended.find(|(ended, _)| f64::from(*ended) / f64::from(draws) >= share);
        prop_assert_eq!(ends.quantile(share), least.map(|(_, end)| *end));
        prop_assert_eq!(ends.quantile(f64::NAN), None);
    }

    #[test]
    fn quantiles_rise(
        dag in any_dag(10),
        workers in 1_usize..4,
        seed in any::<u64>(),
        failure in 0.0_f64..0.5,
    ) {
        let estimates: Vec<Estimate> = dag
            .payloads()
            .iter()
            .map(|ticks| Estimate::log_normal(*ticks as f64, 2.0))
            .collect();
        let simulation = Simulation {
            draws: 100,
            seed,
            risk: Risk::Same(attempts(failure, 2)),
            ..Simulation::new(&estimates)
        };
        let found = outlook(&dag, workers, &simulation);
        for runs in [&found.ends, &found.completions] {
            let shares = (0..=20).map(|step| runs.quantile(f64::from(step) / 20.0));
            prop_assert!(shares.is_sorted());
        }
        for node in &found.nodes {
            prop_assert!((0.0..=1.0).contains(&node.criticality));
            prop_assert!(node.succeeds + node.skipped <= 1.0 + 1e-9);
        }
    }
}
