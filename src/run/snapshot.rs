//! The figures of a run, taken every so often.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::board::Board;
use super::status::TaskState;
use crate::crew::CallMeter;

/// The time between two snapshots unless told otherwise.
pub const SNAPSHOT_INTERVAL: Duration = Duration::from_secs(60);

/// What a run has come to by now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Snapshot {
    /// Since this session began, in seconds.
    pub elapsed_seconds: f64,
    /// Tasks of the run.
    pub tasks: usize,
    /// Tasks that have ended, one way or the other.
    pub ended: usize,
    /// Those that ended verified.
    pub verified: usize,
    /// Those that ended with something not checked.
    pub not_checked: usize,
    /// Those that failed.
    pub failed: usize,
    /// Tasks of which an attempt runs.
    pub running: Vec<String>,
    /// How long attempts took, in seconds; `None` before the first has ended.
    pub latency: Option<Latency>,
    /// The share of attempts that ended well; `None` before the first has ended.
    pub pass_rate: Option<f64>,
    /// Attempts that were refused because a guide came instead of the work.
    pub guide_alerts: u64,
    /// Files that were written and kept.
    pub files_written: u64,
    /// Attempts at a provider.
    pub calls: u64,
    /// What they cost in US dollars; `None` when a price is unknown.
    pub cost: Option<f64>,
}

/// How long attempts took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Half took no longer.
    pub median: f64,
    /// Nine of ten took no longer.
    pub p90: f64,
    /// The longest.
    pub max: f64,
}

impl Snapshot {
    /// The figures of a board, `elapsed` after its session began.
    pub fn of(board: &Board, meter: &CallMeter, elapsed: Duration) -> Self {
        let running = board.tasks().iter();
        Self {
            elapsed_seconds: elapsed.as_secs_f64(),
            tasks: board.tasks().len(),
            ended: board.ended(),
            verified: board.count(TaskState::Verified),
            not_checked: board.count(TaskState::NotChecked),
            failed: board.count(TaskState::Failed),
            running: running
                .filter(|task| task.state == TaskState::Running)
                .map(|task| task.id.clone())
                .collect(),
            latency: Latency::of(&board.latencies()),
            pass_rate: board.pass_rate(),
            guide_alerts: board.guide_alerts(),
            files_written: meter.files_written(),
            calls: meter.calls(),
            cost: meter.cost_nano_usd().map(|nano| nano as f64 / 1e9),
        }
    }
}

impl Latency {
    fn of(sorted: &[Duration]) -> Option<Self> {
        let last = sorted.len().checked_sub(1)?;
        // The smallest value that so many percent do not exceed.
        let quantile = |percent: usize| {
            let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
            sorted[place.min(last)].as_secs_f64()
        };
        Some(Self {
            median: quantile(50),
            p90: quantile(90),
            max: quantile(100),
        })
    }
}

/// Takes a snapshot of `board` every `interval` by the tokio clock, for as long as it is polled.
///
/// # Panics
///
/// If the interval is zero.
pub async fn snapshots(
    board: &Mutex<Board>,
    meter: &CallMeter,
    interval: Duration,
    mut on_snapshot: impl FnMut(&Snapshot),
) -> Infallible {
    let began = Instant::now();
    let mut ticks = interval_at(began + interval, interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        let now = ticks.tick().await;
        let board = board.lock().unwrap_or_else(PoisonError::into_inner).clone();
        on_snapshot(&Snapshot::of(&board, meter, now - began));
    }
}
