//! The run-time state machine, and what it promises to whoever drives it.

use wavecrew_dag::{Dag, DagBuilder, Frontier, NodeState};

fn graph(ids: &str, edges: &[(&str, &str)]) -> Dag<()> {
    let mut builder = DagBuilder::new();
    for id in ids.split_whitespace() {
        builder.node(id, ());
    }
    for (from, to) in edges {
        builder.edge(from, to);
    }
    builder.build().expect("the test graph is acyclic")
}

fn ids(dag: &Dag<()>, nodes: &[wavecrew_dag::NodeId]) -> String {
    let ids: Vec<&str> = nodes.iter().map(|&node| dag.id(node)).collect();
    ids.join(" ")
}

#[test]
fn the_largest_rank_goes_first_then_the_first_added() {
    let dag = graph("a b c d", &[]);
    let mut frontier = Frontier::new(&dag, vec![1, 7, 7, 9]);
    let order: Vec<_> = std::iter::from_fn(|| frontier.pop()).collect();
    assert_eq!(ids(&dag, &order), "d b c a");
}

#[test]
fn a_node_starts_after_its_last_dependency() {
    let dag = graph("a b c", &[("a", "c"), ("b", "c")]);
    let mut frontier = Frontier::new(&dag, vec![0; 3]);
    let (a, b) = (frontier.pop().unwrap(), frontier.pop().unwrap());
    frontier.succeed(a);
    assert_eq!(frontier.pop(), None);
    frontier.succeed(b);
    assert_eq!(frontier.pop(), dag.node("c"));
}

#[test]
fn a_failure_skips_each_dependent_once() {
    let dag = graph(
        "a b c d e",
        &[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("e", "d")],
    );
    let mut frontier = Frontier::new(&dag, vec![0; 5]);
    let (a, e) = (frontier.pop().unwrap(), frontier.pop().unwrap());
    assert_eq!(ids(&dag, &frontier.fail(a)), "b c d");
    assert_eq!(ids(&dag, &frontier.fail(e)), "");
    assert!(frontier.is_done());
    assert_eq!(frontier.state(dag.node("d").unwrap()), NodeState::Skipped);
}

#[test]
fn a_node_that_is_pushed_back_keeps_its_turn() {
    let dag = graph("a b", &[]);
    let mut frontier = Frontier::new(&dag, vec![0; 2]);
    let a = frontier.pop().unwrap();
    frontier.push_back(a);
    assert_eq!(frontier.running(), 0);
    assert_eq!(frontier.peek(), Some(a));
    assert_eq!(frontier.pop(), Some(a));
}

#[test]
fn a_failure_that_is_to_stop_nobody_lets_dependents_start() {
    let dag = graph("a b", &[("a", "b")]);
    let mut frontier = Frontier::new(&dag, vec![0; 2]);
    let a = frontier.pop().unwrap();
    frontier.fail_alone(a);
    assert_eq!(frontier.state(a), NodeState::Failed);
    assert_eq!(frontier.pop(), dag.node("b"));
}

#[test]
fn an_empty_graph_is_done() {
    let dag = graph("", &[]);
    let mut frontier = Frontier::new(&dag, Vec::new());
    assert!(frontier.is_done());
    assert_eq!(frontier.pop(), None);
}
