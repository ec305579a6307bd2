//! Running a spec's test commands: each fence in one shell, each command with its own outcome.

use std::borrow::Cow;
use std::path::Path;

use wavecrew_sandbox::{Exit, Finished, Root, RunError, Runner, Shell};
use wavecrew_validate::{Outcome, Strength, strength};
use wavecrew_worker_spec::TestFence;

use crate::crew::permit::{Permit, programs};

/// The exit status of a shell whose pipeline was ended by a closed pipe: 128 and SIGPIPE.
const PIPE_CLOSED: i32 = 141;

/// How much of a command's output goes into the evidence, in characters.
const EVIDENCE_CHARS: usize = 300;

/// Runs test fences in a root.
#[derive(Debug)]
pub struct TestRunner {
    runner: Runner,
    permit: Permit,
}

impl TestRunner {
    /// Runs commands by `runner`, and only those that `permit` lets pass.
    pub fn new(runner: Runner, permit: Permit) -> Self {
        Self { runner, permit }
    }

    /// Runs every command of every fence, in order; one outcome a command.
    ///
    /// A fence is one shell: directory, variables and functions carry over from command to command.
    /// A failed command does not stop the next one, as each has its own verdict.
    ///
    /// # Errors
    ///
    /// [`RunError`] when a shell cannot be started at all; a command that fails is an outcome.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the running command with its whole process tree.
    pub async fn run(&self, root: &Root, fences: &[TestFence]) -> Result<Vec<Outcome>, RunError> {
        let mut outcomes = Vec::new();
        for fence in fences {
            let mut shell = self.runner.shell(root);
            for command in &fence.commands {
                outcomes.push(match self.permit.refused(&command.text) {
                    Some(program) => Outcome::NotRun {
                        why: format!("`{program}` acts outside the root and was not allowed"),
                    },
                    None => run_one(&mut shell, root.path(), &command.text).await?,
                });
            }
        }
        Ok(outcomes)
    }
}

async fn run_one(shell: &mut Shell<'_>, root: &Path, command: &str) -> Result<Outcome, RunError> {
    let mut finished = if is_meant_from_start(shell.cwd(), root, command) {
        shell.run_from_start(command).await
    } else {
        shell.run(command).await
    };
    // `make | grep -q x` ends as soon as `grep` has seen enough, and what still writes is ended by the
    // pipe. With `pipefail`, which the sandbox sets and the author did not, that looks like a failure.
    if finished
        .as_ref()
        .is_ok_and(|finished| finished.status == Exit::Code(PIPE_CLOSED))
    {
        let alone = format!(
            "set +o pipefail; {{ {command}\n}}; status=$?; set -o pipefail; (exit $status)"
        );
        finished = shell.run(&alone).await;
    }
    match finished {
        Ok(finished) => {
            let missing = match finished.status {
                Exit::Code(127) => missing_program(shell, command).await?,
                _ => None,
            };
            Ok(outcome(&finished, command, missing))
        }
        Err(error @ (RunError::Gone { .. } | RunError::Nul)) => Ok(Outcome::NotRun {
            why: error.to_string(),
        }),
        Err(error) => Err(error),
    }
}

/// Authors often begin every line of a fence with the same `cd sub`. In one shell the second finds
/// itself in `sub` already, where there is no `sub`: it is meant from where the fence began.
fn is_meant_from_start(cwd: &Path, start: &Path, command: &str) -> bool {
    let Some(rest) = command.trim_start().strip_prefix("cd ") else {
        return false;
    };
    let end = rest.trim_start().find([' ', ';', '&', '|', '\n']);
    let folder = &rest.trim_start()[..end.unwrap_or(rest.trim_start().len())];
    let folder = folder.trim_matches(['"', '\'']);
    cwd != start
        && Path::new(folder).is_relative()
        && !cwd.join(folder).is_dir()
        && start.join(folder).is_dir()
}

/// The program that a command names and that the machine does not have. A script of the tree that is
/// not there, or that calls what is not there, is the work's own fault and not this.
async fn missing_program<'c>(
    shell: &mut Shell<'_>,
    command: &'c str,
) -> Result<Option<&'c str>, RunError> {
    for program in programs(command) {
        if program.contains(['/', '$', '\'', '"', '`', '\\', '{', '*', '[']) {
            continue;
        }
        let looked = shell
            .run(&format!("command -v -- {program} > /dev/null"))
            .await?;
        if looked.status != Exit::Code(0) {
            return Ok(Some(program));
        }
    }
    Ok(None)
}

fn outcome(finished: &Finished, command: &str, missing: Option<&str>) -> Outcome {
    let said = last_words(finished);
    match finished.status {
        Exit::Code(0) => Outcome::Passed,
        Exit::Code(127) if missing.is_some() => Outcome::NotRun {
            why: format!("program `{}` was not found", missing.unwrap_or_default()),
        },
        Exit::Code(_) if said.contains("No module named pytest") => Outcome::NotRun {
            why: format!("a program was not found: {said}"),
        },
        Exit::Code(_) if matches!(strength(command), Strength::Setup { .. }) => Outcome::NotRun {
            why: format!("the directory is not there: {said}"),
        },
        Exit::Code(code) => Outcome::Failed {
            how: format!("exit status {code}: {said}"),
        },
        Exit::Signal(signal) => Outcome::Failed {
            how: format!("ended by signal {signal}: {said}"),
        },
        Exit::TimedOut => Outcome::Failed {
            how: format!(
                "no end after {:.1} s, and was stopped",
                finished.duration.as_secs_f64()
            ),
        },
    }
}

/// The last line that a command wrote, from standard error if there is one.
fn last_words(finished: &Finished) -> String {
    let of = |text: Cow<'_, str>| {
        text.lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .map(|line| line.trim().to_owned())
    };
    let line = of(finished.stderr.text_lossy())
        .or_else(|| of(finished.stdout.text_lossy()))
        .unwrap_or_else(|| "no output".to_owned());
    if line.chars().count() <= EVIDENCE_CHARS {
        return line;
    }
    let mut cut: String = line.chars().take(EVIDENCE_CHARS).collect();
    cut.push('…');
    cut
}
