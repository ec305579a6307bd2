//! Parts of a graph.

mod support;

use proptest::prelude::*;
use support::{any_dag, graph, ids};
use wavecrew_dag::{Dag, Gaps, NodeId, Subgraph};

/// `a b c: a>b b>c`, ids and edges of a part.
fn text(part: &Subgraph<u64>) -> String {
    let dag = &part.dag;
    let edges: Vec<String> = dag
        .edges()
        .map(|(from, to)| format!("{}>{}", dag.id(from), dag.id(to)))
        .collect();
    let nodes: Vec<NodeId> = dag.nodes().collect();
    format!("{}: {}", ids(dag, &nodes), edges.join(" "))
}

#[test]
fn parts_of_a_graph() {
    let dag = graph("e d c b a x", "a>b b>c c>d d>e a>x");
    let select = |ids: &str| dag.select(ids.split_whitespace()).unwrap();
    let only = |ids, gaps| text(&Subgraph::only(&dag, &select(ids), gaps));
    assert_eq!(only("a b d", Gaps::Cut), "d b a: a>b");
    assert_eq!(only("a b d e", Gaps::Bridge), "e d b a: d>e b>d a>b");
    assert_eq!(only("", Gaps::Bridge), ": ");
    assert_eq!(text(&Subgraph::until(&dag, &select("c"))), "c b a: b>c a>b");
    assert_eq!(text(&Subgraph::from(&dag, &select("d x"))), "e d x: d>e");
}

#[test]
fn a_part_knows_the_whole() {
    let dag = graph("a=1 b=2 c=3", "a>c");
    let part = Subgraph::only(&dag, &dag.select(["c", "b"]).unwrap(), Gaps::Cut);
    let [b, c] = ["b", "c"].map(|id| part.dag.node(id).unwrap());
    assert_eq!(part.whole(c), dag.node("c").unwrap());
    assert_eq!(part.part(dag.node("b").unwrap()), Some(b));
    assert_eq!(part.part(dag.node("a").unwrap()), None);
    assert_eq!(part.values(dag.payloads()), [2, 3]);
}

#[test]
fn every_unknown_id_is_told() {
    let dag = graph("CORE-001 CORE-002", "");
    let error = dag.select(["core001", "CORE-002", "zzz"]).unwrap_err();
    insta::assert_snapshot!(error, @r"
    no node has the id `core001`; did you mean `CORE-001`?
    no node has the id `zzz`
    ");
}

#[test]
fn a_part_of_a_million() {
    let nodes = 1_000_000;
    let mut builder = wavecrew_dag::DagBuilder::new();
    let all: Vec<NodeId> = (0..nodes)
        .map(|node| builder.add_node(node.to_string(), ()))
        .collect();
    for pair in all.windows(2) {
        builder.add_edge(pair[0], pair[1]);
    }
    let dag = builder.build().unwrap();
    let ends = Subgraph::only(&dag, &[all[nodes - 1], all[0]], Gaps::Bridge);
    assert_eq!(ends.dag.edges().count(), 1);
    assert_eq!(Subgraph::until(&dag, &all[..1]).dag.len(), 1);
    assert_eq!(Subgraph::from(&dag, &all[..1]).dag.len(), nodes);
}

fn waits(dag: &Dag<u64>, from: NodeId, to: NodeId) -> bool {
    dag.path(from, to).is_some()
}

fn any_part() -> impl Strategy<Value = (Dag<u64>, Vec<NodeId>)> {
    any_dag(20).prop_flat_map(|dag| {
        let nodes: Vec<NodeId> = dag.nodes().collect();
        let most = nodes.len();
        (Just(dag), prop::sample::subsequence(nodes, 0..=most))
    })
}

proptest! {
    #[test]
    fn bridges_keep_who_waits_for_whom((dag, nodes) in any_part()) {
        let cut = Subgraph::only(&dag, &nodes, Gaps::Cut);
        let bridged = Subgraph::only(&dag, &nodes, Gaps::Bridge);
        prop_assert_eq!(cut.dag.len(), nodes.len());
        for a in bridged.dag.nodes() {
            for b in bridged.dag.nodes() {
                let (whole_a, whole_b) = (bridged.whole(a), bridged.whole(b));
                prop_assert_eq!(waits(&bridged.dag, a, b), waits(&dag, whole_a, whole_b));
                let is_edge = dag.successors(whole_a).contains(&whole_b);
                prop_assert_eq!(cut.dag.successors(a).contains(&b), is_edge);
            }
            prop_assert_eq!(bridged.dag.id(a), dag.id(bridged.whole(a)));
            prop_assert_eq!(bridged.part(bridged.whole(a)), Some(a));
        }
    }

    #[test]
    fn until_and_from_are_what_leads_there_and_on((dag, nodes) in any_part()) {
        let (until, from) = (Subgraph::until(&dag, &nodes), Subgraph::from(&dag, &nodes));
        for node in dag.nodes() {
            let leads_there = nodes.iter().any(|&end| waits(&dag, node, end));
            prop_assert_eq!(until.part(node).is_some(), leads_there);
            let leads_on = nodes.iter().any(|&start| waits(&dag, start, node));
            prop_assert_eq!(from.part(node).is_some(), leads_on);
        }
    }
}
