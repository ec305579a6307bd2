//! Where programs are.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// The first folder of this list, as in `PATH`, that has a program of this name.
pub(crate) fn find_in(path: &OsStr, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|program| {
            program.metadata().is_ok_and(|metadata| {
                metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
            })
        })
}

/// A program that we need ourselves, found by our own `PATH` or where systems keep it: what a command gets as `PATH` has
/// no say in it.
pub(crate) fn find(name: &str) -> PathBuf {
    let own = std::env::var_os("PATH").unwrap_or_default();
    find_in(&own, name)
        .or_else(|| find_in(OsStr::new("/usr/bin:/bin:/usr/sbin:/sbin"), name))
        .unwrap_or_else(|| PathBuf::from(name))
}
