//! A failure and what went before it, to a decision. A table in `docs/policies.md` has every
//! transition of the presets.

use std::collections::BTreeMap;
use std::time::Duration;

use wavecrew_dag::NodeId;

use super::{Action, Decision, Measure, Policy};
use crate::FailureClass;

/// How often an attempt is run again unchanged where no rule states how often.
const MOST_RERUNS: u32 = 3;

/// An attempt that failed, as a [`Policy`] sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAttempt {
    /// The task.
    pub node: NodeId,
    /// From 1.
    pub attempt: u32,
    /// How many pauses the attempt has taken.
    pub pauses: u32,
    /// How often the attempt was run again unchanged.
    pub reruns: u32,
    /// The kind of failure.
    pub class: FailureClass,
    /// The finer kind ([`Failure::label`](crate::Failure::label)); may be empty.
    pub label: String,
    /// The failure in one line.
    pub reason: String,
    /// How long the other side asked to wait.
    pub retry_after: Option<Duration>,
}

/// How often each rule was used for a task, by its place in the policy.
pub type Uses = BTreeMap<usize, u32>;

impl Policy {
    /// What to do about a failure of a task for which the rules were used so often.
    ///
    /// ```
    /// use wavecrew_dag::{Money, NodeId};
    /// use wavecrew_exec::{Action, FailedAttempt, FailureClass, Policy, Uses};
    ///
    /// let policy = Policy::mitigation_authority("local", Money::from_picos(15_000_000_000_000));
    /// let failed = FailedAttempt {
    ///     node: NodeId::from_index(0),
    ///     attempt: 1,
    ///     pauses: 0,
    ///     reruns: 0,
    ///     class: FailureClass::Timeout,
    ///     label: String::new(),
    ///     reason: "no result within 20 min".to_owned(),
    ///     retry_after: None,
    /// };
    /// let decision = policy.decide(&failed, &Uses::new());
    /// assert_eq!(decision.action, Action::Split);
    /// assert_eq!(
    ///     decision.reason,
    ///     "attempt 1 of 3 failed (timeout), so what it did is rolled back and smaller tasks are to take its place"
    /// );
    /// ```
    #[must_use]
    pub fn decide(&self, failed: &FailedAttempt, uses: &Uses) -> Decision {
        self.decide_after(failed, uses, false)
    }

    /// The same for an attempt that has perhaps been rolled back already.
    pub(crate) fn decide_after(
        &self,
        failed: &FailedAttempt,
        uses: &Uses,
        is_undone: bool,
    ) -> Decision {
        let mut rules = self.rules.iter();
        let rule = rules.position(|rule| rule.on.includes(failed.class, &failed.label));
        let measure = match rule {
            Some(place) => {
                let used = uses.get(&place).copied().unwrap_or(0);
                self.rules[place].measure(used)
            }
            None => Measure::new(self.action(failed.class)),
        };
        let is_counted = rule.is_some_and(|place| {
            let used = uses.get(&place).copied().unwrap_or(0);
            self.rules[place].has_measure(used)
        });
        let (mut measure, because) = self.within_bounds(measure, is_counted, failed);
        measure.roll_back &= !is_undone;
        let wait = self.wait(measure.action, failed);
        let reason = Sentence {
            failed,
            policy: self,
            measure: &measure,
            wait,
            because,
        }
        .write();
        Decision {
            action: measure.action,
            roll_back: measure.roll_back,
            switch: measure.switch,
            directive: measure.directive,
            wait,
            rule,
            reason,
        }
    }

