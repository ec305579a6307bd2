use std::fmt;

use crate::NodeId;

/// Named limits, and what each node needs of them while it runs.
///
/// A limit is renewable: what a node has taken is free again when it ends. Seats of a licence,
/// calls that a provider answers at once, memory of a machine.
///
/// ```
/// use wavecrew_dag::{NodeId, Resources};
///
/// let mut resources = Resources::new(2);
/// let seats = resources.add("seats", 3);
/// resources.need(NodeId::from_index(0), seats, 2);
/// assert_eq!(resources.needed(NodeId::from_index(0)).collect::<Vec<_>>(), [(seats, 2)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    names: Vec<String>,
    capacities: Vec<u64>,
    /// For each node what it needs, by resource, none twice and none of nothing.
    needs: Vec<Vec<(ResourceId, u64)>>,
}

/// The position of a resource in its [`Resources`]: 0 for the one that was added first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ResourceId(u32);

impl ResourceId {
    /// The position as an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Resources {
    /// No limit, for `nodes` nodes.
    #[must_use]
    pub fn new(nodes: usize) -> Self {
        Self {
            names: Vec::new(),
            capacities: Vec::new(),
            needs: vec![Vec::new(); nodes],
        }
    }

    /// Adds a limit. Two of one name are two limits.
    ///
    /// # Panics
    ///
    /// With 2³² limits or more.
    pub fn add(&mut self, name: impl Into<String>, capacity: u64) -> ResourceId {
        let id = u32::try_from(self.names.len()).expect("fewer than 2^32 resources");
        self.names.push(name.into());
        self.capacities.push(capacity);
        ResourceId(id)
    }

    /// Says how much of a resource a node needs; what was said before is replaced.
    ///
    /// # Panics
    ///
    /// If there is no such node, or no such resource.
    pub fn need(&mut self, node: NodeId, resource: ResourceId, amount: u64) -> &mut Self {
        assert!(
            resource.index() < self.names.len(),
            "no resource {resource}"
        );
        let needs = &mut self.needs[node.index()];
        let place = needs.partition_point(|(other, _)| *other < resource);
        let is_there = needs
            .get(place)
            .is_some_and(|(other, _)| *other == resource);
        match (is_there, amount) {
            (true, 0) => drop(needs.remove(place)),
            (true, _) => needs[place].1 = amount,
            (false, 0) => {}
            (false, _) => needs.insert(place, (resource, amount)),
        }
        self
    }

    /// Adds a node that needs what another needs.
    pub(crate) fn add_like(&mut self, other: NodeId) {
        self.needs.push(self.needs[other.index()].clone());
    }

    /// The number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.needs.len()
    }

    /// Every resource, in the order in which they were added.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = ResourceId> + use<> {
        (0..self.names.len() as u32).map(ResourceId)
    }

    /// The name that a resource was added with.
    ///
    /// # Panics
    ///
    /// If there is no such resource, as in [`capacity`](Self::capacity).
    #[must_use]
    pub fn name(&self, resource: ResourceId) -> &str {
        &self.names[resource.index()]
    }

    /// How much of it there is.
    #[must_use]
    pub fn capacity(&self, resource: ResourceId) -> u64 {
        self.capacities[resource.index()]
    }

    /// What a node needs, by resource; nothing is needed of those that are left out.
    ///
    /// # Panics
    ///
    /// If there is no such node.
    pub fn needed(&self, node: NodeId) -> impl ExactSizeIterator<Item = (ResourceId, u64)> + '_ {
        self.needs[node.index()].iter().copied()
    }
}
