//! What happens because time goes by: the ends of pauses and backoffs, deadlines, silence.
//!
//! A deadline that is the same for all is a line: what began first is due first, so nothing is
//! sorted. An entry that no longer counts, because its attempt has ended, is dropped when it comes to
//! the front, or when such entries are most of the line.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use wavecrew_dag::NodeId;

use super::{Facts, RunState, Standing, Stop, StopCause, Tasks};
use crate::FailureClass;

/// Deadlines that are all as long after a beginning.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) limit: Duration,
    entries: VecDeque<Entry>,
    /// How many entries there may be before those that do not count are looked for.
    most: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    due: Duration,
    node: NodeId,
    call: u32,
}

impl Line {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            entries: VecDeque::new(),
            most: 64,
        }
    }

    fn begin(&mut self, now: Duration, node: NodeId, call: u32, counts: impl Fn(&Entry) -> bool) {
        if self.entries.len() >= self.most {
            self.entries.retain(&counts);
            self.most = 64.max(2 * self.entries.len());
        }
        self.entries.push_back(Entry {
            due: now.saturating_add(self.limit),
            node,
            call,
        });
    }

    fn due(&self) -> Option<Duration> {
        self.entries.front().map(|entry| entry.due)
    }

    fn drop_front(&mut self, counts: impl Fn(&Entry) -> bool) {
        while self.entries.front().is_some_and(|entry| !counts(entry)) {
            self.entries.pop_front();
        }
    }

    /// A deadline that is over and counts.
    fn pop(&mut self, now: Duration, counts: impl Fn(&Entry) -> bool) -> Option<NodeId> {
        self.drop_front(counts);
        let first = self.entries.front().filter(|first| first.due <= now)?.node;
        self.entries.pop_front();
        Some(first)
    }
}

/// Silence: when each attempt is to be looked at, and when it last gave a sign.
#[derive(Debug)]
pub(super) struct Silence {
    line: Line,
    signs: HashMap<NodeId, Duration>,
}

impl Silence {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            line: Line::new(limit),
            signs: HashMap::new(),
        }
    }
}

