//! One command in its own process tree.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use tokio::process::{ChildStderr, ChildStdout};
use tokio::time::{sleep, timeout};

use crate::captured::Capture;
use crate::environment::Environment;
use crate::isolation::Shield;
use crate::keeper::Keeper;
use crate::scratch::Scratch;
use crate::{Exit, Finished, Interpreter, Isolation, RelDir, Root, RunError, Shell};

/// How long to read on, after the tree of a command has ended, from a pipe that something still holds open.
const DRAIN: Duration = Duration::from_millis(200);

/// Runs commands below a root, each with a deadline, bounded output and a scrubbed environment.
///
/// When a command ends, at its deadline, and when the future that runs it is dropped, its whole process tree is ended,
/// background processes included; [`Runner::isolation`] tells how far that reaches on this machine. Standard input is
/// empty. Files are *not* confined: a command may read and write whatever its user may, save for what
/// [`Runner::read_only`] names.
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
    read_only: Vec<PathBuf>,
    isolation: Isolation,
    interpreter: Interpreter,
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
            read_only: Vec::new(),
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

    /// Lets commands only read what is in this folder, which has to be there and have an absolute path; their own new homes and
    /// temporary folders may be in it all the same. It cannot be moved or removed either.
    ///
    /// This needs a mount namespace ([`Isolation::has_mounts`]), and does nothing where there is none. Who is `root` keeps the
    /// rights of `root` but that to mount.
    pub fn read_only(mut self, folder: impl Into<PathBuf>) -> Self {
        self.read_only.push(folder.into());
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
    /// A program that is not found, or cannot be run, ends with code 127 or 126, as in a shell; a
    /// directory that goes away while the command starts, with 125.
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
        let shield = Shield {
            read_only: &self.read_only,
            open: Some(scratch.path()),
        };
        let mut keeper = Keeper::start(self.isolation, &shield).await?;
        let variables = self.environment.variables(&scratch.home, &scratch.temp);
        let child = keeper
            .enter(
                &shield,
                directory,
                program,
                args.iter().map(OsStr::new),
                variables
                    .iter()
                    .map(|(name, value)| (name.as_os_str(), value.as_os_str())),
            )
            .await
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
