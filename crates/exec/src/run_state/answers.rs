//! What others had to say: whoever undoes, splits, decides or checks.

use wavecrew_dag::NodeId;

use super::failures::Pending;
use super::{Request, RunState, Standing, Subject};
use crate::{Action, Answer, Decision, EventKind};

impl RunState {
    pub(super) fn rolled_back(&mut self, node: NodeId, error: Option<String>) {
        if self.standing(node) == Standing::Succeeded {
            if !self.is_undone() {
                // It comes too late.
                return;
            }
            // Its stage of a rollout is undone.
            self.open_requests = self.open_requests.saturating_sub(1);
            if error.is_none() {
                self.tasks.set(node, Standing::RolledBack);
                if let Some(tally) = &mut self.tally {
                    tally.rolled_back();
                }
            }
            self.tell(node, EventKind::RolledBack { error });
            return self.undo_next();
        }
        let Some(Pending {
            failed,
            mut decision,
            is_cancelled,
            ..
        }) = self.take_pending(node, Standing::RollingBack)
        else {
            return;
        };
        self.tell(
            node,
            EventKind::RolledBack {
                error: error.clone(),
            },
        );
        if is_cancelled {
            return self.leave_cancelled(node);
        }
        if let Some(error) = error {
            // Nobody knows what another attempt would find.
            let reason = format!(
                "what the attempt did could not be undone ({error}), so the task has failed"
            );
            decision = Decision::new(Action::Fail, reason);
            self.tell(
                node,
                EventKind::Decided {
                    decision: Box::new(decision.clone()),
                },
            );
        }
        self.carry_out(failed, decision);
        self.check_shares();
        self.cancel_if_stopped(node);
    }

    /// The next measure is taken, for the same failure.
    pub(super) fn not_split(&mut self, node: NodeId, reason: &str) {
        let Some(Pending {
            failed, decision, ..
        }) = self.take_pending(node, Standing::Splitting)
        else {
            return;
        };
        let past = self.past.entry(node).or_default();
        let mut next = self
            .policy
            .decide_after(&failed, past.uses(), decision.roll_back);
        if next.action == Action::Split {
            // It would be asked for for ever.
            next = Decision::new(Action::Fail, "so the task has failed");
            next.rule = decision.rule;
        }
        next.reason = format!("the task cannot be split ({reason}); {}", next.reason);
        past.take_in(&next);
        self.begin(failed, next);
        self.check_shares();
        self.cancel_if_stopped(node);
    }

    pub(super) fn answered(&mut self, about: Subject, answer: Option<Answer>) {
        match about {
            Subject::Task(node) => self.answered_for_task(node, answer),
            Subject::Phase | Subject::Threshold => self.answered_for_run(about, answer),
        }
    }

    fn answered_for_task(&mut self, node: NodeId, answer: Option<Answer>) {
        let Some(Pending { failed, .. }) = self.take_pending(node, Standing::Asking) else {
            return;
        };
        if let Some(answer) = answer.clone().filter(|answer| *answer != Answer::Later) {
            self.tell(node, EventKind::Answered { answer });
        }
        match answer {
            Some(Answer::Retry { directive }) => {
                self.past.entry(node).or_default().directive = directive;
                self.retry(failed, std::time::Duration::ZERO);
            }
            Some(Answer::Skip) => self.leave_out(node),
            Some(Answer::Later) => self.put_aside(node),
            Some(Answer::Fail) | None => self.fail_for_good(failed),
            Some(Answer::Abort) => {
                self.fail_for_good(failed);
                self.drain();
            }
        }
        self.check_shares();
        self.cancel_if_stopped(node);
    }

    fn answered_for_run(&mut self, about: Subject, answer: Option<Answer>) {
        if self.open_questions == 0 {
            // It comes too late.
            return;
        }
        if let Some(answer) = answer.clone().filter(|answer| *answer != Answer::Later) {
            self.tell_of_run(EventKind::Answered { answer });
        }
        self.close_questions(1);
        let goes_on = matches!(answer, Some(Answer::Retry { .. } | Answer::Skip));
        match (goes_on, about) {
            (true, Subject::Phase) => self.wave_through(),
            (true, _) => {}
            (false, Subject::Phase) => self.give_phase_up(),
            (false, _) => self.drain(),
        }
    }

    /// Nothing starts until a person has decided.
    pub(super) fn ask_about_run(&mut self, about: Subject, question: String) {
        if !self.is_suspended() {
            self.tell_of_run(EventKind::Suspended);
        }
        self.open_questions += 1;
        self.tell_of_run(EventKind::Asked {
            question: question.clone(),
            failure: None,
        });
        self.requests.push_back(Request::Ask { about, question });
    }

    /// So many questions are answered, or nobody waits for the answers any more.
    pub(super) fn close_questions(&mut self, count: usize) {
        let was_suspended = self.is_suspended();
        self.open_questions = self.open_questions.saturating_sub(count);
        if was_suspended && !self.is_suspended() {
            self.tell_of_run(EventKind::Continued);
        }
    }
}
