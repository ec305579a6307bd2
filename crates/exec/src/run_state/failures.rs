//! What becomes of a failed attempt: the policy decides, what it did may be undone, and then the
//! decision is carried out.

use std::time::Duration;

use wavecrew_dag::NodeId;

use super::{Request, RunState, Standing, Stop, StopCause, Stopped, Subject};
use crate::{
    Action, AttemptFailure, Decision, EventKind, FailedAttempt, FailureClass, FailureKind, Uses,
};

/// What is known of a failure.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) class: FailureClass,
    pub(super) label: String,
    pub(super) reason: String,
    pub(super) retry_after: Option<Duration>,
}

impl Facts {
    pub(super) fn of_class(class: FailureClass, reason: String) -> Self {
        Self {
            class,
            label: String::new(),
            reason,
            retry_after: None,
        }
    }
}

/// What a task has been through.
#[derive(Debug, Default)]
pub(super) struct Past {
    uses: Uses,
    /// Of the attempt that runs.
    pub(super) reruns: u32,
    pub(super) directive: Option<String>,
    pub(super) provider: Option<String>,
    /// The failure that is being dealt with.
    pub(super) pending: Option<Pending>,
}

#[derive(Debug)]
pub(super) struct Pending {
    pub(super) failed: FailedAttempt,
    pub(super) decision: Decision,
    /// An earlier session dealt with it so.
    pub(super) is_earlier: bool,
    /// Cancelled since: what was decided does not count any more.
    pub(super) is_cancelled: bool,
}

impl Pending {
    fn new(failed: FailedAttempt, decision: Decision) -> Self {
        Self {
            failed,
            decision,
            is_earlier: false,
            is_cancelled: false,
        }
    }
}

impl Past {
    /// Takes over what an earlier session decided.
    pub(super) fn recall(&mut self, decisions: &[Decision]) {
        for decision in decisions {
            self.take_in(decision);
            match decision.action {
                Action::Rerun => self.reruns += 1,
                Action::Retry => self.reruns = 0,
                _ => {}
            }
        }
    }

    pub(super) fn uses(&self) -> &Uses {
        &self.uses
    }

    pub(super) fn take_in(&mut self, decision: &Decision) {
        if let Some(rule) = decision.rule {
            *self.uses.entry(rule).or_default() += 1;
        }
        if decision.action == Action::Retry {
            self.directive.clone_from(&decision.directive);
        }
        if decision.switch.is_some() {
            self.provider.clone_from(&decision.switch);
        }
    }
}

impl RunState {
    pub(super) fn fail(&mut self, node: NodeId, facts: Facts) {
        self.expect_running(node);
        self.stop_clocks(node);
        let tries = self.tasks.tries(node);
        let reruns = self.past.get(&node).map_or(0, |past| past.reruns);
        let failed = FailedAttempt {
            node,
            attempt: tries.attempt,
            pauses: tries.pauses,
            reruns,
            class: facts.class,
            label: facts.label,
            reason: facts.reason,
            retry_after: facts.retry_after,
        };
        if let Some(tally) = &mut self.tally {
            tally.failed(node, failed.class, &failed.label);
        }
        self.deal_with(failed);
        self.check_shares();
        self.cancel_if_stopped(node);
    }

    /// Decides, and begins what was decided.
    fn deal_with(&mut self, mut failed: FailedAttempt) {
        let node = failed.node;
        let past = self.past.entry(node).or_default();
        let decision = self.policy.decide(&failed, &past.uses);
        past.take_in(&decision);
        if let Some(why) = self.policy.asks_too_much(failed.retry_after)
            && decision.action == Action::Fail
        {
            failed.reason.push_str(&format!(" ({why})"));
        }
        if decision.action == Action::Pause && decision.rule.is_none() {
            // The pause says all that there is to say.
            return self.pause(node, decision.wait, failed.reason);
        }
        self.begin(failed, decision);
    }

