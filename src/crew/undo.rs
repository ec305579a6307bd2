//! Putting files back: within a session, and after a crash.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use wavecrew_sandbox::{RelPath, Root, RootError, Snapshot};

use super::deliveries::Deliveries;
use super::error::CrewError;

/// A rollback log on disk: for every task in flight, its files as they were before.
///
/// An entry is durable before the task's first write and goes when the task has ended. What is there
/// when a run is taken up again was in flight at the crash, and is put back before anything starts. What is known of a task that ended
/// well is put aside, in a folder of its own, for the case that it is done again.
#[derive(Debug)]
pub struct UndoLog {
    folder: Root,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    task: String,
    /// What lies below the task's work.
    files: Snapshot,
    /// What stood there in its place when the task was begun again: work of earlier sessions, which was taken away for it and
    /// comes back where the task does not end well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stood: Option<Snapshot>,
}

impl Entry {
    /// What a file is when it is put back; `None` for one that the entry does not know.
    fn content(&self, path: &RelPath) -> Option<Option<&[u8]>> {
        let stood = self.stood.as_ref().and_then(|stood| stood.content(path));
        stood.or_else(|| self.files.content(path))
    }

    fn put_back(&self, root: &Root) -> Result<(), CrewError> {
        put_back(root, &self.files)?;
        match &self.stood {
            Some(stood) => put_back(root, stood),
            None => Ok(()),
        }
    }
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
            if ended(&entry.task) {
                self.settle(&entry.task);
                continue;
            }
            keep(root, kept, &entry)?;
            entry.put_back(root)?;
            recovered.push(entry.task);
            self.folder.remove(&path).map_err(|error| failed(&error))?;
        }
        Ok(recovered)
    }

    /// Puts back what an attempt could not put back when it failed, if there is anything.
    pub(super) fn put_back(&self, root: &Root, task: &str) -> Result<(), CrewError> {
        let Some(entry) = self.entry(task)? else {
            return Ok(());
        };
        entry.put_back(root)?;
        self.forget(task);
        Ok(())
    }

    /// The task has ended: its files are not put back any more. An entry that cannot be removed, or
    /// that a crash of the machine brings back, is no harm, as [`recover`](Self::recover) asks whether
    /// the task ended; so nothing waits for the disk here.
    pub fn forget(&self, task: &str) {
        if let Ok(path) = entry_path(task) {
            let _ = std::fs::remove_file(self.folder.path().join(path.as_str()));
        }
    }

    /// The task has ended well: its files are not put back any more, unless it is done again. As for [`forget`](Self::forget),
    /// nothing waits for the disk here, and a crash at this moment is no harm.
    pub fn settle(&self, task: &str) {
        let Ok(path) = entry_path(task) else { return };
        let from = self.folder.path().join(path.as_str());
        let folder = self.folder.path().join(DELIVERED);
        let to = folder.join(path.as_str());
        let moved = || std::fs::rename(&from, &to);
        if moved().is_err() && from.exists() {
            let made = std::fs::create_dir_all(&folder);
            if made.and_then(|()| moved()).is_err() {
                self.forget(task);
            }
        }
    }

    /// Whether something is known of how the files of any task were that ended well.
    pub(super) fn has_any_delivered(&self) -> bool {
        let entries = std::fs::read_dir(self.folder.path().join(DELIVERED));
        entries.is_ok_and(|mut entries| entries.next().is_some())
    }

    /// How the files of a task that ended well were before it.
    pub(super) fn delivered(&self, task: &str) -> Result<Option<Snapshot>, CrewError> {
        Ok(self.read(&delivered_path(task)?)?.map(|entry| entry.files))
    }

    /// That is not of use any more.
    pub(super) fn forget_delivered(&self, task: &str) {
        if let Ok(path) = delivered_path(task) {
            let _ = std::fs::remove_file(self.folder.path().join(path.as_str()));
        }
    }

    fn record(&self, entry: &Entry) -> Result<(), CrewError> {
        let bytes = serde_json::to_vec(entry)
            .map_err(|error| CrewError::fatal("write the rollback log", &error))?;
        self.folder
            .write(&entry_path(&entry.task)?, &bytes)
            .map_err(|error| CrewError::fatal("write the rollback log", &error))
    }

    fn entry(&self, task: &str) -> Result<Option<Entry>, CrewError> {
        self.read(&entry_path(task)?)
    }

    fn read(&self, path: &RelPath) -> Result<Option<Entry>, CrewError> {
        let failed =
            |error: &dyn std::error::Error| CrewError::fatal("read the rollback log", error);
        let bytes = self.folder.read(path).map_err(|error| failed(&error))?;
        bytes
            .map(|bytes| serde_json::from_slice(&bytes).map_err(|error| failed(&error)))
            .transpose()
    }
}

