//! A directory that nothing below leads out of.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use cap_std::fs::Dir;
use rustix::fs::{AtFlags, OFlags};

use crate::digest::Hasher;
use crate::draft;
use crate::walk::{Found, Walk};
use crate::{Digest, FileError, FileErrorKind, RelDir, RelPath};

/// The largest file that [`Root::read`] and [`Root::snapshot`] take into memory, in bytes (64 MiB).
pub const MAX_FILE_BYTES: u64 = 64 << 20;
/// How often a write makes its directories again when another process has removed them.
const WRITE_TRIES: u32 = 16;

/// A directory, held open, below which files are read and written.
///
/// No operation follows a symbolic link, wherever it stands in the path and whoever puts it there while the operation
/// runs: each directory on the way is opened from the one above it, and only regular files are opened, replaced or
/// removed. The root itself may be named through symbolic links; they are resolved once, when it is opened.
///
/// All operations block; within async code they are short enough to call directly, unless files are large.
///
/// Cloning is cheap, and the clones are the same directory.
///
/// # Examples
///
/// ```
/// use wavecrew_sandbox::{RelPath, Root};
///
/// # let folder = tempfile::tempdir()?;
/// let root = Root::open(folder.path())?;
/// let path = RelPath::new("docs/guide.md")?;
///
/// let before = root.snapshot(&[path.clone()])?;
/// root.write(&path, b"# Guide\n")?;
/// assert_eq!(root.read(&path)?.as_deref(), Some(&b"# Guide\n"[..]));
///
/// root.restore(&before)?;
/// assert_eq!(root.read(&path)?, None);
/// assert!(!folder.path().join("docs").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Root {
    dir: Arc<Dir>,
    path: PathBuf,
    /// Held for reading while a file is put into a directory that must stay, for writing while a directory is removed.
    directories: Arc<RwLock<()>>,
}

