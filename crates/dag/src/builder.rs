use std::collections::HashSet;
use std::fmt;

use crate::id_table::IdTable;
use crate::suggest::Suggester;
use crate::topology::Topology;
use crate::{Cycle, Dag, NodeId};

const UNDECLARED: u32 = u32::MAX;

/// Collects nodes and edges in any order and makes a [`Dag`] of them.
///
/// Nothing is checked before [`build`](Self::build), which then reports every problem at once.
///
/// ```
/// use wavecrew_dag::DagBuilder;
///
/// let mut builder = DagBuilder::new();
/// builder.edge("parse", "plan"); // `parse` must finish before `plan` starts
/// builder.node("parse", 30).node("plan", 10);
/// let dag = builder.build()?;
/// assert_eq!(dag.edge_count(), 1);
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DagBuilder<T> {
    /// Every id that a node or an edge has named.
    names: IdTable,
    /// Which name is whose, once an edge has named a node that had not been added. Until then
    /// names are the nodes' in their order, and are looked at only when somebody asks for one.
    naming: Option<Naming>,
    payloads: Vec<T>,
    /// Edges between names.
    edges: Vec<(u32, u32)>,
    /// Names that are an earlier one again.
    duplicates: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Naming {
    /// The node of each name, `UNDECLARED` until it has been added.
    nodes: Vec<u32>,
    /// The name of each node.
    names: Vec<u32>,
}

impl<T> DagBuilder<T> {
    /// A builder without nodes.
    #[must_use]
    pub fn new() -> Self {
        Self {
            names: IdTable::default(),
            naming: None,
            payloads: Vec::new(),
            edges: Vec::new(),
            duplicates: Vec::new(),
        }
    }

    /// Makes room for so many nodes and edges in all, which saves time if there will be many.
    pub fn reserve(&mut self, nodes: usize, edges: usize) -> &mut Self {
        self.names.reserve(nodes);
        self.payloads.reserve(nodes.saturating_sub(self.len()));
        self.edges.reserve(edges.saturating_sub(self.edges.len()));
        self
    }

    /// Adds a node. Nodes are numbered in the order in which they are added.
    pub fn node(&mut self, id: impl AsRef<str>, payload: T) -> &mut Self {
        self.add_node(id, payload);
        self
    }

    /// Adds a node, as [`node`](Self::node) does, and gives its [`NodeId`].
    ///
    /// An id that is taken already is a problem that `build` reports; until then the node is one of
    /// its own, which edges can name by its `NodeId` only.
    pub fn add_node(&mut self, id: impl AsRef<str>, payload: T) -> NodeId {
        let id = id.as_ref();
        let node = NodeId::from_index(self.payloads.len());
        self.payloads.push(payload);
        let Some(naming) = &mut self.naming else {
            self.names.push(id);
            return node;
        };
        let mut name = self.names.intern(id);
        if naming
            .nodes
            .get(name)
            .is_some_and(|node| *node != UNDECLARED)
        {
            name = self.names.push_repeated(id);
            self.duplicates.push(name);
        }
        if name == naming.nodes.len() {
            naming.nodes.push(UNDECLARED);
        }
        naming.nodes[name] = node.0;
        naming.names.push(name as u32);
        node
    }

    /// Says that `from` must finish before `to` starts. The nodes may be added later; saying the
    /// same twice is the same as saying it once.
    pub fn edge(&mut self, from: impl AsRef<str>, to: impl AsRef<str>) -> &mut Self {
        let edge = (self.name(from.as_ref()), self.name(to.as_ref()));
        self.edges.push(edge);
        self
    }

    /// Says the same of two nodes that have been added, without looking up their ids.
    ///
    /// # Panics
    ///
    /// If this builder has not given out the ids.
    pub fn add_edge(&mut self, from: NodeId, to: NodeId) -> &mut Self {
        let edge = match &self.naming {
            None => {
                assert!(from.index().max(to.index()) < self.len(), "no such node");
                (from.0, to.0)
            }
            Some(naming) => (naming.names[from.index()], naming.names[to.index()]),
        };
        self.edges.push(edge);
        self
    }

    /// The number of nodes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.payloads.len()
    }

    /// Whether no node has been added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.payloads.is_empty()
    }

    /// Makes the graph.
    ///
    /// # Errors
    ///
    /// Every problem there is: ids that two nodes bear, ids that an edge names and no node bears,
    /// and for each group of nodes that wait for each other one cycle as a full path.
    ///
    /// # Complexity
    ///
    /// O(V + E) without errors, whatever the order of nodes and edges. Suggestions for unknown
    /// ids look at every known id; their number is bounded.
    ///
    /// # Panics
    ///
    /// With 2³² edges or more, or ids of 4 GiB together.
    pub fn build(mut self) -> Result<Dag<T>, BuildError> {
        let repeated = self.names.settle();
        self.duplicates.extend(repeated);
        let mut problems = self.duplicate_ids();
        problems.extend(self.unknown_ids());
        let mut edges = self.take_edges();
        let mut loops = HashSet::new();
        if edges.iter().any(|(from, to)| from == to) {
            edges.retain(|&(from, to)| {
                from != to || {
                    loops.insert(from);
                    false
                }
            });
        }
        // What is not needed any more goes before the edges are sorted, which takes memory.
        let ids = self.take_ids();
        let payloads = self.payloads;
        drop(self.naming);

        let mut cycles: Vec<Vec<NodeId>> = loops.into_iter().map(|node| vec![node]).collect();
        let topology = Topology::new(payloads.len(), edges)
            .map_err(|found| cycles.extend(found))
            .ok();
        cycles.sort();
        problems.extend(cycles.iter().map(|path| cycle(path, &ids)));
        match topology {
            Some(topology) if problems.is_empty() => {
                Ok(Dag::from_parts(topology, ids.finish(), payloads))
            }
            _ => Err(BuildError { problems }),
        }
    }

    /// Lets names be found that were only noted, and notes those that are there already.
    fn look_at_names(&mut self) {
        let repeated = self.names.index();
        self.duplicates.extend(repeated);
    }

    fn name(&mut self, id: &str) -> u32 {
        self.look_at_names();
        if let Some(name) = self.names.find(id) {
            return name as u32;
        }
        let all = || (0..self.payloads.len() as u32).collect();
        let naming = self.naming.get_or_insert_with(|| Naming {
            nodes: all(),
            names: all(),
        });
        naming.nodes.push(UNDECLARED);
        self.names.intern(id) as u32
    }

    fn name_text(&self, name: u32) -> &str {
        self.names.get(name as usize)
    }

    /// The node that bears a name, if one does.
    fn node_of(&self, name: u32) -> Option<NodeId> {
        let node = self
            .naming
            .as_ref()
            .map_or(name, |naming| naming.nodes[name as usize]);
        (node != UNDECLARED).then_some(NodeId(node))
    }

    /// The edges between nodes that there are, in the memory of those between names.
    fn take_edges(&mut self) -> Vec<(NodeId, NodeId)> {
        let edges = std::mem::take(&mut self.edges).into_iter();
        if self.naming.is_none() {
            return edges.map(|(from, to)| (NodeId(from), NodeId(to))).collect();
        }
        let known = edges.filter_map(|(from, to)| Some((self.node_of(from)?, self.node_of(to)?)));
        known.collect()
    }

    /// The ids of the nodes, in their order.
    fn take_ids(&mut self) -> IdTable {
        if self.naming.is_none() {
            return std::mem::take(&mut self.names);
        }
        self.node_ids()
    }

    fn node_ids(&self) -> IdTable {
        match &self.naming {
            None => self.names.clone(),
            Some(naming) => naming
                .names
                .iter()
                .map(|&name| self.name_text(name))
                .collect(),
        }
    }

    fn duplicate_ids(&self) -> Vec<Problem> {
        let mut told = HashSet::new();
        let ids = self.duplicates.iter().map(|&name| self.names.get(name));
        let first_time = ids.filter(|id| told.insert(*id));
        first_time
            .map(|id| Problem::DuplicateId { id: id.to_owned() })
            .collect()
    }

    fn unknown_ids(&self) -> Vec<Problem> {
        if self.names.len() == self.len() {
            return Vec::new();
        }
        let ids = self.node_ids();
        let mut suggester = Suggester::new(&ids);
        let mut suggestions: Vec<Option<Option<String>>> = vec![None; self.names.len()];
        let mut told = HashSet::new();
        let mut problems = Vec::new();
        let ends = self
            .edges
            .iter()
            .flat_map(|&(from, to)| [(from, to), (to, from)]);
        for (unknown, named_by) in ends {
            if self.node_of(unknown).is_some() || !told.insert((unknown, named_by)) {
                continue;
            }
            let id = self.name_text(unknown);
            let suggestion =
                suggestions[unknown as usize].get_or_insert_with(|| suggester.suggest(id));
            problems.push(Problem::UnknownId {
                id: id.to_owned(),
                named_by: self.name_text(named_by).to_owned(),
                suggestion: suggestion.clone(),
            });
        }
        problems
    }
}

