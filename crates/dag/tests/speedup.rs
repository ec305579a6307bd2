//! What more workers are good for, and when they are known to be good for nothing.

mod support;

use std::num::NonZeroUsize;

use proptest::prelude::*;
use support::{any_claimed_dag, claims, graph};
use wavecrew_dag::{Claims, Dag, Search, SpeedupCurve, Workload, schedule, speedup_curve};

fn curve(dag: &Dag<u64>, most: usize) -> SpeedupCurve {
    curve_of(dag, &Workload::new(dag.payloads(), NonZeroUsize::MIN), most)
}

fn curve_of(dag: &Dag<u64>, workload: &Workload<'_>, most: usize) -> SpeedupCurve {
    let most = NonZeroUsize::new(most).expect("at least one worker");
    speedup_curve(dag, workload, most, &Search::schedules(200)).expect("times fit")
}

fn makespans(curve: &SpeedupCurve) -> Vec<u64> {
    curve.points.iter().map(|point| point.makespan).collect()
}

#[test]
fn equal_tasks_side_by_side_help_each_other_to_the_last() {
    let found = curve(&graph("a b c d", ""), 6);
    assert_eq!(makespans(&found), [4, 2, 2, 1]);
    assert_eq!(found.no_help_beyond().map(NonZeroUsize::get), Some(4));
    assert!(found.points.iter().all(|point| point.is_proved_optimal()));
    assert_eq!(found.points[1].speedup, 2.0);
    assert_eq!(found.points[2].efficiency, 2.0 / 3.0);
    assert_eq!(found.workers_within(1.0).get(), 2);
}

#[test]
fn nobody_helps_a_chain() {
    let found = curve(&graph("a=3 b=4", "a>b"), 4);
    assert_eq!(makespans(&found), [7; 2]);
    assert_eq!(found.no_help_beyond(), Some(NonZeroUsize::MIN));
    assert_eq!(found.knee(), NonZeroUsize::MIN);
}

#[test]
fn claims_stop_more_workers_from_helping() {
    let dag = graph("a=5 b=5 c=5 d=1", "");
    let claims = Claims::new(4, dag.nodes().take(3).map(|node| (node, "src/")));
    let workload = Workload {
        claims: Some(&claims),
        ..Workload::new(dag.payloads(), NonZeroUsize::MIN)
    };
    let found = curve_of(&dag, &workload, 3);
    assert_eq!(makespans(&found), [16, 15, 15]);
    assert_eq!(found.no_help_beyond().map(NonZeroUsize::get), Some(2));
}

#[test]
fn the_knee_is_where_the_curve_bends() {
    // A task is a quarter of all, so from the fourth worker on nothing changes.
    let found = curve(&graph("a=30 b=30 c=10 d=10 e=10 f=10 g=10 h=10", ""), 8);
    assert_eq!(makespans(&found), [120, 60, 40, 30, 30, 30, 30, 30]);
    // 1, 2, 3, 4: a straight line up to the last that helps.
    assert_eq!(found.knee().get(), 4);
    // 21, 12, 9, 9: the second worker brings most of it.
    let found = curve(&graph("a=9 b=6 c=3 d=3", ""), 4);
    assert_eq!(makespans(&found), [21, 12, 9, 9]);
    assert_eq!(found.knee().get(), 2);
    assert_eq!(found.workers_within(0.4).get(), 2);
    assert_eq!(found.workers_within(0.0).get(), 3);
}

#[test]
fn without_work_one_worker_is_enough() {
    for (dag, points) in [(graph("", ""), 1), (graph("a=0 b=0", "a>b"), 2)] {
        let found = curve(&dag, 3);
        assert_eq!(makespans(&found), vec![0; points]);
        assert_eq!(found.points[points - 1].speedup, 1.0);
        assert_eq!(
            (found.knee(), found.no_help_beyond()),
            (NonZeroUsize::MIN, Some(NonZeroUsize::MIN))
        );
    }
}

#[test]
fn more_workers_than_nodes_are_not_told() {
    let found = curve(&graph("a b c", ""), usize::MAX);
    assert_eq!(makespans(&found), [3, 2, 1]);
}

proptest! {
    #[test]
    fn more_workers_never_take_longer_and_bounds_are_kept(
        (dag, keys) in any_claimed_dag(10),
        most in 1_usize..6,
    ) {
        let claims = claims(dag.len(), &keys);
        let workload = Workload {
            claims: Some(&claims),
            ..Workload::new(dag.payloads(), NonZeroUsize::MIN)
        };
        let found = curve_of(&dag, &workload, most);
        prop_assert_eq!(found.points.len(), most.min(dag.len().max(1)));
        prop_assert!(makespans(&found).is_sorted_by(|a, b| a >= b));
        prop_assert!(found.points.iter().map(|point| point.lower_bound).is_sorted_by(|a, b| a >= b));
        for point in &found.points {
            prop_assert!(found.limit <= point.lower_bound && point.lower_bound <= point.makespan);
            let slots = point.workers;
            let by_rule = schedule(&dag, &Workload { slots, ..workload }).unwrap();
            prop_assert!(point.makespan <= by_rule.makespan);
            prop_assert!(point.lower_bound >= by_rule.lower_bound);
            prop_assert!(point.efficiency <= 1.0 + 1e-9);
        }
        if let Some(enough) = found.no_help_beyond() {
            let slots = NonZeroUsize::new(dag.len() + 1).unwrap();
            let most = schedule(&dag, &Workload { slots, ..workload }).unwrap();
            prop_assert!(found.points[enough.get() - 1].makespan <= most.makespan);
        }
        let knee = found.knee();
        prop_assert!(knee <= found.workers_within(0.0));
    }
}