impl Root {
    /// Opens a directory that exists.
    ///
    /// # Errors
    ///
    /// [`RootError`] when it does not exist, is no directory, or may not be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RootError> {
        let path = path.as_ref();
        let open = || {
            let canonical = path.canonicalize()?;
            // Opened for reading, because a handle for lookups alone cannot be synced.
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let dir = rustix::fs::open(&canonical, flags, rustix::fs::Mode::empty())?;
            let dir = Dir::from_std_file(File::from(dir));
            Ok(Self {
                dir: Arc::new(dir),
                path: canonical,
                directories: Arc::default(),
            })
        };
        open().map_err(|source| RootError {
            path: path.to_owned(),
            source,
        })
    }

    /// Opens a directory, made first, with those above it, where it does not exist.
    ///
    /// # Errors
    ///
    /// [`RootError`] when it cannot be made or opened.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, RootError> {
        let path = path.as_ref();
        std::fs::create_dir_all(path).map_err(|source| RootError {
            path: path.to_owned(),
            source,
        })?;
        Self::open(path)
    }

    /// The path of the root: absolute, and free of symbolic links at the time it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of a file, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`FileError`] when anything but regular files and directories is in the way, when the file is larger than
    /// [`MAX_FILE_BYTES`], and when the system refuses.
    pub fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        Ok(self.read_with_mode(path)?.map(|(bytes, _)| bytes))
    }

    /// The digest of a file, or `None` where there is none. The file may be of any size; memory use is constant.
    ///
    /// # Errors
    ///
    /// As [`Root::read`], but for the size.
    pub fn digest(&self, path: &RelPath) -> Result<Option<Digest>, FileError> {
        const ACTION: &str = "read";
        let Some((mut file, _)) = self.open_file(path, ACTION)? else {
            return Ok(None);
        };
        let mut hasher = Hasher::default();
        let mut buffer = vec![0; 64 << 10];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(Some(hasher.finish())),
                Ok(count) => hasher.update(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FileError::new(path.as_str(), ACTION, error)),
            }
        }
    }

    /// Makes these bytes the content of a file, whole or not at all.
    ///
    /// Directories on the way are made. The bytes are written beside the file, synced to the disk and moved over it, and
    /// the directory is synced, so that after a crash there is the old file or the new one. A file that is replaced
    /// keeps its permissions; other hard links to it keep its old content. A crash between the last two steps of
    /// replacing a file leaves a hidden draft beside it, which the next [`Root::write`] or [`Root::restore`] of the file
    /// takes away.
    ///
    /// # Errors
    ///
    /// [`FileError`] when anything but regular files and directories is in the way, and when the system refuses, for
    /// example for want of space; the old file is untouched then.
    pub fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<(), FileError> {
        self.write_with_mode(path, bytes, None)
    }

    /// Lets a file be executed, or no longer: by everyone who may read it.
    ///
    /// # Errors
    ///
    /// [`FileError`] when there is no such file, when anything but regular files and directories is in the way, and
    /// when the system refuses.
    pub fn set_executable(&self, path: &RelPath, executable: bool) -> Result<(), FileError> {
        const ACTION: &str = "change the permissions of";
        let fail = |error: io::Error| FileError::new(path.as_str(), ACTION, error);
        let (file, mode) = self
            .open_file(path, ACTION)?
            .ok_or_else(|| fail(rustix::io::Errno::NOENT.into()))?;
        let readers = (mode & 0o444) >> 2;
        let mode = if executable {
            mode | readers
        } else {
            mode & !0o111
        };
        rustix::fs::fchmod(&file, rustix::fs::Mode::from_raw_mode(mode))
            .map_err(|errno| fail(errno.into()))
    }

    /// Removes a file; where there is none, nothing happens.
    ///
    /// # Errors
    ///
    /// [`FileError`] when anything but regular files and directories is in the way, and when the system refuses.
    pub fn remove(&self, path: &RelPath) -> Result<(), FileError> {
        const ACTION: &str = "remove";
        let walk = Walk::new(&self.dir, path.as_str(), ACTION);
        let Some(parent) = walk.parent(path)? else {
            return Ok(());
        };
        match walk.look(&parent, path)? {
            Found::Nothing => Ok(()),
            Found::File { .. } => walk.unlink(&parent, path),
            Found::Other(other) => Err(walk.not_a_file(other)),
        }
    }

    /// The absolute path of a directory below the root, reached without a symbolic link.
    ///
    /// # Errors
    ///
    /// [`FileError`] when it does not exist or something else is in the way.
    pub fn directory(&self, path: &RelDir) -> Result<PathBuf, FileError> {
        let name = path.to_string();
        let walk = Walk::new(&self.dir, &name, "enter");
        match walk.descend(path.components())? {
            Some(_) if path.as_str().is_empty() => Ok(self.path.clone()),
            Some(_) => Ok(self.path.join(path.as_str())),
            None => Err(FileError::new(&name, "enter", rustix::io::Errno::NOENT)),
        }
    }

    pub(crate) fn dir(&self) -> &Dir {
        &self.dir
    }

    pub(crate) fn read_with_mode(
        &self,
        path: &RelPath,
    ) -> Result<Option<(Vec<u8>, u32)>, FileError> {
        const ACTION: &str = "read";
        let Some((file, mode)) = self.open_file(path, ACTION)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| FileError::new(path.as_str(), ACTION, error))?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(FileError::in_the_way(
                path.as_str(),
                ACTION,
                FileErrorKind::TooLarge,
                format!("it has more than {MAX_FILE_BYTES} bytes"),
                rustix::io::Errno::FBIG,
            ));
        }
        Ok(Some((bytes, mode)))
    }

    /// Writes a file; without a mode it keeps the one that it has.
    pub(crate) fn write_with_mode(
        &self,
        path: &RelPath,
        bytes: &[u8],
        mode: Option<u32>,
    ) -> Result<(), FileError> {
        // Putting another task's files back removes directories that it made, if they are empty: even those that
        // we have just made sure of. The lock keeps those of this process apart; another process may do the same.
        let _stay = self
            .directories
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let mut result = self.try_write(path, bytes, mode);
        for _ in 0..WRITE_TRIES {
            match &result {
                Err(error) if error.kind() == FileErrorKind::NotFound => {
                    result = self.try_write(path, bytes, mode);
                }
                _ => break,
            }
        }
        result
    }

    fn try_write(&self, path: &RelPath, bytes: &[u8], mode: Option<u32>) -> Result<(), FileError> {
        const ACTION: &str = "write";
        let walk = Walk::new(&self.dir, path.as_str(), ACTION);
        let parent = walk.make_parent(path)?;
        let mode = match walk.look(&parent, path)? {
            Found::Nothing => mode,
            Found::File { mode: old } => Some(mode.unwrap_or(old)),
            Found::Other(other) => return Err(walk.not_a_file(other)),
        };
        let put = || {
            draft::put(&parent, path.file_name(), bytes, mode)?;
            rustix::fs::fsync(&parent)?;
            Ok(())
        };
        put().map_err(|error: io::Error| {
            // In a directory that is removed by now the system's answers differ: ENOENT, ESTALE, even EPERM.
            let removed = rustix::fs::fstat(&parent).is_ok_and(|stat| stat.st_nlink == 0);
            let error = if removed {
                rustix::io::Errno::NOENT.into()
            } else {
                error
            };
            FileError::new(path.as_str(), ACTION, error)
        })
    }

    /// Opens a regular file for reading and tells its permission bits.
    fn open_file(
        &self,
        path: &RelPath,
        action: &'static str,
    ) -> Result<Option<(File, u32)>, FileError> {
        let walk = Walk::new(&self.dir, path.as_str(), action);
        let Some(parent) = walk.parent(path)? else {
            return Ok(None);
        };
        // Looked at first, because to open a device can have effects; and again once it is open, because it may have
        // been swapped in between.
        match walk.look(&parent, path)? {
            Found::Nothing => return Ok(None),
            Found::File { .. } => {}
            Found::Other(other) => return Err(walk.not_a_file(other)),
        }
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = match walk.open(&parent, path.file_name(), flags) {
            Ok(file) => File::from(file),
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(walk.error(errno)),
        };
        let stat = rustix::fs::fstat(&file).map_err(|errno| walk.error(errno))?;
        match Found::from_stat(&stat) {
            Found::File { mode } => Ok(Some((file, mode))),
            Found::Other(other) => Err(walk.not_a_file(other)),
            Found::Nothing => Ok(None),
        }
    }

    /// Removes what a write that was killed may have left beside a file.
    pub(crate) fn discard_draft(&self, path: &RelPath) -> Result<(), FileError> {
        let walk = Walk::new(&self.dir, path.as_str(), "restore");
        match walk.parent(path)? {
            Some(parent) => {
                draft::discard(&parent, path.file_name()).map_err(|error| walk.error(error))
            }
            None => Ok(()),
        }
    }

    /// Removes whatever stands at a path, unless it is a directory; nothing is followed.
    pub(crate) fn clear(&self, path: &RelPath) -> Result<(), FileError> {
        let walk = Walk::new(&self.dir, path.as_str(), "restore");
        let Some(parent) = walk.parent(path)? else {
            return Ok(());
        };
        match walk.look(&parent, path)? {
            Found::Nothing => Ok(()),
            Found::Other(other) if other.is_dir() => Err(walk.not_a_file(other)),
            Found::File { .. } | Found::Other(_) => walk.unlink(&parent, path),
        }
    }

    /// Removes a directory if it is there and empty.
    pub(crate) fn remove_empty_directory(&self, path: &RelPath) -> Result<(), FileError> {
        use rustix::io::Errno;
        let walk = Walk::new(&self.dir, path.as_str(), "remove");
        let Some(parent) = walk.parent(path)? else {
            return Ok(());
        };
        let _nobody_writes = self
            .directories
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match rustix::fs::unlinkat(&parent, path.file_name(), AtFlags::REMOVEDIR) {
            Ok(()) => rustix::fs::fsync(&parent).map_err(|errno| walk.error(errno)),
            Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => Ok(()),
            Err(errno) => Err(walk.error(errno)),
        }
    }
}

/// A directory that cannot serve as a root.
#[derive(Debug, thiserror::Error)]
#[error("cannot open root `{}`", path.display())]
#[non_exhaustive]
pub struct RootError {
    /// The directory as it was named.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}
