use std::collections::HashMap;

use crate::claims::Place;
use crate::critical_path::expect_one_per_node;
use crate::{Claims, Dag, Entry, NodeId, ResourceId, Resources, Schedule, TimeError, Workload};

impl Schedule {
    /// Checks the schedule against the graph and the workload, trusting nothing of how it was
    /// made; ranks are not looked at.
    ///
    /// # Errors
    ///
    /// The first rule that the schedule breaks.
    ///
    /// # Complexity
    ///
    /// O(V log V + E), and O(depth × log V) for each claim.
    pub fn verify<T>(&self, dag: &Dag<T>, workload: &Workload<'_>) -> Result<(), Violation> {
        expect_one_per_node("durations", workload.durations.len(), dag)?;
        expect_one_per_node("entries", self.entries.len(), dag)?;
        self.verify_durations(dag, workload)?;
        self.verify_dependencies(dag, workload)?;
        self.verify_releases(dag, workload)?;
        self.verify_slots(workload)?;
        if let Some(claims) = workload.claims {
            expect_one_per_node("claims", claims.len(), dag)?;
            self.verify_claims(claims)?;
        }
        if let Some(resources) = workload.resources {
            expect_one_per_node("resources", resources.nodes(), dag)?;
            self.verify_resources(resources)?;
        }
        self.verify_makespan()
    }

    fn verify_durations<T>(&self, dag: &Dag<T>, workload: &Workload<'_>) -> Result<(), Violation> {
        for (node, entry) in dag.nodes().zip(&self.entries) {
            let duration = workload.durations[node.index()];
            if entry.node != node || entry.start.checked_add(duration) != Some(entry.finish) {
                return Err(Violation::WrongEntry { node });
            }
        }
        Ok(())
    }

    fn verify_dependencies<T>(
        &self,
        dag: &Dag<T>,
        workload: &Workload<'_>,
    ) -> Result<(), Violation> {
        for (before, node) in dag.edges() {
            let lag = workload.lag(before, node);
            let earliest = self.entries[before.index()].finish.checked_add(lag);
            if earliest.is_none_or(|earliest| self.entries[node.index()].start < earliest) {
                return Err(Violation::TooEarly { node, before });
            }
        }
        Ok(())
    }

    fn verify_releases<T>(&self, dag: &Dag<T>, workload: &Workload<'_>) -> Result<(), Violation> {
        if let Some(releases) = workload.releases {
            expect_one_per_node("releases", releases.len(), dag)?;
        }
        let is_early = |node: &NodeId| self.entries[node.index()].start < workload.release(*node);
        match dag.nodes().find(is_early) {
            None => Ok(()),
            Some(node) => Err(Violation::BeforeRelease { node }),
        }
    }

    /// Adds up at every start what runs then.
    fn verify_resources(&self, resources: &Resources) -> Result<(), Violation> {
        for resource in resources.ids() {
            let mut changes: Vec<(u64, bool, u64, NodeId)> = Vec::new();
            for entry in self
                .entries
                .iter()
                .filter(|entry| entry.start < entry.finish)
            {
                let mut needed = resources.needed(entry.node);
                if let Some((_, amount)) = needed.find(|need| need.0 == resource) {
                    // What ends is given back before what starts takes it.
                    changes.push((entry.finish, false, amount, entry.node));
                    changes.push((entry.start, true, amount, entry.node));
                }
            }
            changes.sort_unstable();
            let mut used = 0_u128;
            for (at, is_start, amount, node) in changes {
                if is_start {
                    used += u128::from(amount);
                } else {
                    used -= u128::from(amount);
                }
                if used > u128::from(resources.capacity(resource)) {
                    return Err(Violation::TooMuchNeeded { node, resource, at });
                }
            }
        }
        Ok(())
    }

    fn verify_slots(&self, workload: &Workload<'_>) -> Result<(), Violation> {
        let mut slots: HashMap<usize, Vec<Entry>> = HashMap::new();
        for entry in &self.entries {
            if entry.slot >= workload.slots.get() {
                return Err(Violation::NoSuchSlot {
                    node: entry.node,
                    slot: entry.slot,
                });
            }
            slots.entry(entry.slot).or_default().push(*entry);
        }
        let clashes = slots
            .into_values()
            .filter_map(|entries| clash(&Line::new(entries)));
        match clashes.min() {
            None => Ok(()),
            Some((first, second)) => Err(Violation::SlotTaken { first, second }),
        }
    }

