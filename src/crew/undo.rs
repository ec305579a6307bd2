//! Putting files back: within a session, and after a crash.

use std::path::Path;

use serde::{Deserialize, Serialize};
use wavecrew_sandbox::{RelPath, Root, RootError, Snapshot};

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
    /// ended after all; returns the ids of the tasks whose files were put back, sorted. What stood in
    /// the files is copied to `kept`: somebody may have worked on them since the crash.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or written. What was put back stays so: calling again goes on.
    pub fn recover(
        &self,
        root: &Root,
        kept: &Root,
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
                keep(root, kept, &entry)?;
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

    fn entry(&self, task: &str) -> Result<Option<Entry>, CrewError> {
        let failed =
            |error: &dyn std::error::Error| CrewError::fatal("read the rollback log", error);
        let bytes = self
            .folder
            .read(&entry_path(task)?)
            .map_err(|error| failed(&error))?;
        bytes
            .map(|bytes| serde_json::from_slice(&bytes).map_err(|error| failed(&error)))
            .transpose()
    }
}

/// A task's files as they were. Puts them back when dropped, unless kept: whatever ends an attempt
/// early, its half-done work does not stay.
pub(super) struct Undo<'a> {
    root: &'a Root,
    log: Option<&'a UndoLog>,
    task: &'a str,
    files: Snapshot,
    armed: bool,
}

impl<'a> Undo<'a> {
    /// Remembers the files, durably where there is a log. What an attempt before this one could not
    /// put back is put back first.
    pub(super) fn arm(
        root: &'a Root,
        log: Option<&'a UndoLog>,
        task: &'a str,
        paths: &[RelPath],
    ) -> Result<Self, CrewError> {
        if let Some(entry) = log.map(|log| log.entry(task)).transpose()?.flatten() {
            put_back(root, &entry.files)?;
        }
        let files = remember(root, log, task, paths)?;
        Ok(Self {
            root,
            log,
            task,
            files,
            armed: true,
        })
    }

    /// Remembers these files instead; those remembered so far must be among them, and as they were.
    pub(super) fn cover(&mut self, paths: &[RelPath]) -> Result<(), CrewError> {
        self.files = remember(self.root, self.log, self.task, paths)?;
        Ok(())
    }

    /// Puts the files back now; they stay remembered.
    pub(super) fn put_back(&self) -> Result<(), CrewError> {
        put_back(self.root, &self.files)
    }

    /// The work stays. Its log entry goes once the task's end is on record: see [`UndoLog::forget`].
    pub(super) fn keep_work(mut self) {
        self.armed = false;
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if !self.armed {
            return;
        }
        // A failure here is not lost: the entry stays in the log, and the next attempt or the next
        // resume begins by putting the files back, and reports what stops it.
        if self.root.restore(&self.files).is_ok()
            && let Some(log) = self.log
        {
            log.forget(self.task);
        }
    }
}

fn keep(root: &Root, kept: &Root, entry: &Entry) -> Result<(), CrewError> {
    let folder = super::worker::file_name(&entry.task);
    for path in entry.files.paths() {
        let now = root
            .read(path)
            .map_err(|error| CrewError::fatal("read a file", &error))?;
        let Some(now) = now.filter(|now| entry.files.content(path) != Some(Some(now.as_slice())))
        else {
            continue;
        };
        let copy = RelPath::new(&format!("{folder}/{path}"))
            .map_err(|error| CrewError::fatal("name a copy", &error))?;
        kept.write(&copy, &now)
            .map_err(|error| CrewError::fatal("keep a copy", &error))?;
    }
    Ok(())
}

fn remember(
    root: &Root,
    log: Option<&UndoLog>,
    task: &str,
    paths: &[RelPath],
) -> Result<Snapshot, CrewError> {
    let files = root
        .snapshot(paths)
        .map_err(|error| CrewError::file("read", &error))?;
    if let Some(log) = log {
        log.record(task, &files)?;
    }
    Ok(files)
}

fn put_back(root: &Root, files: &Snapshot) -> Result<(), CrewError> {
    root.restore(files)
        .map_err(|error| CrewError::fatal("put the files back", &error))
}

fn entry_path(task: &str) -> Result<RelPath, CrewError> {
    let name = format!("{}.json", super::worker::file_name(task));
    RelPath::new(&name).map_err(|error| CrewError::fatal("name a rollback entry", &error))
}
