//! How many attempts may start in how much time.

use std::collections::VecDeque;
use std::time::Duration;

use super::{RunState, Stopped};
use crate::Pace;

/// The latest starts, as far as they still count.
#[derive(Debug)]
pub(super) struct Starts {
    pace: Pace,
    latest: VecDeque<Duration>,
}

impl Starts {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            latest: VecDeque::new(),
        }
    }

    /// When the next start is allowed: one more start than the pace has would then be as long ago as
    /// the pace says.
    fn next(&self) -> Duration {
        if self.latest.len() < self.pace.starts.get() as usize {
            return Duration::ZERO;
        }
        let first = self.latest.front().copied().unwrap_or_default();
        first.saturating_add(self.pace.per)
    }

    pub(super) fn allows(&self, now: Duration) -> bool {
        self.next() <= now
    }

    pub(super) fn count(&mut self, now: Duration) {
        if self.latest.len() >= self.pace.starts.get() as usize {
            self.latest.pop_front();
        }
        self.latest.push_back(now);
    }
}

impl RunState {
    /// When the next attempt may start, if one could start now but for the pace.
    pub(super) fn pace_due(&self) -> Option<Duration> {
        let pace = self.pace.as_ref()?;
        let has_slot = self.used_slots < self.slots && self.frontier.ready() > 0;
        let wants = has_slot || !self.resumed.is_empty();
        let may = self.stopped == Stopped::No && !self.is_suspended();
        (wants && may)
            .then(|| pace.next())
            .filter(|&due| due > self.now)
    }
}
