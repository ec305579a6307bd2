//! How good worker specs are: the rules, fed with what the tests are worth.

use wavecrew_validate::{Strength, strength};
use wavecrew_worker_spec::WorkerSpec;
use wavecrew_worker_spec::quality::{Evidence, Quality, TestWorth, rate};

/// Scores a spec by the rules of [`wavecrew_worker_spec::quality`], with the strength of its test commands as evidence.
pub fn rate_spec(spec: &WorkerSpec) -> Quality {
    let worth = |command: &str| match strength(command) {
        Strength::Real => TestWorth::Real,
        Strength::Masked { .. } | Strength::Indirect { .. } => TestWorth::Weak,
        Strength::Vacuous { .. } | Strength::NeverFails { .. } => TestWorth::Nothing,
        Strength::Setup { .. } => TestWorth::Setup,
    };
    let tests = spec.test_commands().map(|command| worth(&command.text));
    rate(
        spec,
        &Evidence {
            tests: tests.collect(),
        },
    )
}
