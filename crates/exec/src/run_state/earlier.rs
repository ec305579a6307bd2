//! What earlier sessions left: attempts to go on from, questions that nobody answered, tasks that were
//! split, and what it all came to.

use std::time::Duration;

use wavecrew_dag::{Money, NodeId};

use super::{RunState, Standing};
use crate::{Action, AttemptFailure, Decision, FailedAttempt, FailureKind};

/// What is to be done about a task in place of an attempt.
#[derive(Debug)]
pub(super) enum LeftOpen {
    /// A person is asked.
    Question {
        failed: FailedAttempt,
        question: String,
    },
    /// Its parts take its place.
    Parts { failed: FailedAttempt },
}

impl RunState {
    /// Says, before the task has started, that an earlier session got as far as this attempt, with
    /// these decisions on the way.
    ///
    /// # Panics
    ///
    /// If the task has started or ended.
    pub fn resume_at(&mut self, node: NodeId, attempt: u32, decisions: &[Decision]) {
        assert_eq!(
            self.standing(node),
            Standing::Waiting,
            "node {node} has not started"
        );
        self.tasks.go_on_at(node, attempt.max(1));
        if !decisions.is_empty() {
            self.past.entry(node).or_default().recall(decisions);
        }
    }

    /// Says, before the task has started, that a person is to be asked about an attempt of an earlier session,
    /// in these words, before anything else happens to it.
    ///
    /// # Panics
    ///
    /// If the task has started or ended.
    pub fn resume_asking(&mut self, node: NodeId, failure: AttemptFailure, question: String) {
        let failed = self.failed_before(node, failure);
        let question = LeftOpen::Question { failed, question };
        self.left_open.insert(node, question);
    }

    /// Says, before the task has started, that an earlier session split it. When its turn comes its parts are
    /// asked for again ([`Request::Split`](crate::Request::Split)).
    ///
    /// # Panics
    ///
    /// If the task has started or ended.
    pub fn resume_splitting(&mut self, node: NodeId, failure: AttemptFailure) {
        let failed = self.failed_before(node, failure);
        self.left_open.insert(node, LeftOpen::Parts { failed });
    }

    /// Says in which ways attempts at a task failed in earlier sessions, and how many; re-runs are none.
    pub fn recall_failures(&mut self, node: NodeId, attempts: u32, kinds: &[FailureKind]) {
        let is_part = self.parts.contains_key(&node);
        if let Some(tally) = &mut self.tally {
            if is_part {
                tally.comes_in(kinds);
            }
            tally.recall(node, attempts, kinds);
        }
    }

    /// Says how far earlier sessions got with a part of a task that they split: whether it is done, and in which ways
    /// it failed. So it counts in shares before its task has its turn; when that has come, the part is
    /// [replayed](Self::replay) or its [failures](Self::recall_failures) are recalled like those of other tasks.
    pub fn recall_part(&mut self, is_done: bool, kinds: &[FailureKind]) {
        if let Some(tally) = &mut self.tally {
            tally.recall_part(is_done, kinds);
        }
    }

    /// Says, when all else of earlier sessions was said but for parts that come in later, what they cost and how long they lasted.
    ///
    /// Shares that are passed already, and bounds at which a person is asked, are known to whoever took the
    /// run up: they count again when one more task fails so. A ceiling of cost or time that stops the run stops
    /// it now.
    pub fn recall_costs(&mut self, known: Money, is_more: bool, lasted: Duration) {
        let now = self.now;
        let Some(tally) = &mut self.tally else {
            return;
        };
        tally.recall_costs(known, is_more, lasted, now);
        if self.remaining > 0 {
            self.check_shares();
        }
    }

    /// In place of an attempt; the task has been admitted.
    pub(super) fn take_up(&mut self, node: NodeId, left: LeftOpen) {
        self.used_slots += 1;
        self.taken_up.insert(node);
        self.tasks.set(node, Standing::Running);
        match left {
            LeftOpen::Question { failed, question } => {
                let decision = Decision::new(Action::Ask, question.clone());
                self.ask_about(failed, question, decision);
            }
            LeftOpen::Parts { failed } => {
                let reason = "an earlier session split the task";
                self.ask_for_split(failed, Decision::new(Action::Split, reason));
                if let Some(past) = self.past.get_mut(&node)
                    && let Some(pending) = &mut past.pending
                {
                    pending.is_earlier = true;
                }
            }
        }
    }

    fn failed_before(&mut self, node: NodeId, failure: AttemptFailure) -> FailedAttempt {
        assert_eq!(
            self.standing(node),
            Standing::Waiting,
            "node {node} has not started"
        );
        self.tasks.go_on_at(node, failure.attempt.max(1));
        FailedAttempt {
            node,
            attempt: failure.attempt.max(1),
            pauses: 0,
            reruns: 0,
            class: failure.class,
            label: failure.label,
            reason: failure.reason,
            retry_after: None,
        }
    }
}
