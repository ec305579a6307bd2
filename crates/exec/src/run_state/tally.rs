//! Bounds and targets of the whole run.

use std::collections::HashSet;
use std::time::Duration;

use wavecrew_dag::{Money, NodeId};

use super::{RunState, Stopped, Subject};
use crate::{
    Action, Bound, Decision, EventKind, FailureClass, FailureKind, Policy, Spending, Target,
    Threshold,
};

/// What a run has come to so far.
#[derive(Debug)]
pub(super) struct Tally {
    thresholds: Vec<Watched>,
    targets: Vec<Target>,
    /// Tasks that an attempt has ended for.
    tried: HashSet<NodeId>,
    /// The same of parts that are not in the run yet: earlier sessions tried them.
    tried_before: usize,
    at_first: usize,
    succeeded: usize,
    spent: Spending,
    /// Whether it was told that the sum is a lower bound.
    is_doubt_told: bool,
    /// Tasks whose attempts failed in earlier sessions.
    failed_before: HashSet<NodeId>,
    /// How long earlier sessions lasted.
    lasted: Duration,
    /// Whether earlier sessions were summed up, so that what is recalled now comes late.
    is_underway: bool,
}

#[derive(Debug)]
struct Watched {
    threshold: Threshold,
    /// Tasks that count, for a share.
    tasks: HashSet<NodeId>,
    /// Parts that count and are not in the run yet.
    before: usize,
    /// How many of them there were when whoever took the run up knew that it was passed.
    known: Option<usize>,
    is_passed: bool,
}

impl Tally {
    /// `None` if the policy asks for nothing that is counted.
    pub(super) fn new(policy: &Policy) -> Option<Self> {
        if policy.thresholds.is_empty() && policy.targets.is_empty() {
            return None;
        }
        let watched = |threshold: &Threshold| Watched {
            threshold: threshold.clone(),
            tasks: HashSet::new(),
            before: 0,
            known: None,
            is_passed: false,
        };
        Some(Self {
            thresholds: policy.thresholds.iter().map(watched).collect(),
            targets: policy.targets.clone(),
            tried: HashSet::new(),
            tried_before: 0,
            at_first: 0,
            succeeded: 0,
            spent: Spending::default(),
            is_doubt_told: false,
            failed_before: HashSet::new(),
            lasted: Duration::ZERO,
            is_underway: false,
        })
    }

    pub(super) fn succeeded(&mut self, node: NodeId, attempts: u32) {
        self.tried.insert(node);
        self.succeeded += 1;
        let is_first = attempts == 1 && !self.failed_before.contains(&node);
        self.at_first += usize::from(is_first);
    }

    pub(super) fn failed(&mut self, node: NodeId, class: FailureClass, label: &str) {
        self.tried.insert(node);
        for watched in &mut self.thresholds {
            if watched.is_about(class, label) {
                watched.tasks.insert(node);
            }
        }
    }

    /// An earlier session has done the task.
    pub(super) fn replayed(&mut self, node: NodeId, attempts: u32, is_part: bool) {
        // If it had failed, it came in with its failures.
        if is_part && !self.tried.contains(&node) {
            self.tried_before = self.tried_before.saturating_sub(1);
        }
        self.succeeded(node, attempts);
    }

    /// Counts a part that comes in later.
    pub(super) fn recall_part(&mut self, is_done: bool, kinds: &[FailureKind]) {
        self.tried_before += usize::from(is_done || !kinds.is_empty());
        for watched in &mut self.thresholds {
            watched.before += usize::from(watched.is_about_any(kinds));
        }
    }

    /// A part is in the run: from now on it counts as a task.
    pub(super) fn comes_in(&mut self, kinds: &[FailureKind]) {
        if kinds.is_empty() {
            return;
        }
        self.tried_before = self.tried_before.saturating_sub(1);
        for watched in &mut self.thresholds {
            let counted = usize::from(watched.is_about_any(kinds));
            watched.before = watched.before.saturating_sub(counted);
        }
    }

    fn tried(&self) -> usize {
        self.tried.len() + self.tried_before
    }

