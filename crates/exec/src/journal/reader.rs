use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::blobs::Blobs;
use super::disk::{Disk, LocalDisk};
use super::line::{self, BadLine, Line};
use super::{Header, History, JournalError, Record};

/// Reads what a journal says so far, without a lock and without changing anything; it may be
/// growing at the same time. Large values are read from their files.
///
/// An unfinished last line is left out and told in [`History::truncated`].
///
/// # Errors
///
/// If the journal cannot be read, has no header, is newer than this crate, or is damaged
/// anywhere but in its tail; also if a large value's file is missing or damaged.
///
/// # Complexity
///
/// O(bytes), with the whole journal in memory.
pub fn read_journal(path: impl AsRef<Path>) -> Result<History, JournalError> {
    let disk: Arc<dyn Disk> = Arc::new(LocalDisk);
    read(&disk, path.as_ref()).map(|(history, _)| history)
}

/// The same, and shows each record on the way, in order: a [`History`] forgets what was overtaken, such
/// as the steps of an attempt whose result was wrong.
///
/// # Errors
///
/// As [`read_journal`].
pub fn read_records(
    path: impl AsRef<Path>,
    mut each: impl FnMut(&Record),
) -> Result<History, JournalError> {
    let disk: Arc<dyn Disk> = Arc::new(LocalDisk);
    read_each(&disk, path.as_ref(), &mut each).map(|(history, _)| history)
}

/// The unfinished end of a journal whose writer was killed or lost its machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TornTail {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// The number of its first line, from 1.
    pub line: u64,
    /// Its length.
    pub bytes: u64,
}

/// Where the good part of a journal ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) offset: u64,
    pub(super) next_seq: u64,
}

pub(super) fn read(disk: &Arc<dyn Disk>, path: &Path) -> Result<(History, End), JournalError> {
    read_each(disk, path, &mut |_| {})
}

fn read_each(
    disk: &Arc<dyn Disk>,
    path: &Path,
    each: &mut dyn FnMut(&Record),
) -> Result<(History, End), JournalError> {
    let bytes = disk.read(path).map_err(JournalError::io("read", path))?;
    let blobs = Blobs::beside(Arc::clone(disk), path);
    let mut lines = Lines::new(path, &bytes);
    let header = lines.header()?;
    let mut history = History::new(header);
    while let Some(mut line) = lines.next_line()? {
        blobs.load(&mut line.record)?;
        each(&line.record);
        history.apply(line.at_ms, line.record);
    }
    history.truncated = lines.torn.clone();
    Ok((history, lines.end()))
}

struct Lines<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    offset: usize,
    seq: u64,
    torn: Option<TornTail>,
}

impl<'a> Lines<'a> {
    fn new(path: &'a Path, bytes: &'a [u8]) -> Self {
        Self {
            path,
            bytes,
            offset: 0,
            seq: 0,
            torn: None,
        }
    }

    fn header(&mut self) -> Result<Header, JournalError> {
        let found = match self.next_line() {
            Err(JournalError::Damaged { .. }) if self.newer_version().is_some() => None,
            other => other?,
        };
        if let Some(found) = self.newer_version() {
            return Err(JournalError::Version {
                path: self.path.to_owned(),
                found,
            });
        }
        match found {
            Some(Line {
                record: Record::Header(header),
                ..
            }) => Ok(header),
            Some(_) => Err(self.damaged(0, "it is not a header".to_owned())),
            None => Err(JournalError::NoHeader {
                path: self.path.to_owned(),
            }),
        }
    }

    /// The version of the whole journal if it is too new to be read.
    fn newer_version(&self) -> Option<u32> {
        let first = self.bytes.split(|&byte| byte == b'\n').next()?;
        let version = line::is_intact(first).then(|| line::stated_version(first))??;
        (version > Header::VERSION).then_some(version)
    }

    fn next_line(&mut self) -> Result<Option<Line>, JournalError> {
        let rest = &self.bytes[self.offset..];
        if rest.is_empty() || self.torn.is_some() {
            return Ok(None);
        }
        let Some(length) = rest.iter().position(|&byte| byte == b'\n') else {
            return Ok(self.tear());
        };
        match line::read(&rest[..length], self.seq) {
            Ok(line) => {
                if self.seq > 0 && matches!(line.record, Record::Header(_)) {
                    return Err(self.damaged(self.seq, "it is a second header".to_owned()));
                }
                self.offset += length + 1;
                self.seq += 1;
                Ok(Some(line))
            }
            Err(BadLine::Damaged(what)) => {
                let mut later = rest[length + 1..].split(|&byte| byte == b'\n');
                if later.any(line::is_intact) {
                    return Err(self.damaged(self.seq, what));
                }
                Ok(self.tear())
            }
            Err(BadLine::Unknown(what)) => {
                Err(self.damaged(self.seq, format!("not a record that is known here: {what}")))
            }
        }
    }

    /// Ends the journal here.
    fn tear(&mut self) -> Option<Line> {
        self.torn = Some(TornTail {
            offset: self.offset as u64,
            line: self.seq + 1,
            bytes: (self.bytes.len() - self.offset) as u64,
        });
        None
    }

    fn damaged(&self, seq: u64, what: String) -> JournalError {
        JournalError::Damaged {
            path: self.path.to_owned(),
            offset: self.offset as u64,
            line: seq + 1,
            what,
        }
    }

    fn end(&self) -> End {
        End {
            offset: self.offset as u64,
            next_seq: self.seq,
        }
    }
}