/// A task's files as they were. Puts them back when dropped, unless kept: whatever ends an attempt
/// early, its half-done work does not stay.
///
/// All work on the attempt's files goes through this, one step after the other, on threads that may
/// block: attempts share one thread, and an answer that comes in must not wait for another task's
/// disk. A step that runs when the attempt is dropped is waited for, one that has not begun never does.
pub(super) struct Undo(Arc<Mutex<Files>>);

struct Files {
    root: Root,
    log: Option<Arc<UndoLog>>,
    task: String,
    /// What lies below the attempt's work.
    before: Option<Snapshot>,
    /// What stood there in its place: work of earlier sessions that was taken away for it.
    stood: Option<Snapshot>,
    /// The attempt is over, one way or the other.
    over: bool,
}

impl Undo {
    /// Remembers the files, durably where there is a log. What an attempt before this one could not
    /// put back is put back first. What earlier sessions delivered for a task that is done again is taken away then, until the attempt
    /// ends well; gives the files of which something was.
    pub(super) async fn arm(
        root: &Root,
        log: Option<&Arc<UndoLog>>,
        deliveries: Option<&Arc<Deliveries>>,
        task: &str,
        paths: Vec<RelPath>,
    ) -> Result<(Self, Vec<String>), CrewError> {
        let undo = Self(Arc::new(Mutex::new(Files {
            root: root.clone(),
            log: log.cloned(),
            task: task.to_owned(),
            before: None,
            stood: None,
            over: false,
        })));
        let deliveries = deliveries.cloned();
        let unwound = undo.step(move |files| {
            let log = files.log.as_deref();
            if let Some(entry) = log.map(|log| log.entry(&files.task)).transpose()?.flatten() {
                entry.put_back(&files.root)?;
            }
            let Some(deliveries) = deliveries else {
                files.remember(&paths)?;
                return Ok(Vec::new());
            };
            let paths = deliveries.with_own(&files.root, &files.task, paths)?;
            files.remember(&paths)?;
            let unwound = deliveries.unwind(&files.root, &files.task, &paths)?;
            if !unwound.is_empty() {
                files.stood = files.before.take();
                files.remember(&paths)?;
            }
            Ok(unwound)
        });
        let unwound = unwound.await?;
        Ok((undo, unwound))
    }

    /// Remembers these files instead; those remembered so far must be among them, and as they were.
    pub(super) async fn cover(&self, paths: Vec<RelPath>) -> Result<(), CrewError> {
        self.step(move |files| files.remember(&paths)).await
    }

    /// Puts the files back now to what lies below the attempt's work; they stay remembered.
    pub(super) async fn put_back(&self) -> Result<(), CrewError> {
        self.step(|files| match &files.before {
            Some(before) => put_back(&files.root, before),
            None => Ok(()),
        })
        .await
    }

