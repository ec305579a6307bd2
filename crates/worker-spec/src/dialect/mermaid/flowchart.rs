//! A flowchart as read: nodes, edges, subgraphs.

use std::ops::Range;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A Mermaid flowchart. All spans are bytes of the document it was read from.
///
/// It serialises to what Mermaid itself makes of the diagram: `flowchart`, `accepted_by_mermaid`, `direction`,
/// `nodes`, `edges` and `subgraphs`, without spans; or to `flowchart: false` and `diagram` for another kind of
/// diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flowchart {
    /// The first word of a diagram that is no flowchart, such as `sequenceDiagram`; all else is empty then.
    pub other_diagram: Option<String>,
    /// Whether Mermaid 11 would draw it. When not, diagnostics say why, and what follows is the best reading.
    pub accepted_by_mermaid: bool,
    /// The way it is drawn.
    pub direction: Direction,
    /// The nodes in the order of their first mention, without those that are names of subgraphs. Ids are distinct.
    pub nodes: Vec<Node>,
    /// The edges in the order of the text; `a & b --> c` gives two.
    pub edges: Vec<Edge>,
    /// The subgraphs in the order in which they end, so that an inner one comes before the outer one.
    pub subgraphs: Vec<Subgraph>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// The id by which edges name it.
    pub id: String,
    /// The text in it, as Mermaid gives it to the browser (HTML); the id when it has none.
    pub label: String,
    /// Mermaid's name of the shape (`square`, `round`, `diamond`, …); `None` when none is stated.
    pub shape: Option<String>,
    /// The classes that `class`, `:::` and `click` give it, in order, with repeats.
    pub classes: Vec<String>,
    /// The place that states the text, or else the first mention.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edge {
    /// The id of the node or subgraph that it leaves.
    pub from: String,
    /// The id of the node or subgraph that it enters.
    pub to: String,
    /// The text on it.
    pub label: Option<String>,
    /// Its heads.
    pub arrow: Arrow,
    /// Its line.
    pub stroke: Stroke,
    /// How long it is drawn: 1 is the shortest; 10 at most.
    pub length: u8,
    /// The id that the text gives it (`e1@-->`).
    #[serde(skip)]
    pub id: Option<String>,
    /// The arrow with its label.
    #[serde(skip)]
    pub span: Range<usize>,
}

impl Edge {
    /// What the edge says about order: `-->`, `--o` and `--x` order their ends, a line without heads does not.
    pub fn order(&self) -> Order {
        match (self.stroke, self.arrow) {
            (Stroke::Invisible, _) | (_, Arrow::Open) => Order::None,
            (_, Arrow::Point | Arrow::Circle | Arrow::Cross | Arrow::Invalid) => Order::Forward,
            (_, Arrow::DoublePoint | Arrow::DoubleCircle | Arrow::DoubleCross) => Order::Both,
        }
    }
}

/// What an edge says about the order of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Nothing.
    None,
    /// `from` comes before `to`.
    Forward,
    /// Each comes before the other: a cycle of two.
    Both,
}

/// The heads of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Arrow {
    /// `-->`
    #[serde(rename = "arrow_point")]
    Point,
    /// `---`
    #[serde(rename = "arrow_open")]
    Open,
    /// `--o`
    #[serde(rename = "arrow_circle")]
    Circle,
    /// `--x`
    #[serde(rename = "arrow_cross")]
    Cross,
    /// `<-->`
    #[serde(rename = "double_arrow_point")]
    DoublePoint,
    /// `o--o`
    #[serde(rename = "double_arrow_circle")]
    DoubleCircle,
    /// `x--x`
    #[serde(rename = "double_arrow_cross")]
    DoubleCross,
    /// Two heads that do not match, as in `x-- text -->`.
    #[serde(rename = "INVALID")]
    Invalid,
}

/// The line of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stroke {
    /// `-->`
    Normal,
    /// `==>`
    Thick,
    /// `-.->`
    Dotted,
    /// `~~~`
    Invisible,
    /// Two lines that do not match, as in `-- text ==>`.
    #[serde(rename = "INVALID")]
    Invalid,
}

/// The way a flowchart is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Direction {
    /// From top to bottom (`TB`, `TD`, `v`).
    #[default]
    #[serde(rename = "TB")]
    TopToBottom,
    /// From bottom to top (`BT`, `^`).
    #[serde(rename = "BT")]
    BottomToTop,
    /// From left to right (`LR`, `>`).
    #[serde(rename = "LR")]
    LeftToRight,
    /// From right to left (`RL`, `<`).
    #[serde(rename = "RL")]
    RightToLeft,
    /// `BR`, which Mermaid takes and then ignores.
    #[serde(rename = "BR")]
    BottomRight,
}

/// A subgraph.
#[derive(Clone, Debug, PartialEq)]
pub struct Subgraph {
    /// The id by which edges name it; `None` when the text gives only a title.
    pub id: Option<String>,
    /// The id that Mermaid uses: `id`, or one made up (`subGraph0`).
    pub key: String,
    /// The title.
    pub title: String,
    /// The ids of its nodes and of the subgraphs in it, in the order of the text. A node belongs only to the first
    /// subgraph that ends with it inside.
    pub members: Vec<String>,
    /// Its heading line.
    pub span: Range<usize>,
}

impl Serialize for Flowchart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("flowchart", &self.other_diagram.is_none())?;
        if let Some(diagram) = &self.other_diagram {
            map.serialize_entry("diagram", diagram)?;
        } else {
            map.serialize_entry("accepted_by_mermaid", &self.accepted_by_mermaid)?;
            map.serialize_entry("direction", &self.direction)?;
            map.serialize_entry("nodes", &self.nodes)?;
            map.serialize_entry("edges", &self.edges)?;
            map.serialize_entry("subgraphs", &self.subgraphs)?;
        }
        map.end()
    }
}

impl Serialize for Subgraph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members: Vec<&String> = self.members.iter().collect();
        members.sort();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("title", &self.title)?;
        map.serialize_entry("members", &members)?;
        map.end()
    }
}
