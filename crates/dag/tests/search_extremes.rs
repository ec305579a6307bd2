//! Searches at the ends of what numbers hold, and under orders that make little sense.

mod support;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use support::any_dag;
use wavecrew_dag::{Dag, DagBuilder, Resources, Schedule, Search, Workload, schedule, search};

fn slots(slots: usize) -> NonZeroUsize {
    NonZeroUsize::new(slots).expect("some slots")
}

/// Searches, and checks that what is found is allowed and no worse than that of rules.
fn found(dag: &Dag<u64>, workload: &Workload<'_>) -> Schedule {
    let by_rule = schedule(dag, workload).expect("all times fit");
    let found = search(dag, workload, &Search::schedules(200)).expect("all times fit");
    assert_eq!(found.verify(dag, workload), Ok(()));
    assert!(found.makespan <= by_rule.makespan);
    found
}

/// So many tasks with nothing between them.
fn side_by_side(durations: &[u64]) -> Dag<u64> {
    let mut builder = DagBuilder::new();
    for (index, duration) in durations.iter().enumerate() {
        builder.node(index.to_string(), *duration);
    }
    builder.build().expect("no edges, no cycles")
}

#[test]
fn all_the_time_that_there_is_may_be_planned() {
    // Coprime, and u64::MAX together; two slots can not share them evenly.
    let third = u64::MAX / 3;
    let dag = side_by_side(&[third - 1, third, third + 1]);
    let plan = found(&dag, &Workload::new(dag.payloads(), slots(2)));
    assert_eq!(plan.makespan, 2 * third - 1);
}

#[test]
fn a_far_release_costs_no_memory() {
    // After the release five times two ticks for two workers: six, though five would hold the work.
    let dag = side_by_side(&[2, 2, 2, 2, 2, 1]);
    let far = u64::from(u32::MAX) - 100;
    let releases = [far, far, far, far, far, 1];
    let workload = Workload {
        releases: Some(&releases),
        ..Workload::new(dag.payloads(), slots(2))
    };
    assert_eq!(found(&dag, &workload).makespan, far + 6);
}

/// Too hard for rules, and for the bounds.
fn project() -> (Dag<u64>, Resources) {
    let mut builder = DagBuilder::new();
    for task in 0..40_u64 {
        builder.node(task.to_string(), 1 + task * 7 % 9);
    }
    for task in 0..32_u64 {
        for next in [task + 1 + task % 3, task + 4 + task * 5 % 4] {
            builder.edge(task.to_string(), next.to_string());
        }
    }
    let dag = builder.build().expect("edges lead to larger numbers");
    let mut resources = Resources::new(dag.len());
    for (kind, step) in [3_u64, 5, 11].into_iter().enumerate() {
        let id = resources.add(kind.to_string(), 10);
        for node in dag.nodes() {
            resources.need(node, id, node.index() as u64 * step % 8);
        }
    }
    (dag, resources)
}

#[test]
fn one_yes_ends_a_search_even_if_it_is_taken_back() {
    let (dag, resources) = project();
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), slots(5))
    };
    for threads in [1, 3] {
        for yes in 0..120 {
            let asked = AtomicUsize::new(0);
            let budget = Search {
                threads: slots(threads),
                stop: &|| asked.fetch_add(1, Ordering::Relaxed) == yes,
                ..Search::schedules(600)
            };
            let plan = search(&dag, &workload, &budget).unwrap();
            assert_eq!(plan.verify(&dag, &workload), Ok(()));
            // Whoever was asking at that moment may have asked once more.
            assert!(asked.into_inner() <= yes + threads);
        }
    }
}

#[test]
fn there_are_no_more_threads_than_schedules() {
    let (dag, resources) = project();
    let workload = Workload {
        resources: Some(&resources),
        ..Workload::new(dag.payloads(), slots(5))
    };
    let with = |threads| {
        let budget = Search {
            threads,
            ..Search::schedules(3)
        };
        search(&dag, &workload, &budget).unwrap()
    };
    assert_eq!(with(NonZeroUsize::MAX), with(slots(3)));
}

/// Times that share out all there is, the larger the fewer.
fn share_out(shares: &[u64]) -> Vec<u64> {
    let mut left = u64::MAX;
    let mut share = |share: &u64| {
        let ticks = match share {
            0 => 0,
            1 => left.min(1),
            parts => left / parts - left / parts % 2 + 1,
        };
        let ticks = ticks.min(left);
        left -= ticks;
        ticks
    };
    shares.iter().map(&mut share).collect()
}

proptest! {
    #[test]
    fn nothing_overflows_however_long_and_however_much(
        dag in any_dag(9),
        shares in prop::collection::vec(0_u64..7, 10),
        needs in prop::collection::vec(0_u64..4, 10),
        capacity in prop::sample::select(vec![u64::MAX, u64::MAX / 2, 1 << 40, 6]),
        workers in 1_usize..4,
    ) {
        let times = share_out(&shares);
        let durations = &times[..dag.len()];
        let releases: Vec<u64> = dag.nodes().map(|node| times[9] * (node.index() as u64 % 2)).collect();
        let mut resources = Resources::new(dag.len());
        let bytes = resources.add("bytes", capacity);
        for node in dag.nodes() {
            let need = needs[node.index()];
            resources.need(node, bytes, capacity / 3 * need);
        }
        let workload = Workload {
            resources: Some(&resources),
            releases: Some(&releases),
            ..Workload::new(durations, slots(workers))
        };
        found(&dag, &workload);
    }
}
