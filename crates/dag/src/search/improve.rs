//! Improvement by the serial scheme: as the search makes schedules, and with all that a workload may
//! hold. [`schedule()`](crate::schedule()) improves those of its rules by the parallel scheme, which
//! does not slow down where nodes are many.

use super::decoder::Decoder;
use super::entries::{entries, order_of};
use super::individual::Individual;
use super::instance::Instance;
use super::profile::{Profile, Steps, Ticks};
use crate::sense::Sense;
use crate::{CriticalPath, Dag, Schedule, ScheduleError, Workload};

/// Goes over a schedule backwards, whoever ends last first, and forwards again, whoever starts first
/// first, as long as that makes it shorter and no more than so many schedules have been made.
///
/// Known as forward-backward improvement or double justification: Li and Willis, "An iterative
/// scheduling technique for resource-constrained project scheduling" (EJOR 56, 1992, 370-379);
/// Valls, Ballestín and Quintanilla, "Justification and RCPSP: a technique that pays" (EJOR 165,
/// 2005, 375-386). The result is never longer than the schedule was. Its bound is that of the given
/// one, which is taken on trust.
///
/// # Errors
///
/// As [`schedule()`](crate::schedule()), and if the schedule is none of this workload, as
/// [`Schedule::verify`] says.
///
/// # Complexity
///
/// As [`search()`](crate::search()), for each schedule that is made.
pub fn improve<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    given: &Schedule,
    schedules: u64,
) -> Result<Schedule, ScheduleError> {
    workload.expect_fits(dag)?;
    given.verify(dag, workload)?;
    let times = CriticalPath::of_workload(dag, workload)?;
    let instance = Instance::new(dag, workload, &times);
    let order = order_of(&instance, given);
    let bound = given.lower_bound.div_ceil(instance.unit);
    let (starts, length) = if Ticks::<u64>::suits(&instance) {
        justify::<Ticks<u64>>(&instance, order, bound, schedules)
    } else if Ticks::<u128>::suits(&instance) {
        justify::<Ticks<u128>>(&instance, order, bound, schedules)
    } else {
        justify::<Steps>(&instance, order, bound, schedules)
    };
    if length.saturating_mul(instance.unit) >= given.makespan {
        return Ok(given.clone());
    }
    Ok(Schedule {
        entries: entries(&instance, workload, &starts),
        makespan: length * instance.unit,
        ..*given
    })
}

/// The shortest schedule that comes from going backwards and forwards.
fn justify<P: Profile>(
    instance: &Instance,
    order: Vec<u32>,
    bound: u64,
    schedules: u64,
) -> (Vec<u64>, u64) {
    let mut decoder = Decoder::<P>::new(instance);
    let mut individual = Individual::new(instance.len());
    individual.order = order;
    let mut sense = Sense::Backwards;
    let mut shortest = (Vec::new(), u64::MAX);
    let mut since_shorter = 0;
    for _ in 0..schedules {
        let order = individual.order.clone();
        let direction = instance.direction(sense);
        let length = decoder.decode(direction, &order, u64::MAX, &mut individual.starts);
        let length = length.expect("no schedule is beyond the limit");
        individual.settle(instance, sense, length);
        since_shorter += 1;
        if length < shortest.1 {
            shortest = (individual.starts_forwards(instance, sense), length);
            since_shorter = 0;
        }
        // Both ways in turn have made it no shorter.
        if since_shorter == 2 || length == bound {
            break;
        }
        sense = sense.other();
    }
    shortest
}
