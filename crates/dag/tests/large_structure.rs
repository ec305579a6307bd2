//! What edges say of a million nodes, and of enough nodes that sweeps take more than one turn.

use std::collections::HashSet;

use wavecrew_dag::{Dag, DagBuilder, Dependents, Dominators, NodeId, Width, redundant_edges};

/// A build without optimisation takes a fifth of them.
const MANY: usize = if cfg!(debug_assertions) {
    200_000
} else {
    1_000_000
};

/// A graph with the edges that `before` gives for each node; nodes are added last one first.
fn graph<I: IntoIterator<Item = usize>>(nodes: usize, before: impl Fn(usize) -> I) -> Dag<()> {
    let mut builder = DagBuilder::new();
    let mut ids: Vec<NodeId> = (0..nodes)
        .rev()
        .map(|node| builder.add_node(node.to_string(), ()))
        .collect();
    ids.reverse();
    for node in 0..nodes {
        for before in before(node) {
            builder.add_edge(ids[before], ids[node]);
        }
    }
    builder.build().expect("predecessors come first")
}

fn chain(node: usize) -> Option<usize> {
    node.checked_sub(1)
}

#[test]
fn a_chain() {
    let dag = graph(MANY, chain);
    let (first, last) = (
        dag.node("0").unwrap(),
        dag.node(&(MANY - 1).to_string()).unwrap(),
    );
    assert!(redundant_edges(&dag).is_empty());
    assert_eq!(dag.path(first, last).unwrap().len(), MANY);
    let width = Width::new(&dag);
    assert_eq!(
        (width.len(), width.chains().map(<[_]>::len).max()),
        (1, Some(MANY))
    );
    let dependents = Dependents::new(&dag, &vec![2; MANY]).unwrap();
    assert_eq!(dependents.work[first.index()], 2 * (MANY as u64 - 1));
    let dominators = Dominators::new(&dag);
    assert_eq!(dominators.dominated(first), MANY - 1);
    assert!(dominators.dominates(first, last));
    assert!(!dominators.dominates(last, first));
    assert_eq!(Dominators::post(&dag).immediate(first), dag.node("1"));
}

#[test]
fn a_chain_that_is_said_twice() {
    let two_before = |node: usize| (1..=2).filter_map(move |back| node.checked_sub(back));
    let dag = graph(MANY, two_before);
    assert_eq!(redundant_edges(&dag).len(), MANY - 2);
    assert_eq!(dag.transitive_reduction().edge_count(), MANY - 1);
    assert_eq!(Width::new(&dag).len(), 1);
}

#[test]
fn a_first_node_before_all_of_a_chain() {
    let dag = graph(MANY, |node| {
        [chain(node), (node > 1).then_some(0)].into_iter().flatten()
    });
    assert_eq!(redundant_edges(&dag).len(), MANY - 2);
    assert_eq!(Width::new(&dag).len(), 1);
}

#[test]
fn a_last_node_behind_all_of_a_chain() {
    let last = MANY - 1;
    let dag = graph(MANY, |node| {
        let all = if node == last { 0..last } else { 0..0 };
        let before = if node == last { None } else { chain(node) };
        before.into_iter().chain(all)
    });
    assert_eq!(redundant_edges(&dag).len(), MANY - 2);
    assert_eq!(Width::new(&dag).len(), 1);
}

#[test]
fn a_star() {
    let dag = graph(MANY, |node| (node > 0).then_some(0));
    let first = dag.node("0").unwrap();
    assert!(redundant_edges(&dag).is_empty());
    assert_eq!(Width::new(&dag).len(), MANY - 1);
    let dependents = Dependents::new(&dag, &vec![1; MANY]).unwrap();
    assert_eq!(dependents.most_work()[0], first);
    assert_eq!(dependents.count[first.index()] as usize, MANY - 1);
    assert_eq!(Dominators::new(&dag).dominated(first), MANY - 1);
}

/// Many before a chain before many: tokens move through the whole chain together.
#[test]
fn an_hourglass() {
    let third = MANY / 3;
    let dag = graph(3 * third, |node| match node / third {
        0 => 0..0,
        1 if node == third => 0..third,
        1 => node - 1..node,
        _ => 2 * third - 1..2 * third,
    });
    assert_eq!(Width::new(&dag).len(), third);
}

/// Nodes in a plain but irregular order, each after up to three before it.
fn tangle(nodes: usize, reach: usize) -> Dag<()> {
    graph(nodes, |node| {
        let back = [7919, 104_729, 1_299_709].map(|prime| (node * prime + prime / 7) % reach + 1);
        let kept = (node * 31) % 4;
        back.into_iter()
            .take(kept)
            .filter_map(move |back| node.checked_sub(back))
    })
}

#[test]
fn sweeps_of_several_turns_agree_with_closures() {
    let dag = tangle(1_500, 400);
    let mut behind: Vec<HashSet<NodeId>> = vec![HashSet::new(); dag.len()];
    for &node in dag.topological().iter().rev() {
        let mut reached: HashSet<NodeId> = dag.successors(node).iter().copied().collect();
        for next in dag.successors(node) {
            reached.extend(&behind[next.index()]);
        }
        behind[node.index()] = reached;
    }
    let work: Vec<u64> = dag.nodes().map(|node| node.index() as u64 % 9).collect();
    let dependents = Dependents::new(&dag, &work).unwrap();
    for node in dag.nodes() {
        let waiting = &behind[node.index()];
        let sum: u64 = waiting.iter().map(|node| work[node.index()]).sum();
        assert_eq!(dependents.count[node.index()] as usize, waiting.len());
        assert_eq!(dependents.work[node.index()], sum);
    }
    let is_redundant = |&(from, to): &(NodeId, NodeId)| {
        let mut others = dag.successors(from).iter();
        others.any(|next| behind[next.index()].contains(&to))
    };
    let expected: Vec<_> = dag.edges().filter(is_redundant).collect();
    let found = redundant_edges(&dag);
    assert!(!expected.is_empty());
    assert!(found.iter().map(|edge| (edge.from, edge.to)).eq(expected));
    for edge in found {
        assert!(behind[edge.through.index()].contains(&edge.to));
        assert!(behind[edge.from.index()].contains(&edge.through));
    }
    let width = Width::new(&dag);
    for &node in width.antichain() {
        assert!(
            !width
                .antichain()
                .iter()
                .any(|other| behind[node.index()].contains(other))
        );
    }
    assert_eq!(width.chains().len(), width.antichain().len());
}
