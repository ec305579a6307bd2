use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::JournalError;

/// How long a lock is waited for. A process that was killed while it started a child leaves the lock
/// with that child until the child has become another program: moments, more on a busy machine.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// The right to work on something, held as long as this lives and lost with the process.
///
/// The lock is on a file beside what it protects, so that this can be read meanwhile on every system.
/// The file stays when the lock goes: removing it could take away another process's. It holds the id of
/// the process that had the lock last.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock on the file `path`, which is made if it is not there. One that another holds is
    /// waited for, blocking, up to a second.
    ///
    /// # Errors
    ///
    /// [`JournalError::Locked`] if another holds it all the time; [`JournalError::Io`].
    pub fn take(path: &Path) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(JournalError::io("open", path))?;
        let patience = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < patience => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    return Err(JournalError::Locked {
                        path: path.to_owned(),
                        pid: owner(&mut file),
                    });
                }
                Err(TryLockError::Error(error)) => {
                    return Err(JournalError::io("lock", path)(error));
                }
            }
        }
        let pid = format!("{}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.write_all(pid.as_bytes()))
            .map_err(JournalError::io("write", path))?;
        Ok(Self { _file: file })
    }
}

/// The process that the lock file names, unless it is just being written.
fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
