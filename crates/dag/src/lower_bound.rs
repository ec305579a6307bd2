use crate::{CriticalPath, Dag, ScheduleError, Workload};

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
    workload.expect_fits(dag)?;
    let times = CriticalPath::new(dag, workload.durations)?;
    Ok(lower_bound_from(dag, workload, &times))
}

pub(crate) fn lower_bound_from<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    times: &CriticalPath,
) -> u64 {
    let work: u64 = workload.durations.iter().sum();
    let per_slot = work.div_ceil(workload.slots.get() as u64);
    per_slot
        .max(heaviest_claim(dag, workload))
        .max(times.makespan)
}

fn heaviest_claim<T>(dag: &Dag<T>, workload: &Workload<'_>) -> u64 {
    let claims = workload.claims;
    let mut work = vec![0; claims.place_count()];
    for node in dag.nodes() {
        for &place in claims.places(node) {
            work[place as usize] += workload.durations[node.index()];
        }
    }
    // A node's own keys never lie above each other, so on the way to the root it counts once.
    for (place, above) in claims.parents() {
        work[place as usize] += work[above as usize];
    }
    work.into_iter().max().unwrap_or(0)
}
