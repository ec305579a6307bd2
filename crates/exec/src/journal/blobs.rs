use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Disk, JournalError, Payload, Record};
use crate::hex::hex;

/// Values of more bytes than this get a file of their own. Every such file has to be synced by itself,
/// so what usual answers have stays in the line, and with all others of a moment takes one sync.
const INLINE_BYTES: usize = 32 << 10;

/// How many files are written at a time, beside the first.
const WRITERS: usize = 15;

/// The folder beside a journal with its large values, each in a file named by its digest.
#[derive(Debug)]
pub(super) struct Blobs {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    /// Whether a name in the folder may not be durable yet.
    unsynced: bool,
}

impl Blobs {
    pub(super) fn beside(disk: Arc<dyn Disk>, journal: &Path) -> Self {
        Self {
            disk,
            folder: journal.with_file_name("blobs"),
            unsynced: false,
        }
    }

    /// Moves large values of the records to files, several at a time: each has to wait for the disk.
    /// They are durable after [`sync`](Self::sync).
    pub(super) fn store(&mut self, records: &mut [Record]) -> Result<(), JournalError> {
        let mut large = BTreeMap::new();
        for payload in records.iter_mut().filter_map(payload_of) {
            let Payload::Inline(value) = &*payload else {
                continue;
            };
            let text = value.to_string();
            if text.len() > INLINE_BYTES {
                let (sha256, bytes) = (hex(&Sha256::digest(text.as_bytes())), text.len() as u64);
                *payload = Payload::Blob {
                    sha256: sha256.clone(),
                    bytes,
                };
                large.insert(self.folder.join(sha256), text);
            }
        }
        if large.is_empty() {
            return Ok(());
        }
        self.unsynced = true;
        self.create_folder()?;
        let large: Vec<(PathBuf, String)> = large.into_iter().collect();
        self.put_all(&large)
    }

    /// Makes the names of stored files durable; their content is by then.
    pub(super) fn sync(&mut self) -> Result<(), JournalError> {
        if std::mem::take(&mut self.unsynced) {
            sync_dir(&*self.disk, &self.folder)?;
        }
        Ok(())
    }

    /// Puts the record's values back in place of the names of their files.
    pub(super) fn load(&self, record: &mut Record) -> Result<(), JournalError> {
        if let Some(payload) = payload_of(record)
            && let Payload::Blob { sha256, bytes } = payload
        {
            *payload = Payload::Inline(self.get(sha256, *bytes)?);
        }
        Ok(())
    }

    fn put_all(&self, large: &[(PathBuf, String)]) -> Result<(), JournalError> {
        let Some((first, others)) = large.split_first() else {
            return Ok(());
        };
        let disk = &*self.disk;
        let share = others.len().div_ceil(WRITERS).max(1);
        std::thread::scope(|scope| {
            let others: Vec<_> = others
                .chunks(share)
                .map(|share| scope.spawn(|| share.iter().try_for_each(|one| put(disk, one))))
                .collect();
            let mut stored = put(disk, first);
            for writer in others {
                let other = writer.join();
                stored = stored.and(other.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            stored
        })
    }

    fn create_folder(&self) -> Result<(), JournalError> {
        match self.disk.create_dir(&self.folder) {
            Ok(()) => sync_dir(&*self.disk, parent(&self.folder)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(JournalError::io("create", &self.folder)(error)),
        }
    }

    fn get(&self, sha256: &str, bytes: u64) -> Result<Value, JournalError> {
        if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(JournalError::Blob {
                path: self.folder.clone(),
                what: format!("`{}` is not the name of a value", sha256.escape_debug()),
            });
        }
        let path = self.folder.join(sha256);
        let content = self
            .disk
            .read(&path)
            .map_err(JournalError::io("read", &path))?;
        let damaged = |what: String| JournalError::Blob {
            path: path.clone(),
            what,
        };
        if content.len() as u64 != bytes {
            return Err(damaged(format!(
                "it has {} of {bytes} bytes",
                content.len()
            )));
        }
        if hex(&Sha256::digest(&content)) != sha256 {
            return Err(damaged("its digest does not match its name".to_owned()));
        }
        serde_json::from_slice(&content).map_err(|error| damaged(error.to_string()))
    }
}

/// A file gets its name only when its content is durable, so one with the name and the length is whole.
fn put(disk: &dyn Disk, (path, text): &(PathBuf, String)) -> Result<(), JournalError> {
    if matches!(disk.size(path), Ok(Some(found)) if found == text.len() as u64) {
        return Ok(());
    }
    write_durably(disk, path, text.as_bytes())
}

/// Puts a file in place, whole or not at all. Its name is durable once its folder is synced.
pub(super) fn write_durably(
    disk: &dyn Disk,
    path: &Path,
    bytes: &[u8],
) -> Result<(), JournalError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    let draft = PathBuf::from(name);
    let written = disk
        .create(&draft)
        .map_err(JournalError::io("create", &draft))
        .and_then(|mut file| {
            file.write_all(bytes)
                .map_err(JournalError::io("write", &draft))?;
            file.sync().map_err(JournalError::io("sync", &draft))
        })
        .and_then(|()| {
            disk.rename(&draft, path)
                .map_err(JournalError::io("rename", &draft))
        });
    if written.is_err() {
        // What is left of the draft is of no use, and harmless if it cannot be removed either.
        let _ = disk.remove(&draft);
    }
    written
}

/// Makes the names in a folder durable.
pub(super) fn sync_dir(disk: &dyn Disk, folder: &Path) -> Result<(), JournalError> {
    disk.sync_dir(folder)
        .map_err(JournalError::io("sync", folder))
}

/// The folder that a path is in.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn payload_of(record: &mut Record) -> Option<&mut Payload> {
    match record {
        Record::Memo { value, .. } => Some(value),
        Record::Failed { detail, .. } | Record::Asked { detail, .. } => Some(detail),
        Record::Succeeded { output, .. } => Some(output),
        _ => None,
    }
}
