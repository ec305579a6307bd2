//! Early and late times against their definitions.

mod support;

use proptest::prelude::*;
use support::{any_dag, graph, ids};
use wavecrew_dag::{
    CriticalPath, CriticalPathFirst, Dag, NodeId, Planner, PriorityRule, TimeError,
};

fn check(nodes: &str, edges: &str, makespan: u64, path: &str, critical: &str) {
    let dag = graph(nodes, edges);
    let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
    assert_eq!(times.makespan, makespan);
    assert_eq!(ids(&dag, times.path()), path);
    assert_eq!(ids(&dag, &times.critical()), critical);
}

#[test]
fn finds_the_longest_chain() {
    check("a=5 b=2 c=1", "a>c b>c", 6, "a c", "a c");
    check("a=1 b=2 c=2 d=1", "a>b a>c b>d c>d", 4, "a b d", "a b c d");
    check("", "", 0, "", "");
    check("a=0 b=0", "b>a", 0, "b a", "a b");
    check("a=2 b=0", "a>b", 2, "a b", "a b");
    check(
        "start=0 a=3 end=0 b=3",
        "start>a a>end start>b b>end",
        3,
        "start a end",
        "start a end b",
    );
}

#[test]
fn free_float_is_what_delays_no_other_node() {
    let dag = graph(
        "long=9 short=2 after=3 end=1",
        "long>end short>after after>end",
    );
    let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
    assert_eq!(times.total_float, [0, 4, 4, 0]);
    assert_eq!(times.free_float, [0, 0, 4, 0]);
    assert_eq!(ids(&dag, &times.near_critical(3)), "long end");
    assert_eq!(times.near_critical(4).len(), 4);
}

#[test]
fn times_beyond_64_bits_are_an_error() {
    let dag = graph("a b c", "a>b b>c");
    let error = CriticalPath::new(&dag, &[u64::MAX, 1, 0]).unwrap_err();
    assert_eq!(error, TimeError::Overflow { id: "b".into() });
    assert_eq!(
        error.to_string(),
        "times up to `b` add up to more than 2^64 - 1 ticks"
    );
    let fits = CriticalPath::new(&dag, &[u64::MAX - 1, 1, 0]).unwrap();
    assert_eq!(fits.makespan, u64::MAX);
}

#[test]
fn there_must_be_one_duration_per_node() {
    let dag = graph("a b", "");
    let error = CriticalPath::new(&dag, &[1]).unwrap_err();
    let expected = "durations: expected one per node, that is 2, but found 1";
    assert_eq!(error.to_string(), expected);
}

/// Earliest starts, found by starting everything at its release and pushing later whatever is too
/// early until nothing is.
fn starts(dag: &Dag<u64>, released: impl Fn(NodeId) -> u64) -> Vec<u64> {
    let mut starts: Vec<u64> = dag.nodes().map(released).collect();
    loop {
        let mut changed = false;
        for (from, to) in dag.edges() {
            let finish = starts[from.index()] + dag.payload(from);
            changed |= starts[to.index()] < finish;
            starts[to.index()] = starts[to.index()].max(finish);
        }
        if !changed {
            return starts;
        }
    }
}

fn end(dag: &Dag<u64>, starts: &[u64]) -> u64 {
    let finish = |node: NodeId| starts[node.index()] + dag.payload(node);
    dag.nodes().map(finish).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn floats_agree_with_delaying_each_node(dag in any_dag(10)) {
        let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
        let undelayed = starts(&dag, |_| 0);
        let makespan = end(&dag, &undelayed);
        prop_assert_eq!(times.makespan, makespan);
        prop_assert_eq!(&times.earliest_start, &undelayed);
        for node in dag.nodes() {
            let start = undelayed[node.index()];
            let delayed = |by| starts(&dag, |other| if other == node { start + by } else { 0 });
            let most = |fits: &dyn Fn(&[u64]) -> bool| {
                (0..=makespan + 1).take_while(|&by| fits(&delayed(by))).last()
            };
            let others_stay = |starts: &[u64]| {
                let mut others = dag.nodes().filter(|&other| other != node);
                others.all(|other| starts[other.index()] == undelayed[other.index()])
            };
            let total = most(&|starts| end(&dag, starts) == makespan);
            let free = most(&|starts| end(&dag, starts) == makespan && others_stay(starts));
            prop_assert_eq!(Some(times.total_float[node.index()]), total);
            prop_assert_eq!(Some(times.free_float[node.index()]), free);
            let duration = dag.payload(node);
            let late = start + total.unwrap_or_default();
            prop_assert_eq!(times.latest_start[node.index()], late);
            prop_assert_eq!(times.latest_finish[node.index()], late + duration);
            prop_assert_eq!(times.earliest_finish[node.index()], start + duration);
        }
    }

    #[test]
    fn the_path_is_a_whole_chain_as_long_as_the_makespan(dag in any_dag(16)) {
        let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
        let path = times.path();
        let length: u64 = path.iter().map(|&node| dag.payload(node)).sum();
        prop_assert_eq!(length, times.makespan);
        prop_assert_eq!(path.is_empty(), dag.is_empty());
        prop_assert!(path.first().is_none_or(|&first| dag.predecessors(first).is_empty()));
        prop_assert!(path.last().is_none_or(|&last| dag.successors(last).is_empty()));
        prop_assert!(path.windows(2).all(|pair| dag.successors(pair[0]).contains(&pair[1])));
        prop_assert!(path.iter().all(|node| times.critical().contains(node)));
    }

    #[test]
    fn the_longest_remaining_chain_is_the_rank_of_the_critical_path(dag in any_dag(16)) {
        let planner = CriticalPathFirst { durations: dag.payloads().to_vec() };
        let times = CriticalPath::new(&dag, dag.payloads()).unwrap();
        let expected: Vec<u64> =
            times.latest_start.iter().map(|start| times.makespan - start).collect();
        prop_assert_eq!(planner.ranks(&dag), expected);
    }

    #[test]
    fn total_successors_are_counted_once_each(dag in any_dag(200)) {
        let ranks = PriorityRule::TotalSuccessors.ranks(&dag, dag.payloads()).unwrap();
        for node in dag.nodes() {
            let mut reached = vec![false; dag.len()];
            let mut open = vec![node];
            while let Some(node) = open.pop() {
                for next in dag.successors(node) {
                    if !std::mem::replace(&mut reached[next.index()], true) {
                        open.push(*next);
                    }
                }
            }
            let count = reached.iter().filter(|reached| **reached).count();
            prop_assert_eq!(ranks[node.index()], count as u64);
        }
    }
}
