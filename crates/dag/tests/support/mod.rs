//! Graphs for tests, written down or drawn at random.

#![allow(dead_code, reason = "no test file needs all of it")]

pub(crate) mod known;

use proptest::prelude::*;
use wavecrew_dag::{Claims, Dag, DagBuilder, NodeId};

/// `graph("a=5 b=2 c", "a>c b>c")`: nodes with their durations, 1 if none is given, and edges.
pub(crate) fn graph(nodes: &str, edges: &str) -> Dag<u64> {
    builder(nodes, edges)
        .build()
        .expect("the test graph is acyclic")
}

pub(crate) fn builder(nodes: &str, edges: &str) -> DagBuilder<u64> {
    let mut builder = DagBuilder::new();
    for node in nodes.split_whitespace() {
        let (id, duration) = node.split_once('=').unwrap_or((node, "1"));
        builder.node(id, duration.parse().expect("durations are numbers"));
    }
    for edge in edges.split_whitespace() {
        let (from, to) = edge.split_once('>').expect("edges are written a>b");
        builder.edge(from, to);
    }
    builder
}

/// The ids of the nodes, with spaces between.
pub(crate) fn ids<T>(dag: &Dag<T>, nodes: &[NodeId]) -> String {
    let ids: Vec<&str> = nodes.iter().map(|&node| dag.id(node)).collect();
    ids.join(" ")
}

/// An acyclic graph of fewer than `nodes` nodes with durations below 5; the order in which nodes
/// are added says nothing of the order in which they can run.
pub(crate) fn any_dag(nodes: usize) -> impl Strategy<Value = Dag<u64>> {
    (0..nodes).prop_flat_map(any_dag_of)
}

fn any_dag_of(nodes: usize) -> impl Strategy<Value = Dag<u64>> {
    let order = Just((0..nodes).collect::<Vec<_>>()).prop_shuffle();
    let durations = prop::collection::vec(0_u64..5, nodes);
    let ends = (0..nodes.max(1), 0..nodes.max(1));
    let edges = prop::collection::vec(ends, 0..nodes * 2 + 1);
    (order, durations, edges).prop_map(|(order, durations, edges)| {
        let mut builder = DagBuilder::new();
        for (index, duration) in durations.iter().enumerate() {
            builder.node(index.to_string(), *duration);
        }
        for (a, b) in edges {
            if a < b {
                builder.edge(order[a].to_string(), order[b].to_string());
            }
        }
        builder.build().expect("edges follow one order")
    })
}

/// Keys that often overlap.
pub(crate) fn any_key() -> impl Strategy<Value = String> {
    let component = prop::sample::select(vec!["a", "b", "ab", "a.b", ".", "..", "", "*", "a*"]);
    prop::collection::vec(component, 0..4).prop_map(|components| components.join("/"))
}

/// Keys for nodes of a graph with `nodes` nodes, as pairs of node and key.
pub(crate) fn any_keys(nodes: usize) -> impl Strategy<Value = Vec<(NodeId, String)>> {
    let most = if nodes == 0 { 0 } else { nodes + 2 };
    let keys = prop::collection::vec((0..nodes.max(1), any_key()), 0..=most);
    keys.prop_map(|keys| {
        let keys = keys.into_iter();
        keys.map(|(node, key)| (NodeId::from_index(node), key))
            .collect()
    })
}

/// A graph with claims for its nodes.
pub(crate) fn any_claimed_dag(
    nodes: usize,
) -> impl Strategy<Value = (Dag<u64>, Vec<(NodeId, String)>)> {
    any_dag(nodes).prop_flat_map(|dag| {
        let keys = any_keys(dag.len());
        (Just(dag), keys)
    })
}

pub(crate) fn claims(nodes: usize, keys: &[(NodeId, String)]) -> Claims {
    Claims::new(nodes, keys.iter().map(|(node, key)| (*node, key)))
}

/// Whether two nodes claim overlapping paths, by comparing all their keys as texts.
pub(crate) fn overlap_naively(keys: &[(NodeId, String)], a: NodeId, b: NodeId) -> bool {
    let of = |wanted: NodeId| {
        let own = keys.iter().filter(move |(node, _)| *node == wanted);
        own.map(|(_, key)| normal_form(key))
    };
    of(a).any(|a| of(b).any(|b| a.starts_with(&b) || b.starts_with(&a)))
}

/// `a/b` as `a/b/`, so that a prefix is a whole number of components.
fn normal_form(key: &str) -> String {
    let mut form = String::new();
    for component in key.split('/') {
        if component.contains('*') {
            break;
        }
        match component {
            "" | "." => {}
            ".." if form.is_empty() && key.starts_with('/') => {}
            ".." if form.is_empty() || form.ends_with("../") => form.push_str("../"),
            ".." => {
                let parent = form
                    .trim_end_matches('/')
                    .rfind('/')
                    .map_or(0, |slash| slash + 1);
                form.truncate(parent);
            }
            name => {
                form.push_str(name);
                form.push('/');
            }
        }
    }
    if key.starts_with('/') {
        format!("/{form}")
    } else {
        form
    }
}