    /// Tells what was decided, and sees to it.
    pub(super) fn begin(&mut self, failed: FailedAttempt, decision: Decision) {
        let node = failed.node;
        self.tell(
            node,
            EventKind::Decided {
                decision: Box::new(decision.clone()),
            },
        );
        if decision.roll_back {
            let past = self.past.entry(node).or_default();
            past.pending = Some(Pending::new(failed, decision));
            self.tasks.set(node, Standing::RollingBack);
            self.requests.push_back(Request::RollBack { node });
            return;
        }
        self.carry_out(failed, decision);
    }

    pub(super) fn carry_out(&mut self, failed: FailedAttempt, decision: Decision) {
        let node = failed.node;
        match decision.action {
            Action::Retry => self.retry(failed, decision.wait),
            Action::Rerun => self.rerun(failed),
            Action::Split => self.ask_for_split(failed, decision),
            Action::Ask => {
                let question = format!("{}: {}", decision.reason, failed.reason);
                self.ask_about(failed, question, decision);
            }
            Action::Skip => {
                self.free_slot(node);
                self.leave_out(node);
            }
            Action::Abort => {
                self.fail_for_good(failed);
                self.drain();
            }
            Action::Stop => {
                self.free_slot(node);
                self.drain();
                if !self.standing(node).is_final() {
                    self.end(node, Standing::Cancelled, EventKind::Cancelled);
                }
            }
            Action::Pause => self.pause(node, decision.wait, failed.reason),
            Action::Fail | Action::Escalate => self.fail_for_good(failed),
        }
    }

    fn pause(&mut self, node: NodeId, wait: Duration, reason: String) {
        self.tasks.set(node, Standing::Paused);
        self.tasks.tries_mut(node).pauses += 1;
        self.wake_after(node, wait);
        self.tell(node, EventKind::Paused { wait, reason });
    }

    pub(super) fn retry(&mut self, failed: FailedAttempt, wait: Duration) {
        let node = failed.node;
        self.free_slot(node);
        if let Some(past) = self.past.get_mut(&node) {
            past.reruns = 0;
        }
        self.tasks.set(node, Standing::BetweenAttempts);
        self.tasks.tries_mut(node).attempt += 1;
        self.tell(node, failed_event(failed, true));
        self.wake_after(node, wait);
    }

    fn rerun(&mut self, failed: FailedAttempt) {
        let node = failed.node;
        self.past.entry(node).or_default().reruns += 1;
        self.tasks.set(node, Standing::Flaky);
        self.resumed.push_back(node);
        let event = EventKind::Rerun {
            attempt: failed.attempt,
            rerun: failed.reruns + 1,
            class: failed.class,
            label: failed.label,
            reason: failed.reason,
        };
        self.tell(node, event);
    }

    pub(super) fn ask_for_split(&mut self, failed: FailedAttempt, decision: Decision) {
        let node = failed.node;
        self.tasks.set(node, Standing::Splitting);
        let reason = failed.reason.clone();
        self.past.entry(node).or_default().pending = Some(Pending::new(failed, decision));
        self.requests.push_back(Request::Split { node, reason });
    }

    pub(super) fn ask_about(
        &mut self,
        failed: FailedAttempt,
        question: String,
        decision: Decision,
    ) {
        let node = failed.node;
        self.free_slot(node);
        self.tasks.set(node, Standing::Asking);
        if self.stopped > Stopped::No {
            // Nobody would wait for the answer.
            return;
        }
        let failure = AttemptFailure {
            attempt: failed.attempt,
            class: failed.class,
            label: failed.label.clone(),
            reason: failed.reason.clone(),
        };
        self.past.entry(node).or_default().pending = Some(Pending::new(failed, decision));
        self.tell(
            node,
            EventKind::Asked {
                question: question.clone(),
                failure: Some(Box::new(failure)),
            },
        );
        let about = Subject::Task(node);
        self.requests.push_back(Request::Ask { about, question });
    }

    pub(super) fn fail_for_good(&mut self, failed: FailedAttempt) {
        let node = failed.node;
        self.free_slot(node);
        self.release_claims(node);
        self.end(node, Standing::Failed, failed_event(failed, false));
        self.end_dependants(node);
    }

