//! Putting files back: within a session, and after a crash.

use std::path::Path;

use serde::{Deserialize, Serialize};
use wavecrew_sandbox::{FileError, RelPath, Root, RootError, Snapshot};

use super::error::CrewError;

/// A rollback log on disk: for every task in flight, its files as they were before.
///
/// An entry is durable before the task's first write and goes when the task has ended. What is there
/// when a run is taken up again was in flight at the crash, and is put back before anything starts.
#[derive(Debug)]
pub struct UndoLog {
    folder: Root,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    task: String,
    files: Snapshot,
}

impl UndoLog {
    /// Opens the log in `folder`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`RootError`] when the folder cannot be made or opened.
    pub fn open(folder: &Path) -> Result<Self, RootError> {
        Ok(Self {
            folder: Root::create(folder)?,
        })
    }

    /// Puts back the files of every task that was in flight, except those that `ended` knows to have
    /// ended after all; returns the ids of the tasks whose files were put back, sorted.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or written. What was put back stays so: calling again goes on.
    pub fn recover(
        &self,
        root: &Root,
        ended: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, CrewError> {
        let failed =
            |error: &dyn std::error::Error| CrewError::fatal("read the rollback log", error);
        let mut recovered = Vec::new();
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .and_then(|entries| {
                entries
                    .map(|entry| entry.map(|entry| entry.file_name()))
                    .collect()
            })
            .map_err(|error: std::io::Error| failed(&error))?;
        names.sort();
        for name in names {
            let name = name.to_string_lossy();
            let Ok(path) = RelPath::new(&name) else {
                continue;
            };
            if !name.ends_with(".json") {
                continue;
            }
            let bytes = self
                .folder
                .read(&path)
                .map_err(|error| failed(&error))?
                .unwrap_or_default();
            let entry: Entry = serde_json::from_slice(&bytes).map_err(|error| failed(&error))?;
            if !ended(&entry.task) {
                root.restore(&entry.files)
                    .map_err(|error| CrewError::fatal("put the files back", &error))?;
                recovered.push(entry.task);
            }
            self.folder.remove(&path).map_err(|error| failed(&error))?;
        }
        Ok(recovered)
    }

    /// The task has ended: its files are not put back any more. An entry that cannot be removed is
    /// no harm, as [`recover`](Self::recover) asks whether the task ended.
    pub fn forget(&self, task: &str) {
        if let Ok(path) = entry_path(task) {
            let _ = self.folder.remove(&path);
        }
    }

    fn record(&self, task: &str, files: &Snapshot) -> Result<(), CrewError> {
        let entry = serde_json::to_vec(&Entry {
            task: task.to_owned(),
            files: files.clone(),
        })
        .map_err(|error| CrewError::fatal("write the rollback log", &error))?;
        self.folder
            .write(&entry_path(task)?, &entry)
            .map_err(|error| CrewError::fatal("write the rollback log", &error))
    }
}

/// Puts a task's files back when dropped, unless disarmed: whatever ends an attempt early, its
/// half-done work does not stay.
pub(super) struct Undo<'a> {
    root: &'a Root,
    log: Option<&'a UndoLog>,
    task: &'a str,
    files: Option<Snapshot>,
}

impl<'a> Undo<'a> {
    pub(super) fn arm(
        root: &'a Root,
        log: Option<&'a UndoLog>,
        task: &'a str,
        paths: &[RelPath],
    ) -> Result<Self, CrewError> {
        let files = root
            .snapshot(paths)
            .map_err(|error: FileError| CrewError::fatal("read the files", &error))?;
        if let Some(log) = log {
            log.record(task, &files)?;
        }
        Ok(Self {
            root,
            log,
            task,
            files: Some(files),
        })
    }

    /// The work stays. Its log entry goes once the task's end is on record: see [`UndoLog::forget`].
    pub(super) fn disarm(mut self) {
        self.files = None;
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        let Some(files) = self.files.take() else {
            return;
        };
        // A failure here is not lost: the entry stays in the log, and resuming starts by putting the
        // files back and reports what stops it.
        if self.root.restore(&files).is_ok()
            && let Some(log) = self.log
        {
            log.forget(self.task);
        }
    }
}

fn entry_path(task: &str) -> Result<RelPath, CrewError> {
    let name = format!("{}.json", super::worker::file_name(task));
    RelPath::new(&name).map_err(|error| CrewError::fatal("name a rollback entry", &error))
}
