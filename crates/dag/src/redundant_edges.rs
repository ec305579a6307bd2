use crate::lanes::Lanes;
use crate::layout::Layout;
use crate::{Dag, NodeId};

/// An edge that says nothing new: `to` waits for `from` already, by way of other nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RedundantEdge {
    /// Where the edge begins.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// A node between, which waits for `from`, and which `to` waits for.
    pub through: NodeId,
}

impl RedundantEdge {
    /// A path from `from` over `through` to `to`, as [`Dag::path`] finds it. `None` if the edge is
    /// of another graph.
    #[must_use]
    pub fn path<T>(&self, dag: &Dag<T>) -> Option<Vec<NodeId>> {
        let mut path = dag.path(self.from, self.through)?;
        path.pop();
        path.extend(dag.path(self.through, self.to)?);
        Some(path)
    }
}

/// Every edge that another path makes needless, by `from` and then `to`.
///
/// ```
/// use wavecrew_dag::{DagBuilder, redundant_edges};
///
/// let mut builder = DagBuilder::new();
/// builder.node("parse", ()).node("plan", ()).node("run", ());
/// builder.edge("parse", "plan").edge("plan", "run").edge("parse", "run");
/// let dag = builder.build()?;
///
/// let [edge] = redundant_edges(&dag)[..] else { panic!("`parse -> run` is redundant") };
/// assert_eq!(dag.id(edge.through), "plan");
/// assert_eq!(dag.transitive_reduction().edge_count(), 2);
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
///
/// # Complexity
///
/// The redundant edges of an acyclic graph are those outside its one transitive reduction (Aho,
/// Garey and Ullman, "The transitive reduction of a directed graph", SIAM J. Comput. 1(2), 1972).
/// An edge between neighbouring levels never is one, so only longer edges are looked at, those of
/// 256 nodes together: one sweep over what lies between. That is O(V + E) if all long edges are
/// short in topological order or have few nodes at one of their sides, and O(V (V + E) / 256) at
/// worst. Memory is O(V + E).
#[must_use]
pub fn redundant_edges<T>(dag: &Dag<T>) -> Vec<RedundantEdge> {
    let forwards = Layout::forwards(dag);
    let long = long_edges(&forwards);
    let mut from_count = vec![0_u32; dag.len()];
    let mut to_count = vec![0_u32; dag.len()];
    for &(from, to) in &long {
        from_count[from as usize] += 1;
        to_count[to as usize] += 1;
    }
    // An edge is looked at from the side where others are looked at along with it.
    let (from_their_start, from_their_end): (Vec<_>, Vec<_>) = long
        .into_iter()
        .partition(|&(from, to)| from_count[from as usize] >= to_count[to as usize]);

    let mut found = sweep(&forwards, from_their_start.into_iter());
    if !from_their_end.is_empty() {
        let last = dag.len() as u32 - 1;
        let edges = from_their_end.into_iter();
        let reversed = edges.map(|(from, to)| (last - to, last - from));
        let backwards = sweep(&Layout::backwards(dag), reversed);
        found.extend(backwards.into_iter().map(|edge| RedundantEdge {
            from: edge.to,
            to: edge.from,
            through: edge.through,
        }));
    }
    found.sort_unstable();
    found.dedup_by_key(|edge| (edge.from, edge.to));
    found
}

impl<T: Clone> Dag<T> {
    /// The same graph without its [`redundant_edges`]: the fewest edges that say who waits for
    /// whom. For acyclic graphs there is just one such graph.
    ///
    /// # Complexity
    ///
    /// As [`redundant_edges`], and O(V + E).
    #[must_use]
    pub fn transitive_reduction(&self) -> Self {
        let redundant = redundant_edges(self).into_iter();
        let edges = redundant.map(|edge| (edge.from, edge.to));
        self.with_topology(self.topology().without(edges))
    }
}

const NO_LANE: u16 = u16::MAX;

