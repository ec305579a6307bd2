//! Schedules against a checker that looks at every tick, and bounds against the true optimum.

mod support;

use std::num::NonZeroUsize;

use proptest::prelude::*;
use support::{any_claimed_dag, claims, graph, overlap_naively};
use wavecrew_dag::{
    Claims, Dag, Entry, NodeId, PriorityRule, Schedule, Violation, Workload, lower_bound, schedule,
};

type Keys = Vec<(NodeId, String)>;

fn slots(slots: usize) -> NonZeroUsize {
    NonZeroUsize::new(slots).expect("at least one slot")
}

fn check(nodes: &str, edges: &str, workers: usize, keys: &[(&str, &str)], expected: u64) {
    let dag = graph(nodes, edges);
    let keys = keys.iter().map(|(id, key)| (dag.node(id).unwrap(), *key));
    let claims = Claims::new(dag.len(), keys);
    let workload = Workload {
        claims: Some(&claims),
        ..Workload::new(dag.payloads(), slots(workers))
    };
    let schedule = schedule(&dag, &workload).unwrap();
    assert_eq!(schedule.verify(&dag, &workload), Ok(()));
    assert_eq!(schedule.makespan, expected);
    assert!(schedule.is_proved_optimal());
}

#[test]
fn small_workloads_are_solved() {
    check("", "", 1, &[], 0);
    check("a=3 b=4", "", 1, &[], 7);
    check("a=3 b=4", "", 2, &[], 4);
    check("a=3 b=4", "", usize::MAX, &[], 4);
    check("a=3 b=4", "a>b", 2, &[], 7);
    check(
        "a=3 b=4 c=5",
        "",
        3,
        &[("a", "x"), ("b", "x/y"), ("c", "z")],
        7,
    );
    check("a=0 b=0 c=0", "a>b", 1, &[], 0);
}

#[test]
fn given_ranks_are_followed() {
    let dag = graph("a=1 b=2 c=3", "");
    let claims = Claims::none(3);
    let workload = Workload {
        claims: Some(&claims),
        ranks: Some(&[5, 9, 7]),
        ..Workload::new(dag.payloads(), slots(1))
    };
    let schedule = schedule(&dag, &workload).unwrap();
    let nodes: Vec<&str> = schedule
        .chronological()
        .iter()
        .map(|e| dag.id(e.node))
        .collect();
    assert_eq!(nodes, ["b", "c", "a"]);
    assert_eq!(schedule.rule, None);
}

#[test]
fn work_that_does_not_fit_is_an_error() {
    let dag = graph("a b c", "");
    let workload = |durations, ranks| {
        let workload = Workload {
            ranks,
            ..Workload::new(durations, slots(2))
        };
        schedule(&dag, &workload).map_err(|error| error.to_string())
    };
    let error = |text: &str| Err(text.to_owned());
    assert_eq!(
        workload(&[u64::MAX, 1, 1], None),
        error("times up to `b` add up to more than 2^64 - 1 ticks")
    );
    assert_eq!(
        workload(&[1, 1], None),
        error("durations: expected one per node, that is 3, but found 2")
    );
    assert_eq!(
        workload(&[1, 1, 1], Some(&[])),
        error("ranks: expected one per node, that is 3, but found 0")
    );
}

/// Whether every tick of a schedule is right, one tick and one pair of nodes at a time.
fn is_valid(dag: &Dag<u64>, slots: usize, keys: &Keys, schedule: &Schedule) -> bool {
    let entries = &schedule.entries;
    let length = |node: NodeId| entries[node.index()].finish - entries[node.index()].start;
    let in_order =
        |(from, to): (NodeId, NodeId)| entries[from.index()].finish <= entries[to.index()].start;
    let may_share_a_tick = |a: &Entry, b: &Entry| {
        a.node == b.node || (a.slot != b.slot && !overlap_naively(keys, a.node, b.node))
    };
    let last = entries.iter().map(|entry| entry.finish).max().unwrap_or(0);
    let every_tick_is_fine = (0..last).all(|tick| {
        let running = || {
            entries
                .iter()
                .filter(|e| e.start <= tick && tick < e.finish)
        };
        running().all(|a| running().all(|b| may_share_a_tick(a, b)))
    });
    dag.nodes().all(|node| length(node) == *dag.payload(node))
        && dag.edges().all(in_order)
        && entries.iter().all(|entry| entry.slot < slots)
        && every_tick_is_fine
        && schedule.makespan == last
        && schedule.makespan >= schedule.lower_bound
}

