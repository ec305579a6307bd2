//! Reading documents from files, folders and standard input.
//!
//! The only place where plans touch the file system: everything behind it is text in, values out.

mod in_root;
mod planning;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use wavecrew_worker_spec::{Diagnostic, Document};

pub(crate) use in_root::{names_in, plain, states_plan};
#[cfg(feature = "crew")]
pub(crate) use in_root::{plan_documents, seen_from};

/// The file name that stands for standard input.
pub const STDIN: &str = "-";

/// What the document is called that is read from standard input.
pub(crate) const STDIN_NAME: &str = "<stdin>";

/// The largest document that is read, in bytes. A plan is written by people; ten times the longest
/// one seen is still far below this, and a bound keeps a mistaken path from filling the memory.
pub const MAX_DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Endings of the files that a folder is searched for.
const ENDINGS: &[&str] = &["md", "markdown", "mmd", "mermaid", "json", "jsonl"];

/// Folders that hold what others wrote or what tools made; with those that are hidden they are never searched.
const PASSED_OVER: &[&str] = &["node_modules", "target", "vendor", "__pycache__"];

/// How far below a named folder documents are looked for.
pub const MAX_FOLDER_DEPTH: usize = 8;

/// How many files a named folder may come to.
pub const MAX_FILES: usize = 10_000;

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
        "no plan or worker spec in folder `{path}`: it holds no file that ends in .md, .markdown, .mmd or .mermaid, and no task list in JSON"
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
    /// A folder holds more than [`MAX_FILES`] files.
    #[error(
        "folder `{path}` holds more than {MAX_FILES} documents; name the folder that holds the plan"
    )]
    TooManyFiles {
        /// The folder.
        path: PathBuf,
    },
    /// Files are there, but their bytes are not text. One diagnostic a file.
    #[error("{} of the documents {} not text", .0.len(), if .0.len() == 1 { "is" } else { "are" })]
    NotText(Vec<Diagnostic>),
}

/// Reads every path: a file as itself, a folder as the documents in it, `-` as standard input.
///
/// A folder in which a tool keeps the plan of a project (`.planning`, `.kiro`, `.taskmaster`, `.beads`, `.specify`,
/// `openspec`) is the plan there: `ROADMAP.md` and the plans of the phases, `specs/*/tasks.md` and so on, without the
/// requirements, notes and templates beside them. So is a folder that holds such a one, unless its own documents hold
/// tasks.
///
/// Any other folder is the documents directly in it. A folder that holds none is those of its sub-folders, and so on for each of
/// these, at most [`MAX_FOLDER_DEPTH`] deep; hidden folders, `node_modules`, `target`, `vendor` and links to folders are left
/// out. So a folder of plans stays what it is when notes lie in a folder below it, and a folder that only holds one folder for
/// each recipe, phase or story is all of them.
///
/// A JSON file in a folder that is no list of tasks (a configuration, results) is passed over; one that is named by
/// itself is read, so that what is wrong with it is told.
///
/// Documents come in the order of `paths`, those of a folder by name; a file that is named twice is
/// read once. Equal input gives equal order, whatever the file system lists first.
///
/// # Errors
///
/// [`ReadError::Io`] at the first path that cannot be read, [`ReadError::EmptyFolder`] for a folder
/// without documents, [`ReadError::TooManyFiles`] for one with more than a plan has, [`ReadError::NotText`] with a
/// diagnostic for each file that is not UTF-8.
pub fn read_documents(paths: &[PathBuf]) -> Result<Vec<Document>, ReadError> {
    read_documents_with(paths, None)
}

/// The same with a file in the place of standard input.
pub(crate) fn read_documents_with(
    paths: &[PathBuf],
    stdin: Option<&Path>,
) -> Result<Vec<Document>, ReadError> {
    let mut documents = Vec::new();
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        let at = |source| io_error(path, source);
        let is_stdin = path.as_os_str() == STDIN;
        if is_stdin || !std::fs::metadata(path).map_err(at)?.is_dir() {
            let same = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            if seen.insert(same) {
                let name = if is_stdin {
                    STDIN_NAME.into()
                } else {
                    path.to_string_lossy()
                };
                let file = stdin.filter(|_| is_stdin).unwrap_or(path);
                match Document::from_bytes(name.as_ref(), read_bytes(file)?) {
                    Ok(document) => documents.push(document),
                    Err(diagnostic) => broken.push(diagnostic),
                }
            }
            continue;
        }
        let mut budget = MAX_FILES;
        let found = read_folder(path, path, 0, &mut budget, &mut seen)?;
        if found.is_empty() {
            return Err(ReadError::EmptyFolder { path: path.clone() });
        }
        documents.extend(found.documents);
        broken.extend(found.broken);
    }
    if broken.is_empty() {
        Ok(documents)
    } else {
        Err(ReadError::NotText(broken))
    }
}

