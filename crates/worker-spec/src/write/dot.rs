//! A plan as a graph in Graphviz's language.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::{EdgeKind, Plan, Task};

/// Writes a plan in DOT, the language of Graphviz: a node a task with its id and title, a cluster a group, an arrow an
/// edge. Soft edges are dotted. A group that a task waits for is a bold arrow from its cluster.
///
/// # Examples
///
/// ```
/// use wavecrew_worker_spec::{Document, read, write};
///
/// let plan = read(&[Document::new("plan.mmd", "graph TD\n  A1[Say hi] --> A2[Answer]\n")]).value;
/// assert_eq!(
///     write::to_dot(&plan),
///     "digraph plan {\n  rankdir=LR; compound=true; node [shape=box];\n  \"A1\" [label=\"A1\\nSay hi\"];\n  \
///      \"A2\" [label=\"A2\\nAnswer\"];\n  \"A1\" -> \"A2\";\n}\n",
/// );
/// ```
pub fn to_dot(plan: &Plan) -> String {
    let mut out = String::from("digraph plan {\n  rankdir=LR; compound=true; node [shape=box];\n");
    if let Some(title) = &plan.title {
        let _ = writeln!(out, "  label={};", quoted(title));
    }
    let mut members: HashMap<&str, Vec<&Task>> = HashMap::new();
    for task in &plan.tasks {
        if let Some(group) = &task.group {
            members.entry(group).or_default().push(task);
        }
    }
    let mut clusters: HashMap<&str, (String, &str)> = HashMap::new();
    for group in &plan.groups {
        let Some(members) = members.get(group.id.as_str()) else {
            continue;
        };
        // Graphviz draws a frame around a subgraph whose name begins so.
        let cluster = quoted(&format!("cluster_{}", group.id));
        let title = if group.title.is_empty() {
            &group.id
        } else {
            &group.title
        };
        let _ = writeln!(out, "  subgraph {cluster} {{\n    label={};", quoted(title));
        for task in members {
            node(&mut out, "    ", task);
        }
        out.push_str("  }\n");
        clusters.insert(&group.id, (cluster, &members[0].id));
    }
    let drawn = |task: &Task| {
        task.group
            .as_deref()
            .is_some_and(|id| clusters.contains_key(id))
    };
    for task in plan.tasks.iter().filter(|task| !drawn(task)) {
        node(&mut out, "  ", task);
    }
    for edge in &plan.edges {
        let look = match edge.kind {
            EdgeKind::Hard => "",
            EdgeKind::Soft => " [style=dotted]",
            EdgeKind::Group => " [style=bold]",
        };
        let _ = writeln!(
            out,
            "  {} -> {}{look};",
            quoted(&edge.from),
            quoted(&edge.to)
        );
    }
    for task in &plan.tasks {
        let waits = task
            .depends_on_groups
            .iter()
            .flat_map(|group| &group.groups);
        for group in waits.filter(|group| task.group.as_ref() != Some(group)) {
            if let Some((cluster, member)) = clusters.get(group.as_str()) {
                let (from, to) = (quoted(member), quoted(&task.id));
                let _ = writeln!(out, "  {from} -> {to} [style=bold, ltail={cluster}];");
            }
        }
    }
    out.push_str("}\n");
    out
}

fn node(out: &mut String, indent: &str, task: &Task) {
    let label = match task.title.as_str() {
        "" => task.id.clone(),
        title => format!("{}\n{title}", task.id),
    };
    let _ = writeln!(
        out,
        "{indent}{} [label={}];",
        quoted(&task.id),
        quoted(&label)
    );
}

/// A text in double quotes. A backslash is doubled, since labels know escapes; what Graphviz takes for no text is shown
/// as an escape.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // An entity such as `&amp;` would be decoded.
            '&' => out.push_str("&amp;"),
            c if c.is_control() => {
                let _ = write!(out, "\\\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
