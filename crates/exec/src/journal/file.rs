use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::blobs::{self, Blobs};
use super::disk::{Disk, DiskFile, LocalDisk};
use super::reader::{self, End};
use super::{Header, History, Journal, JournalError, Record, TornTail, line};

/// A journal in a local file, one JSON object a line.
///
/// ```text
/// {"seq":3,"sum":"4f8a…","body":{"at_ms":1760000000000,"type":"started","task":"a","attempt":1}}
/// ```
///
/// `seq` counts from 0, `sum` is the first 16 hexadecimal digits of the SHA-256 of the exact bytes
/// of `body`. A task is in flight where the last of its `started`, `paused`, `failed`, `succeeded`, `asked`,
/// `split`, `skipped`, `put_aside`, `cancelled` is `started`. Values of more than 32 KiB are in files of their own, in
/// the folder `blobs` beside the journal, named by their SHA-256; they are durable before the
/// line that names them is written. A journal should have a folder to itself.
///
/// One process writes at a time: a lock on a file beside the journal (`….lock`, which stays
/// there) is held while this lives.
///
/// Writing blocks the thread for as long as the disk takes.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    file: Box<dyn DiskFile>,
    blobs: Blobs,
    end: End,
    failed: bool,
    _lock: Box<dyn fmt::Debug + Send>,
}

/// What [`FileJournal::open`] found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// About the run as a whole; its `meta` is the latest.
    pub header: Header,
    /// How many whole records there are, the header included.
    pub records: u64,
    /// The unfinished tail that was cut off, if there was one.
    pub truncated: Option<TornTail>,
}

impl FileJournal {
    /// Starts a journal. Folders above it are made if they are missing. It is there with its
    /// header, durably, or not at all.
    ///
    /// # Errors
    ///
    /// If there is such a file already, another process keeps it locked for a second, or the system refuses.
    pub fn create(path: impl AsRef<Path>, header: &Header) -> Result<Self, JournalError> {
        Self::create_on(Arc::new(LocalDisk), path, header)
    }

    /// The same on another disk.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn create_on(
        disk: Arc<dyn Disk>,
        path: impl AsRef<Path>,
        header: &Header,
    ) -> Result<Self, JournalError> {
        let path = path.as_ref();
        create_folders(&*disk, blobs::parent(path))?;
        let lock = disk.lock(path)?;
        let there = disk
            .size(path)
            .map_err(JournalError::io("look for", path))?;
        if there.is_some() {
            return Err(JournalError::Exists {
                path: path.to_owned(),
            });
        }
        let mut first = Vec::new();
        let record = Record::Header(header.clone());
        line::write(&mut first, 0, &record).map_err(not_json(path))?;
        blobs::write_durably(&*disk, path, &first)?;
        blobs::sync_dir(&*disk, blobs::parent(path))?;
        let end = End {
            offset: first.len() as u64,
            next_seq: 1,
        };
        Self::at(disk, path, end, lock)
    }

    /// Opens a journal to go on with it. An unfinished tail is cut off, and told.
    ///
    /// # Errors
    ///
    /// As [`read_journal`](crate::read_journal); and if another process keeps it locked for a second.
    pub fn open(path: impl AsRef<Path>) -> Result<(Self, Replay), JournalError> {
        Self::open_on(Arc::new(LocalDisk), path)
    }

    /// The same on another disk.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_on(
        disk: Arc<dyn Disk>,
        path: impl AsRef<Path>,
    ) -> Result<(Self, Replay), JournalError> {
        let path = path.as_ref();
        // Without this a mistyped path would leave a lock file behind.
        drop(disk.append(path).map_err(JournalError::io("open", path))?);
        let lock = disk.lock(path)?;
        let (history, end) = reader::read(&disk, path)?;
        let mut journal = Self::at(disk, path, end, lock)?;
        if history.truncated.is_some() {
            journal.cut()?;
        }
        let replay = Replay {
            header: history.header,
            records: history.records,
            truncated: history.truncated,
        };
        Ok((journal, replay))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn at(
        disk: Arc<dyn Disk>,
        path: &Path,
        end: End,
        lock: Box<dyn fmt::Debug + Send>,
    ) -> Result<Self, JournalError> {
        let file = disk.append(path).map_err(JournalError::io("open", path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            blobs: Blobs::beside(Arc::clone(&disk), path),
            disk,
            end,
            failed: false,
            _lock: lock,
        })
    }

    fn cut(&mut self) -> Result<(), JournalError> {
        self.file
            .set_len(self.end.offset)
            .and_then(|()| self.file.sync())
            .map_err(JournalError::io("cut", &self.path))
    }

    fn try_append(&mut self, mut records: Vec<Record>) -> Result<(), JournalError> {
        self.blobs.store(&mut records)?;
        let mut lines = Vec::new();
        let mut next_seq = self.end.next_seq;
        for record in &records {
            line::write(&mut lines, next_seq, record).map_err(not_json(&self.path))?;
            next_seq += 1;
        }
        self.blobs.sync()?;
        self.file
            .write_all(&lines)
            .map_err(JournalError::io("append to", &self.path))?;
        self.end = End {
            offset: self.end.offset + lines.len() as u64,
            next_seq,
        };
        Ok(())
    }

    fn expect_usable(&self) -> Result<(), JournalError> {
        if self.failed {
            return Err(JournalError::Failed {
                path: self.path.clone(),
            });
        }
        Ok(())
    }
}

#[async_trait]
impl Journal for FileJournal {
    async fn history(&mut self) -> Result<History, JournalError> {
        self.expect_usable()?;
        reader::read(&self.disk, &self.path).map(|(history, _)| history)
    }

    async fn append(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        self.expect_usable()?;
        let appended = self.try_append(records);
        if appended.is_err() {
            self.failed = true;
            // Half a line may have been written. If it cannot be cut off now, it is when the
            // journal is opened again.
            let _ = self.cut();
        }
        appended
    }

    async fn sync(&mut self) -> Result<(), JournalError> {
        self.expect_usable()?;
        let synced = self
            .file
            .sync()
            .map_err(JournalError::io("sync", &self.path));
        self.failed = synced.is_err();
        synced
    }
}

/// Makes a folder and those above it, durably.
fn create_folders(disk: &dyn Disk, folder: &Path) -> Result<(), JournalError> {
    let above = folder.ancestors().filter(|above| *above != Path::new(""));
    let missing: Vec<&Path> = above
        .take_while(|above| matches!(disk.size(above), Ok(None)))
        .collect();
    for made in missing.into_iter().rev() {
        match disk.create_dir(made) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(JournalError::io("create", made)(error));
            }
            _ => blobs::sync_dir(disk, blobs::parent(made))?,
        }
    }
    Ok(())
}

fn not_json(path: &Path) -> impl FnOnce(serde_json::Error) -> JournalError + use<> {
    let path = path.to_owned();
    move |error| JournalError::io("write a record to", &path)(error.into())
}
