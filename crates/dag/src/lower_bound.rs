use crate::critical_path::expect_one_per_node;
use crate::{CriticalPath, Dag, ScheduleError, TimeError, Workload};

/// A number of ticks that no schedule of the workload is shorter than.
///
/// The largest of three: the critical path; all work divided by the number of slots; and for each
/// claimed path the work of all nodes that claim it or a folder that it is in, since any two of
/// them exclude each other.
///
/// # Errors
///
/// As [`schedule()`](crate::schedule()).
///
/// # Complexity
///
/// O(V + E + claimed path components).
pub fn lower_bound<T>(dag: &Dag<T>, workload: &Workload<'_>) -> Result<u64, ScheduleError> {
    let times = CriticalPath::new(dag, workload.durations)?;
    expect_one_per_node("claims", workload.claims.len(), dag)?;
    Ok(from_times(dag, workload, &times)?)
}

pub(crate) fn from_times<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    times: &CriticalPath,
) -> Result<u64, TimeError> {
    let work: u128 = workload.durations.iter().copied().map(u128::from).sum();
    let per_slot = work.div_ceil(workload.slots.get() as u128);
    let bound = per_slot
        .max(heaviest_claim(dag, workload))
        .max(times.makespan.into());
    u64::try_from(bound).map_err(|_| TimeError::Overflow {
        id: dag
            .nodes()
            .last()
            .map_or_else(String::new, |node| dag.id(node).to_owned()),
    })
}

fn heaviest_claim<T>(dag: &Dag<T>, workload: &Workload<'_>) -> u128 {
    let claims = workload.claims;
    let mut work = vec![0_u128; claims.place_count()];
    for node in dag.nodes() {
        for &place in claims.places(node) {
            work[place as usize] += u128::from(workload.durations[node.index()]);
        }
    }
    // A node's own keys never lie above each other, so on the way to the root it counts once.
    for (place, above) in claims.parents() {
        work[place as usize] += work[above as usize];
    }
    work.into_iter().max().unwrap_or(0)
}