/// The shortest makespan: tries every order in which nodes can be placed, each as early as
/// possible. One of these is optimal (Sprecher, Kolisch and Drexl, EJOR 80, 1995, 94-102).
fn optimum(dag: &Dag<u64>, slots: usize, keys: &Keys) -> u64 {
    let mut best = u64::MAX;
    let mut open: Vec<Vec<(NodeId, u64)>> = vec![Vec::new()];
    while let Some(placed) = open.pop() {
        let finish = |node: NodeId| {
            let found = placed.iter().find(|(placed, _)| *placed == node);
            found.map(|(_, start)| start + dag.payload(node))
        };
        if placed.len() == dag.len() {
            let end = placed.iter().filter_map(|(node, _)| finish(*node)).max();
            best = best.min(end.unwrap_or(0));
        }
        for node in dag.nodes().filter(|&node| finish(node).is_none()) {
            let before: Option<Vec<u64>> = dag
                .predecessors(node)
                .iter()
                .map(|&before| finish(before))
                .collect();
            let Some(before) = before else {
                continue;
            };
            let is_free = |tick: u64| {
                let running = placed
                    .iter()
                    .filter(|(other, start)| *start <= tick && tick < start + dag.payload(*other));
                let mut others = running.clone();
                running.count() < slots
                    && !others.any(|(other, _)| overlap_naively(keys, node, *other))
            };
            let fits = |start: &u64| (*start..start + dag.payload(node)).all(is_free);
            let earliest = before.into_iter().max().unwrap_or(0);
            let start = (earliest..).find(fits).expect("everything ends some time");
            let mut placed = placed.clone();
            placed.push((node, start));
            open.push(placed);
        }
    }
    best
}

/// The starts of a run in which whatever is ready is tried in its turn, again and again.
fn starts_of_a_naive_run(dag: &Dag<u64>, slots: usize, keys: &Keys, ranks: &[u64]) -> Vec<u64> {
    let mut starts = vec![None; dag.len()];
    let mut done: Vec<NodeId> = Vec::new();
    let mut running: Vec<(u64, NodeId)> = Vec::new();
    let mut now = 0;
    while done.len() < dag.len() {
        let is_ready = |node: &NodeId| {
            starts[node.index()].is_none()
                && dag
                    .predecessors(*node)
                    .iter()
                    .all(|before| done.contains(before))
        };
        let mut ready: Vec<NodeId> = dag.nodes().filter(is_ready).collect();
        ready.sort_by_key(|node| (std::cmp::Reverse(ranks[node.index()]), *node));
        for node in ready {
            let overlaps = |&(_, other): &(u64, NodeId)| overlap_naively(keys, node, other);
            if running.len() < slots && !running.iter().any(overlaps) {
                starts[node.index()] = Some(now);
                running.push((now + dag.payload(node), node));
            }
        }
        now = running
            .iter()
            .map(|(end, _)| *end)
            .min()
            .expect("something runs");
        running.retain(|&(end, node)| {
            if end == now {
                done.push(node);
            }
            end > now
        });
    }
    starts.into_iter().flatten().collect()
}

