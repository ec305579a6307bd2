//! Where a run lives on disk.

use std::path::{Path, PathBuf};

use wavecrew_exec::{ExecError, FileLock, JournalError};
use wavecrew_sandbox::{RelPath, Root, RootError, RunError as CommandError};

use crate::crew::CrewError;

/// The folder in a root that holds all of its runs.
pub(crate) const HOME: &str = ".wavecrew";

/// The folder of one run: `ROOT/.wavecrew/runs/ID`.
#[derive(Clone, Debug)]
pub struct RunFolder {
    id: String,
    path: PathBuf,
}

/// The name of the plan in it that came by standard input.
const PLAN: &str = "plan";

/// Why a run cannot be started, taken up, or brought to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The id cannot be a folder's name.
    #[error("`{0}` cannot name a run: use letters, digits, `-`, `_` and `.`, at most 64 of them")]
    BadId(String),
    /// There is a run of this name.
    #[error("run `{0}` exists; take it up with `wavecrew resume {0}`, or choose another --run-id")]
    Exists(String),
    /// Another process works in the same folder, on this or another run.
    #[error("another run works in `{root}` now{}; wait for its end, or stop it", by(*.pid))]
    Busy {
        /// The folder.
        root: PathBuf,
        /// The process, if it has said who it is.
        pid: Option<u32>,
    },
    /// There is no run of this name.
    #[error("no run `{id}` in `{root}`; there {}", known(.runs))]
    Unknown {
        /// The name that was asked for.
        id: String,
        /// Where it was looked for.
        root: PathBuf,
        /// The runs that are there.
        runs: Vec<String>,
    },
    /// There is no run at all.
    #[error("no run in `{0}`; start one with `wavecrew run PLAN --root {0}`")]
    NoRun(PathBuf),
    /// The folder of runs cannot be read or made.
    #[error("failed to open `{path}`")]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The journal's header does not tell how the run was started.
    #[error("the journal of run `{run}` does not say how it was started: {why}")]
    Header {
        /// The run.
        run: String,
        /// What is wrong with it.
        why: String,
    },
    /// The folder to work in cannot be opened.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The journal cannot be opened, read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The executor had to stop.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// The policy wants something that no crew does.
    #[error("{0}; `split_by` is deliverable or model")]
    Policy(String),
    /// Test commands cannot be run at all.
    #[error(transparent)]
    Commands(#[from] CommandError),
    /// The files of an interrupted task cannot be put back.
    #[error(transparent)]
    Recovery(#[from] CrewError),
}

fn by(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

fn known(runs: &[String]) -> String {
    if runs.is_empty() {
        "is none".to_owned()
    } else {
        format!("are {}", runs.join(", "))
    }
}

/// A file that never changes, and what it was when it was made. Nobody who ships a folder can foresee that.
const SEAL: &str = "seal";
const ORIGIN: &str = "origin";

/// Writes a file that takes the place of whatever is there: a link is not followed.
fn anew(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text.as_bytes())
}

/// What a file has for as long as it is the same file on the same disk: its number and the moment of its last change of any
/// kind, or else of its birth.
fn identity(path: &Path) -> Option<String> {
    let about = std::fs::symlink_metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some(format!(
            "{} {}.{}",
            about.ino(),
            about.ctime(),
            about.ctime_nsec()
        ))
    }
    #[cfg(not(unix))]
    {
        let born = about.created().ok()?;
        let since = born.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(since.as_nanos().to_string())
    }
}

