//! Several commands as one shell, each with a verdict of its own.

use std::io;
use std::path::{Path, PathBuf};

use crate::scratch::Scratch;
use crate::{Finished, Interpreter, Root, RunError, Runner};

/// A sequence of commands that share what a shell remembers, each in a process of its own.
///
/// From one command to the next go the working directory, variables (exported or not), functions, options such as
/// `set -e`, positional parameters and `$?`. Background processes do not: they end with the command that started them.
/// An `EXIT` trap that a command sets is put off and, unless that command itself calls `exit`, never run; what it would
/// tidy up under `TMPDIR` is removed with the shell. A command that replaces its shell by `exec`, or is killed, leaves what was remembered before.
///
/// A command may have many lines. With `bash` a pipe fails if any part of it does (`pipefail`).
///
/// # Examples
///
/// ```
/// use wavecrew_sandbox::{Root, Runner};
///
/// # let folder = tempfile::tempdir()?;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let root = Root::open(folder.path())?;
/// let runner = Runner::new();
/// let mut shell = runner.shell(&root);
/// shell.run("mkdir sub && cd sub").await?;
/// shell.run("name=world").await?;
/// let finished = shell.run(r#"echo "hello $name" > greeting && cat greeting"#).await?;
/// assert!(finished.status.success());
/// assert_eq!(finished.stdout.text_lossy(), "hello world\n");
/// assert!(shell.cwd().ends_with("sub"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Shell<'a> {
    runner: &'a Runner,
    root: &'a Root,
    cwd: PathBuf,
    last_status: i32,
    /// Made by the first command.
    scratch: Option<Scratch>,
}

impl<'a> Shell<'a> {
    pub(crate) fn new(runner: &'a Runner, root: &'a Root) -> Self {
        Self {
            runner,
            root,
            cwd: root.path().to_owned(),
            last_status: 0,
            scratch: None,
        }
    }

    /// The directory, absolute, in which the next command starts. It may be outside the root.
    pub fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// Forgets everything: a new shell at the root.
    pub fn reset(&mut self) {
        *self = Self::new(self.runner, self.root);
    }

    /// Runs a command.
    ///
    /// # Errors
    ///
    /// [`RunError`] when it could not be started. However it ends, once started, is no error.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the process tree; the shell stays as it was before the command.
    pub async fn run(&mut self, command: &str) -> Result<Finished, RunError> {
        if command.contains('\0') {
            return Err(RunError::Nul);
        }
        let scratch = match self.scratch.take() {
            Some(scratch) => self.scratch.insert(scratch),
            None => self.scratch.insert(self.runner.scratch()?),
        };
        let memory = Memory {
            folder: scratch.path().join("shell"),
        };
        memory
            .prepare(self.runner.interpreter(), command)
            .map_err(RunError::Scratch)?;
        if let Err(source) = self.cwd.read_dir() {
            return Err(RunError::Gone {
                path: self.cwd.clone(),
                source,
            });
        }

        let folder = memory.folder.to_string_lossy();
        let last_status = self.last_status.to_string();
        let (program, options): (_, &[&str]) = match self.runner.interpreter() {
            Interpreter::Bash => ("bash", &["-o", "pipefail"]),
            Interpreter::Sh => ("sh", &[]),
        };
        let args = [options, &["-c", LINE, program, &folder, &last_status]].concat();
        let finished = self
            .runner
            .run_in(&self.cwd, program, &args, scratch)
            .await?;

        if let Some(cwd) = memory.learn().map_err(RunError::Scratch)? {
            self.cwd = cwd;
        }
        self.last_status = finished.status.code().unwrap_or(1);
        Ok(finished)
    }

    /// Runs a command in the directory where the shell started, with all else as it is.
    ///
    /// For documents whose every `cd` is meant from the top.
    ///
    /// # Errors
    ///
    /// As [`Shell::run`].
    ///
    /// # Cancel safety
    ///
    /// As [`Shell::run`], but that the shell is at its start then.
    pub async fn run_from_start(&mut self, command: &str) -> Result<Finished, RunError> {
        self.cwd = self.root.path().to_owned();
        self.run(command).await
    }
}

/// The folder by which the processes of a shell hand on what it remembers.
struct Memory {
    folder: PathBuf,
}

impl Memory {
    /// Writes what the next process reads.
    fn prepare(&self, interpreter: Interpreter, command: &str) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let prelude = match interpreter {
            Interpreter::Bash => include_str!("prelude.bash"),
            Interpreter::Sh => include_str!("prelude.sh"),
        };
        std::fs::write(self.folder.join("prelude"), prelude)?;
        std::fs::write(self.folder.join("command"), command)?;
        for name in ["state.new", "cwd.new"] {
            remove_if_there(&self.folder.join(name))?;
        }
        Ok(())
    }

    /// Takes over what a process left, if it came to the end of it.
    fn learn(&self) -> io::Result<Option<PathBuf>> {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt as _;

        let state = self.folder.join("state.new");
        let complete = match std::fs::read(&state) {
            Ok(text) => text.ends_with(b"\n# complete\n"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        if !complete {
            return Ok(None);
        }
        std::fs::rename(&state, self.folder.join("state"))?;
        let mut cwd = std::fs::read(self.folder.join("cwd.new"))?;
        if cwd.last() == Some(&b'\n') {
            cwd.pop();
        }
        Ok((!cwd.is_empty()).then(|| PathBuf::from(OsString::from_vec(cwd))))
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// One line, so that the line numbers of messages are those of the command. Our own part is kept out of the trace that
/// `set -x` writes.
const LINE: &str = concat!(
    r#". "$1/prelude" 2>/dev/null; "#,
    r#"eval "{ __wavecrew_last; } 2>/dev/null; $__wavecrew_command"; "#,
    r#"{ __wavecrew_save "$@"; } 2>/dev/null"#,
);
