use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{JournalError, Payload, Record};
use crate::hex::hex;

/// Values of more bytes than this get a file of their own.
const INLINE_BYTES: usize = 4096;

/// The folder beside a journal with its large values, each in a file named by its digest.
#[derive(Debug)]
pub(super) struct Blobs {
    folder: PathBuf,
    /// Whether a name in the folder may not be durable yet.
    unsynced: bool,
}

impl Blobs {
    pub(super) fn beside(journal: &Path) -> Self {
        Self {
            folder: journal.with_file_name("blobs"),
            unsynced: false,
        }
    }

    /// Moves the record's values to files if they are large. They are durable after
    /// [`sync`](Self::sync).
    pub(super) fn store(&mut self, record: &mut Record) -> Result<(), JournalError> {
        if let Some(payload) = payload_of(record) {
            let Payload::Inline(value) = payload else {
                return Ok(());
            };
            let text = value.to_string();
            if text.len() > INLINE_BYTES {
                *payload = self.put(text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Makes the names of stored files durable; their content is by then.
    pub(super) fn sync(&mut self) -> Result<(), JournalError> {
        if std::mem::take(&mut self.unsynced) {
            sync_folder(&self.folder)?;
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

    fn put(&mut self, bytes: &[u8]) -> Result<Payload, JournalError> {
        let sha256 = hex(&Sha256::digest(bytes));
        let path = self.folder.join(&sha256);
        let length = bytes.len() as u64;
        self.unsynced = true;
        // A file gets its name only when its content is durable, so one with the name and the
        // length is whole.
        if !fs::metadata(&path).is_ok_and(|found| found.len() == length) {
            self.create_folder()?;
            write_durably(&path, bytes)?;
        }
        Ok(Payload::Blob {
            sha256,
            bytes: length,
        })
    }

    fn create_folder(&self) -> Result<(), JournalError> {
        match fs::create_dir(&self.folder) {
            Ok(()) => sync_folder(parent(&self.folder)),
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
        let content = fs::read(&path).map_err(JournalError::io("read", &path))?;
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

/// Puts a file in place, whole or not at all. Its name is durable once its folder is synced.
pub(super) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), JournalError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    let draft = PathBuf::from(name);
    let written = File::create(&draft)
        .map_err(JournalError::io("create", &draft))
        .and_then(|mut file| {
            file.write_all(bytes)
                .map_err(JournalError::io("write", &draft))?;
            file.sync_all().map_err(JournalError::io("sync", &draft))
        })
        .and_then(|()| fs::rename(&draft, path).map_err(JournalError::io("rename", &draft)));
    if written.is_err() {
        // What is left of the draft is of no use, and harmless if it cannot be removed either.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), JournalError> {
    // Only Unix can open a folder as a file.
    if cfg!(unix) {
        let opened = File::open(folder).map_err(JournalError::io("open", folder))?;
        opened
            .sync_all()
            .map_err(JournalError::io("sync", folder))?;
    }
    Ok(())
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
        Record::Failed { detail, .. } => Some(detail),
        Record::Succeeded { output, .. } => Some(output),
        _ => None,
    }
}
