use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::{Frontier, NodeState, Progress, neighbours};
use crate::NodeId;

/// Neighbours that nodes have got during the run.
pub(super) type Further = HashMap<NodeId, Vec<NodeId>>;

/// What was added to a [`Frontier`] during the run.
#[derive(Clone, Debug)]
pub(super) struct Growth {
    /// The number of nodes of the graph.
    nodes: usize,
    after: Further,
    before: Further,
    /// The ranks of added nodes.
    ranks: Vec<u64>,
    /// Ready added nodes, in the order in which they go.
    ready: BTreeSet<(Reverse<u64>, NodeId)>,
}

impl Growth {
    pub(super) fn after(&self) -> &Further {
        &self.after
    }

    pub(super) fn has_added(&self, node: NodeId) -> bool {
        node.index() >= self.nodes
    }

    pub(super) fn ready_count(&self) -> usize {
        self.ready.len()
    }

    pub(super) fn make_ready(&mut self, node: NodeId) {
        self.ready.insert(self.turn(node));
    }

    pub(super) fn leave_ready(&mut self, node: NodeId) {
        self.ready.remove(&self.turn(node));
    }

    /// Who goes first of an added node and a node of the graph.
    pub(super) fn first_of(&self, other: Option<NodeId>, ranks: &[u64]) -> Option<NodeId> {
        let added = self.ready.first().map(|&(_, node)| node);
        match (other, added) {
            (Some(other), Some(added)) if ranks[other.index()] >= self.rank(added) => Some(other),
            (other, None) => other,
            (_, added) => added,
        }
    }

    fn turn(&self, node: NodeId) -> (Reverse<u64>, NodeId) {
        (Reverse(self.rank(node)), node)
    }

    pub(super) fn rank(&self, added: NodeId) -> u64 {
        self.ranks[added.index() - self.nodes]
    }
}

impl Frontier {
    /// Adds a node to the run. It waits for the nodes `after`, and those of `before`, which must not
    /// have started, wait for it. Its id follows that of the node added last; the graph itself
    /// stays as it is.
    ///
    /// Among ready nodes of one rank, added ones go last, in the order in which they were added.
    ///
    /// # Errors
    ///
    /// If a node of `after` failed, was skipped or was split, if one of `before` has started or
    /// ended, or if nodes would wait for each other. Nothing is added then.
    ///
    /// # Complexity
    ///
    /// O(log V) for each node named; if any of `after` still waits, also O(1) for each edge behind
    /// the nodes of `before`, to look for cycles. A frontier that has grown takes a little longer
    /// for each edge.
    ///
    /// # Panics
    ///
    /// If there is no such node, as all methods here; with 2³² − 1 nodes.
    ///
    /// ```
    /// use wavecrew_dag::{DagBuilder, Frontier};
    ///
    /// let mut builder = DagBuilder::new();
    /// builder.node("build", ()).node("ship", ()).edge("build", "ship");
    /// let dag = builder.build()?;
    /// let [build, ship] = [0, 1].map(wavecrew_dag::NodeId::from_index);
    ///
    /// let mut frontier = Frontier::new(&dag, vec![0; 2]);
    /// let test = frontier.add(0, &[build], &[ship])?;
    /// frontier.pop();
    /// frontier.succeed(build);
    /// assert_eq!(frontier.pop(), Some(test));
    /// assert_eq!(frontier.pop(), None); // `ship` waits for it
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(
        &mut self,
        rank: u64,
        after: &[NodeId],
        before: &[NodeId],
    ) -> Result<NodeId, GrowError> {
        let after = distinct(after);
        let before = distinct(before);
        for &node in &after {
            self.expect_may_be_awaited(node)?;
        }
        for &node in &before {
            self.expect_not_started(node)?;
        }
        if let Some(path) = self.path_between(&before, &after) {
            return Err(GrowError::Cycle { path });
        }
        Ok(self.attach(rank, &after, &before))
    }

    /// Puts others in the place of a node that has not ended: one for each rank. Each waits for all
    /// that the node waits for, and all that wait for it wait for each of them. To let one of them
    /// wait for another, [`add_edge`](Self::add_edge).
    ///
    /// The node's state is [`NodeState::Split`] then; if it was running, the driver stops it.
    ///
    /// # Errors
    ///
    /// If the node has ended, or if there is no rank.
    ///
    /// # Complexity
    ///
    /// O(log V) for each edge of the node and each rank.
    pub fn split(&mut self, node: NodeId, ranks: &[u64]) -> Result<Vec<NodeId>, GrowError> {
        let state = self.state(node);
        if state.is_final() {
            return Err(GrowError::Ended { node, state });
        }
        if ranks.is_empty() {
            return Err(GrowError::NoParts { node });
        }
        let is_open = |other: &NodeId| !self.state(*other).is_final();
        let after: Vec<NodeId> = self.all_before(node).filter(is_open).collect();
        let before: Vec<NodeId> = self.all_after(node).filter(is_open).collect();
        let parts = ranks
            .iter()
            .map(|&rank| self.attach(rank, &after, &before))
            .collect();
        self.end(node, NodeState::Split);
        // The parts hold the dependents now; the node lets them go.
        for next in before {
            self.progress[next.index()].is_let_go();
        }
        Ok(parts)
    }