    /// Takes in how a task failed in earlier sessions.
    pub(super) fn recall(&mut self, node: NodeId, attempts: u32, kinds: &[FailureKind]) {
        for kind in kinds {
            self.failed(node, kind.class, &kind.label);
        }
        if attempts > 0 {
            self.failed_before.insert(node);
        }
        if self.is_underway {
            // As parts are, when their whole has its turn.
            self.know_shares();
        }
    }

    /// Shares that are passed are known: they count again when one more task fails so.
    fn know_shares(&mut self) {
        let tried = self.tried();
        for watched in &mut self.thresholds {
            if watched.is_share_passed(tried) {
                watched.known = Some(watched.count());
            }
        }
    }

    /// What a task had delivered was undone.
    pub(super) fn rolled_back(&mut self) {
        self.succeeded = self.succeeded.saturating_sub(1);
    }

    /// Takes in what earlier sessions came to; what they have passed is known.
    pub(super) fn recall_costs(
        &mut self,
        known: Money,
        is_more: bool,
        lasted: Duration,
        now: Duration,
    ) {
        self.spent = Spending { known, is_more };
        self.lasted = lasted;
        self.is_underway = true;
        self.know_shares();
        let (tried, spent) = (self.tried(), self.spent.known);
        let now = now.saturating_add(lasted);
        for watched in &mut self.thresholds {
            if watched.passed(tried, spent, now).is_some() {
                watched.is_passed = watched.threshold.then != Action::Abort;
            }
        }
    }

    /// When the next bound of time is passed.
    fn next_due(&self) -> Option<Duration> {
        let open = self.thresholds.iter().filter(|watched| !watched.is_passed);
        let times = open.filter_map(|watched| match watched.threshold.bound {
            Bound::Time { above } => {
                let left = above.saturating_sub(self.lasted);
                Some(left.saturating_add(Duration::from_millis(1)))
            }
            _ => None,
        });
        times.min()
    }

    /// The bounds that are passed now and were not before, and how.
    fn newly_passed(&mut self, now: Duration) -> Vec<(Action, String)> {
        let mut passed = Vec::new();
        let (tried, spent) = (self.tried(), self.spent.known);
        let now = now.saturating_add(self.lasted);
        for watched in &mut self.thresholds {
            if watched.is_passed {
                continue;
            }
            let Some(how) = watched.passed(tried, spent, now) else {
                continue;
            };
            watched.is_passed = true;
            passed.push((watched.threshold.then, how));
        }
        passed.extend(self.doubt());
        passed
    }

    /// That bounds of cost cannot be held any more, the first time that this is so.
    fn doubt(&mut self) -> Option<(Action, String)> {
        let is_open = |watched: &Watched| {
            !watched.is_passed && matches!(watched.threshold.bound, Bound::Cost { .. })
        };
        let is_new = self.spent.is_more && !self.is_doubt_told;
        if !is_new || !self.thresholds.iter().any(is_open) {
            return None;
        }
        self.is_doubt_told = true;
        let spent = self.spent.known;
        let how = format!(
            "the price of a call is not known, and the bound of cost holds for the known {spent} alone"
        );
        Some((Action::Escalate, how))
    }

    fn has_reached(&self, target: &Target, tasks: usize, now: Duration) -> (bool, String) {
        let share = |part: usize, all: usize, least: u8, what: &str| {
            let met = part * 100 >= usize::from(least) * all;
            let than = if met { "at least" } else { "less than" };
            (
                met,
                format!("{part} of {all} tasks {what}, {than} {least} %"),
            )
        };
        match target {
            Target::FirstAttempt { at_least } => share(
                self.at_first,
                self.tried.len(),
                *at_least,
                "succeeded at the first attempt",
            ),
            Target::Succeeded { at_least } => share(self.succeeded, tasks, *at_least, "succeeded"),
            Target::Cost { at_most } => {
                let Spending { known, is_more } = self.spent;
                let is_less = known <= *at_most;
                let than = if is_less { "no more" } else { "more" };
                let reason = match is_more {
                    true if is_less => {
                        format!("the run cost {known} and an unknown sum; {at_most} was the most")
                    }
                    _ => format!("the run cost {known}, {than} than {at_most}"),
                };
                (is_less && !is_more, reason)
            }
            Target::Time { at_most } => {
                let now = now.saturating_add(self.lasted);
                let met = now <= *at_most;
                let than = if met { "no longer" } else { "longer" };
                (
                    met,
                    format!("the run took {now:?}, {than} than {at_most:?}"),
                )
            }
        }
    }
}

