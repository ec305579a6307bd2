use crate::{Dag, Entry, Frontier, NodeId, NodeState, Workload};

/// Finds the nodes on chains that decide when a run ended.
///
/// The chain goes back from whoever ended last. A node started when it did because of those it
/// depends on, if the last of them ended just then; because of its release; or else because of
/// those that ended just then and stood in its way: they had the last slot, or a claim or a resource
/// that it needs. So the chain is that of a schedule with limits, the "critical sequence" of Wiest
/// (Operations Research 12, 1964, 395-418); Bowers, "Criticality in resource constrained networks"
/// (JORS 46, 1995, 80-91). Without limits it is the critical path.
pub(crate) struct Criticality<'a, T> {
    dag: &'a Dag<T>,
    is_limited: bool,
    /// Those of the last run.
    critical: Vec<NodeId>,
    is_critical: Vec<bool>,
    /// Starts and ends of the nodes that took time, each in order.
    starts: Vec<u64>,
    ends: Vec<(u64, NodeId)>,
}

impl<'a, T> Criticality<'a, T> {
    pub(crate) fn new(dag: &'a Dag<T>, workload: &Workload<'_>) -> Self {
        Self {
            dag,
            is_limited: workload.slots.get() < dag.len()
                || workload.claims.is_some()
                || workload.resources.is_some(),
            critical: Vec::new(),
            is_critical: vec![false; dag.len()],
            starts: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The critical nodes of a run under this workload.
    pub(crate) fn of_run(
        &mut self,
        workload: &Workload<'_>,
        entries: &[Entry],
        run: &Frontier,
    ) -> &[NodeId] {
        for node in self.critical.drain(..) {
            self.is_critical[node.index()] = false;
        }
        let ran = |node: &NodeId| run.state(*node) != NodeState::Skipped;
        let nodes = || self.dag.nodes().filter(ran);
        let finish = |node: NodeId| entries[node.index()].finish;
        let end = nodes().map(finish).max().unwrap_or(0);
        let last: Vec<NodeId> = nodes().filter(|&node| finish(node) == end).collect();
        if self.is_limited {
            self.sort(entries, nodes().collect());
        }
        for node in last {
            self.mark(node);
        }
        let mut next = 0;
        while let Some(&node) = self.critical.get(next) {
            self.mark_what_held_up(node, workload, entries);
            next += 1;
        }
        &self.critical
    }

    fn sort(&mut self, entries: &[Entry], nodes: Vec<NodeId>) {
        self.starts.clear();
        self.ends.clear();
        for node in nodes {
            let entry = entries[node.index()];
            if entry.start < entry.finish {
                self.starts.push(entry.start);
                self.ends.push((entry.finish, node));
            }
        }
        self.starts.sort_unstable();
        self.ends.sort_unstable();
    }

    fn mark(&mut self, node: NodeId) {
        if !std::mem::replace(&mut self.is_critical[node.index()], true) {
            self.critical.push(node);
        }
    }

    fn mark_what_held_up(&mut self, node: NodeId, workload: &Workload<'_>, entries: &[Entry]) {
        let start = entries[node.index()].start;
        let mut is_explained = start == workload.release(node);
        for &before in self.dag.predecessors(node) {
            if entries[before.index()].finish + workload.lag(before, node) == start {
                self.mark(before);
                is_explained = true;
            }
        }
        if is_explained || !self.is_limited {
            return;
        }
        let ended_before = self.ends.partition_point(|(end, _)| *end < start);
        let ended = self.ends.partition_point(|(end, _)| *end <= start);
        let started_before = self.starts.partition_point(|other| *other < start);
        let is_full = started_before - ended_before == workload.slots.get();
        for place in ended_before..ended {
            let (_, other) = self.ends[place];
            if is_full || excludes(workload, node, other) {
                self.mark(other);
            }
        }
    }
}

/// Whether the two need something that both can not have, or one of which there is only so much.
fn excludes(workload: &Workload<'_>, a: NodeId, b: NodeId) -> bool {
    let claims = workload.claims;
    let resources = workload.resources;
    claims.is_some_and(|claims| claims.overlap(a, b))
        || resources.is_some_and(|resources| {
            let mut needed = resources.needed(a);
            needed.any(|(id, _)| resources.needed(b).any(|(other, _)| other == id))
        })
}
