use super::{Distribution, NodeOutlook, Outlook};
use crate::{Entry, Frontier, NodeId, NodeState};

/// Sums over all draws.
pub(crate) struct Tally {
    ends: Vec<u64>,
    completions: Vec<u64>,
    nodes: Vec<NodeOutlook>,
}

impl Tally {
    pub(crate) fn new(nodes: usize) -> Self {
        Self {
            ends: Vec::new(),
            completions: Vec::new(),
            nodes: vec![NodeOutlook::default(); nodes],
        }
    }

    /// Counts a run, in which so many attempts were made at each node that started.
    pub(crate) fn count(
        &mut self,
        entries: &[Entry],
        run: &Frontier,
        attempts: &[u32],
        critical: &[NodeId],
    ) {
        let mut end = 0;
        let mut succeeded = 0;
        for (node, figures) in self.nodes.iter_mut().enumerate() {
            match run.state(NodeId::from_index(node)) {
                NodeState::Skipped => figures.skipped += 1.0,
                state => {
                    let succeeds = state == NodeState::Succeeded;
                    succeeded += usize::from(succeeds);
                    figures.succeeds += f64::from(u8::from(succeeds));
                    figures.attempts += f64::from(attempts[node]);
                    end = end.max(entries[node].finish);
                }
            }
        }
        for node in critical {
            self.nodes[node.index()].criticality += 1.0;
        }
        self.ends.push(end);
        if succeeded == self.nodes.len() {
            self.completions.push(end);
        }
    }

    pub(crate) fn outlook(mut self, parts: u64) -> Outlook {
        let draws = self.ends.len().max(1) as f64;
        for node in &mut self.nodes {
            node.criticality /= draws;
            node.attempts /= draws;
            node.succeeds /= draws;
            node.skipped /= draws;
        }
        Outlook {
            ends: Distribution::new(self.ends, parts),
            completions: Distribution::new(self.completions, parts),
            nodes: self.nodes,
        }
    }
}
