use std::fmt::Write;

use crate::{Dag, NodeId};

/// The graph in the DOT language of Graphviz, nodes and edges in order; equal graphs give equal
/// text.
///
/// `label` is what a node shows, on several lines if it has any; it may hold any characters.
///
/// ```
/// use wavecrew_dag::{DagBuilder, to_dot};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).edge("a", "b");
/// let dag = builder.build()?;
/// let dot = to_dot(&dag, |node| dag.id(node).to_owned());
/// assert!(dot.contains("n0 -> n1;"));
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[must_use]
pub fn to_dot<T>(dag: &Dag<T>, label: impl Fn(NodeId) -> String) -> String {
    let mut dot = String::from("digraph {\n    rankdir=LR;\n    node [shape=box];\n");
    for node in dag.nodes() {
        let label = escape(&label(node));
        writeln!(dot, "    n{node} [label=\"{label}\"];").expect("writing to a string");
    }
    for (from, to) in dag.edges() {
        writeln!(dot, "    n{from} -> n{to};").expect("writing to a string");
    }
    dot.push_str("}\n");
    dot
}

/// Inside double quotes only the quote ends the string, and a backslash begins an escape.
fn escape(label: &str) -> String {
    let label = label.replace('\\', "\\\\").replace('"', "\\\"");
    label
        .replace("\r\n", "\n")
        .replace(['\n', '\r'], "\\n")
        .replace('\0', "")
}
