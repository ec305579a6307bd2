//! From directory to directory without following a link.

use std::fs::File;
use std::io;

use cap_std::fs::Dir;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::{FileError, FileErrorKind, RelPath};

/// One operation on one path, for errors that name both.
pub(crate) struct Walk<'a> {
    root: &'a Dir,
    path: &'a str,
    action: &'static str,
}

/// What stands at a path.
pub(crate) enum Found {
    Nothing,
    File { mode: u32 },
    Other(FileType),
}

impl Found {
    pub(crate) fn from_stat(stat: &Stat) -> Self {
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Self::File {
                mode: stat.st_mode & 0o777,
            },
            other => Self::Other(other),
        }
    }
}

impl<'a> Walk<'a> {
    pub(crate) fn new(root: &'a Dir, path: &'a str, action: &'static str) -> Self {
        Self { root, path, action }
    }

    /// The directory that holds the file, or `None` where it does not exist.
    pub(crate) fn parent(&self, path: &RelPath) -> Result<Option<Dir>, FileError> {
        self.descend(path.parent().components())
    }

    /// The directory that holds the file, made where it does not exist.
    pub(crate) fn make_parent(&self, path: &RelPath) -> Result<Dir, FileError> {
        let mut dir = self.top()?;
        for component in path.parent().components() {
            let below = match self.step(&dir, component)? {
                Some(below) => below,
                None => self.make(&dir, component)?,
            };
            dir = below;
        }
        Ok(dir)
    }

    /// The directory at the end of these components, or `None` where it does not exist.
    pub(crate) fn descend<'c>(
        &self,
        components: impl Iterator<Item = &'c str>,
    ) -> Result<Option<Dir>, FileError> {
        let mut dir = self.top()?;
        for component in components {
            match self.step(&dir, component)? {
                Some(below) => dir = below,
                None => return Ok(None),
            }
        }
        Ok(Some(dir))
    }

    /// What stands at the path; a link is looked at, not through.
    pub(crate) fn look(&self, parent: &Dir, path: &RelPath) -> Result<Found, FileError> {
        match rustix::fs::statat(parent, path.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Found::from_stat(&stat)),
            Err(Errno::NOENT) => Ok(Found::Nothing),
            Err(errno) => Err(self.error(errno)),
        }
    }

    pub(crate) fn unlink(&self, parent: &Dir, path: &RelPath) -> Result<(), FileError> {
        match rustix::fs::unlinkat(parent, path.file_name(), AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(self.error(errno)),
        }
        rustix::fs::fsync(parent).map_err(|errno| self.error(errno))
    }

    pub(crate) fn open(
        &self,
        dir: impl AsFd,
        name: &str,
        flags: OFlags,
    ) -> rustix::io::Result<OwnedFd> {
        rustix::io::retry_on_intr(|| rustix::fs::openat(dir.as_fd(), name, flags, Mode::empty()))
    }

    pub(crate) fn error(&self, error: impl Into<io::Error>) -> FileError {
        FileError::new(self.path, self.action, error)
    }

    pub(crate) fn not_a_file(&self, found: FileType) -> FileError {
        let (kind, what, errno) = match found {
            FileType::Symlink => (FileErrorKind::Symlink, "a symbolic link", Errno::LOOP),
            FileType::Directory => (FileErrorKind::NotAFile, "a directory", Errno::ISDIR),
            FileType::Fifo => (FileErrorKind::NotAFile, "a FIFO", Errno::INVAL),
            FileType::Socket => (FileErrorKind::NotAFile, "a socket", Errno::INVAL),
            FileType::CharacterDevice | FileType::BlockDevice => {
                (FileErrorKind::NotAFile, "a device", Errno::INVAL)
            }
            _ => (FileErrorKind::NotAFile, "no regular file", Errno::INVAL),
        };
        FileError::in_the_way(self.path, self.action, kind, format!("it is {what}"), errno)
    }

    fn top(&self) -> Result<Dir, FileError> {
        self.root.try_clone().map_err(|error| self.error(error))
    }

    /// One directory down, or `None` where it does not exist.
    fn step(&self, dir: &Dir, component: &str) -> Result<Option<Dir>, FileError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match self.open(dir, component, flags) {
            Ok(below) => Ok(Some(Dir::from_std_file(File::from(below)))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno @ (Errno::LOOP | Errno::NOTDIR | Errno::MLINK)) => {
                Err(self.no_directory(dir, component, errno))
            }
            Err(errno) => Err(self.error(errno)),
        }
    }

    fn make(&self, dir: &Dir, component: &str) -> Result<Dir, FileError> {
        match rustix::fs::mkdirat(dir, component, Mode::from_raw_mode(0o777)) {
            Ok(()) => rustix::fs::fsync(dir).map_err(|errno| self.error(errno))?,
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(self.error(errno)),
        }
        self.step(dir, component)?
            .ok_or_else(|| self.error(Errno::NOENT))
    }

    /// Systems answer in different ways when a link is found where a directory is wanted; so it is looked at.
    fn no_directory(&self, dir: &Dir, component: &str, errno: Errno) -> FileError {
        let link = rustix::fs::statat(dir, component, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink);
        let (kind, what, errno) = if link {
            (FileErrorKind::Symlink, "a symbolic link", Errno::LOOP)
        } else {
            (FileErrorKind::NotADirectory, "no directory", errno)
        };
        FileError::in_the_way(
            self.path,
            self.action,
            kind,
            format!("`{component}` is {what}"),
            errno,
        )
    }
}
