use std::collections::HashMap;

use crate::suggest::Suggester;
use crate::topology::Topology;
use crate::{Dag, NodeId};

/// Some nodes of a graph as a graph of their own, and who they are in the whole.
///
/// ```
/// use wavecrew_dag::{DagBuilder, Gaps, Subgraph};
///
/// let mut builder = DagBuilder::new();
/// builder.node("parse", ()).node("plan", ()).node("run", ()).node("docs", ());
/// builder.edge("parse", "plan").edge("plan", "run");
/// let dag = builder.build()?;
///
/// let until_plan = Subgraph::until(&dag, &dag.select(["plan"])?);
/// assert_eq!(until_plan.dag.len(), 2);
///
/// let ends = Subgraph::only(&dag, &dag.select(["parse", "run"])?, Gaps::Bridge);
/// assert_eq!(ends.dag.edge_count(), 1); // `run` still waits for `parse`
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Subgraph<T> {
    /// The nodes that were kept, in the order of the whole, with their ids and payloads.
    pub dag: Dag<T>,
    /// For each node its id in the whole, ascending.
    whole: Vec<NodeId>,
}

/// What becomes of a dependency by way of nodes that are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gaps {
    /// Nothing: only edges between kept nodes are kept (the induced subgraph).
    Cut,
    /// An edge: a node waits for every kept node that it would have waited for through others.
    Bridge,
}

impl<T: Clone> Subgraph<T> {
    /// These nodes and no others.
    ///
    /// # Complexity
    ///
    /// O(V + E); with bridges O(V + E) for each kept node that one which is not kept waits for, at
    /// worst.
    ///
    /// # Panics
    ///
    /// If a node is not of this graph, as all functions here.
    #[must_use]
    pub fn only(dag: &Dag<T>, nodes: &[NodeId], gaps: Gaps) -> Self {
        Self::keep(dag, &marks(dag, nodes), gaps)
    }

    /// These nodes and all that they wait for, directly or not. There are no gaps. O(V + E).
    #[must_use]
    pub fn until(dag: &Dag<T>, nodes: &[NodeId]) -> Self {
        let mut keeps = marks(dag, nodes);
        for &node in dag.topological().iter().rev() {
            let mut after = dag.successors(node).iter();
            keeps[node.index()] |= after.any(|next| keeps[next.index()]);
        }
        Self::keep(dag, &keeps, Gaps::Cut)
    }

    /// These nodes and all that wait for them, directly or not. There are no gaps. O(V + E).
    #[must_use]
    pub fn from(dag: &Dag<T>, nodes: &[NodeId]) -> Self {
        let mut keeps = marks(dag, nodes);
        for &node in dag.topological() {
            let mut before = dag.predecessors(node).iter();
            keeps[node.index()] |= before.any(|before| keeps[before.index()]);
        }
        Self::keep(dag, &keeps, Gaps::Cut)
    }

    fn keep(dag: &Dag<T>, keeps: &[bool], gaps: Gaps) -> Self {
        let whole: Vec<NodeId> = dag.nodes().filter(|node| keeps[node.index()]).collect();
        let mut part_of = vec![NodeId(u32::MAX); dag.len()];
        for (part, node) in whole.iter().enumerate() {
            part_of[node.index()] = NodeId::from_index(part);
        }
        let mut edges = Vec::new();
        let mut bridges = Bridges::new(dag, keeps);
        for (part, &node) in whole.iter().enumerate() {
            let from = NodeId::from_index(part);
            let mut add = |next: NodeId| edges.push((from, part_of[next.index()]));
            match gaps {
                Gaps::Cut => {
                    let kept = dag
                        .successors(node)
                        .iter()
                        .filter(|next| keeps[next.index()]);
                    kept.copied().for_each(&mut add);
                }
                Gaps::Bridge => bridges.from(node, &mut add),
            }
        }
        let Ok(topology) = Topology::new(whole.len(), edges) else {
            unreachable!("edges follow paths of an acyclic graph");
        };
        let ids = whole.iter().map(|&node| dag.id(node)).collect();
        let payloads = whole.iter().map(|&node| dag.payload(node).clone());
        Self {
            dag: Dag::from_parts(topology, ids, payloads.collect()),
            whole,
        }
    }
}

