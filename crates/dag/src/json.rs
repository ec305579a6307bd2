use std::fmt::Write;

use crate::{Dag, NodeId};

/// The graph as JSON on one line, nodes and edges in order; equal graphs give equal text.
///
/// ```json
/// {"schema_version":1,"nodes":[{"id":"a","label":"…"}],"edges":[{"from":"a","to":"b"}]}
/// ```
///
/// `from` must finish before `to` starts. Keys are only ever added to `schema_version` 1. `label` is
/// what a node shows; it may hold any characters. O(V + E).
///
/// ```
/// use wavecrew_dag::{DagBuilder, to_json};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).edge("a", "b");
/// let dag = builder.build()?;
/// let json = to_json(&dag, |node| format!("task {node}"));
/// assert!(json.contains(r#"{"id":"b","label":"task 1"}"#));
/// assert!(json.ends_with(r#""edges":[{"from":"a","to":"b"}]}"#));
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[must_use]
pub fn to_json<T>(dag: &Dag<T>, label: impl Fn(NodeId) -> String) -> String {
    let mut json = String::from("{\"schema_version\":1,\"nodes\":[");
    for (place, node) in dag.nodes().enumerate() {
        separate(&mut json, place);
        json.push_str("{\"id\":");
        push_string(&mut json, dag.id(node));
        json.push_str(",\"label\":");
        push_string(&mut json, &label(node));
        json.push('}');
    }
    json.push_str("],\"edges\":[");
    for (place, (from, to)) in dag.edges().enumerate() {
        separate(&mut json, place);
        json.push_str("{\"from\":");
        push_string(&mut json, dag.id(from));
        json.push_str(",\"to\":");
        push_string(&mut json, dag.id(to));
        json.push('}');
    }
    json.push_str("]}");
    json
}

fn separate(json: &mut String, place: usize) {
    if place > 0 {
        json.push(',');
    }
}

fn push_string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            other if other < ' ' => {
                write!(json, "\\u{:04x}", u32::from(other)).expect("writing to a string");
            }
            other => json.push(other),
        }
    }
    json.push('"');
}
