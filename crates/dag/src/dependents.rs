use crate::critical_path::expect_one_per_node;
use crate::lanes::Lanes;
use crate::layout::Layout;
use crate::{Dag, NodeId, TimeError};

/// How much waits for each node, directly or not: what finishing it helps most.
///
/// Every vector holds one value per node, indexed by [`NodeId`].
///
/// ```
/// use wavecrew_dag::{DagBuilder, Dependents};
///
/// let mut builder = DagBuilder::new();
/// builder.node("schema", 1).node("api", 5).node("ui", 8).node("docs", 2);
/// builder.edge("schema", "api").edge("api", "ui").edge("schema", "ui");
/// let dag = builder.build()?;
///
/// let dependents = Dependents::new(&dag, dag.payloads())?;
/// assert_eq!(dependents.count, [2, 1, 0, 0]);
/// assert_eq!(dependents.work, [13, 8, 0, 0]);
/// assert_eq!(dag.id(dependents.most_work()[0]), "schema");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Dependents {
    /// How many nodes cannot start before this one is done.
    pub count: Vec<u32>,
    /// The sum of their durations.
    pub work: Vec<u64>,
}

impl Dependents {
    /// Counts exactly. `durations` holds ticks per node, indexed by [`NodeId`].
    ///
    /// # Errors
    ///
    /// If there is not one duration per node, or if all together are beyond `u64`.
    ///
    /// # Complexity
    ///
    /// A node with one predecessor is counted with it, which leaves the closure over those with
    /// several, in blocks of 256: O(V + E + (V + E) J / 256) for J nodes with two predecessors or
    /// more, and O(V + E) memory. Chains, stars and trees are linear.
    pub fn new<T>(dag: &Dag<T>, durations: &[u64]) -> Result<Self, TimeError> {
        expect_one_per_node("durations", durations.len(), dag)?;
        let mut sum = 0_u64;
        for (node, duration) in dag.nodes().zip(durations) {
            let id = || dag.id(node).to_owned();
            sum = sum
                .checked_add(*duration)
                .ok_or_else(|| TimeError::Overflow { id: id() })?;
        }
        let trees = trees(dag, durations);
        let mut dependents = Self {
            count: trees.iter().map(|tree| tree.count - 1).collect(),
            work: trees
                .iter()
                .zip(durations)
                .map(|(tree, duration)| tree.work - duration)
                .collect(),
        };
        dependents.add_joins(dag, &trees);
        Ok(dependents)
    }

    /// All nodes, those that most work waits for first, then by the number of dependents, then in
    /// the order in which they were added.
    #[must_use]
    pub fn most_work(&self) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = (0..self.count.len()).map(NodeId::from_index).collect();
        let amount = |node: &NodeId| (self.work[node.index()], self.count[node.index()]);
        nodes.sort_by_key(|node| std::cmp::Reverse(amount(node)));
        nodes
    }

    /// Adds the trees of all joins behind each node.
    fn add_joins<T>(&mut self, dag: &Dag<T>, trees: &[Amount]) {
        let layout = Layout::backwards(dag);
        let joins: Vec<usize> = (0..layout.len())
            .filter(|&position| dag.predecessors(layout.node(position)).len() > 1)
            .collect();
        let mut behind = Vec::new();
        for block in joins.chunks(Lanes::COUNT) {
            let amounts = block.iter().map(|&join| trees[layout.node(join).index()]);
            let sums = Sums::new(&amounts.collect::<Vec<_>>());
            let mut joins = block.iter().enumerate().peekable();
            let first = block[0];
            behind.clear();
            for position in first..layout.len() {
                let row = layout.row_from(first, position).iter();
                let mut lanes = row.fold(Lanes::NONE, |lanes, &next| {
                    lanes | behind[next as usize - first]
                });
                let node = layout.node(position).index();
                let amount = sums.of(lanes);
                self.count[node] += amount.count;
                self.work[node] += amount.work;
                if let Some((lane, _)) = joins.next_if(|(_, join)| **join == position) {
                    lanes |= Lanes::one(lane);
                }
                behind.push(lanes);
            }
        }
    }
}

/// Nodes together.
#[derive(Clone, Copy, Default)]
struct Amount {
    count: u32,
    work: u64,
}

impl Amount {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.work += other.work;
    }
}

/// For each node itself and all that hangs on it alone: nodes that have it as their only
/// predecessor, and those that have one of these.
fn trees<T>(dag: &Dag<T>, durations: &[u64]) -> Vec<Amount> {
    let own = durations.iter().map(|&work| Amount { count: 1, work });
    let mut trees: Vec<Amount> = own.collect();
    for &node in dag.topological().iter().rev() {
        if let [parent] = *dag.predecessors(node) {
            let tree = trees[node.index()];
            trees[parent.index()].add(tree);
        }
    }
    trees
}

/// What any set of lanes comes to, by a table for every eight of them.
struct Sums {
    all: Lanes,
    total: Amount,
    tables: Vec<[Amount; 256]>,
}

impl Sums {
    fn new(amounts: &[Amount]) -> Self {
        let tables = amounts.chunks(8).map(|eight| {
            let mut table = [Amount::default(); 256];
            for set in 1..256_usize {
                let least = set.trailing_zeros() as usize;
                table[set] = table[set & (set - 1)];
                table[set].add(eight.get(least).copied().unwrap_or_default());
            }
            table
        });
        let mut total = Amount::default();
        amounts.iter().for_each(|&amount| total.add(amount));
        Self {
            all: Lanes::first(amounts.len()),
            total,
            tables: tables.collect(),
        }
    }

    fn of(&self, lanes: Lanes) -> Amount {
        let mut sum = Amount::default();
        if lanes == self.all {
            return self.total;
        }
        if !lanes.is_empty() {
            let bytes = lanes.bytes().zip(&self.tables);
            bytes.for_each(|(byte, table)| sum.add(table[byte as usize]));
        }
        sum
    }
}
