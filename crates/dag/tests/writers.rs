//! Graphs as text for others.

mod support;

use insta::assert_snapshot;
use support::graph;
use wavecrew_dag::{
    Dag, DagBuilder, MermaidLimits, NodeId, to_dot, to_json, to_mermaid, to_mermaid_within,
};

#[test]
fn a_graph_as_dot() {
    let dag = graph("a b c", "a>b a>c");
    assert_snapshot!(to_dot(&dag, |node| format!("task\n{}", dag.id(node))), @r#"
    digraph {
        rankdir=LR;
        node [shape=box];
        n0 [label="task\na"];
        n1 [label="task\nb"];
        n2 [label="task\nc"];
        n0 -> n1;
        n0 -> n2;
    }
    "#);
}

#[test]
fn a_graph_as_mermaid() {
    let dag = graph("a b c", "a>b a>c");
    assert_snapshot!(to_mermaid(&dag, |node| format!("task\n{}", dag.id(node))), @r#"
    flowchart LR
        n0["task<br/>a"]
        n1["task<br/>b"]
        n2["task<br/>c"]
        n0 --> n1
        n0 --> n2
    "#);
}

#[test]
fn labels_may_hold_anything() {
    let mut builder = DagBuilder::new();
    builder
        .node("a", r#"say "hi" \n <b>#1</b> & `code`; end"#)
        .node("b", "");
    let dag = builder.build().unwrap();
    assert_snapshot!(to_dot(&dag, |node| (*dag.payload(node)).to_owned()), @r#"
    digraph {
        rankdir=LR;
        node [shape=box];
        n0 [label="say \"hi\" \\n <b>#1</b> & `code`; end"];
        n1 [label=""];
    }
    "#);
    assert_snapshot!(to_mermaid(&dag, |node| (*dag.payload(node)).to_owned()), @r#"
    flowchart LR
        n0["say #34;hi#34; #92;n #60;b#62;#35;1#60;/b#62; #38; #96;code#96;#59; end"]
        n1[" "]
    "#);
}

#[test]
fn a_label_is_no_directive() {
    let dag = graph("a", "");
    let chart = to_mermaid(&dag, |_| "%%{init: {'theme': 'dark'}}%%".to_owned());
    assert!(!chart.contains("%%"), "{chart}");
    assert!(chart.contains("#37;#37;{init"), "{chart}");
}

#[test]
fn a_label_is_no_list() {
    let dag = graph("a", "");
    let labelled = |label: &str| to_mermaid(&dag, |_| label.to_owned());
    for (label, written) in [
        ("1. Freeze", "\"1#46; Freeze\""),
        (" 12) Freeze", "\" 12#41; Freeze\""),
        ("- Freeze", "\"#45; Freeze\""),
        ("* Freeze", "\"#42; Freeze\""),
        ("+ Freeze", "\"#43; Freeze\""),
        ("Freeze\n===", "\"Freeze<br/>#61;==\""),
        ("Freeze\r\n- thaw", "\"Freeze<br/>#45; thaw\""),
        ("1.5 hours", "\"1#46;5 hours\""),
        ("2 of 3. then-on", "\"2 of 3. then-on\""),
    ] {
        let chart = labelled(label);
        assert!(chart.contains(written), "{label:?}: {chart}");
    }
}

#[test]
fn a_graph_as_json() {
    let mut builder = DagBuilder::new();
    builder.node("a\"\\", "\u{1}\t\n\u{2028}é").node("b", "");
    builder.edge("b", "a\"\\");
    let dag = builder.build().unwrap();
    let json = to_json(&dag, |node| (*dag.payload(node)).to_owned());
    let expected = serde_json::json!({
        "schema_version": 1,
        "nodes": [
            { "id": "a\"\\", "label": "\u{1}\t\n\u{2028}é" },
            { "id": "b", "label": "" },
        ],
        "edges": [{ "from": "b", "to": "a\"\\" }],
    });
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json).unwrap(),
        expected
    );
    let nothing = support::graph("", "");
    assert_snapshot!(
        to_json(&nothing, |_| String::new()),
        @r#"{"schema_version":1,"nodes":[],"edges":[]}"#
    );
}

/// Layers of five, each node after all of the layer before.
fn layers(count: usize) -> Dag<()> {
    let mut builder = DagBuilder::new();
    let ids: Vec<NodeId> = (0..5 * count)
        .map(|node| builder.add_node(node.to_string(), ()))
        .collect();
    for layer in 1..count {
        for (from, to) in (0..5).flat_map(|from| (0..5).map(move |to| (from, to))) {
            builder.add_edge(ids[(layer - 1) * 5 + from], ids[layer * 5 + to]);
        }
    }
    builder.build().unwrap()
}

#[test]
fn a_chart_that_fits_is_drawn_in_full() {
    let dag = layers(21);
    assert_eq!(dag.edge_count(), 500);
    let label = |node| dag.id(node).to_owned();
    let chart = to_mermaid_within(&dag, label, MermaidLimits::default());
    assert_eq!(chart, to_mermaid(&dag, label));
}

#[test]
fn a_chart_that_does_not_is_drawn_by_levels() {
    let dag = layers(4);
    let label = |node| dag.id(node).to_owned();
    let within =
        |edges, characters| to_mermaid_within(&dag, label, MermaidLimits { edges, characters });
    assert_snapshot!(within(74, 50_000), @r#"
    flowchart LR
        b0["0<br/>and 4 more"]
        b1["5<br/>and 4 more"]
        b2["10<br/>and 4 more"]
        b3["15<br/>and 4 more"]
        b0 --> b1
        b1 --> b2
        b2 --> b3
    "#);
    assert_snapshot!(within(2, 50_000), @r#"
    flowchart LR
        b0["0<br/>and 9 more"]
        b1["10<br/>and 9 more"]
        b0 --> b1
    "#);
    assert_snapshot!(within(500, 0), @r#"
    flowchart LR
        b0["0<br/>and 19 more"]
    "#);
}

#[test]
fn a_chart_of_a_large_graph_is_within_what_mermaid_draws() {
    let dag = layers(10_000);
    let chart = to_mermaid_within(
        &dag,
        |node| dag.id(node).to_owned(),
        MermaidLimits::default(),
    );
    assert!(chart.len() < 50_000);
    let edges = chart.lines().filter(|line| line.contains("-->")).count();
    assert!((250..=500).contains(&edges), "{edges}");
}
