//! What a graph's edges say, against looking at every path.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use support::{any_dag, graph, ids};
use wavecrew_dag::{Dag, Dependents, Dominators, NodeId, TimeError, Width, redundant_edges};

/// Whether `to` waits for `from` if some nodes are not there.
fn waits(dag: &Dag<u64>, from: NodeId, to: NodeId, without: &[NodeId]) -> bool {
    let mut reached = BTreeSet::from([from]);
    let mut left = vec![from];
    while let Some(node) = left.pop() {
        for &next in dag.successors(node) {
            if !without.contains(&next) && reached.insert(next) {
                left.push(next);
            }
        }
    }
    from != to && reached.contains(&to)
}

fn follow(dag: &Dag<u64>, path: &[NodeId]) -> bool {
    let mut steps = path.windows(2);
    steps.all(|step| dag.successors(step[0]).contains(&step[1]))
}

#[test]
fn a_redundant_edge_is_told_with_a_way_around_it() {
    let dag = graph("a b c d", "a>b b>c c>d a>d a>c");
    let told: Vec<String> = redundant_edges(&dag)
        .iter()
        .map(|edge| ids(&dag, &[edge.from, edge.through, edge.to]))
        .collect();
    assert_eq!(told, ["a b c", "a c d"]);
    assert_eq!(dag.transitive_reduction().edge_count(), 3);
}

#[test]
fn a_path_is_a_shortest_one() {
    let dag = graph("a b c d e", "a>b b>c c>d a>e e>d");
    let path = |from, to| {
        let path = dag.path(dag.node(from).unwrap(), dag.node(to).unwrap());
        path.map(|path| ids(&dag, &path))
    };
    assert_eq!(path("a", "d").as_deref(), Some("a e d"));
    assert_eq!(path("a", "a").as_deref(), Some("a"));
    assert_eq!(path("e", "c"), None);
}

#[test]
fn a_chain_may_pass_through_nodes_of_other_chains() {
    let dag = graph("a b c d e", "a>c b>c c>d c>e");
    let width = Width::new(&dag);
    assert_eq!(width.len(), 2);
    let chains: Vec<String> = width.chains().map(|chain| ids(&dag, chain)).collect();
    assert_eq!(chains, ["a c e", "b d"]);
}

#[test]
fn nothing_is_as_wide_as_nothing() {
    let dag = graph("", "");
    assert!(Width::new(&dag).is_empty());
    assert_eq!(Width::new(&dag).chains().len(), 0);
    assert!(redundant_edges(&dag).is_empty());
    assert!(Dependents::new(&dag, &[]).unwrap().count.is_empty());
}

#[test]
fn a_gate_dominates_what_is_behind_it() {
    let dag = graph(
        "a b c gate x y end",
        "a>b a>c b>gate c>gate gate>x gate>y x>end y>end",
    );
    let [a, gate, end] = ["a", "gate", "end"].map(|id| dag.node(id).unwrap());
    let (from_starts, from_ends) = (Dominators::new(&dag), Dominators::post(&dag));
    assert_eq!(
        ids(&dag, &from_starts.above(end).collect::<Vec<_>>()),
        "gate a"
    );
    assert_eq!(from_starts.dominated(gate), 3);
    assert_eq!(from_starts.immediate(a), None);
    assert_eq!(
        ids(&dag, &from_ends.above(a).collect::<Vec<_>>()),
        "gate end"
    );
}

#[test]
fn work_beyond_what_can_be_counted_is_an_error() {
    let dag = graph("a b", "a>b");
    let too_much = TimeError::Overflow { id: "b".to_owned() };
    assert_eq!(Dependents::new(&dag, &[u64::MAX, 1]), Err(too_much));
}

/// The number of nodes in a largest antichain, by trying every set.
fn width_naively(dag: &Dag<u64>) -> usize {
    let nodes: Vec<NodeId> = dag.nodes().collect();
    let comparable: Vec<u32> = nodes
        .iter()
        .map(|&a| {
            let others = nodes
                .iter()
                .filter(|&&b| waits(dag, a, b, &[]) || waits(dag, b, a, &[]));
            others.map(|b| 1 << b.index()).sum()
        })
        .collect();
    let is_antichain = |set: &u32| {
        let members = (0..nodes.len()).filter(|node| set >> node & 1 == 1);
        members
            .map(|node| comparable[node])
            .all(|others| others & set == 0)
    };
    let sets = 0_u32..1 << nodes.len();
    let sizes = sets.filter(is_antichain).map(u32::count_ones);
    sizes.max().unwrap_or(0) as usize
}

