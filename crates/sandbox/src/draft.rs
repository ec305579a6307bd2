//! A file that gets its name only when its content is whole.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd as _;
use std::sync::{Mutex, PoisonError};

use cap_std::fs::Dir;
use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use crate::Digest;

/// Makes these bytes the content of `name` in `dir`, synced, and whole or not at all.
///
/// A file that is new is linked into place with its content, so that not even a kill leaves anything
/// beside it. One that is replaced takes a detour by the [`draft_name`], and only where a kill meets the
/// moment between the two is the draft left there, to be taken away by [`discard`].
pub(crate) fn put(dir: &Dir, name: &str, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let draft = draft_name(name);
    match unnamed(dir)? {
        Some(file) => {
            fill(&file, bytes, mode)?;
            match link(&file, dir, name) {
                Err(Errno::EXIST) => {}
                linked => return linked.map_err(io::Error::from),
            }
            while let Err(errno) = link(&file, dir, &draft) {
                if errno != Errno::EXIST {
                    return Err(errno.into());
                }
                discard(dir, name)?;
            }
            rename(dir, &draft, name)
        }
        None => {
            // The draft has its name while it grows: two who write the same file take turns.
            static TURN: Mutex<()> = Mutex::new(());
            let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
            discard(dir, name)?;
            let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
            let file = rustix::fs::openat(dir, draft.as_str(), flags, Mode::from_raw_mode(0o666))?;
            let put = fill(&File::from(file), bytes, mode).and_then(|()| rename(dir, &draft, name));
            if put.is_err() {
                // The first error is the one to tell.
                let _ = discard(dir, name);
            }
            put
        }
    }
}

/// Takes away what a killed [`put`] may have left beside `name`.
pub(crate) fn discard(dir: &Dir, name: &str) -> io::Result<()> {
    match rustix::fs::unlinkat(dir, draft_name(name).as_str(), AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// Always the same for the same file, so that it can be found again; short, however long the name is.
fn draft_name(name: &str) -> String {
    format!(
        ".{}.wavecrew-draft",
        &Digest::of(name.as_bytes()).as_str()[..16]
    )
}

fn fill(mut file: &File, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    file.write_all(bytes)?;
    if let Some(mode) = mode {
        rustix::fs::fchmod(file, Mode::from_raw_mode(mode))?;
    }
    file.sync_all()
}

/// A file without a name, or `None` where there is no such thing or it could not be named later.
#[cfg(target_os = "linux")]
fn unnamed(dir: &Dir) -> io::Result<Option<File>> {
    if !std::path::Path::new("/proc/self/fd").exists() {
        return Ok(None);
    }
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    match rustix::fs::openat(dir, ".", flags, Mode::from_raw_mode(0o666)) {
        Ok(file) => Ok(Some(File::from(file))),
        // File systems that cannot do it, and kernels that take the flag for that of a directory.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Dir) -> io::Result<Option<File>> {
    Ok(None)
}

fn link(file: &File, dir: &Dir, name: &str) -> Result<(), Errno> {
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    rustix::fs::linkat(rustix::fs::CWD, open, dir, name, AtFlags::SYMLINK_FOLLOW)
}

/// Moves the draft over the file. Another writer may have taken our draft for a killed one's, and put
/// its own in place: then ours is the older content, and nothing is left to do.
fn rename(dir: &Dir, draft: &str, name: &str) -> io::Result<()> {
    match rustix::fs::renameat(dir, draft, dir, name) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}