/// What an event can carry.
fn whole_micros(elapsed: Duration) -> Duration {
    Duration::from_micros(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
}

fn runs_still(tasks: &Tasks, entry: &Entry) -> bool {
    tasks.is_running(entry.node) && tasks.tries(entry.node).call == entry.call
}

fn is_open(tasks: &Tasks, entry: &Entry) -> bool {
    !tasks.is_final(entry.node)
}

impl RunState {
    /// When the state should be [`advance`](Self::advance)d at the latest, if ever.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        let alarm = self.alarms.peek().map(|Reverse((due, _, _))| *due);
        let lines = [
            self.attempt_deadline.as_ref(),
            self.task_deadline.as_ref(),
            self.silence.as_ref().map(|silence| &silence.line),
        ];
        let line = lines.into_iter().flatten().filter_map(Line::due).min();
        let bound = self.bound_due();
        [alarm, line, bound, self.pace_due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Says how long the run has lasted, without acting on it yet: what is applied next happened at
    /// this time. Time that runs backwards is ignored.
    pub fn set_time(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.elapsed = whole_micros(self.now);
    }

    /// Says how long the run has lasted, and does what is due by then. Time that runs backwards is
    /// ignored.
    ///
    /// A driver that knows of attempts which ended by now should [`set_time`](Self::set_time) and
    /// [`apply`](Self::apply) them first: what was delivered counts, even if its deadline is over as
    /// well.
    pub fn advance(&mut self, now: Duration) {
        self.set_time(now);
        while let Some(&Reverse((due, node, call))) = self.alarms.peek()
            && due <= self.now
        {
            self.alarms.pop();
            self.ring(node, call);
        }
        self.end_what_is_late();
        self.check_time();
    }

    fn ring(&mut self, node: NodeId, call: u32) {
        if self.tasks.tries(node).call != call {
            return;
        }
        match self.standing(node) {
            Standing::Paused => self.resumed.push_back(node),
            Standing::BetweenAttempts => self.frontier.push_back(node),
            Standing::Running => self.look_for_signs(node),
            // The run was stopped while the task waited.
            _ => {}
        }
    }

    fn end_what_is_late(&mut self) {
        while let Some(line) = &mut self.attempt_deadline {
            let Some(node) = line.pop(self.now, |entry| runs_still(&self.tasks, entry)) else {
                break;
            };
            let limit = line.limit;
            self.stop_attempt(node, StopCause::AttemptDeadline(limit));
            let reason = format!("no result within {limit:?}");
            self.fail(node, Facts::of_class(FailureClass::Timeout, reason));
        }
        while let Some(silence) = &mut self.silence {
            let line = &mut silence.line;
            let Some(node) = line.pop(self.now, |entry| runs_still(&self.tasks, entry)) else {
                break;
            };
            self.look_for_signs(node);
        }
        while let Some(line) = &mut self.task_deadline {
            let Some(node) = line.pop(self.now, |entry| is_open(&self.tasks, entry)) else {
                break;
            };
            let limit = line.limit;
            self.overdue(node, limit);
        }
    }

    /// Whether anything is to end by itself.
    #[inline]
    pub(super) fn has_clocks(&self) -> bool {
        self.attempt_deadline.is_some() || self.silence.is_some() || self.task_deadline.is_some()
    }

    /// Starts the clocks of an attempt.
    pub(super) fn start_clocks(&mut self, node: NodeId, is_first: bool) {
        let (now, call) = (self.now, self.tasks.tries(node).call);
        let tasks = &self.tasks;
        if let Some(line) = &mut self.attempt_deadline {
            line.begin(now, node, call, |entry| runs_still(tasks, entry));
        }
        if let Some(silence) = &mut self.silence {
            let line = &mut silence.line;
            line.begin(now, node, call, |entry| runs_still(tasks, entry));
        }
        if is_first && let Some(line) = &mut self.task_deadline {
            line.begin(now, node, 0, |entry| is_open(tasks, entry));
        }
    }

    /// An attempt has failed or is dropped: its clocks do not count any more, and what runs next has others.
    pub(super) fn stop_clocks(&mut self, node: NodeId) {
        let tries = self.tasks.tries_mut(node);
        tries.call = tries.call.wrapping_add(1);
        self.leave_clocks(node);
    }

    /// An attempt has ended, and so has whatever its clocks were for.
    #[inline]
    pub(super) fn leave_clocks(&mut self, node: NodeId) {
        let tasks = &self.tasks;
        if let Some(line) = &mut self.attempt_deadline {
            line.drop_front(|entry| runs_still(tasks, entry));
        }
        if let Some(silence) = &mut self.silence {
            silence.line.drop_front(|entry| runs_still(tasks, entry));
            if !silence.signs.is_empty() {
                silence.signs.remove(&node);
            }
        }
    }

    /// A task has ended: neither does its own deadline.
    #[inline]
    pub(super) fn stop_task_clock(&mut self) {
        let tasks = &self.tasks;
        if let Some(line) = &mut self.task_deadline {
            line.drop_front(|entry| is_open(tasks, entry));
        }
    }

    pub(super) fn wake_after(&mut self, node: NodeId, wait: Duration) {
        let due = self.now.saturating_add(wait);
        let call = self.tasks.tries(node).call;
        self.alarms.push(Reverse((due, node, call)));
    }

    pub(super) fn sign(&mut self, node: NodeId) {
        if let Some(silence) = &mut self.silence
            && self.tasks.is_running(node)
        {
            silence.signs.insert(node, self.now);
        }
    }

    /// It is so long since the attempt began, or since it was looked at last.
    fn look_for_signs(&mut self, node: NodeId) {
        let Some(silence) = &self.silence else {
            return;
        };
        let limit = silence.line.limit;
        let due = silence.signs.get(&node).map(|sign| *sign + limit);
        if let Some(due) = due.filter(|&due| due > self.now) {
            let call = self.tasks.tries(node).call;
            self.alarms.push(Reverse((due, node, call)));
            return;
        }
        self.stop_attempt(node, StopCause::Stalled(limit));
        let reason = format!("no progress within {limit:?}");
        self.fail(node, Facts::of_class(FailureClass::Stalled, reason));
    }

    pub(super) fn stop_attempt(&mut self, node: NodeId, cause: StopCause) {
        self.stops.push_back(Stop { node, cause });
    }
}
