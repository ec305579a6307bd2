//! Private folders.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The private folders of a run, removed afterwards.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
    pub(crate) home: PathBuf,
    pub(crate) temp: PathBuf,
}

impl Scratch {
    pub(crate) fn new(base: Option<&Path>, home: Option<&Path>) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("wavecrew-");
        let folder = match base {
            Some(base) => builder.tempdir_in(base)?,
            None => builder.tempdir()?,
        };
        let temp = folder.path().join("tmp");
        std::fs::create_dir(&temp)?;
        let home = match home {
            Some(home) => home.to_owned(),
            None => folder.path().join("home"),
        };
        std::fs::create_dir_all(&home)?;
        Ok(Self { folder, home, temp })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}
