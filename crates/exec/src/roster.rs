//! Who is who in a run: the tasks of the graph, and those that took the place of some.

use std::collections::HashMap;

use wavecrew_dag::{Dag, NodeId};

use crate::shelf::Shelf;
use crate::{Event, EventKind};

/// All tasks of a run by node.
pub(crate) struct Roster<'a, T> {
    dag: &'a Dag<T>,
    parts: Shelf<Member<T>>,
}

struct Member<T> {
    id: String,
    task: T,
    /// What it waits for directly.
    dependencies: Vec<NodeId>,
}

impl<'a, T> Roster<'a, T> {
    pub(crate) fn new(dag: &'a Dag<T>) -> Self {
        Self {
            dag,
            parts: Shelf::new(),
        }
    }

    #[inline]
    pub(crate) fn task(&self, node: NodeId) -> &T {
        match self.part(node) {
            None => self.dag.payload(node),
            Some(part) => &part.task,
        }
    }

    #[inline]
    pub(crate) fn id(&self, node: NodeId) -> &str {
        match self.part(node) {
            None => self.dag.id(node),
            Some(part) => &part.id,
        }
    }

    #[inline]
    pub(crate) fn dependencies(&self, node: NodeId) -> &[NodeId] {
        match self.part(node) {
            None => self.dag.predecessors(node),
            Some(part) => &part.dependencies,
        }
    }

    /// Whether any task was split.
    pub(crate) fn has_parts(&self) -> bool {
        self.parts.len() > 0
    }

    /// Whether a task of the graph is called this.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.dag.node(id).is_some()
    }

    /// Adds the parts of a task, which are these nodes.
    pub(crate) fn split(
        &self,
        whole: NodeId,
        nodes: &[NodeId],
        parts: impl IntoIterator<Item = (String, T, Vec<usize>)>,
    ) {
        for (id, task, waits_for) in parts {
            let mut dependencies = self.dependencies(whole).to_vec();
            dependencies.extend(waits_for.into_iter().map(|place| nodes[place]));
            self.parts.push(Member {
                id,
                task,
                dependencies,
            });
        }
    }

    fn part(&self, node: NodeId) -> Option<&Member<T>> {
        let place = node.index().checked_sub(self.dag.len())?;
        Some(self.parts.get(place).expect("the part is known"))
    }
}

/// The ids of all tasks of a run, for those who follow its events: parts of tasks that were split have
/// places behind those of the graph.
///
/// ```
/// use wavecrew_dag::{DagBuilder, NodeId};
/// use wavecrew_exec::TaskIds;
///
/// let mut builder = DagBuilder::new();
/// builder.node("build", ());
/// let dag = builder.build()?;
/// let ids = TaskIds::new(&dag);
/// assert_eq!(ids.of(NodeId::from_index(0)), "build");
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TaskIds {
    own: Vec<String>,
    /// By node: where a part came from, and what it is called.
    parts: HashMap<NodeId, (NodeId, String)>,
}

impl TaskIds {
    /// The tasks of a graph.
    #[must_use]
    pub fn new<T>(dag: &Dag<T>) -> Self {
        Self {
            own: dag.nodes().map(|node| dag.id(node).to_owned()).collect(),
            parts: HashMap::new(),
        }
    }

    /// Learns from an event; each has to come by before anything about its tasks is asked.
    pub fn note(&mut self, event: &Event) {
        let (Some(whole), EventKind::Split { parts, .. }) = (event.node, &event.kind) else {
            return;
        };
        for part in parts {
            self.parts.insert(part.node, (whole, part.id.clone()));
        }
    }

    /// The id of a task; empty if no event has told of it.
    #[must_use]
    pub fn of(&self, node: NodeId) -> &str {
        let own = self.own.get(node.index());
        own.or_else(|| self.parts.get(&node).map(|(_, id)| id))
            .map_or("", String::as_str)
    }

    /// The task of the graph that a task is, or is a part of.
    #[must_use]
    pub fn origin(&self, node: NodeId) -> NodeId {
        let mut node = node;
        while let Some((whole, _)) = self.parts.get(&node) {
            node = *whole;
        }
        node
    }
}
