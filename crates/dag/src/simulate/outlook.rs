use super::Distribution;

/// How a plan fares, over all draws.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Outlook {
    /// When the run ends, whether or not all of it could be done.
    pub ends: Distribution,
    /// When it ends, of those draws only in which every node succeeds.
    pub completions: Distribution,
    /// One for each node, indexed by [`NodeId`](crate::NodeId).
    pub nodes: Vec<NodeOutlook>,
}

/// How one node fares.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeOutlook {
    /// The share of draws in which it is on a chain that decides when the run ends; the criticality
    /// index. See [`simulate()`](crate::simulate()).
    pub criticality: f64,
    /// The mean number of attempts, none where it is skipped.
    pub attempts: f64,
    /// The share of draws in which it succeeds.
    pub succeeds: f64,
    /// The share of draws in which it never starts, since something that it depends on failed.
    pub skipped: f64,
}

impl Outlook {
    /// The share of draws in which every node succeeds.
    #[must_use]
    pub fn completes(&self) -> f64 {
        if self.ends.is_empty() {
            return 1.0;
        }
        self.completions.len() as f64 / self.ends.len() as f64
    }

    /// The mean number of attempts at all nodes.
    #[must_use]
    pub fn attempts(&self) -> f64 {
        self.nodes.iter().map(|node| node.attempts).sum()
    }
}
