//! Draining, cancelling, suspending.

use wavecrew_dag::NodeId;

use super::{RunState, Standing, Stop, StopCause, Stopped};
use crate::{Action, Decision, EventKind};

impl RunState {
    pub(super) fn drain(&mut self) {
        if self.stopped == Stopped::No {
            self.stopped = Stopped::Draining;
            self.cancel_all(|standing| !standing.is_at_work());
            self.close_questions(self.open_questions);
            self.undo_next();
        }
    }

    pub(super) fn cancel(&mut self) {
        self.stopped = Stopped::Cancelled;
        self.open_requests = 0;
        self.undo_nothing();
        self.cancel_all(|_| true);
        self.close_questions(self.open_questions);
    }

    pub(super) fn suspend(&mut self) {
        if !self.suspended && self.stopped == Stopped::No {
            if !self.is_suspended() {
                self.tell_of_run(EventKind::Suspended);
            }
            self.suspended = true;
        }
    }

    pub(super) fn carry_on(&mut self) {
        if std::mem::take(&mut self.suspended) && !self.is_suspended() {
            self.tell_of_run(EventKind::Continued);
        }
    }

    pub(super) fn cancel_task(&mut self, node: NodeId) {
        let standing = self.standing(node);
        if standing.is_final() || self.is_cancelled(node) {
            return;
        }
        let cause = StopCause::Cancelled;
        self.stops.push_back(Stop { node, cause });
        if standing == Standing::Running {
            self.stop_clocks(node);
        }
        let decision = Decision::new(Action::Skip, "this task alone was cancelled from outside");
        self.tell(
            node,
            EventKind::Decided {
                decision: Box::new(decision),
            },
        );
        if standing == Standing::Waiting {
            self.forget_part(node);
            self.end(node, Standing::Cancelled, EventKind::Cancelled);
            self.end_dependants(node);
        } else if standing == Standing::RollingBack {
            // What has begun to be undone is undone first; until then its claims are its own.
            let past = self.past.get_mut(&node);
            let pending = past.and_then(|past| past.pending.as_mut());
            pending.expect("it failed").is_cancelled = true;
        } else {
            self.leave_cancelled(node);
        }
    }

    fn is_cancelled(&self, node: NodeId) -> bool {
        let pending = self.past.get(&node).and_then(|past| past.pending.as_ref());
        pending.is_some_and(|pending| pending.is_cancelled)
    }

    pub(super) fn leave_cancelled(&mut self, node: NodeId) {
        self.free_slot(node);
        self.release_claims(node);
        self.end(node, Standing::Cancelled, EventKind::Cancelled);
        self.end_dependants(node);
    }

    /// Slots are not given back: nothing starts any more.
    fn cancel_all(&mut self, which: impl Fn(Standing) -> bool) {
        self.resumed.clear();
        for node in (0..self.tasks.len()).map(NodeId::from_index) {
            let standing = self.standing(node);
            if standing.is_final() || !which(standing) {
                continue;
            }
            self.end(node, Standing::Cancelled, EventKind::Cancelled);
        }
    }
}
