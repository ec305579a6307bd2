mod growth;
mod progress;
mod ready;
mod ready_queue;
mod turns;

use std::collections::VecDeque;
use std::sync::Arc;

pub use growth::GrowError;
use growth::{Further, Growth};

use self::progress::Progress;
use self::ready::Ready;
use self::turns::Turns;
use crate::topology::{Adjacency, Edges};
use crate::{Dag, NodeId};

/// Which nodes may start now: the state of one run over a [`Dag`].
///
/// A pure state machine without clock, threads or I/O. The driver [`pop`](Self::pop)s a node,
/// runs it, and then says [`succeed`](Self::succeed) or [`fail`](Self::fail); ending a node
/// touches its dependents and nothing else. It shares the edges of the graph and borrows nothing.
///
/// ```
/// use wavecrew_dag::{DagBuilder, Frontier};
///
/// let mut builder = DagBuilder::new();
/// builder.node("build", ()).node("test", ()).node("docs", ());
/// builder.edge("build", "test");
/// let dag = builder.build()?;
///
/// let mut frontier = Frontier::new(&dag, vec![0; dag.len()]);
/// let build = frontier.pop().expect("nothing precedes `build`");
/// frontier.succeed(build);
/// let test = frontier.pop().expect("`build` is done");
/// assert_eq!(dag.id(test), "test");
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Frontier {
    successors: Arc<Adjacency>,
    predecessors: Arc<Adjacency>,
    progress: Vec<Progress>,
    /// Ready nodes by their turn.
    ready: Ready,
    turns: Turns,
    running: usize,
    remaining: usize,
    /// What was added during the run, if anything was.
    growth: Option<Box<Growth>>,
}

/// What has become of a node in a [`Frontier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum NodeState {
    /// A predecessor has not ended.
    Waiting,
    /// It may start.
    Ready,
    /// It was popped and has not ended.
    Running,
    /// It ended well.
    Succeeded,
    /// It ended badly.
    Failed,
    /// It never starts, because a node that it depends on failed.
    Skipped,
    /// It never ends itself: others took its place.
    Split,
}

impl NodeState {
    /// Whether the node's state can change no more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Failed | Self::Skipped | Self::Split
        )
    }
}

impl Frontier {
    /// The start of a run: nodes without predecessors are ready.
    ///
    /// `ranks` holds one rank per node, indexed by [`NodeId`]; among ready nodes the largest rank
    /// is popped first, then the node that was added first. A
    /// [`Planner`](crate::Planner) makes ranks.
    ///
    /// # Complexity
    ///
    /// O(V), or O(V) for each 11 bits of how far ranks are apart if that and a node do not fit into 64 bits. Each later
    /// step costs O(1) per edge and O(log r) for each node that becomes ready while r are.
    ///
    /// # Panics
    ///
    /// If `ranks` does not hold one rank per node.
    #[must_use]
    pub fn new<T>(dag: &Dag<T>, ranks: Vec<u64>) -> Self {
        Self::with_shared_ranks(dag, Arc::new(ranks))
    }

    /// [`new`](Self::new) with ranks of which no copy is made: one run after another can have the same.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[must_use]
    pub fn with_shared_ranks<T>(dag: &Dag<T>, ranks: Arc<Vec<u64>>) -> Self {
        assert_eq!(ranks.len(), dag.len(), "one rank per node");
        Self::over(dag.edges_both_ways(), ranks)
    }

    /// The same over edges in either direction of time, and one rank for each of their nodes.
    pub(crate) fn over(edges: Edges<'_>, ranks: Arc<Vec<u64>>) -> Self {
        let nodes = ranks.len();
        let turns = Turns::new(ranks);
        let mut frontier = Self {
            successors: Arc::clone(edges.after),
            predecessors: Arc::clone(edges.before),
            progress: Vec::with_capacity(nodes),
            ready: Ready::new(&turns, nodes),
            turns,
            running: 0,
            remaining: nodes,
            growth: None,
        };
        for (node, predecessors) in edges.before.row_lengths().enumerate() {
            let progress = Progress::waiting(predecessors);
            frontier.progress.push(progress);
            if progress == Progress::FREE {
                frontier.make_ready(NodeId::from_index(node));
            }
        }
        frontier
    }

    /// Takes the ready node whose turn it is; it counts as running until it ends or is pushed
    /// back. `None` says that no node is ready now, not that the run is over.
    #[inline]
    pub fn pop(&mut self) -> Option<NodeId> {
        let node = match self.growth {
            None => self.turns.node(self.ready.pop_first()?),
            Some(_) => {
                let first = self.peek()?;
                self.leave_ready(first);
                first
            }
        };
        self.progress[node.index()] = NodeState::Running.into();
        self.running += 1;
        Some(node)
    }

    /// The node that [`pop`](Self::pop) would take.
    #[must_use]
    #[inline]
    pub fn peek(&self) -> Option<NodeId> {
        let first = self.ready.first().map(|turn| self.turns.node(turn));
        match &self.growth {
            None => first,
            Some(growth) => growth.first_of(first, self.turns.ranks()),
        }
    }

