//! Why a command did not start.

use std::io;
use std::path::PathBuf;

use crate::{FileError, Isolation};

/// A command that could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The directory to run in is not there, or not below the root.
    #[error(transparent)]
    Directory(FileError),
    /// The shell's directory, which an earlier command went to, is not there any more.
    #[error("cannot go back to directory `{}`", path.display())]
    Gone {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The private folders for home, temporary files and the state of a shell cannot be made or used.
    #[error("cannot use a private temporary folder")]
    Scratch(#[source] io::Error),
    /// The isolation that is asked for does not work.
    #[error("cannot isolate commands by {isolation}")]
    Isolation {
        /// What was asked for.
        isolation: Isolation,
        /// What the system, or the program that should do it, says.
        source: io::Error,
    },
    /// The system would not start a process, for example because the arguments are too long.
    #[error("cannot start `{program}`")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// The system would not tell how the process ended.
    #[error("cannot wait for the command")]
    Wait(#[source] io::Error),
    /// A command of a shell has a NUL character, which no shell can take.
    #[error("the command has a NUL character")]
    Nul,
}
