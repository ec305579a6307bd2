//! A million nodes: no recursion, and no step that looks at everything again.

use std::num::NonZeroUsize;

use wavecrew_dag::{
    Claims, CriticalPath, Dag, DagBuilder, Frontier, HeldClaims, NodeId, PlanOrder, Planner,
    Problem, Waves, Workload, schedule,
};

const MANY: usize = 1_000_000;

fn nodes(count: usize) -> (DagBuilder<()>, Vec<NodeId>) {
    let mut builder = DagBuilder::new();
    let ids = (0..count)
        .map(|node| builder.add_node(node.to_string(), ()))
        .collect();
    (builder, ids)
}

/// A chain in which the node added last comes first.
fn chain(count: usize) -> Dag<()> {
    let (mut builder, ids) = nodes(count);
    for pair in ids.windows(2) {
        builder.add_edge(pair[1], pair[0]);
    }
    builder.build().expect("a chain is acyclic")
}

/// The first node before all others.
fn star(count: usize) -> Dag<()> {
    let (mut builder, ids) = nodes(count);
    for &id in &ids[1..] {
        builder.add_edge(ids[0], id);
    }
    builder.build().expect("a star is acyclic")
}

/// Every node of the first half before every node of the second.
fn complete(count: usize) -> Dag<()> {
    let (mut builder, ids) = nodes(count);
    let (first, second) = ids.split_at(count / 2);
    for &from in first {
        for &to in second {
            builder.add_edge(from, to);
        }
    }
    builder.build().expect("edges lead one way")
}

fn check(dag: &Dag<()>, expected_waves: usize) {
    let durations = vec![1; dag.len()];
    let times = CriticalPath::new(dag, &durations).unwrap();
    assert_eq!(times.makespan, expected_waves as u64);
    assert_eq!(times.path().len(), expected_waves);
    assert_eq!(Waves::levels(dag).len(), expected_waves);

    let mut frontier = Frontier::new(dag, PlanOrder.ranks(dag));
    while let Some(node) = frontier.pop() {
        frontier.succeed(node);
    }
    assert!(frontier.is_done());

    let slots = NonZeroUsize::new(dag.len()).expect("there are nodes");
    let workload = Workload::new(&durations, slots);
    let schedule = schedule(dag, &workload).unwrap();
    assert_eq!(schedule.makespan, expected_waves as u64);
    schedule.verify(dag, &workload).unwrap();
}

#[test]
fn a_chain() {
    check(&chain(MANY), MANY);
}

#[test]
fn a_star() {
    check(&star(MANY), 2);
}

#[test]
fn every_node_before_every_other() {
    check(&complete(2_000), 2);
}

#[test]
fn a_failure_at_the_head_of_a_chain_skips_the_rest() {
    let dag = chain(MANY);
    let mut frontier = Frontier::new(&dag, PlanOrder.ranks(&dag));
    let head = frontier.pop().unwrap();
    assert_eq!(frontier.fail(head).len(), MANY - 1);
    assert!(frontier.is_done());
}

#[test]
fn a_ring_is_told_as_one_path() {
    let (mut builder, ids) = nodes(MANY);
    for pair in ids.windows(2) {
        builder.add_edge(pair[0], pair[1]);
    }
    builder.add_edge(ids[MANY - 1], ids[0]);
    let error = builder.build().unwrap_err();
    match &error.problems[..] {
        [Problem::Cycle(cycle)] => assert_eq!(cycle.path.len(), MANY),
        problems => panic!("{} problems", problems.len()),
    }
}

#[test]
fn a_plan_of_wrong_names_is_refused_without_comparing_all_with_all() {
    let (mut builder, _) = nodes(20_000);
    for node in 0..20_000 {
        builder.edge(format!("no such node {node}"), node.to_string());
    }
    assert_eq!(builder.build().unwrap_err().problems.len(), 20_000);
}

#[test]
fn a_deep_key_is_no_trouble() {
    let deep = "a/".repeat(100_000);
    let [first, second] = [0, 1].map(NodeId::from_index);
    let claims = Claims::new(2, [(first, deep.as_str()), (second, "a")]);
    assert!(claims.overlap(first, second));
    let mut held = HeldClaims::new(&claims);
    assert!(held.try_acquire(first));
    assert!(!held.try_acquire(second));
}
