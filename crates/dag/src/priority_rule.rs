use std::fmt;

use crate::{CriticalPath, Dag, NodeId, Resources, ScheduleError, TimeError, Workload};

/// A standard rule for which of several ready nodes starts first.
///
/// The rules and their names are those of R. Kolisch, "Serial and parallel resource-constrained
/// project scheduling methods revisited: theory and computation", EJOR 90 (1996), 320-333, and of
/// R. Klein, "Bidirectional planning: improving priority rule-based heuristics for scheduling
/// resource-constrained projects", EJOR 127 (2000), 619-638. All are static here: ranks come from
/// the graph and the durations and do not change while a schedule is made. Ties go to the node
/// that needs the larger part of the resources, if there are any, and then to the one that was added
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum PriorityRule {
    /// LFT: the earliest latest finish.
    LatestFinish,
    /// LST: the earliest latest start; the same as the longest chain from the node on.
    LatestStart,
    /// MTS: the most nodes that depend on it, directly or not.
    TotalSuccessors,
    /// GRPW: the greatest duration of the node and its immediate successors together.
    RankPositionalWeight,
    /// MSLK: the least total float.
    Slack,
    /// MIS: the most immediate successors.
    ImmediateSuccessors,
    /// LPT: the longest duration.
    LongestTime,
    /// SPT: the shortest duration.
    ShortestTime,
}

impl PriorityRule {
    /// Every rule, in the order in which [`schedule`](crate::schedule()) tries them.
    pub const ALL: [Self; 8] = [
        Self::LatestFinish,
        Self::LatestStart,
        Self::TotalSuccessors,
        Self::RankPositionalWeight,
        Self::Slack,
        Self::ImmediateSuccessors,
        Self::LongestTime,
        Self::ShortestTime,
    ];

    /// One rank per node, indexed by [`NodeId`]; the largest starts first. `durations` holds
    /// ticks per node.
    ///
    /// # Errors
    ///
    /// If there is not one duration per node, or if a time is beyond `u64`.
    ///
    /// # Complexity
    ///
    /// O(V + E); [`TotalSuccessors`](Self::TotalSuccessors) takes O(V (V + E) / 64).
    pub fn ranks<T>(self, dag: &Dag<T>, durations: &[u64]) -> Result<Vec<u64>, TimeError> {
        let times = CriticalPath::new(dag, durations)?;
        Ok(self.ranks_with(dag, durations, &times))
    }

    /// The same for a workload, whose lags and releases count, and whose resources decide ties.
    ///
    /// # Errors
    ///
    /// As [`schedule()`](crate::schedule()).
    ///
    /// # Complexity
    ///
    /// As [`ranks`](Self::ranks), and O(V log V + needs) with resources.
    pub fn workload_ranks<T>(
        self,
        dag: &Dag<T>,
        workload: &Workload<'_>,
    ) -> Result<Vec<u64>, ScheduleError> {
        workload.expect_fits(dag)?;
        let times = CriticalPath::of_workload(dag, workload)?;
        Ok(self.workload_ranks_with(dag, workload, &times))
    }

    pub(crate) fn workload_ranks_with<T>(
        self,
        dag: &Dag<T>,
        workload: &Workload<'_>,
        times: &CriticalPath,
    ) -> Vec<u64> {
        let ranks = self.ranks_with(dag, workload.durations, times);
        match workload.resources {
            None => ranks,
            Some(resources) => with_ties_by_share(&ranks, resources),
        }
    }

    /// The rule's abbreviation in the literature.
    #[must_use]
    pub const fn abbreviation(self) -> &'static str {
        match self {
            Self::LatestFinish => "LFT",
            Self::LatestStart => "LST",
            Self::TotalSuccessors => "MTS",
            Self::RankPositionalWeight => "GRPW",
            Self::Slack => "MSLK",
            Self::ImmediateSuccessors => "MIS",
            Self::LongestTime => "LPT",
            Self::ShortestTime => "SPT",
        }
    }

    pub(crate) fn ranks_with<T>(
        self,
        dag: &Dag<T>,
        durations: &[u64],
        times: &CriticalPath,
    ) -> Vec<u64> {
        match self {
            Self::LatestFinish => smallest_first(&times.latest_finish),
            Self::LatestStart => smallest_first(&times.latest_start),
            Self::TotalSuccessors => total_successors(dag),
            Self::RankPositionalWeight => positional_weights(dag, durations),
            Self::Slack => smallest_first(&times.total_float),
            Self::ImmediateSuccessors => dag
                .nodes()
                .map(|node| dag.successors(node).len() as u64)
                .collect(),
            Self::LongestTime => durations.to_vec(),
            Self::ShortestTime => smallest_first(durations),
        }
    }
}

impl fmt::Display for PriorityRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.abbreviation())
    }
}

/// Ranks in the same order, and those that were equal in the order of the parts that the nodes need of
/// all resources.
fn with_ties_by_share(ranks: &[u64], resources: &Resources) -> Vec<u64> {
    /// A whole resource.
    const WHOLE: u128 = 1 << 20;
    let share = |node: NodeId| -> u128 {
        let needed = resources.needed(node);
        let parts = needed.map(|(id, amount)| {
            u128::from(amount) * WHOLE / u128::from(resources.capacity(id).max(1))
        });
        parts.sum()
    };
    let nodes = (0..ranks.len()).map(NodeId::from_index);
    let keys: Vec<(u64, u128)> = nodes
        .map(|node| (ranks[node.index()], share(node)))
        .collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |key: &(u64, u128)| sorted.partition_point(|other| other < key) as u64;
    keys.iter().map(rank).collect()
}

fn smallest_first(values: &[u64]) -> Vec<u64> {
    values.iter().map(|value| u64::MAX - value).collect()
}

fn positional_weights<T>(dag: &Dag<T>, durations: &[u64]) -> Vec<u64> {
    let weight = |node: NodeId| {
        let after = dag
            .successors(node)
            .iter()
            .map(|next| durations[next.index()]);
        after.fold(durations[node.index()], u64::saturating_add)
    };
    dag.nodes().map(weight).collect()
}

/// Counts descendants, 64 at a time: each sweep gives every node one bit for each descendant of
/// its batch.
fn total_successors<T>(dag: &Dag<T>) -> Vec<u64> {
    let mut totals = vec![0; dag.len()];
    let mut reached = vec![0_u64; dag.len()];
    let mut end = dag.len();
    for batch in dag.topological().chunks(64).rev() {
        // Nothing behind the batch in topological order leads to it.
        let relevant = &dag.topological()[..end];
        end -= batch.len();
        reached.fill(0);
        for (position, &node) in relevant.iter().rev().enumerate() {
            let mut bits = 0;
            for next in dag.successors(node) {
                bits |= reached[next.index()];
            }
            totals[node.index()] += u64::from(bits.count_ones());
            let own = u64::from(position < batch.len()) << (position % 64);
            reached[node.index()] = bits | own;
        }
    }
    totals
}
