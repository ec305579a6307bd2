use std::collections::{HashMap, HashSet};

use crate::claims::Place;
use crate::{Claims, Dag, NodeId};

/// Groups of nodes that could run one group after another, all nodes of a group at once.
///
/// A way to look at a graph, not to run it: a [`Frontier`](crate::Frontier) starts each node when
/// its own dependencies are done, without waiting for the rest of a wave.
///
/// ```
/// use wavecrew_dag::{DagBuilder, Waves};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).node("c", ());
/// builder.edge("a", "c");
/// let dag = builder.build()?;
/// let sizes: Vec<usize> = Waves::levels(&dag).iter().map(<[_]>::len).collect();
/// assert_eq!(sizes, [2, 1]);
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Vec<Vec<NodeId>>", from = "Vec<Vec<NodeId>>")
)]
pub struct Waves {
    nodes: Vec<NodeId>,
    /// Where each wave ends in `nodes`.
    ends: Vec<usize>,
}

impl Waves {
    /// As few waves as dependencies allow: a node is in the wave after the last of its
    /// predecessors'. Within a wave, nodes are in ascending order. O(V + E).
    #[must_use]
    pub fn levels<T>(dag: &Dag<T>) -> Self {
        let mut level = vec![0_usize; dag.len()];
        for &node in dag.topological() {
            let before = dag
                .predecessors(node)
                .iter()
                .map(|before| level[before.index()] + 1);
            level[node.index()] = before.max().unwrap_or(0);
        }
        Self::group(dag.nodes(), |node| level[node.index()])
    }

    /// The same, with each wave split into several wherever nodes claim overlapping paths.
    ///
    /// Within its wave a node goes to the first part in which nothing overlaps it, in the order of
    /// the wave (first-fit colouring), so a part may hold fewer nodes than would fit.
    ///
    /// # Complexity
    ///
    /// O(keys × depth) for each part that is tried for a node. Parts that a key has been refused
    /// by are not tried again for the same key.
    ///
    /// # Panics
    ///
    /// If the claims do not know a node.
    #[must_use]
    pub fn split(&self, claims: &Claims) -> Self {
        let mut split = Self {
            nodes: Vec::with_capacity(self.nodes.len()),
            ends: Vec::new(),
        };
        let mut part_of = vec![0; claims.len()];
        for wave in self.iter() {
            let mut parts = Parts::new(claims);
            for &node in wave {
                part_of[node.index()] = parts.first_fit(node);
            }
            let parts = Self::group(wave.iter().copied(), |node| part_of[node.index()]);
            let before = split.nodes.len();
            split.nodes.extend(parts.nodes);
            split.ends.extend(parts.ends.iter().map(|end| before + end));
        }
        split
    }

    /// The number of waves.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no waves, because there are no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The waves in order; none is empty.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[NodeId]> + DoubleEndedIterator {
        (0..self.len()).map(|wave| {
            let start = if wave == 0 { 0 } else { self.ends[wave - 1] };
            &self.nodes[start..self.ends[wave]]
        })
    }

    /// Groups nodes by the number of their wave, keeping their order within each. Numbers start
    /// at 0 and leave none out.
    fn group(
        nodes: impl ExactSizeIterator<Item = NodeId> + Clone,
        wave_of: impl Fn(NodeId) -> usize,
    ) -> Self {
        let mut ends = Vec::new();
        for node in nodes.clone() {
            let wave = wave_of(node);
            if wave >= ends.len() {
                ends.resize(wave + 1, 0);
            }
            ends[wave] += 1;
        }
        let mut next = Vec::with_capacity(ends.len());
        let mut end = 0;
        for size in &mut ends {
            next.push(end);
            end += *size;
            *size = end;
        }
        let mut grouped = vec![NodeId(0); nodes.len()];
        for node in nodes {
            let place = &mut next[wave_of(node)];
            grouped[*place] = node;
            *place += 1;
        }
        Self {
            nodes: grouped,
            ends,
        }
    }
}

/// The waves as lists.
impl From<Waves> for Vec<Vec<NodeId>> {
    fn from(waves: Waves) -> Self {
        waves.iter().map(<[_]>::to_vec).collect()
    }
}

/// Lists as waves; empty ones are left out.
impl From<Vec<Vec<NodeId>>> for Waves {
    fn from(mut lists: Vec<Vec<NodeId>>) -> Self {
        lists.retain(|wave| !wave.is_empty());
        let sizes = lists.iter().map(Vec::len);
        let ends = sizes.scan(0, |end, size| {
            *end += size;
            Some(*end)
        });
        Self {
            ends: ends.collect(),
            nodes: lists.concat(),
        }
    }
}

/// Which places each part of one wave claims.
struct Parts<'a> {
    claims: &'a Claims,
    claimed: HashSet<(Place, usize)>,
    claimed_below: HashSet<(Place, usize)>,
    /// For each key a part below which every part is known to be in its way. Parts only fill up,
    /// so this stays true.
    refused_below: HashMap<Place, usize>,
}

impl<'a> Parts<'a> {
    fn new(claims: &'a Claims) -> Self {
        Self {
            claims,
            claimed: HashSet::new(),
            claimed_below: HashSet::new(),
            refused_below: HashMap::new(),
        }
    }

    fn first_fit(&mut self, node: NodeId) -> usize {
        let keys = self.claims.places(node);
        let mut part = 0;
        for key in keys {
            part = part.max(self.first_fit_of_key(*key));
        }
        while keys.iter().any(|&key| self.is_refused(key, part)) {
            part += 1;
        }
        for &key in keys {
            self.claimed.insert((key, part));
            let above = self.claims.above(key).map(|above| (above, part));
            self.claimed_below.extend(above);
        }
        part
    }

    fn first_fit_of_key(&mut self, key: Place) -> usize {
        let mut part = self.refused_below.get(&key).copied().unwrap_or(0);
        while self.is_refused(key, part) {
            part += 1;
        }
        self.refused_below.insert(key, part);
        part
    }

    fn is_refused(&self, key: Place, part: usize) -> bool {
        let mut upwards = self.claims.upwards(key);
        self.claimed_below.contains(&(key, part))
            || upwards.any(|place| self.claimed.contains(&(place, part)))
    }
}
