//! Keys that files hold.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use wavecrew_providers::{ApiKey, ErrorKind, OpenAi, OpenAiConfig};

const KEY: &str = "sk-canary-0123456789abcdef";

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>, mode: u32) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

fn refused(path: &Path, fault: &str) {
    let error = ApiKey::from_file(path).unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Configuration, 0)
    );
    let shown = format!("{error} {error:?}");
    assert!(shown.contains(fault) && !shown.contains(KEY), "{shown}");
}

fn git(folder: &Path, words: &[&str]) {
    let mut git = Command::new("git");
    let ended = git.arg("-C").arg(folder).args(words).output().unwrap();
    assert!(ended.status.success(), "{words:?} {ended:?}");
}

#[test]
fn a_private_file_gives_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "key", format!("{KEY}\n"), 0o600);
    let key = ApiKey::from_file(&path).unwrap();
    assert_eq!(format!("{key:?}"), "[redacted]");
    OpenAi::new(OpenAiConfig::new().api_key(key)).unwrap();
    ApiKey::from_file(write(folder.path(), "read-only", KEY, 0o400)).unwrap();
}

#[test]
fn what_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o640, 0o604, 0o660, 0o644, 0o602] {
        let path = write(folder.path(), "key", KEY, mode);
        refused(&path, "by others");
    }
    // A private link does not make its target private.
    symlink(folder.path().join("key"), folder.path().join("link")).unwrap();
    refused(&folder.path().join("link"), "by others");
}

#[test]
fn what_is_no_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, text: &[u8]| write(folder.path(), name, text, 0o600);
    refused(&folder.path().join("missing"), "cannot be read");
    refused(folder.path(), "is no regular file");
    refused(&at("empty", b""), "is empty");
    refused(&at("bytes", b"sk-\xff"), "is no UTF-8");
    refused(&at("long", &[b'x'; 20_000]), "is longer than 16384 bytes");
    refused(&at("two", format!("{KEY}\n{KEY}").as_bytes()), "one line");
    refused(&at("env", format!("A_KEY={KEY}").as_bytes()), "a variable");
    refused(
        &at("shell", format!("export key={KEY}").as_bytes()),
        "a variable",
    );
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    refused(&pipe, "is no regular file");
}

#[test]
fn what_git_tracks_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    fs::create_dir(folder.path().join("sub")).unwrap();
    // A name that would match others were it a pattern.
    let free = write(&folder.path().join("sub"), "k*y", KEY, 0o600);
    let path = write(&folder.path().join("sub"), "key", KEY, 0o600);
    ApiKey::from_file(&path).unwrap();
    git(folder.path(), &["add", "sub/key"]);
    refused(&path, "is tracked by git");
    ApiKey::from_file(&free).unwrap();
    // A link from elsewhere to what is tracked, and a way that goes round.
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(&path, elsewhere.path().join("link")).unwrap();
    refused(&elsewhere.path().join("link"), "is tracked by git");
    refused(&folder.path().join("sub/../sub/key"), "is tracked by git");
    git(folder.path(), &["rm", "-q", "--cached", "sub/key"]);
    ApiKey::from_file(&path).unwrap();
}

#[test]
fn a_repository_that_git_cannot_read_is_no_proof() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let path = write(folder.path(), "key", KEY, 0o600);
    refused(&path, "cannot tell");
}
