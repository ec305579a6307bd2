//! What can go wrong with a file.

use std::fmt;
use std::io;

use rustix::io::Errno;

/// An operation on a file below a root that did not succeed; it names the file, what was tried and the system's
/// error number.
#[derive(Debug)]
pub struct FileError {
    path: String,
    action: &'static str,
    problem: String,
    kind: FileErrorKind,
    io: io::Error,
}

/// What kind of thing stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// A symbolic link is in the path, or at its end.
    Symlink,
    /// There is something at the path, and it is no regular file: a directory, a FIFO, a device, a socket.
    NotAFile,
    /// A component that should be a directory is something else.
    NotADirectory,
    /// A directory that is needed is not there.
    NotFound,
    /// The file is larger than [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    TooLarge,
    /// No permission, or the file system is read-only.
    Denied,
    /// The disk or the quota is full.
    NoSpace,
    /// Anything else; see the system's error number.
    Other,
}

impl FileError {
    /// The path below the root.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What kind of thing stood in the way.
    pub fn kind(&self) -> FileErrorKind {
        self.kind
    }

    /// The system's error.
    pub fn io_error(&self) -> &io::Error {
        &self.io
    }

    /// An error of the system, as it is.
    pub(crate) fn new(path: &str, action: &'static str, io: impl Into<io::Error>) -> Self {
        let io = io.into();
        Self {
            path: path.to_owned(),
            action,
            problem: String::new(),
            kind: kind_of(&io),
            io,
        }
    }

    /// Something in the way, of which there is more to say than the error number does.
    pub(crate) fn in_the_way(
        path: &str,
        action: &'static str,
        kind: FileErrorKind,
        problem: String,
        errno: Errno,
    ) -> Self {
        Self {
            path: path.to_owned(),
            action,
            problem,
            kind,
            io: errno.into(),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: ", self.action, self.path)?;
        if !self.problem.is_empty() {
            write!(f, "{}: ", self.problem)?;
        }
        write!(f, "{}", self.io)
    }
}

// The system's error is part of the message, so it is not a source as well.
impl std::error::Error for FileError {}

fn kind_of(io: &io::Error) -> FileErrorKind {
    match Errno::from_io_error(io) {
        Some(Errno::LOOP) => FileErrorKind::Symlink,
        Some(Errno::ISDIR) => FileErrorKind::NotAFile,
        Some(Errno::NOTDIR) => FileErrorKind::NotADirectory,
        Some(Errno::NOENT) => FileErrorKind::NotFound,
        Some(Errno::ACCESS | Errno::PERM | Errno::ROFS) => FileErrorKind::Denied,
        Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => FileErrorKind::NoSpace,
        _ => FileErrorKind::Other,
    }
}
