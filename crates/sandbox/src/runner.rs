//! One command in its own process tree.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::process::{ChildStderr, ChildStdout};
use tokio::time::{sleep, timeout};

use crate::captured::Capture;
use crate::environment::Environment;
use crate::keeper::Keeper;
use crate::program;
use crate::{Exit, FileError, Finished, Isolation, RelDir, Root, Shell};

/// How long to read on, after the tree of a command has ended, from a pipe that something still holds open.
const DRAIN: Duration = Duration::from_millis(200);

/// Runs commands below a root, each with a deadline, bounded output and a scrubbed environment.
///
/// When a command ends, at its deadline, and when the future that runs it is dropped, its whole process tree is ended,
/// background processes included; [`Runner::isolation`] tells how far that reaches on this machine. Standard input is
/// empty. Files are *not* confined: a command may read and write whatever its user may.
///
/// # Environment
///
/// A command gets `PATH` and `LANG` as they are here, `TERM=dumb`, `GIT_TERMINAL_PROMPT=0`, `GIT_EDITOR=false`, and a
/// `HOME` and a `TMPDIR` that are new and removed afterwards. Nothing else passes unless [`Runner::env`] or
/// [`Runner::allow_env`] says so.
///
/// # Examples
///
/// ```
/// use wavecrew_sandbox::{Exit, RelDir, Root, Runner};
///
/// # let folder = tempfile::tempdir()?;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let root = Root::open(folder.path())?;
/// let finished = Runner::new().run(&root, "sh", &["-c", "echo hello; exit 3"], &RelDir::root()).await?;
/// assert_eq!(finished.status, Exit::Code(3));
/// assert_eq!(finished.stdout.text_lossy(), "hello\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Runner {
    deadline: Duration,
    grace: Duration,
    output_cap: usize,
    environment: Environment,
    home: Option<PathBuf>,
    temp: Option<PathBuf>,
    isolation: Isolation,
    interpreter: Interpreter,
}

/// The program that a [`Shell`] gives its commands to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interpreter {
    /// `bash -o pipefail`.
    Bash,
    /// `sh`, whichever it is: the status of a pipe is that of its last command, and functions do not persist.
    Sh,
}

impl Runner {
    /// A deadline of two minutes, two seconds of grace, 256 KiB of each stream, the strongest isolation that works here
    /// (found by trying, once for the process), and `bash` where it is in the `PATH`.
    pub fn new() -> Self {
        let environment = Environment::default();
        let interpreter = Interpreter::find(&environment);
        Self {
            deadline: Duration::from_secs(120),
            grace: Duration::from_secs(2),
            output_cap: 256 << 10,
            environment,
            home: None,
            temp: None,
            isolation: Isolation::strongest(),
            interpreter,
        }
    }

    /// How long a command may take before it is ended.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long a command has, after SIGTERM at its deadline, until SIGKILL.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How many bytes of each stream are kept, half from its start and half from its end; the rest is read and counted.
    pub fn output_cap(mut self, bytes: usize) -> Self {
        self.output_cap = bytes;
        self
    }