proptest! {
    #[test]
    fn a_run_tries_whatever_is_ready_in_its_turn(
        (dag, keys) in any_claimed_dag(24),
        workers in 1_usize..6,
        ranks in prop::collection::vec(0_u64..6, 24),
    ) {
        let claims = claims(dag.len(), &keys);
        let ranks = &ranks[..dag.len()];
        let workload = Workload {
            claims: Some(&claims),
            ranks: Some(ranks),
            ..Workload::new(dag.payloads(), slots(workers))
        };
        let schedule = schedule(&dag, &workload).unwrap();
        let starts: Vec<u64> = schedule.entries.iter().map(|entry| entry.start).collect();
        prop_assert_eq!(starts, starts_of_a_naive_run(&dag, workers, &keys, ranks));
    }

    #[test]
    fn schedules_are_valid(
        (dag, keys) in any_claimed_dag(16),
        workers in 1_usize..5,
        ranks in prop::collection::vec(0_u64..4, 16),
        by_rule in any::<bool>(),
    ) {
        let claims = claims(dag.len(), &keys);
        let workload = Workload {
        claims: Some(&claims),
        ranks: (!by_rule).then_some(&ranks[..dag.len()]),
        ..Workload::new(dag.payloads(), slots(workers))
    };
        let schedule = schedule(&dag, &workload).unwrap();
        prop_assert!(is_valid(&dag, workers, &keys, &schedule));
        prop_assert_eq!(schedule.verify(&dag, &workload), Ok(()));
    }

    /// No rule alone gives a shorter schedule than all of them together.
    #[test]
    fn the_best_rule_is_kept((dag, keys) in any_claimed_dag(12), workers in 1_usize..4) {
        let claims = claims(dag.len(), &keys);
        let durations = dag.payloads();
        let workload =
            Workload { claims: Some(&claims), ..Workload::new(durations, slots(workers)) };
        let best = schedule(&dag, &workload).unwrap();
        prop_assert!(best.rule.is_some());
        for rule in PriorityRule::ALL {
            let ranks = rule.ranks(&dag, durations).unwrap();
            let by_rule = Workload { ranks: Some(&ranks), ..workload };
            prop_assert!(best.makespan <= schedule(&dag, &by_rule).unwrap().makespan);
        }
    }

    #[test]
    fn the_bound_is_below_the_optimum((dag, keys) in any_claimed_dag(6), workers in 1_usize..4) {
        let claims = claims(dag.len(), &keys);
        let durations = dag.payloads();
        let workload =
            Workload { claims: Some(&claims), ..Workload::new(durations, slots(workers)) };
        let optimum = optimum(&dag, workers, &keys);
        let schedule = schedule(&dag, &workload).unwrap();
        prop_assert!(schedule.lower_bound <= optimum);
        prop_assert!(optimum <= schedule.makespan);
        prop_assert_eq!(lower_bound(&dag, &workload), Ok(schedule.lower_bound));
    }

    /// The verifier agrees with looking at every tick, also on schedules that are wrong.
    #[test]
    fn the_verifier_accepts_just_the_valid(
        (dag, keys) in any_claimed_dag(9),
        workers in 1_usize..4,
        changes in prop::collection::vec((0_usize..9, 0_usize..4, 0_u64..3), 0..3),
    ) {
        let claims = claims(dag.len(), &keys);
        let durations = dag.payloads();
        let workload =
            Workload { claims: Some(&claims), ..Workload::new(durations, slots(workers)) };
        let mut schedule = schedule(&dag, &workload).unwrap();
        for (node, slot, start) in changes {
            if let Some(entry) = schedule.entries.get_mut(node) {
                entry.start = (entry.start + start).saturating_sub(1);
                entry.finish = entry.start + durations[node];
                entry.slot = if slot == 3 { entry.slot } else { slot };
            }
        }
        schedule.makespan = schedule.entries.iter().map(|e| e.finish).max().unwrap_or(0);
        let verdict = schedule.verify(&dag, &workload);
        prop_assert_eq!(verdict.is_ok(), is_valid(&dag, workers, &keys, &schedule), "{:?}", verdict);
    }
}

#[test]
fn a_wrong_entry_is_found() {
    let dag = graph("a=2 b=2", "");
    let claims = Claims::none(2);
    let workload = Workload {
        claims: Some(&claims),
        ..Workload::new(dag.payloads(), slots(2))
    };
    let good = schedule(&dag, &workload).unwrap();
    let [a, b] = [0, 1].map(NodeId::from_index);

    let mut short = good.clone();
    short.entries[0].finish = 1;
    assert_eq!(
        short.verify(&dag, &workload),
        Err(Violation::WrongEntry { node: a })
    );

    let mut swapped = good.clone();
    swapped.entries.swap(0, 1);
    assert_eq!(
        swapped.verify(&dag, &workload),
        Err(Violation::WrongEntry { node: a })
    );

    let mut missing = good.clone();
    missing.entries.pop();
    assert!(missing.verify(&dag, &workload).is_err());

    let mut late = good.clone();
    late.makespan = 3;
    assert_eq!(
        late.verify(&dag, &workload),
        Err(Violation::WrongMakespan { latest: 2 })
    );

    let mut together = good;
    together.entries[1].slot = together.entries[0].slot;
    let clash = Violation::SlotTaken {
        first: a,
        second: b,
    };
    assert_eq!(together.verify(&dag, &workload), Err(clash));
}

/// Nothing depends on the order in which edges are given, or on the seed of a hash map.
#[test]
fn equal_plans_get_equal_schedules() {
    let edges: Vec<String> = (0..60)
        .map(|i| format!("{}>{}", i, i * 7 % 23 + i + 1))
        .collect();
    let nodes: Vec<String> = (0..90).map(|i| format!("{i}={}", i * 31 % 11)).collect();
    let text = |edges: Vec<String>| {
        let dag = graph(&nodes.join(" "), &edges.join(" "));
        let keys = dag
            .nodes()
            .map(|node| (node, format!("dir/{}", node.index() % 37)));
        let workload = Workload {
            claims: Some(&Claims::new(dag.len(), keys)),
            ..Workload::new(dag.payloads(), slots(5))
        };
        format!("{:?}", schedule(&dag, &workload).unwrap())
    };
    let expected = text(edges.clone());
    for rotation in 0..50 {
        let mut edges = edges.clone();
        edges.rotate_left(rotation);
        assert_eq!(text(edges), expected);
    }
}
