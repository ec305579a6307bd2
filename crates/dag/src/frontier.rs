mod growth;

use std::collections::VecDeque;
use std::sync::Arc;

pub use growth::GrowError;
use growth::{Further, Growth};

use crate::min_set::MinSet;
use crate::radix;
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
    states: Vec<NodeState>,
    /// For each node the number of predecessors that have not let it go yet.
    missing: Vec<u32>,
    /// Ready nodes by their turn.
    ready: MinSet,
    turns: Turns,
    running: usize,
    remaining: usize,
    /// The rank of each node of the graph.
    ranks: Vec<u64>,
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
    /// O(V) for each 11 bits of the largest rank, or O(V) if ranks never rise with the index. Each later step costs O(1) per
    /// edge (strictly, the depth of a 64-way tree).
    ///
    /// # Panics
    ///
    /// If `ranks` does not hold one rank per node.
    #[must_use]
    pub fn new<T>(dag: &Dag<T>, ranks: Vec<u64>) -> Self {
        assert_eq!(ranks.len(), dag.len(), "one rank per node");
        let frontier = Self::over(dag.edges_both_ways(), &ranks);
        Self { ranks, ..frontier }
    }

    /// The same without ranks to compare with those of nodes that are added later.
    pub(crate) fn over(edges: Edges<'_>, ranks: &[u64]) -> Self {
        let nodes = || (0..ranks.len()).map(NodeId::from_index);
        let missing = nodes().map(|node| edges.before.row(node).len() as u32);
        let mut frontier = Self {
            successors: Arc::clone(edges.after),
            predecessors: Arc::clone(edges.before),
            states: vec![NodeState::Waiting; ranks.len()],
            missing: missing.collect(),
            ready: MinSet::new(ranks.len()),
            turns: Turns::new(ranks),
            running: 0,
            remaining: ranks.len(),
            ranks: Vec::new(),
            growth: None,
        };
        for node in nodes() {
            if frontier.missing[node.index()] == 0 {
                frontier.make_ready(node);
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
        self.states[node.index()] = NodeState::Running;
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
            Some(growth) => growth.first_of(first, &self.ranks),
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
                let state = &mut self.states[next.index()];
                if *state == NodeState::Waiting {
                    *state = NodeState::Skipped;
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
        self.states[node.index()]
    }

    /// The rank of the node, as it was given or added.
    #[must_use]
    pub fn rank(&self, node: NodeId) -> u64 {
        match self.ranks.get(node.index()) {
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
        match std::mem::replace(&mut self.states[node.index()], state) {
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
            let missing = &mut self.missing[next.index()];
            *missing -= 1;
            let state = &mut self.states[next.index()];
            if *missing == 0 && *state == NodeState::Waiting {
                *state = NodeState::Ready;
                self.ready.insert(self.turns.turn(next));
            }
        }
    }

    fn make_ready(&mut self, node: NodeId) {
        self.states[node.index()] = NodeState::Ready;
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

/// The order in which nodes go when all are ready.
#[derive(Clone, Debug)]
enum Turns {
    AsAdded,
    ByRank {
        turn_of: Vec<u32>,
        node_at: Vec<NodeId>,
    },
}

impl Turns {
    fn new(ranks: &[u64]) -> Self {
        if ranks.is_sorted_by(|a, b| a >= b) {
            return Self::AsAdded;
        }
        let most = ranks.iter().copied().max().unwrap_or(0);
        let node_at: Vec<NodeId> = if u32::try_from(most).is_ok() {
            // A rank and a node in one word are half the memory to go through.
            let words = ranks.iter().zip(0..);
            let mut words: Vec<u64> = words
                .map(|(rank, node)| (most - rank) << 32 | node)
                .collect();
            radix::sort_by_key(&mut words, most, |word| word >> 32);
            words.into_iter().map(|word| NodeId(word as u32)).collect()
        } else {
            let pairs = ranks.iter().zip(0..);
            let mut pairs: Vec<(u64, u32)> =
                pairs.map(|(rank, node)| (most - rank, node)).collect();
            radix::sort_by_key(&mut pairs, most, |&(below, _)| below);
            pairs.into_iter().map(|(_, node)| NodeId(node)).collect()
        };
        let mut turn_of = vec![0; ranks.len()];
        for (turn, node) in node_at.iter().enumerate() {
            turn_of[node.index()] = turn as u32;
        }
        Self::ByRank { turn_of, node_at }
    }

    #[inline]
    fn turn(&self, node: NodeId) -> usize {
        match self {
            Self::AsAdded => node.index(),
            Self::ByRank { turn_of, .. } => turn_of[node.index()] as usize,
        }
    }

    #[inline]
    fn node(&self, turn: usize) -> NodeId {
        match self {
            Self::AsAdded => NodeId::from_index(turn),
            Self::ByRank { node_at, .. } => node_at[turn],
        }
    }
}
