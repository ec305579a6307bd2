//! Reading documents from files, folders and standard input.
//!
//! The only place where plans touch the file system: everything behind it is text in, values out.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use wavecrew_worker_spec::{Diagnostic, Document};

/// The file name that stands for standard input.
pub const STDIN: &str = "-";

/// The largest document that is read, in bytes. A plan is written by people; ten times the longest
/// one seen is still far below this, and a bound keeps a mistaken path from filling the memory.
pub const MAX_DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Endings of the files that a folder is searched for.
const ENDINGS: &[&str] = &["md", "markdown", "mmd", "mermaid"];

/// Why documents could not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A path does not exist or cannot be opened.
    #[error("failed to read `{path}`")]
    Io {
        /// The path as it was given, or the file below it.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A folder holds no document.
    #[error(
        "no plan or worker spec in folder `{path}`: it holds no file that ends in .md, .markdown, .mmd or .mermaid"
    )]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A document is larger than [`MAX_DOCUMENT_BYTES`].
    #[error("`{path}` has {bytes} bytes, and a document may have at most {MAX_DOCUMENT_BYTES}")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// Files are there, but their bytes are not text. One diagnostic a file.
    #[error("{} of the documents {} not text", .0.len(), if .0.len() == 1 { "is" } else { "are" })]
    NotText(Vec<Diagnostic>),
}

/// Reads every path: a file as itself, a folder as the documents directly in it, `-` as standard input.
///
/// Documents come in the order of `paths`, those of a folder by name; a file that is named twice is
/// read once. Equal input gives equal order, whatever the file system lists first.
///
/// # Errors
///
/// [`ReadError::Io`] at the first path that cannot be read, [`ReadError::EmptyFolder`] for a folder
/// without documents, [`ReadError::NotText`] with a diagnostic for each file that is not UTF-8.
pub fn read_documents(paths: &[PathBuf]) -> Result<Vec<Document>, ReadError> {
    let mut documents = Vec::new();
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        for file in expand(path)? {
            let same = std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
            if !seen.insert(same) {
                continue;
            }
            let bytes = read_bytes(&file)?;
            let name = if file.as_os_str() == STDIN {
                "<stdin>".into()
            } else {
                file.to_string_lossy()
            };
            match Document::from_bytes(name.as_ref(), bytes) {
                Ok(document) => documents.push(document),
                Err(diagnostic) => broken.push(diagnostic),
            }
        }
    }
    if broken.is_empty() {
        Ok(documents)
    } else {
        Err(ReadError::NotText(broken))
    }
}

/// The files that `path` stands for, sorted.
fn expand(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    if path.as_os_str() == STDIN {
        return Ok(vec![path.to_owned()]);
    }
    let at = |source| ReadError::Io {
        path: path.to_owned(),
        source,
    };
    if !std::fs::metadata(path).map_err(at)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(at)? {
        let file = entry.map_err(at)?.path();
        let ending = file
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        if ENDINGS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
            && file.is_file()
        {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(ReadError::EmptyFolder {
            path: path.to_owned(),
        });
    }
    files.sort();
    Ok(files)
}

fn read_bytes(file: &Path) -> Result<Vec<u8>, ReadError> {
    let at = |source| ReadError::Io {
        path: file.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    if file.as_os_str() == STDIN {
        std::io::stdin()
            .take(MAX_DOCUMENT_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(at)?;
    } else {
        let opened = std::fs::File::open(file).map_err(at)?;
        opened
            .take(MAX_DOCUMENT_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(at)?;
    }
    let read = bytes.len() as u64;
    if read > MAX_DOCUMENT_BYTES {
        return Err(ReadError::TooLarge {
            path: file.to_owned(),
            bytes: read,
        });
    }
    Ok(bytes)
}
