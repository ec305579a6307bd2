//! There and back again.

#![cfg(feature = "petgraph")]

mod support;

use petgraph::algo::toposort;
use petgraph::graph::DiGraph;
use proptest::prelude::*;
use support::any_dag;
use wavecrew_dag::{Dag, Problem};

#[test]
fn a_cycle_of_theirs_is_refused_as_one_of_ours() {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let [a, b] = [(); 2].map(|()| graph.add_node(()));
    graph.extend_with_edges([(a, b), (b, a)]);
    let error = Dag::from_petgraph(graph, |index, ()| format!("n{index}")).unwrap_err();
    assert_eq!(error.to_string(), "cycle: n0 -> n1 -> n0");
    assert!(matches!(error.problems[..], [Problem::Cycle(_)]));
}

proptest! {
    #[test]
    fn nothing_changes_on_the_way(dag in any_dag(20)) {
        let graph = dag.to_petgraph();
        prop_assert_eq!(toposort(&graph, None).map(|order| order.len()), Ok(dag.len()));
        let back = Dag::from_petgraph(graph, |_, node| dag.id(*node).to_owned()).unwrap();
        prop_assert_eq!(back.edges().collect::<Vec<_>>(), dag.edges().collect::<Vec<_>>());
        prop_assert_eq!(back.payloads(), dag.nodes().collect::<Vec<_>>());
        prop_assert!(dag.nodes().all(|node| back.node(dag.id(node)) == Some(node)));
    }
}
