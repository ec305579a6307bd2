//! Keys that a file holds.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ApiKey;
use crate::{ErrorKind, ProviderError};

/// No key is longer: what is, is some other file.
const LONGEST: u64 = 16 << 10;

/// What would make git look at another repository than the one that the file is in.
const GIT_VARIABLES: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_CEILING_DIRECTORIES",
];

impl ApiKey {
    /// Reads a key from a file that holds the key on one line and nothing else; blanks and line breaks around it do
    /// not count.
    ///
    /// It asks `git`, if there is a repository around the file, and blocks while it does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`], in words that hold the path and nothing of the key:
    ///
    /// - the file is missing, no regular file, empty, longer than 16 KiB, no UTF-8, has several lines, or is a list of
    ///   variables (`NAME=value`);
    /// - on Unix, its mode lets anyone but its owner read or write it;
    /// - git tracks it, or a repository is around it and git cannot tell. Links are followed first: what counts is where
    ///   the key itself lies.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ProviderError> {
        let path = path.as_ref();
        read(path).map_err(|fault| {
            let message = format!("the key file `{}` {fault}", path.display());
            ProviderError::new(ErrorKind::Configuration, "", message)
        })
    }
}

fn read(path: &Path) -> Result<ApiKey, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    let real = std::fs::canonicalize(path).map_err(failed)?;
    // Opening what is no file may wait for ever.
    if !real.metadata().map_err(failed)?.is_file() {
        return Err("is no regular file".to_owned());
    }
    let file = File::open(&real).map_err(failed)?;
    private(&file.metadata().map_err(failed)?)?;
    untracked(&real)?;
    let mut text = String::new();
    let read = file.take(LONGEST + 1).read_to_string(&mut text);
    match read {
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Err("is no UTF-8 text".to_owned());
        }
        read => read.map_err(failed)?,
    };
    if text.len() as u64 > LONGEST {
        return Err(format!("is longer than {LONGEST} bytes: that is no key"));
    }
    only_line(&text).map(ApiKey::new)
}

/// The key of a text that holds nothing else.
fn only_line(text: &str) -> Result<&str, String> {
    let key = text.trim_start_matches('\u{FEFF}').trim();
    if key.is_empty() {
        return Err("is empty".to_owned());
    }
    if key.lines().nth(1).is_some() {
        return Err("has more than one line; it holds the key and nothing else".to_owned());
    }
    let exported = key.strip_prefix("export ");
    let name = exported.unwrap_or(key);
    let name = name.split_once('=').map_or("", |(name, _)| name);
    let variable = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if exported.is_some() || name.contains('_') && name.chars().all(variable) {
        return Err("sets a variable; it holds the key and nothing else".to_owned());
    }
    Ok(key)
}

#[cfg(unix)]
fn private(file: &std::fs::Metadata) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.permissions().mode() & 0o777;
    match mode & 0o066 {
        0 => Ok(()),
        _ => Err(format!(
            "may be read or written by others (mode {mode:03o}); `chmod 600` mends that"
        )),
    }
}

#[cfg(not(unix))]
fn private(_: &std::fs::Metadata) -> Result<(), String> {
    Ok(())
}

/// Refuses a file that git tracks.
fn untracked(real: &Path) -> Result<(), String> {
    let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else {
        return Ok(());
    };
    let Some(repository) = repository(folder) else {
        return Ok(());
    };
    let unknown = |why: &str| {
        format!(
            "lies in the git repository `{}`, and git cannot tell whether it is tracked: {why}",
            repository.display()
        )
    };
    let mut git = Command::new("git");
    for variable in GIT_VARIABLES {
        git.env_remove(variable);
    }
    let asked = git
        .arg("--literal-pathspecs")
        .args(["-c", "core.fsmonitor=false"])
        .args(["ls-files", "--error-unmatch", "-z", "--"])
        .arg(name)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| unknown(&error.to_string()))?;
    match asked.status.code() {
        Some(0) => Err(
            "is tracked by git; take it out (`git rm --cached`), list it in .gitignore, and get a new key"
                .to_owned(),
        ),
        Some(1) => Ok(()),
        _ => Err(unknown(String::from_utf8_lossy(&asked.stderr).trim())),
    }
}

/// The folder of the innermost repository around this one.
fn repository(folder: &Path) -> Option<PathBuf> {
    let mut folders = folder.ancestors();
    folders
        .find(|folder| folder.join(".git").symlink_metadata().is_ok())
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::only_line;

    #[test]
    fn one_line_and_nothing_else() {
        for (text, key) in [
            ("sk-1\n", "sk-1"),
            ("\u{FEFF}  sk-1 \r\n\n", "sk-1"),
            ("c2stMQ==", "c2stMQ=="),
            ("AB12=", "AB12="),
        ] {
            assert_eq!(only_line(text).as_deref(), Ok(key));
        }
        for (text, fault) in [
            ("", "is empty"),
            (" \n", "is empty"),
            ("sk-1\nsk-2", "more than one line"),
            ("OPENAI_API_KEY=sk-1", "sets a variable"),
            ("export MY_KEY=\"sk-1\"\n", "sets a variable"),
        ] {
            let error = only_line(text).unwrap_err();
            assert!(error.contains(fault) && !error.contains("sk-"), "{error}");
        }
    }
}
