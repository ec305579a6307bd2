//! Files that stay current while a run goes on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::board::Board;
use super::progress_page::{progress_page, tasks_json};

/// Keeps `tasks.json` and `PROGRESS.md` in a run's folder current, each replaced as a whole.
///
/// A thread of its own writes them, so that the run never waits for them; several changes at the same
/// moment are one write. They are views: the journal is the record, and nothing is read from them.
#[derive(Debug)]
pub struct ProgressFiles {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<io::Result<()>>>,
}

#[derive(Debug)]
struct Shared {
    board: Arc<Mutex<Board>>,
    work: Mutex<Work>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Work {
    changed: bool,
    over: bool,
}

/// Of the time, so much at the most goes into writing: one part of this.
const SHARE: u32 = 4;

impl ProgressFiles {
    /// Shows `board` in files in `folder`, which must exist: as it is now, and after every
    /// [`changed`](Self::changed).
    pub fn start(folder: &Path, board: Arc<Mutex<Board>>) -> Self {
        let shared = Arc::new(Shared {
            board,
            work: Mutex::new(Work {
                changed: true,
                over: false,
            }),
            changed: Condvar::new(),
        });
        let folder = folder.to_owned();
        let theirs = Arc::clone(&shared);
        let writer = std::thread::spawn(move || theirs.write_on(&folder));
        Self {
            shared,
            writer: Some(writer),
        }
    }

    /// The board has changed.
    pub fn changed(&self) {
        self.shared.work().changed = true;
        self.shared.changed.notify_one();
    }

    /// Waits until the files show the latest.
    ///
    /// # Errors
    ///
    /// The latest failure to write them.
    pub fn finish(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        self.shared.work().over = true;
        self.shared.changed.notify_one();
        match self.writer.take().map(JoinHandle::join) {
            Some(Ok(written)) => written,
            Some(Err(_)) => Err(io::Error::other("the writer of progress files panicked")),
            None => Ok(()),
        }
    }
}

impl Drop for ProgressFiles {
    fn drop(&mut self) {
        // Who wants to know whether it worked calls `finish`.
        let _ = self.end();
    }
}

impl Shared {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_on(&self, folder: &Path) -> io::Result<()> {
        let mut written = Ok(());
        loop {
            let mut work = self.work();
            while !work.changed && !work.over {
                work = self
                    .changed
                    .wait(work)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            if !std::mem::take(&mut work.changed) {
                return written;
            }
            drop(work);
            let began = Instant::now();
            let board = self.board.lock();
            let board = board.unwrap_or_else(PoisonError::into_inner).clone();
            written = write(folder, &board);
            // Large plans take a while to write, and have many changes.
            self.rest(began.elapsed() * (SHARE - 1));
        }
    }

    fn rest(&self, time: Duration) {
        let rested = |work: &mut Work| !work.over;
        drop(self.changed.wait_timeout_while(self.work(), time, rested));
    }
}

fn write(folder: &Path, board: &Board) -> io::Result<()> {
    let mut tasks = serde_json::to_vec_pretty(&tasks_json(board))?;
    tasks.push(b'\n');
    replace(&folder.join("tasks.json"), &tasks)?;
    replace(&folder.join("PROGRESS.md"), progress_page(board).as_bytes())
}

/// Old or new, never half: but after a loss of power perhaps old, for nobody waits for the disk here.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".tmp");
    let draft = PathBuf::from(draft);
    let name =
        |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", path.display()));
    fs::write(&draft, bytes)
        .and_then(|()| fs::rename(&draft, path))
        .map_err(name)
}
