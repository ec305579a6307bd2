//! The tree of one command, from its start to the end of its last process.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use crate::isolation::{END, READY, Shield, TERMINATE};
use crate::{Isolation, RunError};

/// How long the keeper may take to be ready, and to end, before it is ended by force.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a command that may have been stopped is woken while its tree ends.
const NUDGE: Duration = Duration::from_millis(20);

/// Holds the processes of one command together. Dropped, it ends them all.
#[derive(Debug)]
pub(crate) struct Keeper {
    isolation: Isolation,
    /// The keeper's own process, leader of its own group.
    process: Child,
    /// The keeper takes orders from this, and ends its tree when it closes.
    lifeline: Option<ChildStdin>,
    /// The process that was started in the tree; within a namespace, the one that waits for it from outside.
    entered: Option<Child>,
}

impl Keeper {
    pub(crate) async fn start(isolation: Isolation, shield: &Shield<'_>) -> Result<Self, RunError> {
        let fail = |source: io::Error| RunError::Isolation { isolation, source };
        let mut command = Command::from(isolation.keeper(shield));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = spawn(command).await.map_err(fail)?;
        let lifeline = process.stdin.take();
        let stdout = process.stdout.take();
        let stderr = process.stderr.take();
        let keeper = Self {
            isolation,
            process,
            lifeline,
            entered: None,
        };

        let mut ready = Vec::new();
        if let Some(stdout) = stdout {
            let mut stdout = stdout.take(READY.len() as u64);
            match timeout(PATIENCE, stdout.read_to_end(&mut ready)).await {
                Ok(read) => read.map_err(fail)?,
                Err(_) => return Err(fail(io::ErrorKind::TimedOut.into())),
            };
        }
        if ready == READY.as_bytes() {
            return Ok(keeper);
        }
        let mut reason = String::new();
        if let Some(stderr) = stderr {
            // Whatever could be read is the reason, in full or in part.
            let _ = timeout(PATIENCE, stderr.take(4096).read_to_string(&mut reason)).await;
        }
        Err(fail(io::Error::other(reason.trim().to_owned())))
    }

    /// Starts the command; its output is piped. The environment is that of the variables alone.
    pub(crate) async fn enter<'a>(
        &mut self,
        shield: &Shield<'_>,
        directory: &Path,
        program: &str,
        args: impl IntoIterator<Item = &'a OsStr>,
        variables: impl IntoIterator<Item = (&'a OsStr, &'a OsStr)>,
    ) -> io::Result<&mut Child> {
        let keeper = self
            .process
            .id()
            .expect("the keeper is waited for only when it is ended");
        let mut command = Command::from(self.isolation.enter(keeper, shield));
        command.arg(directory).arg(program).args(args);
        command.env_clear().envs(variables);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.process_group(keeper as i32);
        // For the case that nobody waits for the start any more: then nobody else would end it.
        command.kill_on_drop(true);
        Ok(self.entered.insert(spawn(command).await?))
    }

    pub(crate) fn entered(&mut self) -> &mut Child {
        self.entered.as_mut().expect("the command was started")
    }

    /// Asks all processes of the tree to end.
    pub(crate) async fn terminate(&mut self) {
        self.order(TERMINATE).await;
    }

    /// Ends all processes of the tree, and returns when they have ended. What leaves a process group is not reached.
    pub(crate) async fn end(mut self) {
        self.order(END).await;
        let ended = async {
            loop {
                self.wake_entered();
                if timeout(NUDGE, self.process.wait()).await.is_ok() {
                    break;
                }
            }
        };
        if timeout(PATIENCE, ended).await.is_err() {
            self.kill();
            let _ = timeout(PATIENCE, self.process.wait()).await;
        }
        let _ = timeout(PATIENCE, self.entered().wait()).await;
    }

    async fn order(&mut self, order: &str) {
        if let Some(lifeline) = &mut self.lifeline {
            // A keeper that no longer reads has already ended its tree.
            let _ = lifeline.write_all(order.as_bytes()).await;
        }
    }

    fn kill(&mut self) {
        drop(self.lifeline.take());
        if let Some(pid) = pid_of(&self.process) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }

    /// `nsenter`, which waits for the command from outside, stops itself when the command is stopped; it must go on to
    /// collect its exit code, or the namespace does not end.
    fn wake_entered(&self) {
        if let Some(pid) = self.entered.as_ref().and_then(pid_of) {
            let _ = kill_process(pid, Signal::CONT);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts a process on a thread that may block: its parent stands still until the new program is
/// there, and others who share our thread must not.
///
/// A keeper whose start nobody waits for any more ends by itself, as its standard input closes.
async fn spawn(mut command: Command) -> io::Result<Child> {
    let started = tokio::task::spawn_blocking(move || command.spawn()).await;
    started.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// The process id, unless its exit code was collected: then it may already mean another process.
fn pid_of(child: &Child) -> Option<Pid> {
    child.id().and_then(|id| Pid::from_raw(id as i32))
}
