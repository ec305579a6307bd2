//! What the machine offers to hold a process tree together.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

use crate::program;

/// How the processes of a command are held together, so that they can be ended together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Isolation {
    /// A PID namespace with its own `/proc`. The kernel ends every process in it, whatever it has done to get away, when
    /// the command ends and also when our own process does, even by `kill -9`. Processes outside cannot be seen or
    /// signalled from within.
    PidNamespace,
    /// The same within a user namespace, which needs no privilege: the command sees its own user, and no other, as owner
    /// of files.
    UserPidNamespace,
    /// A process group. A process that leaves it, by `setsid` for example, is not ended. Commands can see and signal other
    /// processes of their user, ours among them, and where there is a `/proc` they can read its environment.
    ProcessGroup,
}

impl Isolation {
    /// The strongest that works here. The answer is found by trying, once for the process, which takes some
    /// milliseconds and blocks.
    ///
    /// Namespaces need Linux, a kernel that permits them, and `unshare`, `nsenter`, `setsid` and `mount` of
    /// util-linux.
    pub fn strongest() -> Self {
        static STRONGEST: OnceLock<Isolation> = OnceLock::new();
        *STRONGEST.get_or_init(|| {
            [Self::PidNamespace, Self::UserPidNamespace]
                .into_iter()
                .find(|isolation| isolation.works())
                .unwrap_or(Self::ProcessGroup)
        })
    }

    /// Whether no descendant of a command can outlive it.
    pub fn holds_every_process(self) -> bool {
        self != Self::ProcessGroup
    }

    /// Whether it works here: found by trying it on a command that does nothing, which blocks for some milliseconds.
    pub fn works(self) -> bool {
        let shield = Shield::default();
        let mut command = self.keeper(&shield);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let Ok(mut keeper) = command.spawn() else {
            return false;
        };
        let mut line = String::new();
        let ready = keeper
            .stdout
            .take()
            .is_some_and(|stdout| BufReader::new(stdout).read_line(&mut line).is_ok())
            && line == READY;
        let ran = ready && {
            let mut command = self.enter(keeper.id(), &shield);
            command.args(["/", "true"]);
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        drop(keeper.stdin.take());
        let ended = keeper.wait().is_ok();
        ran && ended
    }

    /// The keeper of a process tree, leader of a group of its own: it prints [`READY`], takes [`TERMINATE`] and [`END`] on
    /// its standard input, and ends everything at once when that closes.
    ///
    /// We hold the other end. It closes when we end, by whatever means, so nothing depends on us to clean up.
    ///
    /// Within a mount namespace all that a shield names is read-only before it is ready.
    pub(crate) fn keeper(self, shield: &Shield<'_>) -> Command {
        // The keeper needs the right to mount; commands come in without it.
        const USER: &[&str] = &[
            "--user",
            "--map-current-user",
            "--keep-caps",
            "--pid",
            "--mount",
            "--",
            "sh",
        ];
        let (program, options, script): (_, &[&str], _) = match self {
            Self::PidNamespace => ("unshare", &["--pid", "--mount", "--", "sh"], KEEPER),
            Self::UserPidNamespace => ("unshare", USER, KEEPER),
            Self::ProcessGroup => ("sh", &[], GROUP_LEADER),
        };
        let mut command = Command::new(program::find(program));
        command.args(options).args(["-c", script, "sh", INIT]);
        if let Some(open) = shield.open
            && self.has_mounts()
            && !shield.read_only.is_empty()
        {
            command.arg(open).args(shield.read_only);
        }
        only_path(&mut command);
        command.process_group(0);
        command
    }

    /// Whether commands have a view of their own of what is mounted, and so of what may be written.
    pub fn has_mounts(self) -> bool {
        self != Self::ProcessGroup
    }

    /// The start of a command line in the keeper's tree; to be followed by the directory, the program and its arguments.
    pub(crate) fn enter(self, keeper: u32, shield: &Shield<'_>) -> Command {
        let mut command = match self {
            Self::PidNamespace | Self::UserPidNamespace => {
                let mut command = Command::new(program::find("nsenter"));
                if self == Self::UserPidNamespace {
                    command
                        .arg(format!("--user=/proc/{keeper}/ns/user"))
                        .arg("--preserve-credentials");
                }
                command
                    .arg(format!("--pid=/proc/{keeper}/ns/pid_for_children"))
                    .arg(format!("--mount=/proc/{keeper}/ns/mnt"))
                    .arg("--")
                    .arg(program::find("sh"));
                // Who is `root` in there could mount anew what is read-only.
                match !shield.read_only.is_empty() && geteuid().is_root() {
                    true => command
                        .args(["-c", ENTER_WITHOUT_MOUNTING])
                        .arg(program::find("setsid"))
                        .arg(program::find("setpriv")),
                    false => command
                        .args(["-c", ENTER_IN_SESSION])
                        .arg(program::find("setsid")),
                };
                command
            }
            Self::ProcessGroup => {
                let mut command = Command::new(program::find("sh"));
                command.args(["-c", ENTER, "sh"]);
                command
            }
        };
        only_path(&mut command);
        command
    }
}

/// What commands may only read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shield<'a> {
    /// These folders, absolute, with all below them.
    pub(crate) read_only: &'a [PathBuf],
    /// But this one, which may be in one of them.
    pub(crate) open: Option<&'a Path>,
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PidNamespace => "PID namespace",
            Self::UserPidNamespace => "PID namespace within a user namespace",
            Self::ProcessGroup => "process group only: a process that leaves it is not ended",
        })
    }
}