    /// Sets a variable for all commands.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.set(name.as_ref(), value.as_ref());
        self
    }

    /// Lets variables of our own environment pass, with the values that they have when a command starts.
    pub fn allow_env<N: AsRef<OsStr>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        for name in names {
            self.environment.allow(name.as_ref());
        }
        self
    }

    /// The `HOME` of all commands; without it each run has a new one.
    pub fn home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The folder in which new homes and temporary folders are made; without it, the system's.
    pub fn temp(mut self, folder: impl Into<PathBuf>) -> Self {
        self.temp = Some(folder.into());
        self
    }

    /// Uses this isolation, whether it works here or not.
    pub fn isolated_by(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// Uses this interpreter for shells, whether it is there or not.
    pub fn interpreted_by(mut self, interpreter: Interpreter) -> Self {
        self.interpreter = interpreter;
        self
    }

    /// How the process tree of a command is held together.
    pub fn isolation(&self) -> Isolation {
        self.isolation
    }

    /// Which program a [`Shell`] gives its commands to.
    pub fn interpreter(&self) -> Interpreter {
        self.interpreter
    }

    /// Runs a program with arguments, as they are, in a directory below the root.
    ///
    /// A program that is not found, or cannot be run, ends with code 127 or 126, as in a shell.
    ///
    /// # Errors
    ///
    /// [`RunError`] when the command could not be started. However it ends, once started, is no error.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the process tree.
    pub async fn run(
        &self,
        root: &Root,
        program: &str,
        args: &[&str],
        cwd: &RelDir,
    ) -> Result<Finished, RunError> {
        let directory = root.directory(cwd).map_err(RunError::Directory)?;
        let scratch = self.scratch()?;
        self.run_in(&directory, program, args, &scratch).await
    }

    /// A shell whose commands start at the root.
    pub fn shell<'a>(&'a self, root: &'a Root) -> Shell<'a> {
        Shell::new(self, root)
    }

    pub(crate) fn scratch(&self) -> Result<Scratch, RunError> {
        Scratch::new(self.temp.as_deref(), self.home.as_deref()).map_err(RunError::Scratch)
    }

    pub(crate) async fn run_in(
        &self,
        directory: &Path,
        program: &str,
        args: &[&str],
        scratch: &Scratch,
    ) -> Result<Finished, RunError> {
        let started = Instant::now();
        let mut keeper = Keeper::start(self.isolation).await?;
        let variables = self.environment.variables(&scratch.home, &scratch.temp);
        let child = keeper
            .enter(
                directory,
                program,
                args.iter().map(OsStr::new),
                variables
                    .iter()
                    .map(|(name, value)| (name.as_os_str(), value.as_os_str())),
            )
            .map_err(|source| RunError::Start {
                program: program.to_owned(),
                source,
            })?;
        let mut stdout = Capture::new(child.stdout.take(), self.output_cap);
        let mut stderr = Capture::new(child.stderr.take(), self.output_cap);

        let status = match wait(&mut keeper, &mut stdout, &mut stderr, self.deadline).await {
            Some(status) => Exit::from_status(status.map_err(RunError::Wait)?),
            None => {
                keeper.terminate().await;
                // Whether it ends by itself within the grace is of no interest: it is late either way.
                let _ = wait(&mut keeper, &mut stdout, &mut stderr, self.grace).await;
                Exit::TimedOut
            }
        };
        keeper.end().await;
        // All that could write has ended; only a process that left its group may still hold the pipes open.
        let _ = timeout(DRAIN, async { tokio::join!(stdout.pump(), stderr.pump()) }).await;
        Ok(Finished {
            status,
            stdout: stdout.finish(),
            stderr: stderr.finish(),
            duration: started.elapsed(),
        })
    }
}

/// Waits for the command up to a limit, and reads what it writes: a full pipe would hold it up.
async fn wait(
    keeper: &mut Keeper,
    stdout: &mut Capture<ChildStdout>,
    stderr: &mut Capture<ChildStderr>,
    limit: Duration,
) -> Option<io::Result<ExitStatus>> {
    let reading = async {
        tokio::join!(stdout.pump(), stderr.pump());
        pending::<Infallible>().await
    };
    tokio::select! {
        status = keeper.entered().wait() => Some(status),
        () = sleep(limit) => None,
        never = reading => match never {},
    }
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Interpreter {
    fn find(environment: &Environment) -> Self {
        let path = environment.path().unwrap_or_default();
        if program::find_in(&path, "bash").is_some() {
            Self::Bash
        } else {
            Self::Sh
        }
    }
}

/// The private folders of a run, removed afterwards.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
    home: PathBuf,
    temp: PathBuf,
}

impl Scratch {
    fn new(base: Option<&Path>, home: Option<&Path>) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("wavecrew-");
        let folder = match base {
            Some(base) => builder.tempdir_in(base)?,
            None => builder.tempdir()?,
        };
        let temp = folder.path().join("tmp");
        std::fs::create_dir(&temp)?;
        let home = match home {
            Some(home) => home.to_owned(),
            None => folder.path().join("home"),
        };
        std::fs::create_dir_all(&home)?;
        Ok(Self { folder, home, temp })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A command that could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The directory to run in is not there, or not below the root.
    #[error(transparent)]
    Directory(FileError),
    /// The shell's directory, which an earlier command went to, is not there any more.
    #[error("cannot go back to directory `{}`", path.display())]
    Gone {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The private folders for home, temporary files and the state of a shell cannot be made or used.
    #[error("cannot use a private temporary folder")]
    Scratch(#[source] io::Error),
    /// The isolation that is asked for does not work.
    #[error("cannot isolate commands by {isolation}")]
    Isolation {
        /// What was asked for.
        isolation: Isolation,
        /// What the system, or the program that should do it, says.
        source: io::Error,
    },
    /// The system would not start a process, for example because the arguments are too long.
    #[error("cannot start `{program}`")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// The system would not tell how the process ended.
    #[error("cannot wait for the command")]
    Wait(#[source] io::Error),
    /// A command of a shell has a NUL character, which no shell can take.
    #[error("the command has a NUL character")]
    Nul,
}
