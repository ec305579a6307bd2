//! Programs that others start, with folders that they can only read.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rustix::process::geteuid;

use crate::program;

/// The code with which a launcher ends that cannot make a folder read-only. Programs hardly use it: theirs are below 128, or
/// those of shells for signals, which end at 192.
pub const NOT_SHIELDED: i32 = 231;

/// The start of a command line that starts the program behind it, with arguments, in a mount namespace of its own: there it
/// can read what is in these folders, which have absolute paths, and cannot write, move or remove it. A folder that is not
/// there is left out.
///
/// The program keeps its process id, user, group, terminal and directory; `root` loses the rights to mount, to trace processes that
/// have more rights, and to make devices. Where a folder cannot be
/// mounted the command line ends with code [`NOT_SHIELDED`], and where the program cannot be found with 127, as a shell does.
///
/// `None` where the machine does not offer it: it needs Linux, a kernel that permits namespaces, and `unshare`, `mount` and
/// `setpriv` of util-linux. The answer is found by trying, once for the process, which blocks for some milliseconds. `None`
/// also for a path that is no text.
pub fn read_only_launcher(folders: &[PathBuf]) -> Option<Vec<String>> {
    static WORKS: OnceLock<bool> = OnceLock::new();
    let words = words(folders)?;
    WORKS.get_or_init(works).then_some(words)
}

fn words(folders: &[PathBuf]) -> Option<Vec<String>> {
    let text = |path: &Path| path.to_str().map(str::to_owned);
    let is_root = geteuid().is_root();
    let user: &[&str] = match is_root {
        true => &[],
        // The right to mount is that of the namespace, and is laid down below.
        false => &["--user", "--map-current-user", "--keep-caps"],
    };
    let laid_down: &[&str] = match is_root {
        // Also the right to go by the processes of others to what they see, or by devices to what lies below.
        true => &[
            "--bounding-set=-sys_admin,-sys_ptrace,-mknod",
            "--inh-caps=-sys_admin,-sys_ptrace,-mknod",
        ],
        false => &["--ambient-caps=-all", "--inh-caps=-all"],
    };
    let mut words = vec![text(&program::find("unshare"))?];
    words.extend(
        user.iter()
            .chain(&["--mount", "--"])
            .map(ToString::to_string),
    );
    words.push(text(&program::find("sh"))?);
    words.extend(["-c", SCRIPT, "sh"].map(str::to_owned));
    words.push(NOT_SHIELDED.to_string());
    words.push(folders.len().to_string());
    for folder in folders {
        words.push(text(folder)?);
    }
    words.push(text(&program::find("setpriv"))?);
    words.extend(laid_down.iter().chain(&["--"]).map(ToString::to_string));
    Some(words)
}

fn works() -> bool {
    let folder = tempfile::tempdir();
    let words = folder.as_ref().ok().and_then(|folder| {
        let path = folder.path().canonicalize().ok()?;
        words(&[path])
    });
    let Some(words) = words else { return false };
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg("true");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What is mounted, and then what is started.
const SCRIPT: &str = r#"not_shielded=$1
count=$2
shift
shift
while [ "$count" -gt 0 ]; do
  if [ -e "$1" ]; then
    mount --rbind "$1" "$1" </dev/null && mount -o remount,bind,ro "$1" </dev/null || exit "$not_shielded"
  fi
  shift
  count=$((count - 1))
done
exec "$@""#;
