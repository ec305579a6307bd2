use crate::{Claims, CriticalPath, Dag, ScheduleError, Workload};

/// A number of ticks that no schedule of the workload is shorter than.
///
/// The largest of four: the critical path, lags and releases included; all work divided by the
/// number of slots; for each resource the work of all nodes, weighed by what they need of it, divided
/// by its capacity; and for each claimed path the work of all nodes that claim it or a folder that
/// it is in, since any two of them exclude each other. [`search()`](crate::search()) looks further.
///
/// # Errors
///
/// As [`schedule()`](crate::schedule()).
///
/// # Complexity
///
/// O(V + E + needs + claimed path components).
pub fn lower_bound<T>(dag: &Dag<T>, workload: &Workload<'_>) -> Result<u64, ScheduleError> {
    workload.expect_fits(dag)?;
    let times = CriticalPath::of_workload(dag, workload)?;
    Ok(lower_bound_from(dag, workload, &times))
}

pub(crate) fn lower_bound_from<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    times: &CriticalPath,
) -> u64 {
    let work: u64 = workload.durations.iter().sum();
    let per_slot = work.div_ceil(workload.slots.get() as u64);
    let of_claims = workload
        .claims
        .map_or(0, |claims| heaviest_claim(dag, workload, claims));
    per_slot
        .max(of_claims)
        .max(scarcest_resource(dag, workload))
        .max(times.makespan)
}

fn scarcest_resource<T>(dag: &Dag<T>, workload: &Workload<'_>) -> u64 {
    let Some(resources) = workload.resources else {
        return 0;
    };
    let mut work = vec![0_u128; resources.ids().len()];
    for node in dag.nodes() {
        for (resource, needed) in resources.needed(node) {
            let ticks = u128::from(workload.durations[node.index()]);
            work[resource.index()] += ticks * u128::from(needed);
        }
    }
    let ticks = resources.ids().map(|resource| {
        let capacity = u128::from(resources.capacity(resource)).max(1);
        work[resource.index()].div_ceil(capacity)
    });
    // No node needs more than there is, so this is at most the sum of all durations.
    ticks.max().unwrap_or(0) as u64
}

fn heaviest_claim<T>(dag: &Dag<T>, workload: &Workload<'_>, claims: &Claims) -> u64 {
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