impl Watched {
    fn is_about(&self, class: FailureClass, label: &str) -> bool {
        match &self.threshold.bound {
            Bound::Share { of, .. } => of.includes(class, label),
            _ => false,
        }
    }

    fn is_about_any(&self, kinds: &[FailureKind]) -> bool {
        let mut kinds = kinds.iter();
        kinds.any(|kind| self.is_about(kind.class, &kind.label))
    }

    /// How many tasks count.
    fn count(&self) -> usize {
        self.tasks.len() + self.before
    }

    fn is_share_passed(&self, tried: usize) -> bool {
        let is_share = matches!(self.threshold.bound, Bound::Share { .. });
        is_share
            && self
                .passed(tried, Money::default(), Duration::ZERO)
                .is_some()
    }

    fn passed(&self, tried: usize, spent: Money, now: Duration) -> Option<String> {
        match &self.threshold.bound {
            Bound::Share {
                of,
                above,
                min_sample,
            } => {
                let count = self.count();
                let is_enough = tried >= *min_sample as usize;
                if self.known.is_some_and(|known| count <= known) {
                    return None;
                }
                (is_enough && count * 100 > usize::from(*above) * tried).then(|| {
                    format!("{count} of {tried} tasks failed as {of}, which is more than {above} %")
                })
            }
            Bound::Cost { above } => {
                (spent > *above).then(|| format!("the run has cost {spent}, more than {above}"))
            }
            Bound::Time { above } => {
                (now > *above).then(|| format!("the run has lasted longer than {above:?}"))
            }
        }
    }
}

impl RunState {
    pub(super) fn spend(&mut self, amount: Option<Money>) {
        if let Some(tally) = &mut self.tally {
            tally.spent.add(amount);
            self.check_thresholds();
        }
    }

    #[inline]
    pub(super) fn check_shares(&mut self) {
        if self.tally.is_some() {
            self.check_thresholds();
        }
    }

    /// When the next bound of time is passed. A run that is being stopped has none: nobody would act on it.
    pub(super) fn bound_due(&self) -> Option<Duration> {
        let tally = self
            .tally
            .as_ref()
            .filter(|_| self.stopped == Stopped::No)?;
        tally.next_due()
    }

    pub(super) fn check_time(&mut self) {
        if self.bound_due().is_some_and(|due| due <= self.now) {
            self.check_thresholds();
        }
    }

    fn check_thresholds(&mut self) {
        if self.stopped > Stopped::No {
            return;
        }
        let Some(tally) = &mut self.tally else {
            return;
        };
        let mut passed = tally.newly_passed(self.now);
        passed.sort_by_key(|(then, _)| *then != Action::Abort);
        for (then, how) in passed {
            // Nobody is asked about a run that is over.
            let asks = then == Action::Ask && self.stopped == Stopped::No;
            let done = match then {
                Action::Abort => "nothing more starts",
                _ if asks => "a person is asked",
                _ => "this is only told",
            };
            let decision = Decision::new(then, format!("{how}, so {done}"));
            self.tell_of_run(EventKind::Decided {
                decision: Box::new(decision),
            });
            match then {
                Action::Abort => self.drain(),
                _ if asks => self.ask_about_run(Subject::Threshold, how),
                _ => {}
            }
        }
    }

    /// At the end of the run, what it was meant to reach.
    pub(super) fn report_targets(&mut self) {
        let Some(tally) = &mut self.tally else {
            return;
        };
        let targets = std::mem::take(&mut tally.targets);
        // Parts count in the place of what was split.
        let (tasks, now) = (self.tasks.whole(), self.now);
        let reached: Vec<(bool, String)> = targets
            .iter()
            .map(|target| tally.has_reached(target, tasks, now))
            .collect();
        for (met, reason) in reached {
            self.tell_of_run(EventKind::Target { met, reason });
        }
    }
}
