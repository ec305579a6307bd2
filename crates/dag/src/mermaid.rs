mod collapse;

use std::fmt::Write;

pub use collapse::{MermaidLimits, to_mermaid_within};

use crate::{Dag, NodeId};

/// The graph as a Mermaid flowchart, nodes and edges in order; equal graphs give equal text.
///
/// `label` is what a node shows, on several lines if it has any; characters that mean something
/// to Mermaid are written as entities.
///
/// ```
/// use wavecrew_dag::{DagBuilder, to_mermaid};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).edge("a", "b");
/// let dag = builder.build()?;
/// let chart = to_mermaid(&dag, |node| dag.id(node).to_owned());
/// assert_eq!(chart, "flowchart LR\n    n0[\"a\"]\n    n1[\"b\"]\n    n0 --> n1\n");
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[must_use]
pub fn to_mermaid<T>(dag: &Dag<T>, label: impl Fn(NodeId) -> String) -> String {
    let mut chart = String::from("flowchart LR\n");
    for node in dag.nodes() {
        let label = escape(&label(node));
        writeln!(chart, "    n{node}[\"{label}\"]").expect("writing to a string");
    }
    for (from, to) in dag.edges() {
        writeln!(chart, "    n{from} --> n{to}").expect("writing to a string");
    }
    chart
}

fn escape(label: &str) -> String {
    let mut escaped = String::with_capacity(label.len());
    let label = label.replace("\r\n", "\n");
    for (number, line) in label.split(['\n', '\r']).enumerate() {
        if number > 0 {
            escaped.push_str("<br/>");
        }
        escape_line(line, &mut escaped);
    }
    // Mermaid takes an empty label for a syntax error.
    if escaped.is_empty() {
        " ".to_owned()
    } else {
        escaped
    }
}

fn escape_line(line: &str, escaped: &mut String) {
    let mark = mark_of_a_block(line);
    for (place, character) in line.char_indices() {
        match character {
            _ if mark == Some(place) => {
                write!(escaped, "#{};", u32::from(character)).expect("writing to a string");
            }
            // Mermaid looks for directives, `%%{…}%%`, even within labels, and takes them out.
            '"' | '#' | '&' | '<' | '>' | '`' | ';' | '\\' | '%' => {
                write!(escaped, "#{};", u32::from(character)).expect("writing to a string");
            }
            other if other.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
}

/// Where the character is that makes a list, a rule or a heading of a line, none of which Mermaid draws
/// within a label.
fn mark_of_a_block(line: &str) -> Option<usize> {
    let text = line.trim_start();
    let behind_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = behind_number.len() < text.len() && behind_number.starts_with(['.', ')']);
    if is_numbered {
        return Some(line.len() - behind_number.len());
    }
    let is_marked = text.starts_with(['-', '*', '+', '=', '_']);
    is_marked.then(|| line.len() - text.len())
}