    /// Nothing more happens to the task in this session, nor to what depends on it.
    pub(super) fn put_aside(&mut self, node: NodeId) {
        self.release_claims(node);
        let because = |node| {
            (
                Standing::PutAside(node),
                EventKind::PutAside { because: node },
            )
        };
        let (standing, event) = because(node);
        self.end(node, standing, event);
        for waiting in self.frontier.fail(node) {
            if self.standing(waiting) == Standing::Waiting {
                let (standing, event) = because(node);
                self.end(waiting, standing, event);
                self.forget_part(waiting);
            }
        }
    }

    /// The task does not run any more, and did not fail either.
    pub(super) fn leave_out(&mut self, node: NodeId) {
        self.release_claims(node);
        let event = EventKind::Skipped { because: node };
        self.end(node, Standing::Skipped(node), event);
        self.end_dependants(node);
    }

    /// What depends on a task that did not succeed is skipped, unless it is to run all the same.
    pub(super) fn end_dependants(&mut self, node: NodeId) {
        if self.despite_failures {
            self.frontier.fail_alone(node);
            return;
        }
        for skipped in self.frontier.fail(node) {
            if self.standing(skipped) == Standing::Waiting {
                let event = EventKind::Skipped { because: node };
                self.end(skipped, Standing::Skipped(node), event);
                self.forget_part(skipped);
            }
        }
    }

    /// The deadline of a task is over, wherever it stands.
    pub(super) fn overdue(&mut self, node: NodeId, limit: Duration) {
        let standing = self.standing(node);
        let cause = StopCause::TaskDeadline(limit);
        self.stops.push_back(Stop { node, cause });
        if standing == Standing::Running {
            self.stop_clocks(node);
        }
        if standing == Standing::BetweenAttempts {
            // The next attempt does not come; the last one counts.
            self.tasks.tries_mut(node).attempt -= 1;
        }
        let tries = self.tasks.tries(node);
        let reason = format!("the task has not ended within {limit:?}");
        let failed = FailedAttempt {
            node,
            attempt: tries.attempt,
            pauses: tries.pauses,
            reruns: 0,
            class: FailureClass::Timeout,
            label: String::new(),
            reason: reason.clone(),
            retry_after: None,
        };
        if let Some(tally) = &mut self.tally {
            tally.failed(node, failed.class, &failed.label);
        }
        let decision = Decision {
            failure: Some(FailureKind {
                class: failed.class,
                label: String::new(),
            }),
            ..Decision::new(Action::Fail, format!("{reason}, so it has failed"))
        };
        self.tell(
            node,
            EventKind::Decided {
                decision: Box::new(decision.clone()),
            },
        );
        match self.past.get_mut(&node) {
            // What has begun to be undone is undone first.
            Some(past) if standing == Standing::RollingBack => {
                past.pending = Some(Pending::new(failed, decision));
            }
            _ => self.fail_for_good(failed),
        }
        self.check_shares();
    }

    /// Gives the slot back, if the task has one.
    pub(super) fn free_slot(&mut self, node: NodeId) {
        if self.standing(node).has_slot() {
            self.release_slot(node);
        }
    }

    /// Ends a task that would have gone on, if the run does not.
    pub(super) fn cancel_if_stopped(&mut self, node: NodeId) {
        let standing = self.standing(node);
        if self.stopped > Stopped::No && !standing.is_final() && !standing.is_at_work() {
            self.end(node, Standing::Cancelled, EventKind::Cancelled);
        }
    }

    /// A failure that was put off, unless the task has gone another way since.
    pub(super) fn take_pending(&mut self, node: NodeId, expected: Standing) -> Option<Pending> {
        let is_expected = self.standing(node) == expected;
        let past = self.past.get_mut(&node).filter(|_| is_expected)?;
        past.pending.take()
    }
}

fn failed_event(failed: FailedAttempt, will_retry: bool) -> EventKind {
    EventKind::Failed {
        attempt: failed.attempt,
        class: failed.class,
        label: failed.label,
        reason: failed.reason,
        will_retry,
    }
}
