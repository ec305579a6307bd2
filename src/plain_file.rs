//! Files that came with somebody's project: what stands at a path may be a FIFO, or a link to something that has no end.

use std::fs::File;
use std::io::{Error, Read as _, Result};
use std::path::Path;

/// The text of a regular file of at most so many bytes. Links are followed.
///
/// # Errors
///
/// What is no file, is longer, or is no text; and as [`File::open`].
pub(crate) fn read_at_most(path: &Path, bytes: u64) -> Result<String> {
    // Opening a FIFO would wait for somebody who writes into it.
    match std::fs::metadata(path)?.is_file() {
        true => read_anything(path, bytes),
        false => Err(Error::other("it is no file")),
    }
}

/// The same of whatever somebody named, who may mean a pipe.
///
/// # Errors
///
/// What is longer, or is no text; and as [`File::open`].
pub(crate) fn read_anything(path: &Path, bytes: u64) -> Result<String> {
    let mut text = String::new();
    let length = File::open(path)?
        .take(bytes.saturating_add(1))
        .read_to_string(&mut text)?;
    match length as u64 <= bytes {
        true => Ok(text),
        false => Err(Error::other(format!("it is longer than {bytes} bytes"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_never_begins_or_has_no_end_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file"), "four").expect("written");
        std::os::unix::fs::symlink(at("file"), at("link")).expect("linked");
        std::os::unix::fs::symlink("/dev/zero", at("zero")).expect("linked");
        let fifo = std::process::Command::new("mkfifo")
            .arg(at("fifo"))
            .status();
        assert!(fifo.expect("mkfifo is there").success());
        assert_eq!(read_at_most(&at("file"), 4).expect("it is short"), "four");
        assert_eq!(read_at_most(&at("link"), 4).expect("it is short"), "four");
        let refused = |name: &str| read_at_most(&at(name), 3).expect_err(name).to_string();
        assert_eq!(refused("file"), "it is longer than 3 bytes");
        for other in ["zero", "fifo", "."] {
            assert_eq!(refused(other), "it is no file", "{other}");
        }
        let named = read_anything(&at("zero"), 3).expect_err("it has no end");
        assert_eq!(named.to_string(), "it is longer than 3 bytes");
    }
}
