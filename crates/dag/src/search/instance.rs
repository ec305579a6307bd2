use crate::sense::Sense;
use crate::topology::Edges;
use crate::{Claims, CriticalPath, Dag, NodeId, Workload};

/// A workload in the form that the search works on: plain arrays by position in the topological
/// order, times in their greatest common unit, a slot as one more resource, and whatever can never
/// be scarce left out.
#[derive(Debug)]
pub(crate) struct Instance {
    /// The node at each position.
    pub(crate) nodes: Vec<NodeId>,
    /// How many ticks of the workload one tick here is.
    pub(crate) unit: u64,
    pub(crate) durations: Vec<u64>,
    pub(crate) forwards: Direction,
    pub(crate) backwards: Direction,
    /// One for each resource that can be scarce.
    pub(crate) capacities: Vec<u64>,
    /// What each node needs of each of these, a row for each node.
    pub(crate) needs: Vec<u64>,
    pub(crate) claims: Option<Claims>,
    /// How much of the resources a node takes up in all: its duration times the sum of its shares, in
    /// whatever unit lets all of them together fit into `u64`.
    pub(crate) weights: Vec<u64>,
    /// Every time of every schedule that the search makes is below it.
    pub(crate) horizon: u64,
}

/// The precedence as it is met when time runs one way.
#[derive(Debug)]
pub(crate) struct Direction {
    /// Where the row of each node starts in `before`, and the end of the last.
    rows: Vec<u32>,
    before: Vec<Wait>,
    /// The first time at which each node may start, others apart.
    pub(crate) earliest: Vec<u64>,
    /// How long it takes from the start of each node to the end, at least.
    pub(crate) to_end: Vec<u64>,
    /// The same, but as far as resources say so too; see [`Instance::sharpen`].
    pub(crate) rest: Vec<u64>,
    /// How long after the end of each node the end of all may come, others apart.
    pub(crate) after: Vec<u64>,
}

/// A node that another waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    pub(crate) node: u32,
    pub(crate) lag: u64,
}

impl Direction {
    pub(crate) fn before(&self, node: usize) -> &[Wait] {
        &self.before[self.rows[node] as usize..self.rows[node + 1] as usize]
    }
}

impl Instance {
    /// The workload has been checked.
    pub(crate) fn new<T>(dag: &Dag<T>, workload: &Workload<'_>, times: &CriticalPath) -> Self {
        let unit = unit(dag, workload);
        let nodes = dag.topological();
        let by_position = |value: &dyn Fn(NodeId) -> u64| -> Vec<u64> {
            nodes.iter().map(|&node| value(node) / unit).collect()
        };
        let durations = by_position(&|node| workload.durations[node.index()]);
        let releases = by_position(&|node| workload.release(node));
        let nothing = vec![0; nodes.len()];
        let edges = dag.edges_both_ways();
        let to_end_forwards =
            by_position(&|node| times.makespan - times.latest_start[node.index()]);
        let to_end_backwards = by_position(&|node| times.earliest_finish[node.index()]);
        let forwards = Direction {
            earliest: releases.clone(),
            rest: to_end_forwards.clone(),
            to_end: to_end_forwards,
            after: nothing.clone(),
            ..waits(edges, nodes, |before, node| {
                workload.lag(before, node) / unit
            })
        };
        let backwards = Direction {
            earliest: nothing,
            rest: to_end_backwards.clone(),
            to_end: to_end_backwards,
            after: releases,
            ..waits(edges.reversed(), nodes, |after, node| {
                workload.lag(node, after) / unit
            })
        };
        let latest_release = forwards.earliest.iter().max().copied().unwrap_or(0);
        let lags: u64 = forwards.before.iter().map(|wait| wait.lag).sum();
        let (capacities, needs) = scarce(dag, workload);
        Self {
            nodes: nodes.to_vec(),
            unit,
            weights: weights(&durations, &capacities, &needs),
            // All together may be as much as there are numbers, but no more.
            horizon: (durations.iter().sum::<u64>() + latest_release + lags).saturating_add(1),
            durations,
            forwards,
            backwards,
            capacities,
            needs,
            claims: workload
                .claims
                .filter(|claims| is_any_claimed(claims))
                .cloned(),
        }
    }

