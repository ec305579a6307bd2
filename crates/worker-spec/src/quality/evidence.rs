//! What others know about a spec's tests.

use serde::{Deserialize, Serialize};

/// What the success of one test command says about the work.
///
/// This crate does not judge commands; whoever can, tells by this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TestWorth {
    /// Nobody has judged the command; it counts half.
    #[default]
    Unknown,
    /// It can fail because of the work.
    Real,
    /// It can fail, but its failure is hidden, or is about something else; it counts a quarter.
    Weak,
    /// It succeeds whatever the worker does.
    Nothing,
    /// It prepares, and is no test at all.
    Setup,
}

impl TestWorth {
    /// The part of a test that the command is, in thousandths; `None` for what is no test.
    pub(super) fn share(self) -> Option<u64> {
        match self {
            TestWorth::Unknown => Some(500),
            TestWorth::Real => Some(1000),
            TestWorth::Weak => Some(250),
            TestWorth::Nothing => Some(0),
            TestWorth::Setup => None,
        }
    }
}

/// What is known about a spec beyond its text.
///
/// Without it the rules judge on less: a command that nobody has judged counts half.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The worth of each command of [`WorkerSpec::test_commands`](crate::WorkerSpec::test_commands), in that order;
    /// what is missing at the end is unknown.
    pub tests: Vec<TestWorth>,
}
