//! Exit codes, in one place.

use std::process::ExitCode;

/// How the program ends. The numbers are part of its interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well; there may be warnings.
    Fine = 0,
    /// A task failed or is not verified.
    NotVerified = 1,
    /// The command line makes no sense. Also clap's own code.
    Usage = 2,
    /// The plan is invalid or cannot be read.
    InvalidPlan = 3,
    /// Stopped because its budget is used up; it can be taken up again.
    Budget = 4,
    /// A person has to decide something; it can be taken up again.
    Paused = 5,
    /// Configuration, provider, run folder or journal; or output that cannot be written.
    Configuration = 6,
    /// Interrupted by a signal.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
