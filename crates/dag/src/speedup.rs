//! What more workers are good for.

use std::num::NonZeroUsize;

use crate::{Dag, Schedule, ScheduleError, Search, Workload, search};

/// The makespan for one worker, for two, and so on; see [`speedup_curve`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SpeedupCurve {
    /// One for each number of workers, from 1 on. What holds for the last holds for more workers.
    pub points: Vec<SpeedupPoint>,
    /// No schedule is shorter, whatever the number of workers.
    pub limit: u64,
}

/// What comes of a number of workers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SpeedupPoint {
    /// How many.
    pub workers: NonZeroUsize,
    /// The shortest schedule found: never longer than with fewer workers.
    pub makespan: u64,
    /// No schedule for so many workers is shorter.
    pub lower_bound: u64,
    /// How many times shorter than with one worker; 1 if nothing takes time.
    pub speedup: f64,
    /// The speed-up divided by the number of workers.
    pub efficiency: f64,
}

/// Schedules a workload for each number of slots up to `most`; the slots that it says do not count.
/// The curve ends with as many workers as there are nodes: more of them change nothing.
///
/// As soon as a schedule is as short as any can be, more workers are known not to help, and
/// nothing more is searched for.
///
/// # Errors
///
/// As [`schedule()`](crate::schedule()).
///
/// # Complexity
///
/// Up to two [`search()`]es for each number of workers up to the width of the graph.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{DagBuilder, Search, Workload, speedup_curve};
///
/// let mut builder = DagBuilder::new();
/// for id in ["a", "b", "c", "d", "e", "f"] {
///     builder.node(id, ());
/// }
/// let dag = builder.build()?;
/// let one = NonZeroUsize::MIN;
/// let most = NonZeroUsize::new(8).expect("eight is not zero");
/// let workload = Workload::new(&[2, 2, 2, 2, 2, 6], one);
/// let curve = speedup_curve(&dag, &workload, most, &Search::schedules(100))?;
///
/// let makespans: Vec<u64> = curve.points.iter().map(|point| point.makespan).collect();
/// assert_eq!(makespans, [16, 8, 6, 6, 6, 6]);
/// assert_eq!(curve.no_help_beyond().map(NonZeroUsize::get), Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn speedup_curve<T>(
    dag: &Dag<T>,
    workload: &Workload<'_>,
    most: NonZeroUsize,
    budget: &Search<'_>,
) -> Result<SpeedupCurve, ScheduleError> {
    let with_slots = |slots| Workload {
        slots,
        ranks: None,
        ..*workload
    };
    let enough = NonZeroUsize::new(dag.len()).unwrap_or(NonZeroUsize::MIN);
    let unlimited = search(dag, &with_slots(enough), budget)?;
    let limit = unlimited.lower_bound;
    let mut found: Vec<(u64, u64)> = Vec::new();
    for slots in 1..=most.min(enough).get() {
        let before = found.last().copied();
        let is_settled = before.is_some_and(|(makespan, _)| makespan == limit);
        let (makespan, lower_bound) = match NonZeroUsize::new(slots) {
            Some(slots) if !is_settled && slots < enough => {
                let Schedule {
                    makespan,
                    lower_bound,
                    ..
                } = search(dag, &with_slots(slots), budget)?;
                (makespan, lower_bound.max(limit))
            }
            _ => (unlimited.makespan, limit),
        };
        // A schedule for fewer workers is one for more.
        let shortest = before.map_or(makespan, |(before, _)| before.min(makespan));
        found.push((shortest, lower_bound));
    }
    raise_bounds(&mut found);
    let longest = found[0].0;
    let points = found
        .into_iter()
        .zip(1..)
        .map(|((makespan, bound), slots)| {
            let workers = NonZeroUsize::new(slots).expect("workers are counted from 1");
            SpeedupPoint::new(workers, makespan, bound, longest)
        });
    Ok(SpeedupCurve {
        points: points.collect(),
        limit,
    })
}

/// What holds for more workers holds for fewer.
fn raise_bounds(found: &mut [(u64, u64)]) {
    let mut above = 0;
    for (_, bound) in found.iter_mut().rev() {
        above = above.max(*bound);
        *bound = above;
    }
}

impl SpeedupPoint {
    fn new(workers: NonZeroUsize, makespan: u64, lower_bound: u64, longest: u64) -> Self {
        let speedup = match makespan {
            0 => 1.0,
            _ => longest as f64 / makespan as f64,
        };
        Self {
            workers,
            makespan,
            lower_bound,
            speedup,
            efficiency: speedup / workers.get() as f64,
        }
    }

    /// Whether no schedule for so many workers can be shorter.
    #[must_use]
    pub fn is_proved_optimal(&self) -> bool {
        self.makespan == self.lower_bound
    }
}

impl SpeedupCurve {
    /// The fewest workers that are proved to be enough: with more of them, however many, no schedule
    /// is shorter. `None` if that is not proved of any number on the curve.
    #[must_use]
    pub fn no_help_beyond(&self) -> Option<NonZeroUsize> {
        let mut points = self.points.iter();
        let enough = points.find(|point| point.makespan == self.limit);
        enough.map(|point| point.workers)
    }

    /// The fewest workers with which the makespan is at most this share longer than the shortest on
    /// the curve: 0.05 for five percent.
    #[must_use]
    pub fn workers_within(&self, share: f64) -> NonZeroUsize {
        let shortest = self.points.last().map_or(0, |point| point.makespan);
        let most = shortest as f64 * (1.0 + share.max(0.0));
        let mut points = self.points.iter();
        let enough = points.find(|point| point.makespan as f64 <= most);
        enough.map_or(NonZeroUsize::MIN, |point| point.workers)
    }

    /// The knee of the speed-up: the point that lies farthest above the straight line from one worker
    /// to the fewest with which the speed-up is the largest, both axes taken from 0 to 1; the first
    /// of several.
    ///
    /// That is the point of Satopaa, Albrecht, Irwin and Raghavan, "Finding a 'Kneedle' in a
    /// haystack: detecting knee points in system behavior" (ICDCS workshops 2011, 166-171), without
    /// smoothing, since the curve is exact. A straight curve has its knee at its end: each
    /// worker helps as much as the one before.
    #[must_use]
    pub fn knee(&self) -> NonZeroUsize {
        let last = self.workers_within(0.0);
        let above = |point: &&SpeedupPoint| self.above_the_line(point, last);
        let reached = self.points.iter().take(last.get()).rev();
        let farthest = reached.max_by(|a, b| above(a).total_cmp(&above(b)));
        farthest
            .filter(|point| above(point) > STRAIGHT)
            .map_or(last, |point| point.workers)
    }

    /// How far above the line from the first point to that of `last` workers, if both axes go from 0
    /// to 1.
    fn above_the_line(&self, point: &SpeedupPoint, last: NonZeroUsize) -> f64 {
        let top = self.points[last.get() - 1].speedup;
        if last.get() == 1 || top <= 1.0 {
            return 0.0;
        }
        let along = (point.workers.get() - 1) as f64 / (last.get() - 1) as f64;
        (point.speedup - 1.0) / (top - 1.0) - along
    }
}

/// So little above the line is on it: quotients are rounded.
const STRAIGHT: f64 = 1e-9;
