use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::JournalError;
use super::lock::FileLock;

/// What a [`FileJournal`](crate::FileJournal) asks of a file system.
///
/// [`LocalDisk`] is the one to use. Others serve tests that let single operations fail, or that lose
/// what was not synced.
///
/// # Contract
///
/// As POSIX has it: what a file holds is durable once it is synced, and that it has its name once its
/// folder is; a rename is seen whole or not at all. An operation that failed may have been done in part.
pub trait Disk: fmt::Debug + Send + Sync {
    /// The right to write to this journal, held as long as the value lives.
    ///
    /// # Errors
    ///
    /// [`JournalError::Locked`] if another has it.
    fn lock(&self, journal: &Path) -> Result<Box<dyn fmt::Debug + Send>, JournalError>;

    /// The length of a file, or `None` where there is nothing.
    ///
    /// # Errors
    ///
    /// What the system says, here and below.
    fn size(&self, path: &Path) -> io::Result<Option<u64>>;

    /// All of a file.
    ///
    /// # Errors
    ///
    /// As [`size`](Self::size), here and below.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// A new file, or an old one emptied.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// A file that exists, to be written at its end.
    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// A new folder in one that exists.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// Another name for a file, in place of what has that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Takes a file away.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}

/// An open file of a [`Disk`].
pub trait DiskFile: fmt::Debug + Send {
    /// Writes all of it, or a part of it and an error.
    ///
    /// # Errors
    ///
    /// What the system says, here and below.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes durable what was written.
    ///
    /// # Errors
    ///
    /// As [`write_all`](Self::write_all); also if the file has lost its name meanwhile, for then
    /// nobody would find what is in it.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file off.
    ///
    /// # Errors
    ///
    /// As [`write_all`](Self::write_all).
    fn set_len(&mut self, bytes: u64) -> io::Result<()>;
}

/// The files of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn lock(&self, journal: &Path) -> Result<Box<dyn fmt::Debug + Send>, JournalError> {
        let mut name = journal.as_os_str().to_owned();
        name.push(".lock");
        match FileLock::take(Path::new(&name)) {
            Err(JournalError::Locked { pid, .. }) => Err(JournalError::Locked {
                path: journal.to_owned(),
                pid,
            }),
            taken => Ok(Box::new(taken?)),
        }
    }

    fn size(&self, path: &Path) -> io::Result<Option<u64>> {
        match fs::metadata(path) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(LocalFile(File::create(path)?)))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(Box::new(LocalFile(file)))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        // Only Unix can open a folder as a file.
        if cfg!(unix) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }
}

#[derive(Debug)]
struct LocalFile(File);

impl DiskFile for LocalFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()?;
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::nlink(&self.0.metadata()?) == 0 {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "somebody has removed it",
            ));
        }
        Ok(())
    }

    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }
}