    /// Says how early each node can start, forwards and backwards, by all that is known: a schedule
    /// that becomes too long is given up so much earlier.
    pub(crate) fn sharpen(&mut self, [heads, tails]: &[Vec<u64>; 2]) {
        for node in 0..self.len() {
            let duration = self.durations[node];
            let rest = |before: u64| before.saturating_add(duration);
            self.forwards.rest[node] = self.forwards.to_end[node].max(rest(tails[node]));
            self.backwards.rest[node] = self.backwards.to_end[node].max(rest(heads[node]));
        }
    }

    pub(crate) fn direction(&self, sense: Sense) -> &Direction {
        match sense {
            Sense::Forwards => &self.forwards,
            Sense::Backwards => &self.backwards,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.durations.len()
    }

    /// What a node needs of each scarce resource.
    pub(crate) fn needs(&self, node: usize) -> &[u64] {
        let resources = self.capacities.len();
        &self.needs[node * resources..(node + 1) * resources]
    }
}

fn is_any_claimed(claims: &Claims) -> bool {
    let mut nodes = (0..claims.len()).map(NodeId::from_index);
    nodes.any(|node| !claims.places(node).is_empty())
}

/// The greatest common divisor of all times, 1 if there are none.
fn unit<T>(dag: &Dag<T>, workload: &Workload<'_>) -> u64 {
    let durations = workload.durations.iter().copied();
    let releases = workload.releases.into_iter().flatten().copied();
    let lags = dag.edges().map(|(from, to)| workload.lag(from, to));
    let divisor = durations.chain(releases).chain(lags).fold(0, gcd);
    divisor.max(1)
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn waits(edges: Edges<'_>, nodes: &[NodeId], lag: impl Fn(NodeId, NodeId) -> u64) -> Direction {
    let mut position = vec![0; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        position[node.index()] = index as u32;
    }
    let mut rows = vec![0];
    let mut before = Vec::new();
    for &node in nodes {
        before.extend(edges.before.row(node).iter().map(|&other| Wait {
            node: position[other.index()],
            lag: lag(other, node),
        }));
        rows.push(before.len() as u32);
    }
    Direction {
        rows,
        before,
        earliest: Vec::new(),
        to_end: Vec::new(),
        rest: Vec::new(),
        after: Vec::new(),
    }
}

/// Capacities, and what each node needs, of slots and all resources of which the nodes together need
/// more than there is.
fn scarce<T>(dag: &Dag<T>, workload: &Workload<'_>) -> (Vec<u64>, Vec<u64>) {
    let mut columns: Vec<(u64, Vec<u64>)> = Vec::new();
    let slots = workload.slots.get() as u64;
    columns.push((slots, vec![1; dag.len()]));
    if let Some(resources) = workload.resources {
        let of_capacity = |id| (resources.capacity(id), vec![0; dag.len()]);
        columns.extend(resources.ids().map(of_capacity));
        for node in dag.nodes() {
            for (id, needed) in resources.needed(node) {
                columns[id.index() + 1].1[node.index()] = needed;
            }
        }
    }
    let in_all = |needs: &[u64]| needs.iter().map(|need| u128::from(*need)).sum::<u128>();
    columns.retain(|(capacity, needs)| in_all(needs) > u128::from(*capacity));
    let nodes = dag.topological().iter();
    let needs = nodes.flat_map(|&node| columns.iter().map(move |(_, needs)| needs[node.index()]));
    let needs = needs.collect();
    (columns.iter().map(|column| column.0).collect(), needs)
}

fn weights(durations: &[u64], capacities: &[u64], needs: &[u64]) -> Vec<u64> {
    /// Shares are counted in so many parts.
    const PARTS: u128 = 1 << 10;
    let weight = |(node, &duration): (usize, &u64)| {
        let row = &needs[node * capacities.len()..(node + 1) * capacities.len()];
        let share = |(need, capacity): (&u64, &u64)| {
            u128::from(*need) * PARTS / u128::from((*capacity).max(1))
        };
        let shares: u128 = row.iter().zip(capacities).map(share).sum();
        u128::from(duration) * shares
    };
    let weights: Vec<u128> = durations.iter().enumerate().map(weight).collect();
    let unit = weights.iter().sum::<u128>() / u128::from(u64::MAX) + 1;
    let weights = weights.iter().map(|weight| (weight / unit) as u64);
    weights.collect()
}
