//! What makes a graph, and what is said about nodes and edges that make none.

mod support;

use insta::assert_snapshot;
use proptest::prelude::*;
use support::{any_dag, builder, graph, ids};
use wavecrew_dag::{BuildError, Dag, DagBuilder, NodeId, Problem};

fn check_refused(nodes: &str, edges: &str) -> BuildError {
    builder(nodes, edges)
        .build()
        .expect_err("the graph is broken")
}

#[test]
fn edges_may_come_before_their_nodes_and_more_than_once() {
    let mut builder = DagBuilder::new();
    builder.edge("b", "a").edge("b", "a");
    builder.node("a", 'x').node("b", 'y').edge("b", "a");
    let dag = builder.build().unwrap();
    let (a, b) = (dag.node("a").unwrap(), dag.node("b").unwrap());
    assert_eq!(dag.edge_count(), 1);
    assert_eq!(dag.successors(b), [a]);
    assert_eq!(dag.predecessors(a), [b]);
    assert_eq!((a.index(), dag.id(a), *dag.payload(a)), (0, "a", 'x'));
    assert_eq!(ids(&dag, dag.topological()), "b a");
    assert_eq!(dag.node("c"), None);
}

#[test]
fn edges_may_be_given_by_index() {
    let mut builder = DagBuilder::new();
    let [a, b] = ["a", "b"].map(|id| builder.add_node(id, ()));
    builder.add_edge(b, a);
    let dag = builder.build().unwrap();
    assert_eq!(dag.edges().collect::<Vec<_>>(), [(b, a)]);
}

#[test]
fn other_payloads_leave_the_graph_as_it_is() {
    let dag = graph("a=3 b=4", "b>a");
    let doubled = dag.map(|_, duration| duration * 2);
    assert_eq!(doubled.payloads(), [6, 8]);
    assert_eq!(ids(&doubled, doubled.topological()), "b a");
}

