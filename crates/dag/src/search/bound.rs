//! Lower bounds by destructive improvement: a length is tried, and refuted if no schedule can be that
//! short (Klein and Scholl, "Computing lower bounds by destructive improvement: an application to
//! resource-constrained project scheduling", EJOR 112, 1999, 322-346).

use super::instance::Instance;

/// For more nodes than so many it would take long: every length that is tried costs some passes over
/// all pairs of nodes.
pub(crate) const MOST_NODES: usize = 1_000;

/// A length from `low` on that no schedule goes below, at most `high`, which some schedule has; by how
/// early each node can start, forwards and backwards.
pub(crate) fn raised(
    instance: &Instance,
    [heads, tails]: &[Vec<u64>; 2],
    low: u64,
    high: u64,
) -> u64 {
    let pairs = exclusive_pairs(instance);
    let (mut low, mut high) = (low, high);
    while low < high {
        let length = low + (high - low) / 2;
        if Windows::new(instance, heads, tails, length).refutes(&pairs) {
            low = length + 1;
        } else {
            high = length;
        }
    }
    low
}

/// Pairs of nodes that can never run at the same time, though neither need wait for the other.
fn exclusive_pairs(instance: &Instance) -> Vec<(usize, usize)> {
    let takes_time = |node: &usize| instance.durations[*node] > 0;
    let nodes: Vec<usize> = (0..instance.len()).filter(takes_time).collect();
    let exclude = |a: usize, b: usize| {
        let needs = instance.needs(a).iter().zip(instance.needs(b));
        let mut sums = needs.zip(&instance.capacities);
        sums.any(|((a, b), capacity)| a.checked_add(*b).is_none_or(|sum| sum > *capacity))
            || instance
                .claims
                .as_ref()
                .is_some_and(|claims| claims.overlap(instance.nodes[a], instance.nodes[b]))
    };
    let mut pairs = Vec::new();
    for (index, &a) in nodes.iter().enumerate() {
        let others = nodes[index + 1..].iter();
        pairs.extend(others.filter(|&&b| exclude(a, b)).map(|&b| (a, b)));
    }
    pairs
}

/// Between which times each node starts in a schedule of some length.
struct Windows<'a> {
    instance: &'a Instance,
    earliest: Vec<u64>,
    /// Below zero where a node would have to start before the beginning.
    latest: Vec<i128>,
}

impl<'a> Windows<'a> {
    fn new(instance: &'a Instance, heads: &[u64], tails: &[u64], length: u64) -> Self {
        let after = tails.iter().zip(&instance.durations);
        Self {
            earliest: heads.to_vec(),
            latest: after
                .map(|(tail, duration)| {
                    i128::from(length) - i128::from(*tail) - i128::from(*duration)
                })
                .collect(),
            instance,
        }
    }

    /// Whether no schedule keeps to the windows.
    fn refutes(mut self, pairs: &[(usize, usize)]) -> bool {
        loop {
            self.follow_precedence();
            if self.is_any_empty() {
                return true;
            }
            match self.order_pairs(pairs) {
                Ordered::Impossible => return true,
                Ordered::Changed => {}
                Ordered::Unchanged => break,
            }
        }
        let mut resources = 0..self.instance.capacities.len();
        resources.any(|resource| self.is_overloaded(resource))
    }

    fn is_any_empty(&self) -> bool {
        let mut windows = self.earliest.iter().zip(&self.latest);
        windows.any(|(earliest, latest)| i128::from(*earliest) > *latest)
    }

    fn follow_precedence(&mut self) {
        let durations = &self.instance.durations;
        // Nodes are numbered in a topological order.
        for node in 0..self.instance.len() {
            for wait in self.instance.forwards.before(node) {
                let before = wait.node as usize;
                // What others have put off may come to lie beyond all time, and so beyond its window.
                let start = self.earliest[before]
                    .saturating_add(durations[before])
                    .saturating_add(wait.lag);
                self.earliest[node] = self.earliest[node].max(start);
            }
        }
        for node in (0..self.instance.len()).rev() {
            for wait in self.instance.backwards.before(node) {
                let after = self.latest[wait.node as usize];
                let start = after - i128::from(wait.lag) - i128::from(durations[node]);
                self.latest[node] = self.latest[node].min(start);
            }
        }
    }

    /// Of two that exclude each other one goes first; where only one of them can, the other waits.
    fn order_pairs(&mut self, pairs: &[(usize, usize)]) -> Ordered {
        let mut is_changed = false;
        for &(a, b) in pairs {
            match (self.can_precede(a, b), self.can_precede(b, a)) {
                (true, true) => {}
                (true, false) => is_changed |= self.put_before(a, b),
                (false, true) => is_changed |= self.put_before(b, a),
                (false, false) => return Ordered::Impossible,
            }
        }
        if is_changed {
            Ordered::Changed
        } else {
            Ordered::Unchanged
        }
    }

    fn can_precede(&self, a: usize, b: usize) -> bool {
        let (earliest, duration) = (self.earliest[a], self.instance.durations[a]);
        i128::from(earliest) + i128::from(duration) <= self.latest[b]
    }

    fn put_before(&mut self, a: usize, b: usize) -> bool {
        let duration = self.instance.durations[a];
        let (earliest, latest) = (
            self.earliest[a] + duration,
            self.latest[b] - i128::from(duration),
        );
        let is_changed = self.earliest[b] < earliest || self.latest[a] > latest;
        self.earliest[b] = self.earliest[b].max(earliest);
        self.latest[a] = self.latest[a].min(latest);
        is_changed
    }

    /// Whether what must be done within some interval is more than the resource allows: energetic
    /// reasoning (Baptiste, Le Pape and Nuijten, "Satisfiability tests and time-bound adjustments
    /// for cumulative scheduling problems", Annals of Operations Research 92, 1999, 305-333).
    ///
    /// The intervals begin where a node can begin first or last. For each begin, the work that must be
    /// done before an end grows with the end along one ramp for each node.
    ///
    /// Where there is so much of a resource for so long that the work of all nodes might not fit
    /// into a number, nothing is said.
    fn is_overloaded(&self, resource: usize) -> bool {
        const MOST: u128 = i128::MAX.unsigned_abs() / MOST_NODES as u128;
        let capacity = self.instance.capacities[resource];
        if u128::from(capacity) * u128::from(self.instance.horizon) > MOST {
            return false;
        }
        let capacity = i128::from(capacity);
        let earliest = self.earliest.iter().map(|ticks| i128::from(*ticks));
        let mut begins: Vec<i128> = earliest.chain(self.latest.iter().copied()).collect();
        begins.sort_unstable();
        begins.dedup();
        let mut ramps: Vec<(i128, i128)> = Vec::new();
        begins.into_iter().any(|begin| {
            ramps.clear();
            for node in 0..self.instance.len() {
                let need = i128::from(self.instance.needs(node)[resource]);
                let duration = i128::from(self.instance.durations[node]);
                let end = i128::from(self.earliest[node]) + duration;
                let within = duration.min(end - begin);
                if need > 0 && within > 0 {
                    let foot = begin.max(self.latest[node]);
                    ramps.push((foot, need));
                    ramps.push((foot + within, -need));
                }
            }
            ramps.sort_unstable();
            let (mut slope, mut work, mut before) = (0, 0, begin);
            ramps.iter().any(|&(end, change)| {
                work += slope * (end - before);
                slope += change;
                before = end;
                work > capacity * (end - begin)
            })
        })
    }
}

enum Ordered {
    Impossible,
    Changed,
    Unchanged,
}
