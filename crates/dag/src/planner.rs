use crate::{Dag, NodeId};

/// Decides which of the nodes that may start goes first.
///
/// # Contract
///
/// [`ranks`](Self::ranks) gives one rank per node, indexed by [`NodeId`]; among ready nodes the
/// largest rank starts first, and equal ranks start in the order in which the nodes were added.
/// Equal graphs get equal ranks. Any ranks are correct, for dependencies are not the planner's
/// business; good ranks make the run shorter.
///
/// Closures `Fn(&Dag<T>) -> Vec<u64>` are planners.
pub trait Planner<T>: Send + Sync {
    /// One rank per node, indexed by [`NodeId`]; among ready nodes the largest starts first.
    fn ranks(&self, dag: &Dag<T>) -> Vec<u64>;
}

impl<T, F> Planner<T> for F
where
    F: Fn(&Dag<T>) -> Vec<u64> + Send + Sync,
{
    fn ranks(&self, dag: &Dag<T>) -> Vec<u64> {
        self(dag)
    }
}

/// Ready nodes start in the order in which they were added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOrder;

impl<T> Planner<T> for PlanOrder {
    fn ranks(&self, dag: &Dag<T>) -> Vec<u64> {
        vec![0; dag.len()]
    }
}

/// Ready nodes start in the order of the longest chain that begins with them.
///
/// This is the classical critical-path rule, "highest level first with estimated times": Adam,
/// Chandy and Dickson, "A comparison of list schedules for parallel processing systems", CACM
/// 17(12), 1974.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriticalPathFirst {
    /// One duration per node, in ticks, indexed by [`NodeId`].
    pub durations: Vec<u64>,
}

impl<T> Planner<T> for CriticalPathFirst {
    /// The sum of durations along the longest chain that begins with each node, `u64::MAX` where
    /// it does not fit. O(V + E).
    ///
    /// # Panics
    ///
    /// If there is not one duration per node.
    fn ranks(&self, dag: &Dag<T>) -> Vec<u64> {
        assert_eq!(self.durations.len(), dag.len(), "one duration per node");
        let mut ranks = vec![0_u64; dag.len()];
        for &node in dag.topological().iter().rev() {
            let after = dag
                .successors(node)
                .iter()
                .map(|next: &NodeId| ranks[next.index()]);
            let longest = after.max().unwrap_or(0);
            ranks[node.index()] = longest.saturating_add(self.durations[node.index()]);
        }
        ranks
    }
}