    /// Reads or writes in the root.
    pub(super) async fn in_root<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Root) -> Result<T, CrewError> + Send + 'static,
    ) -> Result<T, CrewError> {
        self.step(move |files| work(&files.root)).await
    }

    /// The work stays. Its log entry goes once the task's end is on record: see [`UndoLog::forget`].
    pub(super) fn keep_work(self) {
        lock(&self.0).over = true;
    }

    async fn step<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Files) -> Result<T, CrewError> + Send + 'static,
    ) -> Result<T, CrewError> {
        let files = Arc::clone(&self.0);
        let step = tokio::task::spawn_blocking(move || {
            let mut files = lock(&files);
            (!files.over).then(|| work(&mut files))
        });
        match step.await {
            Ok(Some(done)) => done,
            // Nobody asks for a step of an attempt that is over.
            Ok(None) => Err(CrewError::permanent("the attempt is over")),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(CrewError::fatal("work on the files", &error)),
            },
        }
    }
}

impl Files {
    fn remember(&mut self, paths: &[RelPath]) -> Result<(), CrewError> {
        let before = self
            .root
            .snapshot(paths)
            .map_err(|error| CrewError::file("read", &error))?;
        if let Some(log) = &self.log {
            log.record(&Entry {
                task: self.task.clone(),
                files: before.clone(),
                stood: self.stood.clone(),
            })?;
        }
        self.before = Some(before);
        Ok(())
    }

    /// Makes the files what they were before the attempt.
    fn put_all_back(&self) -> Result<(), CrewError> {
        for files in self.before.iter().chain(&self.stood) {
            put_back(&self.root, files)?;
        }
        Ok(())
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        let mut files = lock(&self.0);
        if std::mem::replace(&mut files.over, true) {
            return;
        }
        // A failure here is not lost: the entry stays in the log, and the next attempt or the next
        // resume begins by putting the files back, and reports what stops it.
        if (files.before.is_some() || files.stood.is_some())
            && files.put_all_back().is_ok()
            && let Some(log) = &files.log
        {
            log.forget(&files.task);
        }
    }
}

/// A step that panicked leaves the files as a kill would, and they are put back all the same.
fn lock(files: &Mutex<Files>) -> MutexGuard<'_, Files> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep(root: &Root, kept: &Root, entry: &Entry) -> Result<(), CrewError> {
    let stood = entry.stood.iter().flat_map(Snapshot::paths);
    for path in entry.files.paths().chain(stood) {
        let now = root
            .read(path)
            .map_err(|error| CrewError::fatal("read a file", &error))?;
        let Some(now) = now.filter(|now| entry.content(path) != Some(Some(now.as_slice()))) else {
            continue;
        };
        keep_copy(kept, &entry.task, path, &now)?;
    }
    Ok(())
}

/// Copies what stands in a task's file to a folder for people to look in.
pub(super) fn keep_copy(
    kept: &Root,
    task: &str,
    path: &RelPath,
    now: &[u8],
) -> Result<(), CrewError> {
    let folder = super::paths::file_name(task);
    let copy = RelPath::new(&format!("{folder}/{path}"))
        .map_err(|error| CrewError::fatal("name a copy", &error))?;
    kept.write(&copy, now)
        .map_err(|error| CrewError::fatal("keep a copy", &error))
}

fn put_back(root: &Root, files: &Snapshot) -> Result<(), CrewError> {
    root.restore(files)
        .map_err(|error| CrewError::fatal("put the files back", &error))
}

/// Where entries of tasks are that ended well.
const DELIVERED: &str = "delivered";

fn delivered_path(task: &str) -> Result<RelPath, CrewError> {
    let name = format!("{DELIVERED}/{}.json", super::paths::file_name(task));
    RelPath::new(&name).map_err(|error| CrewError::fatal("name a rollback entry", &error))
}

fn entry_path(task: &str) -> Result<RelPath, CrewError> {
    let name = format!("{}.json", super::paths::file_name(task));
    RelPath::new(&name).map_err(|error| CrewError::fatal("name a rollback entry", &error))
}