impl<T> Subgraph<T> {
    /// Who a node is in the whole graph.
    ///
    /// # Panics
    ///
    /// If there is no such node in the subgraph.
    #[must_use]
    pub fn whole(&self, part: NodeId) -> NodeId {
        self.whole[part.index()]
    }

    /// Who a node of the whole graph is here, if it was kept. O(log V).
    #[must_use]
    pub fn part(&self, whole: NodeId) -> Option<NodeId> {
        let place = self.whole.binary_search(&whole).ok()?;
        Some(NodeId::from_index(place))
    }

    /// Values for the nodes of the whole, as values for the nodes here: durations, ranks.
    ///
    /// # Panics
    ///
    /// If there is not one value for each node of the whole.
    #[must_use]
    pub fn values<V: Clone>(&self, of_whole: &[V]) -> Vec<V> {
        let values = self.whole.iter().map(|node| of_whole[node.index()].clone());
        values.collect()
    }
}

fn marks<T>(dag: &Dag<T>, nodes: &[NodeId]) -> Vec<bool> {
    let mut marks = vec![false; dag.len()];
    for node in nodes {
        marks[node.index()] = true;
    }
    marks
}

/// Searches for the next kept nodes through those that are not kept.
struct Bridges<'a, T> {
    dag: &'a Dag<T>,
    keeps: &'a [bool],
    /// From which kept node each node was reached last.
    reached_from: HashMap<NodeId, NodeId>,
    left: Vec<NodeId>,
}

impl<'a, T> Bridges<'a, T> {
    fn new(dag: &'a Dag<T>, keeps: &'a [bool]) -> Self {
        Self {
            dag,
            keeps,
            reached_from: HashMap::new(),
            left: Vec::new(),
        }
    }

    fn from(&mut self, start: NodeId, found: &mut impl FnMut(NodeId)) {
        self.left.push(start);
        while let Some(node) = self.left.pop() {
            for &next in self.dag.successors(node) {
                if self.keeps[next.index()] {
                    found(next);
                } else if self.reached_from.insert(next, start) != Some(start) {
                    self.left.push(next);
                }
            }
        }
    }
}

impl<T> Dag<T> {
    /// The nodes with these ids, in their order.
    ///
    /// # Errors
    ///
    /// Every id that no node bears, with the one that was probably meant.
    pub fn select<I: AsRef<str>>(
        &self,
        ids: impl IntoIterator<Item = I>,
    ) -> Result<Vec<NodeId>, UnknownIds> {
        let mut nodes = Vec::new();
        let mut unknown: Vec<String> = Vec::new();
        for id in ids {
            match self.node(id.as_ref()) {
                Some(node) => nodes.push(node),
                None => unknown.push(id.as_ref().to_owned()),
            }
        }
        if unknown.is_empty() {
            return Ok(nodes);
        }
        let mut suggester = Suggester::new(self.ids());
        let ids = unknown.into_iter().map(|id| UnknownId {
            suggestion: suggester.suggest(&id),
            id,
        });
        Err(UnknownIds { ids: ids.collect() })
    }
}

/// Ids that no node bears: every one, not only the first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", list(ids))]
pub struct UnknownIds {
    /// At least one, in the order in which they were given.
    pub ids: Vec<UnknownId>,
}

/// An id that no node bears.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no node has the id `{id}`{}", did_you_mean(suggestion.as_deref()))]
pub struct UnknownId {
    /// The id.
    pub id: String,
    /// The id that was probably meant.
    pub suggestion: Option<String>,
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |id| format!("; did you mean `{id}`?"))
}

fn list(ids: &[UnknownId]) -> String {
    let lines: Vec<String> = ids.iter().map(UnknownId::to_string).collect();
    lines.join("\n")
}
