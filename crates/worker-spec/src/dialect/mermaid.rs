//! Mermaid flowcharts, read by a parser of our own that knows where everything stands.
//!
//! What a text means, and whether it is taken at all, follows Mermaid 11. A text that Mermaid refuses is read as
//! far as it is clear what is meant, with a diagnostic for every such place.

use std::ops::Range;

use crate::{Document, Parsed};

mod builder;
mod edges;
mod flowchart;
mod label;
mod lexer;
mod link;
mod node_text;
mod parser;
mod problem;
mod shape_data;
mod source;
mod statements;
mod token;
mod vertices;

pub use flowchart::{Arrow, Direction, Edge, Flowchart, Node, Order, Stroke, Subgraph};

/// Reads a document that is one Mermaid diagram, such as an `.mmd` file.
///
/// Every reason for which Mermaid would refuse the text gives a diagnostic: a warning where the meaning is clear all
/// the same, an error where something had to be left out. Another kind of diagram gives no diagnostic; see
/// [`Flowchart::other_diagram`].
///
/// # Complexity
///
/// Linear in the length of the text, times the number of mistakes (500 at most, then reading stops).
///
/// # Examples
///
/// ```
/// use wavecrew_worker_spec::{Document, mermaid};
///
/// let document = Document::new("plan.mmd", "flowchart LR\n  build[Build it] --> test & docs\n");
/// let flowchart = mermaid::parse_flowchart(&document).value;
/// assert_eq!(flowchart.nodes[0].label, "Build it");
/// assert_eq!(flowchart.edges.len(), 2);
/// ```
pub fn parse_flowchart(document: &Document) -> Parsed<Flowchart> {
    parse_pieces(document, std::slice::from_ref(&(0..document.text().len())))
}

/// Reads the diagram that some spans of a document make up together.
pub(crate) fn parse_pieces(document: &Document, pieces: &[Range<usize>]) -> Parsed<Flowchart> {
    let source = source::Source::new(document.text(), pieces);
    if let Some(other_diagram) = other_diagram(&source) {
        return Parsed::new(Flowchart {
            other_diagram: Some(other_diagram),
            ..Flowchart::default()
        });
    }
    let (value, problems) = parser::parse(&source);
    Parsed {
        value,
        diagnostics: problems.into_diagnostics(document, &source),
    }
}

/// What Mermaid makes of a label, for people: without HTML, on one line.
pub(crate) fn plain_label(label: &str) -> String {
    label::for_people(label)
}

/// The diagrams that Mermaid knows besides flowcharts, by the word they begin with.
const OTHER_DIAGRAMS: [&str; 35] = [
    "architecture",
    "architecture-beta",
    "block",
    "block-beta",
    "C4Component",
    "C4Container",
    "C4Context",
    "C4Deployment",
    "C4Dynamic",
    "classDiagram",
    "classDiagram-v2",
    "erDiagram",
    "gantt",
    "gitGraph",
    "info",
    "journey",
    "kanban",
    "mindmap",
    "packet",
    "packet-beta",
    "pie",
    "quadrantChart",
    "radar-beta",
    "requirement",
    "requirementDiagram",
    "sankey",
    "sankey-beta",
    "sequenceDiagram",
    "stateDiagram",
    "stateDiagram-v2",
    "timeline",
    "treemap",
    "treemap-beta",
    "xychart-beta",
    "zenuml",
];

fn other_diagram(source: &source::Source) -> Option<String> {
    let start = source.after_space(0);
    let end = (start..source.len())
        .find(|&i| {
            !source
                .get(i)
                .is_some_and(|c| source::is_word(c) || c == '-')
        })
        .unwrap_or(source.len());
    let word = source.text(start..end);
    OTHER_DIAGRAMS.contains(&word.as_str()).then_some(word)
}