impl<T> Default for DagBuilder<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Why nodes and edges are not an acyclic graph: every problem, not only the first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", list(problems))]
pub struct BuildError {
    /// At least one; duplicate ids first, then unknown ids in the order of the edges, then cycles
    /// in the order of their first nodes.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with the nodes and edges given to a [`DagBuilder`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Problem {
    /// Several nodes bear one id.
    DuplicateId {
        /// The id.
        id: String,
    },
    /// An edge names an id that no node bears.
    UnknownId {
        /// The id.
        id: String,
        /// The id at the other end of the edge.
        named_by: String,
        /// The id that was probably meant.
        suggestion: Option<String>,
    },
    /// Nodes wait for each other.
    Cycle(Cycle),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateId { id } => write!(f, "several nodes have the id `{id}`"),
            Self::UnknownId {
                id,
                named_by,
                suggestion,
            } => {
                write!(
                    f,
                    "no node has the id `{id}`, which an edge of `{named_by}` names"
                )?;
                match suggestion {
                    Some(suggestion) => write!(f, "; did you mean `{suggestion}`?"),
                    None => Ok(()),
                }
            }
            Self::Cycle(cycle) => write!(f, "cycle: {cycle}"),
        }
    }
}

fn cycle(path: &[NodeId], ids: &IdTable) -> Problem {
    let path = path.iter().map(|node| ids.get(node.index()).to_owned());
    Problem::Cycle(Cycle {
        path: path.collect(),
    })
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
