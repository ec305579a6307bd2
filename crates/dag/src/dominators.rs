use crate::topology::Edges;
use crate::{Dag, NodeId};

/// Through which nodes everything behind them must come.
///
/// A node dominates another if every path from a start (a node without predecessors) to the other
/// leads through it: as long as it is not done, nothing of what comes before the other and after
/// it can be done either. Read backwards, from the ends ([`post`](Self::post)), it says of which
/// nodes every path to an end leads through it.
///
/// ```
/// use wavecrew_dag::{DagBuilder, Dominators};
///
/// let mut builder = DagBuilder::new();
/// builder.node("parse", ()).node("left", ()).node("right", ()).node("join", ());
/// builder.edge("parse", "left").edge("parse", "right");
/// builder.edge("left", "join").edge("right", "join");
/// let dag = builder.build()?;
///
/// let dominators = Dominators::new(&dag);
/// let [parse, join] = ["parse", "join"].map(|id| dag.node(id).expect("it was added"));
/// assert_eq!(dominators.immediate(join), Some(parse));
/// assert_eq!(dominators.dominated(parse), 3);
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dominators {
    /// The parent of each node in the tree of dominators; the root, behind all nodes, stands for
    /// the start of the run.
    parent: Vec<u32>,
    /// Some node above in the tree, chosen so that any depth is a logarithmic number of steps away
    /// (Myers, "An applicative random-access stack", Inf. Process. Lett. 17(5), 1983).
    jump: Vec<u32>,
    depth: Vec<u32>,
    dominated: Vec<u32>,
}

impl Dominators {
    /// Dominators seen from the starts.
    ///
    /// # Complexity
    ///
    /// O((V + E) log V). In topological order one pass is enough for what Cooper, Harvey and
    /// Kennedy ("A simple, fast dominance algorithm", 2001) repeat on graphs with cycles: a node's
    /// immediate dominator is where the tree's branches to all its predecessors part.
    #[must_use]
    pub fn new<T>(dag: &Dag<T>) -> Self {
        Self::of(dag.edges_both_ways(), dag.topological().iter().copied())
    }

    /// Post-dominators: the same seen from the ends, that is for all edges the other way round.
    ///
    /// # Complexity
    ///
    /// As [`new`](Self::new).
    #[must_use]
    pub fn post<T>(dag: &Dag<T>) -> Self {
        let order = dag.topological().iter().rev();
        Self::of(dag.edges_both_ways().reversed(), order.copied())
    }

    fn of(edges: Edges<'_>, order: impl DoubleEndedIterator<Item = NodeId> + Clone) -> Self {
        let nodes = edges.before.len();
        let root = nodes as u32;
        let mut tree = Self {
            parent: vec![root; nodes + 1],
            jump: vec![root; nodes + 1],
            depth: vec![0; nodes + 1],
            dominated: vec![0; nodes + 1],
        };
        for node in order.clone() {
            let before = edges.before.row(node).iter().map(|before| before.0);
            let parent = before.reduce(|a, b| tree.meet(a, b)).unwrap_or(root);
            tree.hang(node, parent);
        }
        for node in order.rev() {
            let below = tree.dominated[node.index()] + 1;
            tree.dominated[tree.parent[node.index()] as usize] += below;
        }
        tree
    }

    /// The nearest node that dominates this one, if any does.
    ///
    /// # Panics
    ///
    /// If there is no such node, as all methods here.
    #[must_use]
    pub fn immediate(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.parent[self.expect_known(node)];
        (parent != self.root()).then_some(NodeId(parent))
    }

    /// Every node that dominates this one, the nearest first, without itself.
    pub fn above(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.immediate(node), |&above| self.immediate(above))
    }

    /// Whether `a` dominates `b`; every node dominates itself. O(log V).
    #[must_use]
    pub fn dominates(&self, a: NodeId, b: NodeId) -> bool {
        let depth = self.depth[self.expect_known(a)];
        self.expect_known(b);
        self.depth[b.index()] >= depth && self.lift(b.0, depth) == a.0
    }

    /// How many other nodes it dominates.
    #[must_use]
    pub fn dominated(&self, node: NodeId) -> usize {
        self.dominated[self.expect_known(node)] as usize
    }

    fn root(&self) -> u32 {
        (self.parent.len() - 1) as u32
    }

    fn expect_known(&self, node: NodeId) -> usize {
        assert!(node.0 < self.root(), "no node {node}");
        node.index()
    }

    fn hang(&mut self, node: NodeId, parent: u32) {
        let near = parent as usize;
        let far = self.jump[near] as usize;
        let farther = self.jump[far] as usize;
        let equal_steps =
            self.depth[near] - self.depth[far] == self.depth[far] - self.depth[farther];
        self.parent[node.index()] = parent;
        self.depth[node.index()] = self.depth[near] + 1;
        self.jump[node.index()] = if equal_steps { farther as u32 } else { parent };
    }

    /// The node above (or this one) at a depth.
    fn lift(&self, mut node: u32, depth: u32) -> u32 {
        while self.depth[node as usize] > depth {
            let jump = self.jump[node as usize];
            let is_too_far = self.depth[jump as usize] < depth;
            node = if is_too_far {
                self.parent[node as usize]
            } else {
                jump
            };
        }
        node
    }

    /// The deepest node above both, or one of them. At equal depth their jumps are as long.
    fn meet(&self, a: u32, b: u32) -> u32 {
        let depth = self.depth[a as usize].min(self.depth[b as usize]);
        let (mut a, mut b) = (self.lift(a, depth), self.lift(b, depth));
        while a != b {
            let jumps = (self.jump[a as usize], self.jump[b as usize]);
            (a, b) = match jumps {
                (to_a, to_b) if to_a != to_b => jumps,
                _ => (self.parent[a as usize], self.parent[b as usize]),
            };
        }
        a
    }
}
