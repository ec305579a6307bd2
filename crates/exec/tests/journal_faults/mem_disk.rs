//! A disk in memory whose operations fail when they are told to, and which forgets at a power cut what
//! was not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wavecrew_exec::{Disk, DiskFile, JournalError};

/// Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemDisk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    inodes: Vec<Inode>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    folders: BTreeSet<PathBuf>,
    durable_folders: BTreeSet<PathBuf>,
    /// Operations so far that change something.
    operations: u64,
    fault: Option<Fault>,
    /// What has failed so far.
    pub(crate) failed: Vec<String>,
}

#[derive(Debug, Default)]
struct Inode {
    data: Vec<u8>,
    durable: Vec<u8>,
}

/// What goes wrong, from which operation on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// This operation fails with this error number; those after it work.
    Once { at: u64, errno: i32 },
    /// From this operation on the power is off.
    PowerCut { at: u64 },
}

impl MemDisk {
    /// Lets something go wrong, counted from now on.
    pub(crate) fn plan(&self, fault: Option<Fault>) {
        let mut state = self.state();
        state.operations = 0;
        state.fault = fault;
        state.failed.clear();
    }

    /// How many operations there were since the last plan.
    pub(crate) fn operations(&self) -> u64 {
        self.state().operations
    }

    /// What has failed since the last plan, as `operation path`.
    pub(crate) fn failed(&self) -> Vec<String> {
        self.state().failed.clone()
    }

    /// Puts the machine on again: what was not synced is gone.
    pub(crate) fn reboot(&self) {
        let mut state = self.state();
        state.names = state.durable_names.clone();
        state.folders = state.durable_folders.clone();
        for inode in &mut state.inodes {
            inode.data.clone_from(&inode.durable);
        }
        state.fault = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation, and lets it fail if it is its turn.
    fn operation(&self, what: &str, path: &Path) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        state.operations += 1;
        let errno = match state.fault {
            Some(Fault::Once { at, errno }) if state.operations == at => errno,
            Some(Fault::PowerCut { at }) if state.operations >= at => 5,
            _ => return Ok(state),
        };
        let failed = format!("{what} {}", path.display());
        state.failed.push(failed);
        Err(io::Error::from_raw_os_error(errno))
    }
}

fn not_found() -> io::Error {
    io::Error::from_raw_os_error(2)
}

impl Disk for MemDisk {
    fn lock(&self, _: &Path) -> Result<Box<dyn fmt::Debug + Send>, JournalError> {
        Ok(Box::new(()))
    }

    fn size(&self, path: &Path) -> io::Result<Option<u64>> {
        let state = self.state();
        if state.folders.contains(path) || path == Path::new("/") {
            return Ok(Some(0));
        }
        let inode = state.names.get(path);
        Ok(inode.map(|&inode| state.inodes[inode].data.len() as u64))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let state = self.state();
        let inode = *state.names.get(path).ok_or_else(not_found)?;
        Ok(state.inodes[inode].data.clone())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.operation("create", path)?;
        let inode = match state.names.get(path) {
            Some(&inode) => {
                state.inodes[inode].data.clear();
                inode
            }
            None => {
                state.inodes.push(Inode::default());
                let inode = state.inodes.len() - 1;
                state.names.insert(path.to_owned(), inode);
                inode
            }
        };
        Ok(self.file(path, inode))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let state = self.operation("open", path)?;
        let inode = *state.names.get(path).ok_or_else(not_found)?;
        Ok(self.file(path, inode))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.operation("mkdir", path)?;
        if !state.folders.insert(path.to_owned()) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.operation("rename", from)?;
        let inode = state.names.remove(from).ok_or_else(not_found)?;
        state.names.insert(to.to_owned(), inode);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.operation("remove", path)?;
        state.names.remove(path).map(drop).ok_or_else(not_found)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.operation("sync folder", path)?;
        let State {
            names,
            durable_names,
            folders,
            durable_folders,
            ..
        } = &mut *state;
        durable_names.retain(|name, _| name.parent() != Some(path));
        let here = names.iter().filter(|(name, _)| name.parent() == Some(path));
        durable_names.extend(here.map(|(name, inode)| (name.clone(), *inode)));
        let below = folders
            .iter()
            .filter(|folder| folder.parent() == Some(path));
        durable_folders.extend(below.cloned());
        Ok(())
    }
}

impl MemDisk {
    fn file(&self, path: &Path, inode: usize) -> Box<dyn DiskFile> {
        Box::new(MemFile {
            disk: self.clone(),
            path: path.to_owned(),
            inode,
        })
    }
}

#[derive(Debug)]
struct MemFile {
    disk: MemDisk,
    path: PathBuf,
    inode: usize,
}

impl DiskFile for MemFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.disk.operation("write", &self.path) {
            Ok(mut state) => {
                state.inodes[self.inode].data.extend_from_slice(bytes);
                Ok(())
            }
            Err(error) => {
                // A full disk takes what still fits.
                let part = &bytes[..bytes.len() / 2];
                let mut state = self.disk.state();
                state.inodes[self.inode].data.extend_from_slice(part);
                Err(error)
            }
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.operation("sync", &self.path)?;
        let inode = &mut state.inodes[self.inode];
        inode.durable.clone_from(&inode.data);
        Ok(())
    }

    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        let mut state = self.disk.operation("cut", &self.path)?;
        state.inodes[self.inode].data.truncate(bytes as usize);
        Ok(())
    }
}
