use std::collections::BTreeSet;
use std::fmt::Write;

use super::{escape, to_mermaid};
use crate::{Dag, NodeId, Waves};

/// What a Mermaid chart may hold. The default is what Mermaid itself draws unless it is told
/// otherwise: 500 edges and 50,000 characters (`maxEdges`, `maxTextSize`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MermaidLimits {
    /// How many edges there may be.
    pub edges: usize,
    /// How long the text may be, in UTF-16 units as Mermaid counts.
    pub characters: usize,
}

impl Default for MermaidLimits {
    fn default() -> Self {
        Self {
            edges: 500,
            characters: 50_000,
        }
    }
}

/// The graph as a Mermaid flowchart that keeps within limits.
///
/// A chart that does is that of [`to_mermaid`]. Otherwise nodes are drawn together: as few levels
/// (see [`Waves::levels`]) as possible in one box, which names its first node and says how many
/// there are, and edges between boxes once. It comes down to a single box at worst; that is given
/// even if the limits leave no room for it.
///
/// ```
/// use wavecrew_dag::{DagBuilder, MermaidLimits, to_mermaid_within};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).node("c", ()).node("d", ());
/// builder.edge("a", "b").edge("a", "c").edge("b", "d").edge("c", "d");
/// let dag = builder.build()?;
/// let limits = MermaidLimits { edges: 2, ..MermaidLimits::default() };
/// let chart = to_mermaid_within(&dag, |node| dag.id(node).to_owned(), limits);
/// assert!(chart.contains("b<br/>and 1 more"));
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
///
/// # Complexity
///
/// O((V + E) log V): the number of levels in one box is doubled until the chart fits.
#[must_use]
pub fn to_mermaid_within<T>(
    dag: &Dag<T>,
    label: impl Fn(NodeId) -> String,
    limits: MermaidLimits,
) -> String {
    // The shortest line of a node has more than ten characters.
    if dag.edge_count() <= limits.edges && dag.len() <= limits.characters / 10 {
        let chart = to_mermaid(dag, &label);
        if fits(&chart, limits) {
            return chart;
        }
    }
    let levels = Waves::levels(dag);
    let mut together = 1;
    loop {
        let boxes = Boxes::new(dag, &levels, together);
        let is_one = boxes.first_and_size.len() <= 1;
        if is_one || boxes.may_fit(limits) {
            let chart = boxes.to_mermaid(&label);
            if is_one || fits(&chart, limits) {
                return chart;
            }
        }
        together *= 2;
    }
}

fn fits(chart: &str, limits: MermaidLimits) -> bool {
    chart.encode_utf16().count() <= limits.characters
}

struct Boxes {
    first_and_size: Vec<(NodeId, usize)>,
    edges: BTreeSet<(usize, usize)>,
}

impl Boxes {
    fn new<T>(dag: &Dag<T>, levels: &Waves, together: usize) -> Self {
        let mut box_of = vec![0; dag.len()];
        let mut first_and_size: Vec<(NodeId, usize)> = Vec::new();
        for (level, nodes) in levels.iter().enumerate() {
            let number = level / together;
            if number == first_and_size.len() {
                first_and_size.push((nodes[0], 0));
            }
            first_and_size[number].1 += nodes.len();
            for node in nodes {
                box_of[node.index()] = number;
            }
        }
        let edges = dag
            .edges()
            .map(|(from, to)| (box_of[from.index()], box_of[to.index()]));
        Self {
            edges: edges.filter(|(from, to)| from != to).collect(),
            first_and_size,
        }
    }

    fn may_fit(&self, limits: MermaidLimits) -> bool {
        self.edges.len() <= limits.edges && self.first_and_size.len() <= limits.characters / 10
    }

    fn to_mermaid(&self, label: &impl Fn(NodeId) -> String) -> String {
        let mut chart = String::from("flowchart LR\n");
        for (number, &(first, size)) in self.first_and_size.iter().enumerate() {
            let label = escape(&label(first));
            let more = match size - 1 {
                0 => String::new(),
                others => format!("<br/>and {others} more"),
            };
            writeln!(chart, "    b{number}[\"{label}{more}\"]").expect("writing to a string");
        }
        for (from, to) in &self.edges {
            writeln!(chart, "    b{from} --> b{to}").expect("writing to a string");
        }
        chart
    }
}