impl RunFolder {
    /// Notes that the run began here, or is taken for one that did.
    ///
    /// # Errors
    ///
    /// [`RunError::Io`].
    pub fn seal(&self) -> Result<(), RunError> {
        let seal = self.path.join(SEAL);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| RunError::Io { path, source }
        };
        anew(&seal, "").map_err(failed(&seal))?;
        let origin = self.path.join(ORIGIN);
        let identity = identity(&seal).unwrap_or_default();
        anew(&origin, &identity).map_err(failed(&origin))
    }

    /// Whether the run began on this disk, and its folder is no copy: whoever ships a project with a run in it cannot make it
    /// look so. A run of a version that did not note it did not begin here either.
    pub fn began_here(&self) -> bool {
        let noted = std::fs::read_to_string(self.path.join(ORIGIN));
        let now = identity(&self.path.join(SEAL));
        noted.is_ok_and(|noted| !noted.is_empty() && Some(noted) == now)
    }

    /// Looks whether a run may be called this, before anything is made for it.
    ///
    /// # Errors
    ///
    /// [`RunError::BadId`].
    pub fn check(id: &str) -> Result<(), RunError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.is_empty() || id.len() > 64 || !id.chars().all(plain) || id.starts_with('.') {
            return Err(RunError::BadId(id.to_owned()));
        }
        Ok(())
    }

    /// Whether a new run may have this id.
    ///
    /// # Errors
    ///
    /// [`RunError::BadId`], [`RunError::Exists`].
    pub(super) fn check_new(root: &Path, id: &str) -> Result<(), RunError> {
        Self::check(id)?;
        let folder = Self {
            id: id.to_owned(),
            path: runs_folder(root).join(id),
        };
        match folder.journal().exists() {
            true => Err(RunError::Exists(folder.id)),
            false => Ok(()),
        }
    }

    /// Makes the folder of a new run; without an id, one that sorts by time.
    ///
    /// # Errors
    ///
    /// [`RunError::BadId`], [`RunError::Exists`], [`RunError::Io`].
    pub fn create(root: &Path, id: Option<&str>) -> Result<Self, RunError> {
        let id = id.map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
        Self::check(&id)?;
        let runs = make_runs_folder(root)?;
        // A tool's records are not the project's: git leaves them out.
        let ignore = root.join(HOME).join(".gitignore");
        if !ignore.exists() {
            std::fs::write(&ignore, "*\n").map_err(|source| RunError::Io {
                path: ignore.clone(),
                source,
            })?;
        }
        let path = runs.join(&id);
        let folder = Self { id, path };
        match std::fs::create_dir(&folder.path) {
            Ok(()) => {}
            // A start that was killed before it had a journal leaves a folder in which nothing is.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                if folder.journal().exists() {
                    return Err(RunError::Exists(folder.id));
                }
            }
            Err(source) => {
                return Err(RunError::Io {
                    path: folder.path,
                    source,
                });
            }
        }
        folder.clear_temp()?;
        Ok(folder)
    }

    /// Makes the folder of private folders anew, empty: a killed run leaves some behind.
    pub(super) fn clear_temp(&self) -> Result<(), RunError> {
        let path = self.temp();
        let cleared = match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => std::fs::create_dir_all(&path),
        };
        cleared.map_err(|source| RunError::Io { path, source })
    }

    /// Finds a run: the named one, or else the one that was journaled last.
    ///
    /// # Errors
    ///
    /// [`RunError::Unknown`], [`RunError::NoRun`], [`RunError::Io`].
    pub fn find(root: &Path, id: Option<&str>) -> Result<Self, RunError> {
        let runs = list(root)?;
        let Some(id) = id else {
            let latest = runs
                .into_iter()
                .max_by_key(|run| (run.changed(), run.id.clone()));
            return latest.ok_or_else(|| RunError::NoRun(root.to_owned()));
        };
        Self::check(id)?;
        let names = || runs.iter().map(|run| run.id.clone()).collect();
        runs.iter()
            .find(|run| run.id == id)
            .cloned()
            .ok_or_else(|| RunError::Unknown {
                id: id.to_owned(),
                root: root.to_owned(),
                runs: names(),
            })
    }

    /// Keeps the plan that came by standard input, durably, before a journal speaks of it.
    pub(super) fn keep_plan(&self, text: Option<&str>) -> Result<(), RunError> {
        let Some(text) = text else {
            return Ok(());
        };
        let at = |source: Box<dyn std::error::Error + Send + Sync>| RunError::Io {
            path: self.plan(),
            source: std::io::Error::other(source),
        };
        let name = RelPath::new(PLAN).map_err(|error| at(error.into()))?;
        Root::open(&self.path)?
            .write(&name, text.as_bytes())
            .map_err(|error| at(error.into()))
    }

    /// The name of the run.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The journal.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.jsonl")
    }

    /// The file by whose lock one process at a time works on the run.
    pub fn lock(&self) -> PathBuf {
        self.path.join("journal.jsonl.lock")
    }

    /// Copies of what stood in files that were put back when the run was taken up again.
    pub fn kept(&self) -> PathBuf {
        self.path.join("kept")
    }

    /// The plan, if it came by standard input.
    pub fn plan(&self) -> PathBuf {
        self.path.join(PLAN)
    }

    /// The figures of the run, a JSON line for each snapshot.
    pub fn snapshots(&self) -> PathBuf {
        self.path.join("snapshots.jsonl")
    }

    /// The rollback log.
    pub fn undo(&self) -> PathBuf {
        self.path.join("undo")
    }

    /// Private folders of the test commands that run; empty when none does.
    pub fn temp(&self) -> PathBuf {
        self.path.join("tmp")
    }

    /// Answers about how tasks are to be divided.
    pub fn divided(&self) -> PathBuf {
        self.path.join("divided")
    }

    /// Answers that were refused.
    pub fn refused(&self) -> PathBuf {
        self.path.join("refused")
    }

    fn changed(&self) -> Option<std::time::SystemTime> {
        std::fs::metadata(self.journal())
            .and_then(|data| data.modified())
            .ok()
    }
}

/// The right to work in a root: one process has it at a time, for tasks of two runs would meet in the
/// same files.
pub(super) fn lock_root(root: &Path) -> Result<FileLock, RunError> {
    match FileLock::take(&root.join(HOME).join("lock")) {
        Err(JournalError::Locked { pid, .. }) => Err(RunError::Busy {
            root: root.to_owned(),
            pid,
        }),
        taken => Ok(taken?),
    }
}

fn runs_folder(root: &Path) -> PathBuf {
    root.join(HOME).join("runs")
}

/// The folder of runs, made if it is not there.
pub(super) fn make_runs_folder(root: &Path) -> Result<PathBuf, RunError> {
    let runs = runs_folder(root);
    match std::fs::create_dir_all(&runs) {
        Ok(()) => Ok(runs),
        Err(source) => Err(RunError::Io { path: runs, source }),
    }
}

/// All runs that have a journal, by name. What has a name that no run can have was made by somebody else, and would be told
/// as it is, in commands to type as well.
fn list(root: &Path) -> Result<Vec<RunFolder>, RunError> {
    let folder = runs_folder(root);
    let at = |source| RunError::Io {
        path: folder.clone(),
        source,
    };
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(at(source)),
    };
    let mut runs = Vec::new();
    for entry in entries {
        let entry = entry.map_err(at)?;
        let run = RunFolder {
            id: entry.file_name().to_string_lossy().into_owned(),
            path: entry.path(),
        };
        if RunFolder::check(&run.id).is_ok() && run.journal().is_file() {
            runs.push(run);
        }
    }
    runs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(runs)
}