    fn verify_claims(&self, claims: &Claims) -> Result<(), Violation> {
        let mut entries: HashMap<Place, Vec<Entry>> = HashMap::new();
        for entry in &self.entries {
            for &place in claims.places(entry.node) {
                entries.entry(place).or_default().push(*entry);
            }
        }
        let lines = entries
            .into_iter()
            .map(|(place, entries)| (place, Line::new(entries)));
        let lines: HashMap<Place, Line> = lines.collect();
        let clashes = lines.iter().filter_map(|(&place, line)| {
            let mut above = claims.above(place).filter_map(|above| lines.get(&above));
            clash(line).or_else(|| above.find_map(|outer| clash_between(line, outer)))
        });
        match clashes.min() {
            None => Ok(()),
            Some((first, second)) => Err(Violation::ClaimsOverlap { first, second }),
        }
    }

    fn verify_makespan(&self) -> Result<(), Violation> {
        let latest = self
            .entries
            .iter()
            .map(|entry| entry.finish)
            .max()
            .unwrap_or(0);
        if self.makespan != latest || self.makespan < self.lower_bound {
            return Err(Violation::WrongMakespan { latest });
        }
        Ok(())
    }
}

/// What is wrong with a [`Schedule`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// Graph, workload and schedule are not of the same size.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// The entry at the node's index is not the node's, or is not as long as the node takes.
    #[error("the entry of node {node} is of another node or of another length")]
    WrongEntry {
        /// The node.
        node: NodeId,
    },
    /// A node starts before one that it depends on has finished, and any lag between them is over.
    #[error("node {node} starts before node {before} finishes")]
    TooEarly {
        /// The node that waits.
        node: NodeId,
        /// The node that it depends on.
        before: NodeId,
    },
    /// A node starts before its release.
    #[error("node {node} starts before its release")]
    BeforeRelease {
        /// The node.
        node: NodeId,
    },
    /// The nodes that run at one time need more of a resource than there is.
    #[error("with node {node} more of resource {resource} is needed at {at} than there is")]
    TooMuchNeeded {
        /// The node with which it becomes too much.
        node: NodeId,
        /// The resource.
        resource: ResourceId,
        /// The tick.
        at: u64,
    },
    /// A node is in a slot that the workload does not have.
    #[error("node {node} is in slot {slot}, which does not exist")]
    NoSuchSlot {
        /// The node.
        node: NodeId,
        /// Its slot.
        slot: usize,
    },
    /// Two nodes are in one slot at the same time.
    #[error("nodes {first} and {second} are in one slot at the same time")]
    SlotTaken {
        /// The one that starts first.
        first: NodeId,
        /// The other.
        second: NodeId,
    },
    /// Two nodes with overlapping claims run at the same time.
    #[error("nodes {first} and {second} claim the same path at the same time")]
    ClaimsOverlap {
        /// One of them.
        first: NodeId,
        /// The other.
        second: NodeId,
    },
    /// The makespan is not the latest finish, or it is below the lower bound.
    #[error("the makespan is not the latest finish, {latest}, or is below the lower bound")]
    WrongMakespan {
        /// The latest finish.
        latest: u64,
    },
}

/// Entries by start, those of no duration left out: they exclude nobody.
struct Line(Vec<Entry>);

impl Line {
    fn new(mut entries: Vec<Entry>) -> Self {
        entries.retain(|entry| entry.start < entry.finish);
        entries.sort_by_key(|entry| (entry.start, entry.node));
        Self(entries)
    }
}

/// Two entries of a line that overlap in time.
fn clash(line: &Line) -> Option<(NodeId, NodeId)> {
    let mut pairs = line.0.iter().zip(line.0.iter().skip(1));
    let found = pairs.find(|(first, second)| second.start < first.finish)?;
    Some((found.0.node, found.1.node))
}

/// An entry of each line that overlap in time. Entries of `outer` do not overlap each other, or
/// else `clash` finds that for `outer` itself.
fn clash_between(line: &Line, outer: &Line) -> Option<(NodeId, NodeId)> {
    line.0.iter().find_map(|entry| {
        let later = outer.0.partition_point(|other| other.finish <= entry.start);
        let other = outer.0.get(later)?;
        (other.start < entry.finish).then_some((entry.node, other.node))
    })
}
