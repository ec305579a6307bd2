//! What reads the commands of a shell.

use crate::environment::Environment;
use crate::program;

/// The program that a [`Shell`](crate::Shell) gives its commands to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interpreter {
    /// `bash -o pipefail`.
    Bash,
    /// `sh`, whichever it is: the status of a pipe is that of its last command, and functions do not persist.
    Sh,
}

impl Interpreter {
    pub(crate) fn find(environment: &Environment) -> Self {
        let path = environment.path().unwrap_or_default();
        if program::find_in(&path, "bash").is_some() {
            Self::Bash
        } else {
            Self::Sh
        }
    }
}
