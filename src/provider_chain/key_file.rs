//! Keys that are read from files.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// No key is longer.
const LONGEST: u64 = 16 << 10;

/// Reads the key that a file holds, alone in it. A key that others can read is no secret: a file that others
/// may open, or that git tracks, is refused.
///
/// # Errors
///
/// What is wrong with the file, and how to mend it; never what it holds.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let failed =
        |error: &dyn std::fmt::Display| format!("failed to read the key file `{shown}`: {error}");
    let file = fs::File::open(path).map_err(|error| failed(&error))?;
    let about = file.metadata().map_err(|error| failed(&error))?;
    if !about.is_file() {
        return Err(format!("the key file `{shown}` is no file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = about.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(format!(
                "the key file `{shown}` may be read or written by others (mode {:o}); `chmod 600 {shown}` mends that",
                mode & 0o777
            ));
        }
    }
    is_untracked(path)?;
    let mut text = String::new();
    let read = file.take(LONGEST + 1).read_to_string(&mut text);
    read.map_err(|error| failed(&error))?;
    if text.len() as u64 > LONGEST {
        return Err(format!("the key file `{shown}` is too long for a key"));
    }
    let key = text.trim();
    if key.is_empty() {
        return Err(format!("the key file `{shown}` is empty"));
    }
    if key.lines().count() > 1 {
        return Err(format!(
            "the key file `{shown}` has several lines; it is to hold the key alone"
        ));
    }
    Ok(key.to_owned())
}

/// Asks git, where the file is in a working copy.
fn is_untracked(path: &Path) -> Result<(), String> {
    let shown = path.display();
    let real =
        fs::canonicalize(path).map_err(|error| format!("failed to find `{shown}`: {error}"))?;
    for path in [path, &real] {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
            continue;
        };
        if !folder.ancestors().any(|above| above.join(".git").exists()) {
            continue;
        }
        // A working copy can name a program that its own git runs: that is not wanted here.
        let listed = Command::new("git")
            .args([
                "-c",
                "core.fsmonitor=false",
                "ls-files",
                "--error-unmatch",
                "--",
            ])
            .arg(name)
            .current_dir(folder)
            .env("GIT_LITERAL_PATHSPECS", "1")
            .stdin(Stdio::null())
            .output();
        let code = listed.as_ref().ok().and_then(|listed| listed.status.code());
        match code {
            Some(1) => {}
            Some(0) => {
                return Err(format!(
                    "the key file `{shown}` is tracked by git, so whoever has the repository has the key; take a new \
                     key, put it in a file that is not tracked, and name that"
                ));
            }
            _ => {
                return Err(format!(
                    "whether git tracks the key file `{shown}` cannot be told; keep it outside of the repository"
                ));
            }
        }
    }
    Ok(())
}