    /// Makes a popped node ready again, because it could not start after all: say, a claim of
    /// another running node stands in its way. It keeps its turn, so pop the nodes behind it
    /// before pushing it back.
    ///
    /// # Panics
    ///
    /// If the node is not running.
    pub fn push_back(&mut self, node: NodeId) {
        self.expect_running(node);
        self.running -= 1;
        self.make_ready(node);
    }

    /// Ends a running node well; dependents that waited for nothing else become ready.
    ///
    /// # Panics
    ///
    /// If the node is not running.
    #[inline]
    pub fn succeed(&mut self, node: NodeId) {
        self.expect_running(node);
        self.end(node, NodeState::Succeeded);
        self.release_successors(node);
    }

    /// Ends a node badly; everything that depends on it, directly or not, is skipped.
    ///
    /// The node may be running, ready or still waiting. Gives the nodes that this call skipped,
    /// nearest first; a node is skipped once, by the first failure that reaches it.
    ///
    /// # Panics
    ///
    /// If the node has ended already.
    pub fn fail(&mut self, node: NodeId) -> Vec<NodeId> {
        self.end_badly(node);
        let mut skipped = Vec::new();
        let mut reached = VecDeque::from([node]);
        let successors = Arc::clone(&self.successors);
        let growth = self.growth.take();
        while let Some(node) = reached.pop_front() {
            for next in neighbours(&successors, growth.as_deref().map(Growth::after), node) {
                let progress = &mut self.progress[next.index()];
                if progress.is_waiting() {
                    *progress = NodeState::Skipped.into();
                    self.remaining -= 1;
                    skipped.push(next);
                    reached.push_back(next);
                }
            }
        }
        self.growth = growth;
        skipped
    }

    /// Ends a node badly and lets its dependents start all the same.
    ///
    /// # Panics
    ///
    /// If the node has ended already.
    pub fn fail_alone(&mut self, node: NodeId) {
        self.end_badly(node);
        self.release_successors(node);
    }

    /// What has become of the node.
    #[must_use]
    #[inline]
    pub fn state(&self, node: NodeId) -> NodeState {
        self.progress[node.index()].state()
    }

    /// The rank of the node, as it was given or added.
    #[must_use]
    pub fn rank(&self, node: NodeId) -> u64 {
        match self.turns.ranks().get(node.index()) {
            Some(&rank) => rank,
            None => self.growth.as_ref().map_or(0, |growth| growth.rank(node)),
        }
    }

    /// Whether every node has ended.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.remaining == 0
    }

    /// The number of nodes that have not ended.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.remaining
    }

    /// The number of nodes that were popped and have not ended.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running
    }

    /// The number of nodes that could be popped now.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready.len()
            + self
                .growth
                .as_ref()
                .map_or(0, |growth| growth.ready_count())
    }

    #[inline]
    fn expect_running(&self, node: NodeId) {
        let state = self.state(node);
        assert!(
            state == NodeState::Running,
            "node {node} is {state:?}, not running"
        );
    }

    fn end_badly(&mut self, node: NodeId) {
        let state = self.state(node);
        assert!(!state.is_final(), "node {node} has ended: {state:?}");
        self.end(node, NodeState::Failed);
    }

    #[inline]
    fn end(&mut self, node: NodeId, state: NodeState) {
        let before = std::mem::replace(&mut self.progress[node.index()], state.into());
        match before.state() {
            NodeState::Running => self.running -= 1,
            NodeState::Ready => self.leave_ready(node),
            _ => {}
        }
        self.remaining -= 1;
    }

    #[inline]
    fn release_successors(&mut self, node: NodeId) {
        if self.growth.is_some() {
            return self.release_grown(node);
        }
        for &next in self.successors.row(node) {
            let progress = &mut self.progress[next.index()];
            if progress.is_let_go() {
                *progress = NodeState::Ready.into();
                self.ready.insert(self.turns.turn(next));
            }
        }
    }

    fn make_ready(&mut self, node: NodeId) {
        self.progress[node.index()] = NodeState::Ready.into();
        match &mut self.growth {
            Some(growth) if growth.has_added(node) => growth.make_ready(node),
            _ => self.ready.insert(self.turns.turn(node)),
        }
    }

    fn leave_ready(&mut self, node: NodeId) {
        match &mut self.growth {
            Some(growth) if growth.has_added(node) => growth.leave_ready(node),
            _ => self.ready.remove(self.turns.turn(node)),
        }
    }
}

/// The neighbours of a node in the graph, and those that it has got during the run.
fn neighbours<'a>(
    adjacency: &'a Adjacency,
    further: Option<&'a Further>,
    node: NodeId,
) -> impl Iterator<Item = NodeId> + 'a {
    let is_of_graph = node.index() < adjacency.len();
    let row = if is_of_graph {
        adjacency.row(node)
    } else {
        &[]
    };
    let further = further.and_then(|further| further.get(&node));
    row.iter().chain(further.into_iter().flatten()).copied()
}
