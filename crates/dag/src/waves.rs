use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;

use crate::claim_lines::ClaimLines;
use crate::claims::Place;
use crate::{Claims, Dag, Frontier, NodeId};

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
        let mut level = vec![0_u32; dag.len()];
        for &node in dag.topological() {
            let before = dag
                .predecessors(node)
                .iter()
                .map(|before| level[before.index()] + 1);
            level[node.index()] = before.max().unwrap_or(0);
        }
        Self::group(dag.nodes(), |node| level[node.index()] as usize)
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

    /// The same, with each wave of more than `most` nodes split into as few as hold no more, filled
    /// up in the order of the wave. O(V).
    #[must_use]
    pub fn at_most(&self, most: NonZeroUsize) -> Self {
        let mut ends = Vec::with_capacity(self.ends.len());
        let mut start = 0;
        for &end in &self.ends {
            ends.extend((start..end).step_by(most.get()).skip(1));
            ends.push(end);
            start = end;
        }
        Self {
            nodes: self.nodes.clone(),
            ends,
        }
    }

    /// Waves within limits, without regard to levels: each takes what it can of the nodes whose
    /// predecessors are all in earlier waves, in the order of their ranks. A node that found no
    /// place goes with those of the next level, so there are often fewer waves than splitting
    /// levels makes. Within a wave, nodes are in the order in which they were taken.
    ///
    /// # Complexity
    ///
    /// O(V log V + E), and O(keys × depth) for each time that a node is tried: once, and again
    /// when it comes first of those that one key has kept back, and nothing holds that key any more.
    ///
    /// # Panics
    ///
    /// If claims or ranks are given, and not for as many nodes as the graph has.
    #[must_use]
    pub fn within<T>(dag: &Dag<T>, limits: &WaveLimits<'_>) -> Self {
        let ranks = limits
            .ranks
            .map_or_else(|| vec![0; dag.len()], <[u64]>::to_vec);
        let mut frontier = Frontier::new(dag, ranks.clone());
        let mut lines = limits.claims.map(|claims| {
            assert_eq!(claims.len(), dag.len(), "claims for each node");
            ClaimLines::new(claims, &ranks)
        });
        let most = limits.most.map_or(usize::MAX, NonZeroUsize::get);
        let mut waves = Self {
            nodes: Vec::with_capacity(dag.len()),
            ends: Vec::new(),
        };
        while !frontier.is_done() {
            let start = waves.nodes.len();
            while waves.nodes.len() - start < most
                && let Some(node) = frontier.pop()
            {
                let Some(lines) = &mut lines else {
                    waves.nodes.push(node);
                    continue;
                };
                if lines.takes_or_waits(node) {
                    waves.nodes.push(node);
                }
                lines.settle(node, |next| frontier.push_back(next));
            }
            let end = waves.nodes.len();
            for place in start..end {
                let node = waves.nodes[place];
                frontier.succeed(node);
                if let Some(lines) = &mut lines {
                    lines.release(node, |called| frontier.push_back(called));
                }
            }
            waves.ends.push(end);
        }
        waves
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

/// What a wave may hold; see [`Waves::within`]. Nothing is limited by default.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{DagBuilder, WaveLimits, Waves};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).node("c", ());
/// let dag = builder.build()?;
/// let limits = WaveLimits { most: NonZeroUsize::new(2), ..WaveLimits::default() };
/// assert_eq!(Waves::within(&dag, &limits).len(), 2);
/// # Ok::<(), wavecrew_dag::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct WaveLimits<'a> {
    /// How many nodes a wave holds at most.
    pub most: Option<NonZeroUsize>,
    /// Which nodes may not be in one wave.
    pub claims: Option<&'a Claims>,
    /// One rank per node, indexed by [`NodeId`]; the largest goes first. Without, nodes go in the
    /// order in which they were added.
    pub ranks: Option<&'a [u64]>,
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
