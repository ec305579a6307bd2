//! How long everything takes, as it is stated, against what no schedule can beat.

use wavecrew_worker_spec::{Amount, Diagnostic, Location, Measure, Plan, Subject};

use super::readings::{Readings, chain_text, seconds, shown};
use crate::codes;

pub(super) fn check(plan: &Plan, readings: &Readings<'_>, found: &mut Vec<Diagnostic>) {
    if !readings.is_timed() {
        return;
    }
    let bound = Bound::new(plan, readings);
    saved(plan, readings, &bound, found);
    for statement in &plan.statements {
        // What a group is given, and may be all that is meant, is held against its chain with the windows.
        let (Subject::TotalDuration, None, Some(amount)) =
            (statement.subject, &statement.group, statement.amount)
        else {
            continue;
        };
        let (low, high) = amount.meant();
        if high < seconds(bound.ticks) {
            let mut warning = Diagnostic::warning(
                codes::ELAPSED,
                format!(
                    "states {amount} from start to end; no schedule takes less than {}",
                    shown(bound.ticks)
                ),
            )
            .at(statement.location.clone())
            .help(bound.why.clone());
            if let Some(at) = &bound.at {
                warning = warning.related(at.clone(), "so many at once are stated here");
            }
            for end in bound.ends(plan, readings) {
                warning = warning.related(end.0, end.1);
            }
            found.push(warning);
        } else if low > seconds(readings.work)
            && readings.all_estimated
            && statement.case.is_none()
            && !amount.is_calendar()
        {
            found.push(
                Diagnostic::warning(
                    codes::ELAPSED,
                    format!(
                        "states {amount} from start to end; all tasks one after another take {}",
                        shown(readings.work)
                    ),
                )
                .at(statement.location.clone())
                .help("correct the total, or the estimates of the tasks"),
            );
        }
    }
}

/// A saving that makes of all the work a time that no schedule can beat: "75 h → 1.5 h".
fn saved(plan: &Plan, readings: &Readings<'_>, bound: &Bound, found: &mut Vec<Diagnostic>) {
    for saving in &plan.figures.savings {
        let of_the_work = saving.before.measure == Measure::Seconds
            && saving.after.measure == Measure::Seconds
            && saving.before.admits(seconds(readings.work))
            && readings.all_estimated;
        if of_the_work && saving.after.meant().1 < seconds(bound.ticks) {
            found.push(
                Diagnostic::warning(
                    codes::ELAPSED,
                    format!(
                        "states that {} become {}; no schedule takes less than {}",
                        saving.before,
                        saving.after,
                        shown(bound.ticks)
                    ),
                )
                .at(saving.location.clone())
                .help(bound.why.clone()),
            );
        }
    }
}

/// A time that no schedule can beat, and why.
struct Bound {
    ticks: u64,
    why: String,
    /// Where the number of workers is stated, if it is that which bounds.
    at: Option<Location>,
}

impl Bound {
    fn new(plan: &Plan, readings: &Readings<'_>) -> Bound {
        let shortest = readings.shortest();
        let mut bound = Bound {
            ticks: shortest.length,
            why: format!(
                "the chain {} alone takes {}",
                chain_text(&shortest.chain),
                shown(shortest.length)
            ),
            at: None,
        };
        // The most generous number of workers that the documents state.
        let workers = plan
            .statements
            .iter()
            .filter(|statement| {
                statement.subject == Subject::Concurrency && statement.group.is_none()
            })
            .filter_map(|statement| Some((statement.amount?.high, &statement.location)))
            .max_by_key(|(high, _)| *high);
        if let Some((high, at)) = workers {
            let workers = u64::try_from(high / Amount::ONE).unwrap_or(0);
            let slotted = with_workers(&readings.graph.durations, workers);
            if slotted > bound.ticks {
                bound = Bound {
                    ticks: slotted,
                    why: format!(
                        "{} tasks on {workers} workers: the busiest one does at least {} of them",
                        readings.graph.durations.len(),
                        (readings.graph.durations.len() as u64).div_ceil(workers.max(1)),
                    ),
                    at: Some(at.clone()),
                };
            }
        }
        bound
    }

    /// The ends of the chain that bounds.
    fn ends(&self, plan: &Plan, readings: &Readings<'_>) -> Vec<(Location, &'static str)> {
        if self.at.is_some() {
            return Vec::new();
        }
        let chain = &readings.shortest().chain;
        let place = |id: Option<&String>| Some(plan.task(id?)?.location.clone());
        let first = place(chain.first()).map(|at| (at, "the chain begins here"));
        let last = place(chain.last()).map(|at| (at, "the chain ends here"));
        first.into_iter().chain(last).collect()
    }
}

/// What no schedule on so many workers can beat: the work shared evenly, or the tasks that the busiest one does, were
/// they the shortest.
fn with_workers(durations: &[u64], workers: u64) -> u64 {
    if workers == 0 {
        return 0;
    }
    let work = durations
        .iter()
        .fold(0_u64, |sum, ticks| sum.saturating_add(*ticks));
    let each = (durations.len() as u64).div_ceil(workers);
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let shortest = sorted
        .iter()
        .take(usize::try_from(each).unwrap_or(usize::MAX));
    let busiest = shortest.fold(0_u64, |sum, ticks| sum.saturating_add(*ticks));
    work.div_ceil(workers).max(busiest)
}

#[cfg(test)]
mod tests {
    use super::with_workers;

    #[test]
    fn bounds_of_workers() {
        assert_eq!(with_workers(&[20; 225], 50), 100);
        assert_eq!(with_workers(&[60, 30, 30], 2), 60);
        assert_eq!(with_workers(&[5, 5], 0), 0);
    }
}