    /// Lets a node that has not started wait for another one.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add): if `from` failed, was skipped or was split, if `to` has started or
    /// ended, or if nodes would wait for each other.
    ///
    /// # Complexity
    ///
    /// As [`add`](Self::add).
    pub fn add_edge(&mut self, from: NodeId, to: NodeId) -> Result<(), GrowError> {
        self.expect_may_be_awaited(from)?;
        self.expect_not_started(to)?;
        if let Some(path) = self.path_between(&[to], &[from]) {
            return Err(GrowError::Cycle { path });
        }
        if !self.all_after(from).any(|next| next == to) {
            self.join(from, to);
        }
        Ok(())
    }

    /// Ends the wait of dependents, added ones too.
    pub(super) fn release_grown(&mut self, node: NodeId) {
        let after: Vec<NodeId> = self.all_after(node).collect();
        for next in after {
            if self.progress[next.index()].is_let_go() {
                self.make_ready(next);
            }
        }
    }

    fn growth(&mut self) -> &mut Growth {
        let nodes = self.progress.len();
        self.growth.get_or_insert_with(|| {
            Box::new(Growth {
                nodes,
                after: HashMap::new(),
                before: HashMap::new(),
                ranks: Vec::new(),
                ready: BTreeSet::new(),
            })
        })
    }

    fn attach(&mut self, rank: u64, after: &[NodeId], before: &[NodeId]) -> NodeId {
        let node = NodeId::from_index(self.progress.len());
        let growth = self.growth();
        growth.ranks.push(rank);
        self.progress.push(Progress::FREE);
        self.remaining += 1;
        self.make_ready(node);
        for &from in after {
            self.join(from, node);
        }
        for &to in before {
            self.join(node, to);
        }
        node
    }

    /// Adds an edge to a node that is waiting or ready, which is not ready any more unless the
    /// other has ended.
    fn join(&mut self, from: NodeId, to: NodeId) {
        let growth = self.growth();
        growth.after.entry(from).or_default().push(to);
        growth.before.entry(to).or_default().push(from);
        if self.state(from).is_final() {
            return;
        }
        if self.state(to) == NodeState::Ready {
            self.leave_ready(to);
        }
        self.progress[to.index()].wait_for_one_more();
    }

    fn all_after(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let further = self.growth.as_ref().map(|growth| &growth.after);
        neighbours(&self.successors, further, node)
    }

    fn all_before(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let further = self.growth.as_ref().map(|growth| &growth.before);
        neighbours(&self.predecessors, further, node)
    }

    fn expect_may_be_awaited(&self, node: NodeId) -> Result<(), GrowError> {
        let state = self.state(node);
        match state {
            NodeState::Failed | NodeState::Skipped | NodeState::Split => {
                Err(GrowError::Ended { node, state })
            }
            _ => Ok(()),
        }
    }

    fn expect_not_started(&self, node: NodeId) -> Result<(), GrowError> {
        let state = self.state(node);
        match state {
            NodeState::Waiting | NodeState::Ready => Ok(()),
            _ => Err(GrowError::Started { node, state }),
        }
    }

    /// A path from one of the starts to one of the ends, through nodes that have not ended: nobody
    /// waits for others, and parts of a split node lead where it led. Only ends that wait are looked
    /// for: nothing that could be before a node which has not started is behind any other.
    fn path_between(&self, starts: &[NodeId], ends: &[NodeId]) -> Option<Vec<NodeId>> {
        let could_be_behind =
            |end: &NodeId| self.state(*end) == NodeState::Waiting || starts.contains(end);
        let ends: HashSet<NodeId> = ends.iter().copied().filter(could_be_behind).collect();
        if ends.is_empty() {
            return None;
        }
        let mut reached_from: HashMap<NodeId, Option<NodeId>> =
            starts.iter().map(|&start| (start, None)).collect();
        let mut queue: VecDeque<NodeId> = starts.iter().copied().collect();
        while let Some(node) = queue.pop_front() {
            if ends.contains(&node) {
                let before = |node: &NodeId| reached_from[node];
                let mut path: Vec<NodeId> = std::iter::successors(Some(node), before).collect();
                path.reverse();
                return Some(path);
            }
            let is_open = |next: &NodeId| !self.state(*next).is_final();
            for next in self.all_after(node).filter(is_open) {
                reached_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    Some(node)
                });
            }
        }
        None
    }
}

fn distinct(nodes: &[NodeId]) -> Vec<NodeId> {
    let mut nodes = nodes.to_vec();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// Why a [`Frontier`] cannot grow in this way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrowError {
    /// The node ended, in a way that nothing can wait for it or take its place.
    #[error("node {node} has ended: {state:?}")]
    Ended {
        /// The node.
        node: NodeId,
        /// How it ended.
        state: NodeState,
    },
    /// The node has started, so it can wait for nothing more.
    #[error("node {node} has started: {state:?}")]
    Started {
        /// The node.
        node: NodeId,
        /// What has become of it.
        state: NodeState,
    },
    /// Nodes would wait for each other.
    #[error("nodes would wait for each other: {}", arrows(path))]
    Cycle {
        /// The nodes that wait for each other already, the first one first. The last of them would
        /// have to end before the first may start.
        path: Vec<NodeId>,
    },
    /// A node was to be split into nothing.
    #[error("node {node} was to be split into no parts")]
    NoParts {
        /// The node.
        node: NodeId,
    },
}

fn arrows(path: &[NodeId]) -> String {
    let nodes: Vec<String> = path.iter().map(NodeId::to_string).collect();
    nodes.join(" -> ")
}