    /// The measure, or another one, and why, where it asks for more than there is.
    fn within_bounds(
        &self,
        measure: Measure,
        is_counted: bool,
        failed: &FailedAttempt,
    ) -> (Measure, Option<String>) {
        let instead = |action, why: String| {
            let instead = Measure {
                roll_back: measure.roll_back,
                ..Measure::new(action)
            };
            (instead, Some(why))
        };
        let waits = matches!(measure.action, Action::Retry | Action::Pause);
        if let Some(why) = self.asks_too_much(failed.retry_after.filter(|_| waits)) {
            return instead(Action::Fail, why);
        }
        match measure.action {
            Action::Retry if failed.attempt >= self.max_attempts.get() => {
                let why = "there are no attempts left".to_owned();
                instead(self.when_exhausted(), why)
            }
            Action::Pause if failed.pauses >= self.max_pauses => {
                let why = format!("it has paused {} times", failed.pauses);
                instead(Action::Fail, why)
            }
            Action::Rerun if !is_counted && failed.reruns >= MOST_RERUNS => {
                let why = format!("it was run again {} times", failed.reruns);
                instead(self.when_exhausted(), why)
            }
            _ => (measure, None),
        }
    }

    /// What to do instead of what would never end.
    fn when_exhausted(&self) -> Action {
        match self.exhausted {
            Action::Retry | Action::Pause | Action::Rerun => Action::Fail,
            other => other,
        }
    }

    /// Why nobody waits as long as was asked for.
    pub(crate) fn asks_too_much(&self, retry_after: Option<Duration>) -> Option<String> {
        let longest = self.longest_wait;
        let wait = retry_after.filter(|&wait| wait > longest)?;
        Some(format!("a wait of {wait:?} is longer than {longest:?}"))
    }

    fn wait(&self, action: Action, failed: &FailedAttempt) -> Duration {
        match action {
            Action::Retry => {
                let usual = self.backoff.wait(failed.node, failed.attempt);
                usual.max(failed.retry_after.unwrap_or_default())
            }
            Action::Pause => failed
                .retry_after
                .unwrap_or_else(|| self.backoff.wait(failed.node, failed.pauses + 1)),
            _ => Duration::ZERO,
        }
    }
}

/// Says what is done and why.
struct Sentence<'a> {
    failed: &'a FailedAttempt,
    policy: &'a Policy,
    measure: &'a Measure,
    wait: Duration,
    /// Why not what was meant to be done.
    because: Option<String>,
}

impl Sentence<'_> {
    fn write(&self) -> String {
        let FailedAttempt {
            attempt,
            class,
            label,
            ..
        } = self.failed;
        let kind = match label.as_str() {
            "" => class.to_string(),
            label => format!("{class}, `{label}`"),
        };
        let most = self.policy.max_attempts;
        let attempt = match *attempt {
            attempt if attempt > most.get() => format!("attempt {attempt}"),
            attempt => format!("attempt {attempt} of {most}"),
        };
        let because = self.because.as_ref();
        let because = because.map_or_else(String::new, |why| format!(" and {why}"));
        let done = list(&self.done());
        format!("{attempt} failed ({kind}){because}, so {done}")
    }

    fn done(&self) -> Vec<String> {
        let mut done = Vec::new();
        if self.measure.roll_back {
            done.push("what it did is rolled back".to_owned());
        }
        if let Some(other) = &self.measure.switch {
            done.push(format!("the task switches to `{other}`"));
        }
        done.push(self.action());
        done
    }

    fn action(&self) -> String {
        let after = match self.wait {
            Duration::ZERO => String::new(),
            wait => format!(" after {wait:?}"),
        };
        let next = self.failed.attempt + 1;
        match self.measure.action {
            Action::Retry => match &self.measure.directive {
                Some(directive) => format!("attempt {next} follows{after} with `{directive}`"),
                None => format!("attempt {next} follows{after}"),
            },
            Action::Pause => format!("it goes on{after}"),
            Action::Rerun => format!(
                "it is run again unchanged (re-run {})",
                self.failed.reruns + 1
            ),
            Action::Split => "smaller tasks are to take its place".to_owned(),
            Action::Ask => "a person is asked".to_owned(),
            Action::Escalate => "the task has failed and is left to a person".to_owned(),
            Action::Skip => "the task is left out".to_owned(),
            Action::Fail => "the task has failed".to_owned(),
            Action::Abort => "the task has failed and nothing more starts".to_owned(),
        }
    }
}

fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