#[test]
fn every_problem_is_told_at_once() {
    let error = check_refused(
        "CORE-001 CORE-002 CORE-003 DB-001 CORE-002 CORE-002",
        "CORE-001>CORE-002 CORE-002>CORE-001 core_003>DB-001 DB-01>CORE-003 nothing>DB-001 \
         DB-001>DB-001",
    );
    assert_snapshot!(error, @"
    several nodes have the id `CORE-002`
    no node has the id `core_003`, which an edge of `DB-001` names; did you mean `CORE-003`?
    no node has the id `DB-01`, which an edge of `CORE-003` names; did you mean `DB-001`?
    no node has the id `nothing`, which an edge of `DB-001` names
    cycle: CORE-001 -> CORE-002 -> CORE-001
    cycle: DB-001 -> DB-001
    ");
}

#[test]
fn each_group_of_nodes_that_wait_for_each_other_is_told_once() {
    let error = check_refused("a b c d e f g h", "a>b b>c c>a b>a d>e e>f f>d d>d f>g g>h");
    assert_snapshot!(error, @"
    cycle: a -> b -> a
    cycle: d -> d
    cycle: d -> e -> f -> d
    ");
}

#[test]
fn an_unknown_id_is_told_for_each_node_that_names_it() {
    let error = check_refused("a b", "x>a x>b x>a");
    assert_snapshot!(error, @"
    no node has the id `x`, which an edge of `a` names
    no node has the id `x`, which an edge of `b` names
    ");
}

#[test]
fn an_id_like_no_other_gets_no_suggestion() {
    let suggestion = |nodes, unknown: &str| {
        let mut builder: DagBuilder<u64> = builder(nodes, "");
        let first = nodes.split_whitespace().next().unwrap();
        let error = builder.edge(unknown, first).clone().build().unwrap_err();
        match error.problems.into_iter().next() {
            Some(Problem::UnknownId { suggestion, .. }) => suggestion,
            other => panic!("{other:?} is not an unknown id"),
        }
    };
    let some = |id: &str| Some(id.to_owned());
    assert_eq!(suggestion("alpha beta", "gamma-ray"), None);
    assert_eq!(suggestion("a b", "x"), None);
    assert_eq!(suggestion("alpha beta", "aplha"), some("alpha"));
    assert_eq!(suggestion("task-1 task-10", "Task_10"), some("task-10"));
    assert_eq!(
        suggestion("überprüfung", "uberprufung"),
        some("überprüfung")
    );
    assert_eq!(suggestion("!", "?"), None);
}

#[test]
fn a_graph_without_nodes_is_a_graph() {
    let dag = DagBuilder::<()>::new().build().unwrap();
    assert!(dag.is_empty());
    assert!(dag.topological().is_empty());
}

fn is_reachable(edges: &[(usize, usize)], nodes: usize) -> Vec<Vec<bool>> {
    let mut reachable = vec![vec![false; nodes]; nodes];
    for &(from, to) in edges {
        reachable[from][to] = true;
    }
    for through in 0..nodes {
        for from in 0..nodes {
            for to in 0..nodes {
                reachable[from][to] |= reachable[from][through] && reachable[through][to];
            }
        }
    }
    reachable
}

proptest! {
    #[test]
    fn the_order_respects_edges_and_prefers_the_first_added(dag in any_dag(20)) {
        let mut done = vec![false; dag.len()];
        for &node in dag.topological() {
            let is_free = |node: &NodeId| {
                let mut before = dag.predecessors(*node).iter();
                !done[node.index()] && before.all(|before| done[before.index()])
            };
            prop_assert_eq!(dag.nodes().find(is_free), Some(node));
            done[node.index()] = true;
        }
        prop_assert!(done.into_iter().all(|done| done));
    }

    #[test]
    fn both_directions_tell_the_same_edges(dag in any_dag(20)) {
        for node in dag.nodes() {
            prop_assert!(dag.successors(node).is_sorted_by(|a, b| a < b));
            prop_assert!(dag.predecessors(node).is_sorted_by(|a, b| a < b));
            for &next in dag.successors(node) {
                prop_assert!(dag.predecessors(next).contains(&node));
            }
        }
        let backwards: usize = dag.nodes().map(|node| dag.predecessors(node).len()).sum();
        prop_assert_eq!(backwards, dag.edge_count());
    }

    /// One cycle for each strongly connected component, and one for each self-edge.
    #[test]
    fn cycles_agree_with_reachability(
        nodes in 1_usize..9,
        ends in prop::collection::vec((0_usize..9, 0_usize..9), 0..24),
    ) {
        let edges: Vec<(usize, usize)> =
            ends.into_iter().filter(|&(a, b)| a < nodes && b < nodes).collect();
        let mut builder = DagBuilder::new();
        for node in 0..nodes {
            builder.node(node.to_string(), ());
        }
        for (from, to) in &edges {
            builder.edge(from.to_string(), to.to_string());
        }
        let proper: Vec<_> = edges.iter().copied().filter(|(from, to)| from != to).collect();
        let reachable = is_reachable(&proper, nodes);
        let component = |node: usize| {
            (0..nodes).find(|&other| reachable[node][other] && reachable[other][node])
        };
        let mut expected: Vec<usize> = (0..nodes).filter_map(component).collect();
        expected.sort_unstable();
        expected.dedup();
        let mut expected_loops: Vec<usize> =
            edges.iter().filter(|(from, to)| from == to).map(|(node, _)| *node).collect();
        expected_loops.sort_unstable();
        expected_loops.dedup();

        let (mut found, mut loops) = (Vec::new(), Vec::new());
        for path in cycles(builder.build()) {
            let next = path.iter().cycle().skip(1);
            for edge in path.iter().copied().zip(next.copied()) {
                prop_assert!(edges.contains(&edge), "{edge:?} of {path:?}");
            }
            match path[..] {
                [node] => loops.push(node),
                _ => found.extend(component(path[0])),
            }
        }
        prop_assert_eq!(found, expected);
        prop_assert_eq!(loops, expected_loops);
    }
}

proptest! {
    #[test]
    fn whoever_bears_an_id_first_is_found(
        mut ids in prop::collection::vec("[01é]{0,3}", 0..12),
        is_sorted in any::<bool>(),
        other in "[01é]{0,3}",
    ) {
        if is_sorted {
            ids.sort_by_key(|id| (id.len(), id.clone()));
        }
        let mut builder = DagBuilder::new();
        for id in &ids {
            builder.node(id, ());
        }
        let mut distinct: Vec<&String> = Vec::new();
        for id in &ids {
            if !distinct.contains(&id) {
                distinct.push(id);
            }
        }
        match builder.build() {
            Ok(dag) => {
                prop_assert_eq!(distinct.len(), ids.len());
                for id in ids.iter().chain([&other]) {
                    let place = ids.iter().position(|it| it == id);
                    prop_assert_eq!(dag.node(id).map(NodeId::index), place);
                }
            }
            Err(error) => {
                let is_repeated = |id: &&&String| ids.iter().filter(|it| it == *id).count() > 1;
                let repeated = distinct.iter().filter(is_repeated);
                let repeated = repeated.map(|id| format!("several nodes have the id `{id}`"));
                let mut told: Vec<String> = error.problems.iter().map(Problem::to_string).collect();
                told.sort();
                let mut expected: Vec<String> = repeated.collect();
                expected.sort();
                prop_assert!(!told.is_empty());
                prop_assert_eq!(told, expected);
            }
        }
    }

    #[test]
    fn edges_say_the_same_in_any_order(
        edges in prop::collection::vec((0_usize..40, 0_usize..40), 0..80),
        stride in prop::sample::select(vec![1_usize, 1, 1, 1, 3, 3, 3, 2_001]),
    ) {
        // Numbered far apart, neighbours are too far for the way that is for those nearby.
        let nodes = 40 * stride;
        let number = |node: usize| NodeId::from_index(node * stride);
        let mut given: Vec<(NodeId, NodeId)> = edges
            .iter()
            .filter(|(a, b)| a != b)
            .map(|&(a, b)| (number(a.min(b)), number(a.max(b))))
            .collect();
        let mut expected = given.clone();
        expected.sort_unstable();
        expected.dedup();
        let as_given = given.clone();
        given.sort_by_key(|(from, _)| *from);
        let by_from = given.clone();
        given.sort_by_key(|(_, to)| *to);
        for edges in [as_given, by_from, given] {
            let mut builder = DagBuilder::new();
            for node in 0..nodes {
                builder.node(node.to_string(), ());
            }
            for (from, to) in edges {
                builder.add_edge(from, to);
            }
            let dag = builder.build().expect("edges lead on");
            prop_assert_eq!(dag.edges().collect::<Vec<_>>(), expected.clone());
            let mut turned: Vec<(NodeId, NodeId)> = dag
                .nodes()
                .flat_map(|to| dag.predecessors(to).iter().map(move |&from| (from, to)))
                .collect();
            prop_assert!(dag.nodes().all(|to| dag.predecessors(to).is_sorted()));
            turned.sort_unstable();
            prop_assert_eq!(turned, expected.clone());
        }
    }
}

fn cycles(built: Result<Dag<()>, BuildError>) -> Vec<Vec<usize>> {
    let problems = built.err().map_or_else(Vec::new, |error| error.problems);
    let path = |problem| match problem {
        Problem::Cycle(cycle) => cycle.path.iter().map(|id| id.parse().unwrap()).collect(),
        other => panic!("{other} is not a cycle"),
    };
    problems.into_iter().map(path).collect()
}