/// What a folder holds.
#[derive(Default)]
struct Found {
    documents: Vec<Document>,
    /// What is wrong with files that are no text.
    broken: Vec<Diagnostic>,
    /// Whether it holds a document that was named before.
    again: bool,
}

impl Found {
    fn holds_tasks(&self) -> bool {
        let mut documents = self.documents.iter();
        documents.any(|document| !wavecrew_worker_spec::parse(document).value.tasks.is_empty())
    }

    fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.broken.is_empty() && !self.again
    }
}

/// The documents of a folder, by name, or those of its sub-folders. `depth` is bounded, and with it the
/// recursion.
fn read_folder(
    named: &Path,
    folder: &Path,
    depth: usize,
    budget: &mut usize,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<Found, ReadError> {
    let of_tool = planning::files_in(folder);
    if !of_tool.is_empty() {
        return read_files(named, of_tool, budget, seen);
    }
    let mut files = Vec::new();
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|source| io_error(folder, source))? {
        let entry = entry.map_err(|source| io_error(folder, source))?;
        let path = entry.path();
        if path.is_file() && ends_in(&path, ENDINGS) {
            files.push(path);
        } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_searched(&path) {
            folders.push(path);
        }
    }
    files.sort();
    folders.sort();
    spend(named, budget, folders.len())?;
    let mut before = seen.clone();
    let mut found = read_files(named, files, budget, seen)?;
    if depth == 0 && !found.holds_tasks() {
        let of_tools = planning::files_below(folder);
        if !of_tools.is_empty() {
            let of_tools = read_files(named, of_tools, budget, &mut before)?;
            if of_tools.holds_tasks() {
                *seen = before;
                return Ok(of_tools);
            }
        }
    }
    if found.is_empty() && depth < MAX_FOLDER_DEPTH {
        for inner in folders {
            let inner = read_folder(named, &inner, depth + 1, budget, seen)?;
            found.documents.extend(inner.documents);
            found.broken.extend(inner.broken);
            found.again |= inner.again;
        }
    }
    Ok(found)
}

/// Takes up so many more entries of a named folder.
fn spend(named: &Path, budget: &mut usize, entries: usize) -> Result<(), ReadError> {
    *budget = budget
        .checked_sub(entries)
        .ok_or_else(|| ReadError::TooManyFiles {
            path: named.to_owned(),
        })?;
    Ok(())
}

/// The documents among files of a folder, in their order.
fn read_files(
    named: &Path,
    files: Vec<PathBuf>,
    budget: &mut usize,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<Found, ReadError> {
    spend(named, budget, files.len())?;
    let mut found = Found::default();
    let mut documents = Vec::new();
    for file in files {
        let in_json = ends_in(&file, &["json", "jsonl"]);
        let same = std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
        if seen.contains(&same) {
            found.again = true;
            continue;
        }
        let bytes = match read_bytes(&file) {
            Err(ReadError::TooLarge { .. }) if in_json => continue,
            other => other?,
        };
        match Document::from_bytes(file.to_string_lossy().as_ref(), bytes) {
            Ok(document) => documents.push((document, in_json, same)),
            Err(_) if in_json => {}
            Err(diagnostic) => found.broken.push(diagnostic),
        }
    }
    let all: Vec<Document> = documents
        .iter()
        .map(|(document, ..)| document.clone())
        .collect();
    let recognised = wavecrew_worker_spec::recognised(&all);
    for ((document, in_json, same), recognised) in documents.into_iter().zip(recognised) {
        if recognised || !in_json {
            seen.insert(same);
            found.documents.push(document);
        }
    }
    Ok(found)
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    endings
        .iter()
        .any(|known| known.eq_ignore_ascii_case(ending))
}

/// Whether a folder below a named one is searched.
fn is_searched(folder: &Path) -> bool {
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    !name.starts_with('.') && !PASSED_OVER.contains(&name.as_ref())
}

fn io_error(path: &Path, source: std::io::Error) -> ReadError {
    ReadError::Io {
        path: path.to_owned(),
        source,
    }
}

fn read_bytes(file: &Path) -> Result<Vec<u8>, ReadError> {
    let at = |source| io_error(file, source);
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
