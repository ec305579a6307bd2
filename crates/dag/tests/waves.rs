//! Levels, and levels without conflicts.

mod support;

use std::num::NonZeroUsize;

use proptest::prelude::*;
use support::{any_claimed_dag, any_dag, claims, graph, ids, overlap_naively};
use wavecrew_dag::{Claims, Dag, NodeId, WaveLimits, Waves, Workload, schedule};

fn text(dag: &Dag<u64>, waves: &Waves) -> String {
    let waves: Vec<String> = waves.iter().map(|wave| ids(dag, wave)).collect();
    waves.join(" | ")
}

#[test]
fn a_node_is_in_the_wave_after_its_last_predecessor() {
    let dag = graph("e d c b a", "a>b b>c a>c d>e");
    assert_eq!(text(&dag, &Waves::levels(&dag)), "d a | e b | c");
}

#[test]
fn a_wave_is_split_where_claims_overlap() {
    let dag = graph("a b c d e after", "a>after");
    let keys = [
        ("a", "src/"),
        ("b", "src/x"),
        ("c", "docs"),
        ("d", "src/y"),
        ("e", "src/x/z"),
    ];
    let keys = keys.map(|(id, key)| (dag.node(id).unwrap(), key));
    let waves = Waves::levels(&dag).split(&Claims::new(dag.len(), keys));
    assert_eq!(text(&dag, &waves), "a c | b d | e | after");
}

#[test]
fn many_nodes_with_one_key_go_one_by_one() {
    let nodes = 20_000;
    let mut builder = wavecrew_dag::DagBuilder::new();
    for node in 0..nodes {
        builder.node(node.to_string(), ());
    }
    let dag = builder.build().unwrap();
    let claims = Claims::new(nodes, dag.nodes().map(|node| (node, "Cargo.toml")));
    assert_eq!(Waves::levels(&dag).split(&claims).len(), nodes);
    let limits = WaveLimits {
        claims: Some(&claims),
        ..WaveLimits::default()
    };
    assert_eq!(Waves::within(&dag, &limits).len(), nodes);
    let durations = vec![1; nodes];
    let workload = Workload {
        claims: Some(&claims),
        ..Workload::new(&durations, NonZeroUsize::new(8).unwrap())
    };
    assert_eq!(schedule(&dag, &workload).unwrap().makespan, nodes as u64);
}

#[test]
fn a_wave_holds_no_more_than_it_may() {
    let dag = graph("a b c d e f", "a>f");
    let two = NonZeroUsize::new(2).unwrap();
    assert_eq!(
        text(&dag, &Waves::levels(&dag).at_most(two)),
        "a b | c d | e | f"
    );
    let limits = WaveLimits {
        most: Some(two),
        ..WaveLimits::default()
    };
    assert_eq!(text(&dag, &Waves::within(&dag, &limits)), "a b | c d | e f");
    let ranks = Some(&[0, 0, 0, 0, 1, 2][..]);
    let limits = WaveLimits { ranks, ..limits };
    assert_eq!(text(&dag, &Waves::within(&dag, &limits)), "e a | f b | c d");
}

#[test]
fn there_are_no_waves_of_nothing() {
    let dag = graph("", "");
    assert!(Waves::within(&dag, &WaveLimits::default()).is_empty());
    assert!(Waves::levels(&dag).at_most(NonZeroUsize::MIN).is_empty());
}

proptest! {
    #[test]
    fn waves_within_limits_take_all_that_they_can(
        (dag, keys) in any_claimed_dag(14),
        most in prop::option::of(1_usize..5),
    ) {
        let claims = claims(dag.len(), &keys);
        let most = most.and_then(NonZeroUsize::new);
        let limits = WaveLimits { most, claims: Some(&claims), ranks: None };
        let waves = Waves::within(&dag, &limits);
        let most = most.map_or(usize::MAX, NonZeroUsize::get);
        let mut done = Vec::new();
        for wave in waves.iter() {
            prop_assert!(!wave.is_empty() && wave.len() <= most);
            let is_ready = |node: &NodeId| {
                !done.contains(node) && dag.predecessors(*node).iter().all(|b| done.contains(b))
            };
            let mut expected: Vec<NodeId> = Vec::new();
            for node in dag.nodes().filter(is_ready) {
                let overlaps = |&other: &NodeId| overlap_naively(&keys, node, other);
                if expected.len() < most && !expected.iter().any(overlaps) {
                    expected.push(node);
                }
            }
            prop_assert_eq!(wave, expected);
            done.extend(wave);
        }
        prop_assert_eq!(done.len(), dag.len());
    }

    #[test]
    fn every_node_is_in_the_first_wave_that_dependencies_allow(dag in any_dag(20)) {
        let waves = Waves::levels(&dag);
        let mut seen = 0;
        for wave in waves.iter() {
            let earlier: Vec<_> = waves.iter().take_while(|other| *other != wave).collect();
            for node in wave {
                let before = dag.predecessors(*node);
                prop_assert!(before.iter().all(|b| earlier.iter().any(|wave| wave.contains(b))));
                let in_last = |b| earlier.last().is_some_and(|wave| wave.contains(b));
                prop_assert!(earlier.is_empty() || before.iter().any(in_last));
            }
            prop_assert!(wave.is_sorted_by(|a, b| a < b));
            seen += wave.len();
        }
        prop_assert_eq!(seen, dag.len());
    }

    #[test]
    fn splitting_is_first_fit((dag, keys) in any_claimed_dag(14)) {
        let waves = Waves::levels(&dag);
        let split = waves.split(&claims(dag.len(), &keys));
        let mut parts = split.iter();
        for wave in waves.iter() {
            let mut expected: Vec<Vec<_>> = Vec::new();
            for &node in wave {
                let fits = |part: &&mut Vec<_>| {
                    !part.iter().any(|&other| overlap_naively(&keys, node, other))
                };
                match expected.iter_mut().find(fits) {
                    Some(part) => part.push(node),
                    None => expected.push(vec![node]),
                }
            }
            let found: Vec<Vec<_>> =
                parts.by_ref().take(expected.len()).map(<[_]>::to_vec).collect();
            prop_assert_eq!(found, expected);
        }
        prop_assert_eq!(parts.next(), None);
    }
}
