//! What others had to say: whoever undoes, splits, decides or checks.

use wavecrew_dag::NodeId;

use super::failures::Pending;
use super::{Request, RunState, Standing};
use crate::{Action, Answer, Decision, EventKind};

impl RunState {
    pub(super) fn rolled_back(&mut self, node: NodeId, error: Option<String>) {
        if self.standing(node) == Standing::Succeeded {
            // Its stage of a rollout is undone.
            self.open_requests = self.open_requests.saturating_sub(1);
            if error.is_none() {
                self.tasks[node.index()].standing = Standing::RolledBack;
            }
            self.tell(node, EventKind::RolledBack { error });
            return;
        }
        let Some(Pending {
            failed,
            mut decision,
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
        self.tell(
            node,
            EventKind::Decided {
                decision: Box::new(next.clone()),
            },
        );
        self.carry_out(failed, next);
        self.check_shares();
        self.cancel_if_stopped(node);
    }

    pub(super) fn answered(&mut self, node: Option<NodeId>, answer: Option<Answer>) {
        match node {
            Some(node) => self.answered_for_task(node, answer),
            None => self.answered_for_run(answer),
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

    fn answered_for_run(&mut self, answer: Option<Answer>) {
        self.open_requests = self.open_requests.saturating_sub(1);
        if let Some(answer) = answer.clone().filter(|answer| *answer != Answer::Later) {
            self.tell_of_run(EventKind::Answered { answer });
        }
        match answer {
            Some(Answer::Retry { .. } | Answer::Skip) => {
                self.carry_on();
                self.wave_through();
            }
            Some(Answer::Fail | Answer::Abort | Answer::Later) | None => {
                self.drain();
                self.carry_on();
            }
        }
    }

    /// Suspends the run until a person has decided.
    pub(super) fn ask_about_run(&mut self, question: String) {
        self.suspend();
        self.open_requests += 1;
        self.tell_of_run(EventKind::Asked {
            question: question.clone(),
            failure: None,
        });
        self.requests.push_back(Request::Ask {
            node: None,
            question,
        });
    }
}
