//! Policies that teams have written down for themselves.

use std::num::NonZeroU32;

use wavecrew_dag::Money;

use super::{Action, Matching, Measure, Policy, Rule, Threshold};
use crate::FailureClass;

impl Policy {
    /// The label of an answer that tells how to do the work in place of doing it.
    pub const GUIDE: &'static str = "guide";
    /// The label of work whose tests fail.
    pub const TESTS: &'static str = "tests";

    /// Mitigation without asking (the *delegated mitigation authority* of the Wingman plan).
    ///
    /// A failed attempt is rolled back and retried with `enhanced` instructions, then retried with
    /// `other` in place of what was used; one that took too long is split, or else retried so.
    /// After two retries the task is escalated, which holds nobody up. The run stops above 10 % of
    /// tasks with a [`GUIDE`](Self::GUIDE), 20 % with failed [`TESTS`](Self::TESTS), 30 % timeouts
    /// (each of at least ten tasks), and above the ceiling of cost.
    ///
    /// Every transition is in `docs/policies.md`.
    #[must_use]
    pub fn mitigation_authority(other: &str, ceiling: Money) -> Self {
        let retry = || Measure::new(Action::Retry).roll_back();
        let escalating = |on| Rule::new(on).at_last(Action::Escalate);
        let wrong = |on| {
            escalating(on)
                .then(retry().directive("enhanced"))
                .then(retry().directive("enhanced").switch(other))
        };
        let plain = Measure::new(Action::Retry);
        Self {
            max_attempts: NonZeroU32::new(3).expect("three is not zero"),
            exhausted: Action::Escalate,
            rules: vec![
                wrong(Matching::label(Self::GUIDE)),
                wrong(Matching::label(Self::TESTS)),
                wrong(Matching::class(FailureClass::Invalid)),
                escalating(Matching::class(FailureClass::Timeout))
                    .then(Measure::new(Action::Split).roll_back())
                    .then(retry().switch(other))
                    .then(retry()),
                escalating(Matching::class(FailureClass::Transient))
                    .then(plain.clone())
                    .then(plain.switch(other)),
                escalating(Matching::classes([
                    FailureClass::Stalled,
                    FailureClass::Permanent,
                    FailureClass::Panic,
                ])),
            ],
            thresholds: vec![
                Threshold::share(Matching::label(Self::GUIDE), 10, 10),
                Threshold::share(Matching::label(Self::TESTS), 20, 10),
                Threshold::share(Matching::class(FailureClass::Timeout), 30, 10),
                Threshold::cost(ceiling),
            ],
            ..Self::default()
        }
    }

    /// Three tries, then a person (the rule of the DAW plan).
    ///
    /// Failed [`TESTS`](Self::TESTS) are run again up to three times before another answer is
    /// paid for: they may be flaky. If they go on failing, and after three attempts that failed in any
    /// other way, the task waits for a person's answer while the rest of the run goes on.
    ///
    /// Every transition is in `docs/policies.md`.
    #[must_use]
    pub fn three_tries() -> Self {
        let three = NonZeroU32::new(3).expect("three is not zero");
        let tries = [
            FailureClass::Invalid,
            FailureClass::Timeout,
            FailureClass::Stalled,
            FailureClass::Transient,
            FailureClass::Panic,
        ];
        Self {
            max_attempts: three,
            exhausted: Action::Ask,
            rules: vec![
                Rule::new(Matching::label(Self::TESTS))
                    .then(Measure::new(Action::Rerun).times(three))
                    .at_last(Action::Ask),
                Rule::new(Matching::classes(tries)).at_last(Action::Retry),
                Rule::new(Matching::class(FailureClass::Permanent)).at_last(Action::Ask),
            ],
            ..Self::default()
        }
    }
}