proptest! {
    #[test]
    fn the_reduction_keeps_who_waits_for_whom(dag in any_dag(24)) {
        let redundant = redundant_edges(&dag);
        for (from, to) in dag.edges() {
            let others = dag.successors(from).iter().filter(|&&next| next != to);
            let is_redundant = others.copied().any(|next| waits(&dag, next, to, &[]));
            let told = redundant.iter().find(|edge| (edge.from, edge.to) == (from, to));
            prop_assert_eq!(told.is_some(), is_redundant);
            if let Some(edge) = told {
                let path = edge.path(&dag).expect("a way around");
                prop_assert!(path.len() > 2 && follow(&dag, &path));
            }
        }
        prop_assert!(redundant.is_sorted());
        let reduced = dag.transitive_reduction();
        prop_assert_eq!(reduced.edge_count(), dag.edge_count() - redundant.len());
        prop_assert_eq!(reduced.topological(), dag.topological());
        for a in dag.nodes() {
            for b in dag.nodes() {
                prop_assert_eq!(waits(&reduced, a, b, &[]), waits(&dag, a, b, &[]));
            }
            let after = dag.nodes().filter(|&b| reduced.successors(a).contains(&b));
            prop_assert_eq!(after.collect::<Vec<_>>(), reduced.successors(a));
            let before = dag.nodes().filter(|&b| reduced.successors(b).contains(&a));
            prop_assert_eq!(before.collect::<Vec<_>>(), reduced.predecessors(a));
        }
    }

    #[test]
    fn as_many_chains_as_nodes_of_the_antichain(dag in any_dag(12)) {
        let width = Width::new(&dag);
        prop_assert_eq!(width.len(), width_naively(&dag));
        check_width(&dag, &width)?;
    }

    #[test]
    fn chains_and_antichain_prove_each_other(dag in any_dag(80)) {
        check_width(&dag, &Width::new(&dag))?;
    }

    #[test]
    fn dependents_are_all_that_wait(dag in any_dag(30)) {
        let dependents = Dependents::new(&dag, dag.payloads()).unwrap();
        for node in dag.nodes() {
            let waiting = dag.nodes().filter(|&other| waits(&dag, node, other, &[]));
            let work: u64 = waiting.clone().map(|node| *dag.payload(node)).sum();
            prop_assert_eq!(dependents.count[node.index()] as usize, waiting.count());
            prop_assert_eq!(dependents.work[node.index()], work);
        }
        let amounts = dependents.most_work().into_iter().map(|node| dependents.work[node.index()]);
        prop_assert!(amounts.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn without_a_dominator_nothing_leads_on(dag in any_dag(16)) {
        let (from_starts, from_ends) = (Dominators::new(&dag), Dominators::post(&dag));
        let starts: Vec<NodeId> = dag.nodes().filter(|&n| dag.predecessors(n).is_empty()).collect();
        let ends: Vec<NodeId> = dag.nodes().filter(|&n| dag.successors(n).is_empty()).collect();
        for a in dag.nodes() {
            for b in dag.nodes() {
                let leads = |from: NodeId, to: NodeId| {
                    from != a && to != a && (from == to || waits(&dag, from, to, &[a]))
                };
                let blocks_starts = !starts.iter().any(|&start| leads(start, b));
                prop_assert_eq!(from_starts.dominates(a, b), blocks_starts);
                let blocks_ends = !ends.iter().any(|&end| leads(b, end));
                prop_assert_eq!(from_ends.dominates(a, b), blocks_ends);
            }
            for dominators in [&from_starts, &from_ends] {
                let others = dag.nodes().filter(|&b| b != a);
                let below = others.clone().filter(|&b| dominators.dominates(a, b)).count();
                prop_assert_eq!(dominators.dominated(a), below);
                let above: Vec<NodeId> = dominators.above(a).collect();
                prop_assert_eq!(above.first().copied(), dominators.immediate(a));
                prop_assert!(above.iter().all(|&above| dominators.dominates(above, a)));
                let count = others.filter(|&b| dominators.dominates(b, a)).count();
                prop_assert_eq!(above.len(), count);
            }
        }
    }
}

fn check_width(dag: &Dag<u64>, width: &Width) -> Result<(), TestCaseError> {
    let antichain = width.antichain();
    prop_assert!(antichain.is_sorted_by(|a, b| a < b));
    for &a in antichain {
        prop_assert!(!antichain.iter().any(|&b| waits(dag, a, b, &[])));
    }
    prop_assert_eq!(width.chains().len(), antichain.len());
    let mut nodes: Vec<NodeId> = width.chains().flatten().copied().collect();
    for chain in width.chains() {
        prop_assert!(
            chain
                .windows(2)
                .all(|pair| waits(dag, pair[0], pair[1], &[]))
        );
    }
    nodes.sort();
    prop_assert_eq!(nodes, dag.nodes().collect::<Vec<_>>());
    Ok(())
}
