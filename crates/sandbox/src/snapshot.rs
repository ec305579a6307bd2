//! What files were before they were changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::{FileError, RelPath, Root};

/// What some files held at one moment: their bytes and permissions, or that they were not there.
///
/// It serialises to JSON that a person can read (bytes that are UTF-8 as `text`, others as `base64`), so that it can be
/// kept somewhere safe before the first file is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    files: Vec<Before>,
    /// Directories on the way to the files that did not exist, outer before inner.
    missing_directories: Vec<RelPath>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    path: RelPath,
    /// `None`: there was no file.
    file: Option<File>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct File {
    mode: u32,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Encoded", try_from = "Encoded")]
struct Content(Vec<u8>);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Encoded {
    Text(String),
    Base64(String),
}

impl From<Content> for Encoded {
    fn from(Content(bytes): Content) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Base64(STANDARD.encode(error.as_bytes())),
        }
    }
}

impl TryFrom<Encoded> for Content {
    type Error = base64::DecodeError;

    fn try_from(encoded: Encoded) -> Result<Self, base64::DecodeError> {
        match encoded {
            Encoded::Text(text) => Ok(Self(text.into_bytes())),
            Encoded::Base64(text) => STANDARD.decode(text).map(Self),
        }
    }
}

impl Snapshot {
    /// The files that it covers, in the order in which they were given, each once.
    pub fn paths(&self) -> impl Iterator<Item = &RelPath> {
        self.files.iter().map(|before| &before.path)
    }

    /// What a file held: `None` for a path that is not covered, `Some(None)` for one that was not there.
    pub fn content(&self, path: &RelPath) -> Option<Option<&[u8]>> {
        let before = self.files.iter().find(|before| before.path == *path)?;
        Some(before.file.as_ref().map(|file| file.content.0.as_slice()))
    }
}

impl Root {
    /// Takes down what these files are now.
    ///
    /// # Errors
    ///
    /// [`FileError`] for the first file that cannot be read, as [`Root::read`].
    pub fn snapshot(&self, paths: &[RelPath]) -> Result<Snapshot, FileError> {
        let mut snapshot = Snapshot {
            files: Vec::new(),
            missing_directories: Vec::new(),
        };
        for path in paths {
            if snapshot.content(path).is_some() {
                continue;
            }
            let file = self.read_with_mode(path)?.map(|(bytes, mode)| File {
                mode,
                content: Content(bytes),
            });
            if file.is_none() {
                self.note_missing_directories(path, &mut snapshot.missing_directories)?;
            }
            snapshot.files.push(Before {
                path: path.clone(),
                file,
            });
        }
        Ok(snapshot)
    }

    /// Puts the files of a snapshot back as they were, and removes the directories that have come since if they are
    /// empty.
    ///
    /// It can be repeated, and taken up again after a crash: what is as it was is not touched. A link or a FIFO that has
    /// taken a file's place is removed, never followed. All files are tried even when one fails.
    ///
    /// # Errors
    ///
    /// [`FileError`] for the first file that could not be put back.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), FileError> {
        let mut result = Ok(());
        for before in &snapshot.files {
            result = result.and(self.put_back(before));
        }
        for directory in snapshot.missing_directories.iter().rev() {
            result = result.and(self.remove_empty_directory(directory));
        }
        result
    }

    fn put_back(&self, before: &Before) -> Result<(), FileError> {
        self.discard_draft(&before.path)?;
        let Some(File {
            mode,
            content: Content(bytes),
        }) = &before.file
        else {
            return self.clear(&before.path);
        };
        match self.read_with_mode(&before.path) {
            Ok(Some((now, now_mode))) if now == *bytes && now_mode == *mode => return Ok(()),
            Ok(_) => {}
            Err(_) => self.clear(&before.path)?,
        }
        self.write_with_mode(&before.path, bytes, Some(*mode))
    }

    fn note_missing_directories(
        &self,
        path: &RelPath,
        missing: &mut Vec<RelPath>,
    ) -> Result<(), FileError> {
        let parent = path.parent();
        let ends = parent.as_str().match_indices('/').map(|(at, _)| at);
        for end in ends.chain([parent.as_str().len()]).filter(|&end| end > 0) {
            let directory = RelPath::new(&parent.as_str()[..end]).expect("a part of a path is one");
            let walk = crate::walk::Walk::new(self.dir(), path.as_str(), "read");
            if !missing.contains(&directory) && walk.descend(directory.components())?.is_none() {
                missing.push(directory);
            }
        }
        Ok(())
    }
}
