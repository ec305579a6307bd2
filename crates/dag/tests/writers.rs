//! Graphs as text for others.

mod support;

use insta::assert_snapshot;
use support::graph;
use wavecrew_dag::{DagBuilder, to_dot, to_mermaid};

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
