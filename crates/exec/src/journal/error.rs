use std::io;
use std::path::{Path, PathBuf};

use super::Header;

/// Why a journal cannot be read or written. Every message names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The operating system refused; the message ends with its error number.
    #[error("failed to {action} `{}`: {error}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// The answer.
        error: io::Error,
    },
    /// Another process has the journal open for writing.
    #[error("journal `{}` is in use by {}", path.display(), owner(*pid))]
    Locked {
        /// The journal.
        path: PathBuf,
        /// The other process, if it has said who it is.
        pid: Option<u32>,
    },
    /// A new journal was to be made where there is one.
    #[error("journal `{}` exists already; a run is resumed, never overwritten", path.display())]
    Exists {
        /// The journal.
        path: PathBuf,
    },
    /// The journal does not begin with a whole header, so nothing can have been recorded in it.
    #[error("journal `{}` has no header", path.display())]
    NoHeader {
        /// The journal.
        path: PathBuf,
    },
    /// Something before the end of the journal is not as it was written. Records after it exist,
    /// so nothing is skipped or cut.
    #[error("journal `{}` is damaged at byte {offset} (line {line}): {what}", path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// Where the damaged line begins.
        offset: u64,
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The journal was written by a newer version of this crate.
    #[error(
        "journal `{}` has format version {found}; this program reads up to {}",
        path.display(), Header::VERSION
    )]
    Version {
        /// The journal.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// A file that holds a large value is missing or is not as it was written.
    #[error("journal value `{}` is damaged: {what}", path.display())]
    Blob {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// An earlier write to this journal failed, so that it is not known how far it goes.
    #[error("journal `{}` failed before and must be opened again", path.display())]
    Failed {
        /// The journal.
        path: PathBuf,
    },
    /// A journal that is not a file failed.
    #[error("the journal failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl JournalError {
    /// The operating system's answer, if that is what this is.
    #[must_use]
    pub fn io_error(&self) -> Option<&io::Error> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }

    pub(super) fn io(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> JournalError + use<> {
        let path = path.to_owned();
        move |error| Self::Io {
            action,
            path,
            error,
        }
    }
}

fn owner(pid: Option<u32>) -> String {
    pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}