/// The edges that skip a level, as positions.
fn long_edges(layout: &Layout) -> Vec<(u32, u32)> {
    let mut level = vec![0_u32; layout.len()];
    let mut long = Vec::new();
    for position in 0..layout.len() {
        let row = layout.row(position);
        let above = row.iter().map(|&before| level[before as usize] + 1);
        level[position] = above.max().unwrap_or(0);
        let skips = |before: &&u32| level[**before as usize] + 1 < level[position];
        long.extend(
            row.iter()
                .filter(skips)
                .map(|&before| (before, position as u32)),
        );
    }
    long
}

/// A position with long edges, and the last position that they lead to.
struct Source {
    position: u32,
    last: u32,
}

/// The redundant ones of the edges, and whatever others come along.
fn sweep(layout: &Layout, edges: impl Iterator<Item = (u32, u32)>) -> Vec<RedundantEdge> {
    let mut last = vec![0_u32; layout.len()];
    for (from, to) in edges {
        last[from as usize] = last[from as usize].max(to);
    }
    let with_edges = last.iter().zip(0..).filter(|(last, _)| **last > 0);
    let mut sources: Vec<Source> = with_edges
        .map(|(&last, position)| Source { position, last })
        .collect();
    // Edges of about one length go together, or one long one makes a long sweep of all.
    sources
        .sort_unstable_by_key(|source| ((source.last - source.position).ilog2(), source.position));
    let mut sweep = Sweep {
        layout,
        reached: Vec::new(),
        lane_of: vec![NO_LANE; layout.len()],
        found: Vec::new(),
    };
    for batch in sources.chunks(Lanes::COUNT) {
        sweep.over(batch);
    }
    sweep.found
}

struct Sweep<'a> {
    layout: &'a Layout,
    /// Which sources lead to each position of the sweep; a source leads to itself.
    reached: Vec<Lanes>,
    lane_of: Vec<u16>,
    found: Vec<RedundantEdge>,
}

impl Sweep<'_> {
    fn over(&mut self, sources: &[Source]) {
        let positions = sources.iter().map(|source| source.position as usize);
        let first = positions.clone().min().unwrap_or(0);
        let ends = sources.iter().map(|source| source.last as usize);
        let last = ends.max().unwrap_or(0);
        for (lane, position) in positions.clone().enumerate() {
            self.lane_of[position] = lane as u16;
        }
        self.reached.clear();
        for position in first..=last {
            let row = self.layout.row_from(first, position);
            let reached = self.visit(first, position, row);
            self.reached.push(reached);
        }
        for position in positions {
            self.lane_of[position] = NO_LANE;
        }
    }

    /// The sources that lead to a position, whose redundant edges from them are noted.
    fn visit(&mut self, first: usize, position: usize, row: &[u32]) -> Lanes {
        let mut direct = Lanes::NONE;
        let mut once = Lanes::NONE;
        let mut twice = Lanes::NONE;
        for &before in row {
            let reached = self.reached[before as usize - first];
            twice |= once & reached;
            once |= reached;
            direct |= self.lane(before as usize);
        }
        let redundant = direct & twice;
        if !redundant.is_empty() {
            self.note(first, position, row, redundant);
        }
        once | self.lane(position)
    }

    fn note(&mut self, first: usize, position: usize, row: &[u32], mut redundant: Lanes) {
        let mut from = [0; Lanes::COUNT];
        for &before in row {
            if let Some(from) = from.get_mut(self.lane_of[before as usize] as usize) {
                *from = before;
            }
        }
        for &through in row.iter().rev() {
            let others = !self.lane(through as usize);
            let led_through = self.reached[through as usize - first] & redundant & others;
            for lane in led_through.iter() {
                self.found.push(RedundantEdge {
                    from: self.layout.node(from[lane] as usize),
                    to: self.layout.node(position),
                    through: self.layout.node(through as usize),
                });
            }
            redundant = redundant & !led_through;
            if redundant.is_empty() {
                return;
            }
        }
    }

    /// A source as a set, empty for other positions.
    fn lane(&self, position: usize) -> Lanes {
        match self.lane_of[position] {
            NO_LANE => Lanes::NONE,
            lane => Lanes::one(lane as usize),
        }
    }
}