/// What the keeper prints when its tree can be entered.
pub(crate) const READY: &str = "ready\n";

/// Tells the keeper to send SIGTERM to all processes of its tree.
pub(crate) const TERMINATE: &str = "terminate\n";

/// Tells the keeper to end all processes of its tree, to wait for that, and to end itself.
pub(crate) const END: &str = "end\n";

/// The keeper of a PID namespace. Itself it stays outside, where nothing from within can reach it; its child is the first
/// process within, and the end of that is the end of all. From then on it uses builtins only, because whatever it started
/// would be within. Its group, which it names by its own number, is also that of the `nsenter` that waits for the command.
const KEEPER: &str = r#"exec 3<&0 </dev/null
sh -c "$@" 3<&- &
init=$!
trap '' TERM INT HUP QUIT
exec >/dev/null 2>&1
while read -r order <&3; do
  case $order in
    terminate) kill -s TERM "$init" ;;
    end) kill -s KILL "$init"; wait "$init"; exit ;;
  esac
done
kill -s KILL -- "-$$""#;

/// The first process of a PID namespace, which collects the exit codes of orphans by waiting. The first line guards the
/// `kill` below, which elsewhere would reach everything. `$0` is what stays open of the folders that are read-only; it is
/// mounted first, so that it is a mount of its own when what is around it becomes read-only.
const INIT: &str = r#"[ "$$" = 1 ] || exit 70
trap 'kill -s TERM -- -1' TERM
trap '' INT HUP QUIT
mount -t proc -o nosuid,nodev,noexec proc /proc || exit 71
[ "$#" = 0 ] || mount --bind "$0" "$0" || exit 72
for folder; do mount --rbind "$folder" "$folder" && mount -o remount,bind,ro "$folder" || exit 73; done
echo ready
exec >/dev/null 2>&1
while :; do sleep 2147483647 & wait "$!"; done"#;

/// The leader of a process group. Its process id stays taken until we collect its exit code, so that the group's number
/// cannot come to mean another group in between. That number is no group at all unless it leads one.
const GROUP_LEADER: &str = r#"trap '' TERM INT HUP QUIT
echo ready
exec >/dev/null 2>&1
while read -r order && [ "$order" != end ]; do kill -s TERM -- "-$$"; done
kill -s KILL -- "-$$""#;

/// Goes to the directory, forbids core files and becomes the program.
const ENTER: &str = r#"cd -P -- "$1" || exit 125
shift
ulimit -c 0
command -v -- "$1" >/dev/null || { echo "$1: not found" >&2; exit 127; }
exec "$@""#;

/// The same by way of `setsid`, whose path is `$0`: in a session of its own, and so without a terminal, a program that
/// asks for a password fails instead of waiting.
const ENTER_IN_SESSION: &str = r#"cd -P -- "$1" || exit 125
shift
ulimit -c 0
command -v -- "$1" >/dev/null || { echo "$1: not found" >&2; exit 127; }
exec "$0" "$@""#;

/// The same without the right to mount; `$1` is `setpriv`.
const ENTER_WITHOUT_MOUNTING: &str = r#"setpriv=$1
shift
cd -P -- "$1" || exit 125
shift
ulimit -c 0
command -v -- "$1" >/dev/null || { echo "$1: not found" >&2; exit 127; }
exec "$setpriv" --bounding-set=-sys_admin --inh-caps=-sys_admin -- "$0" "$@""#;

fn only_path(command: &mut Command) {
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
}
