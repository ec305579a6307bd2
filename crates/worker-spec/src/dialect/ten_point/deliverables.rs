//! What a worker must deliver.

mod label;
mod path_list;
mod table;

use std::collections::HashSet;
use std::ops::Range;

use self::label::{LabelWords, Wish};
use self::path_list::{is_folder, is_pattern, listed_paths, looks_like_path, word_of};
use self::table::read_table;
use super::entry::{Entry, EntryKind, entries};
use super::fences::language;
use super::names::bare;
use crate::label::{bold_label, split_label};
use crate::markdown::{BlockKind, CodeFence};
use crate::path::{PathFault, looks_like_file, normal_path, with_slashes, without_root_word};
use crate::{Action, Code, Deliverable, Diagnostic, Document, Item, PathMention};

/// What the DELIVERABLES section says.
#[derive(Debug, Default)]
pub(super) struct Deliverables {
    pub(super) files: Vec<Deliverable>,
    /// Files that exist and are named without their folder.
    pub(super) unplaced: Vec<Deliverable>,
    pub(super) results: Vec<PathMention>,
    pub(super) notes: Vec<Item>,
    /// Directories to be filled, with a trailing `/`.
    pub(super) folders: Vec<String>,
}

/// What a line names.
#[derive(Debug)]
enum Named<'t> {
    Results(Vec<&'t str>),
    Files {
        paths: Vec<&'t str>,
        wish: Wish,
        /// Whether a name without a folder is a file in the root. If not, it says which file, not where.
        placed: bool,
    },
}

/// Reads the blocks of DELIVERABLES.
pub(super) fn read_deliverables(
    document: &Document,
    blocks: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Deliverables {
    let mut reader = Reader {
        document,
        diagnostics,
        found: Deliverables::default(),
        seen: HashSet::new(),
    };
    let mut from = blocks.start;
    for at in blocks.clone() {
        match &document.markdown().blocks[at].kind {
            BlockKind::Table(table) => {
                reader.lines(from..at);
                for named in read_table(document, table) {
                    reader.named(named);
                }
                from = at + 1;
            }
            BlockKind::Fence(fence) => reader.listing(fence),
            _ => {}
        }
    }
    reader.lines(from..blocks.end);
    reader.found
}

/// Reads the value of a header field that names files.
pub(super) fn read_field(
    document: &Document,
    value: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Deliverables {
    let mut reader = Reader {
        document,
        diagnostics,
        found: Deliverables::default(),
        seen: HashSet::new(),
    };
    let paths = listed_paths(value);
    reader.named(Named::Files {
        paths,
        wish: Wish::Write(Action::default()),
        placed: true,
    });
    reader.found
}

struct Reader<'d> {
    document: &'d Document,
    diagnostics: &'d mut Vec<Diagnostic>,
    found: Deliverables,
    /// The paths taken so far, once they are many.
    seen: HashSet<String>,
}

impl Reader<'_> {
    fn lines(&mut self, blocks: Range<usize>) {
        let document = self.document;
        for entry in entries(document, blocks) {
            // What is struck through is withdrawn.
            if entry.text.starts_with("~~") && entry.text.ends_with("~~") {
                continue;
            }
            match named(&entry) {
                Some(named) => {
                    if !self.named(named) {
                        self.note(&entry);
                    }
                }
                None => self.note(&entry),
            }
        }
    }

    /// A fence that holds nothing but paths is a list of them.
    fn listing(&mut self, fence: &CodeFence) {
        let document = self.document;
        let text = document.text();
        if !matches!(&*language(&text[fence.info.clone()]), "" | "text" | "txt") {
            return;
        }
        let lines = || {
            let pieces = document.markdown().code_pieces(fence).iter();
            let lines = pieces.flat_map(|piece| text[piece.clone()].lines());
            lines.map(str::trim).filter(|line| !line.is_empty())
        };
        if lines().all(|line| looks_like_file(without_root_word(line))) {
            for line in lines() {
                self.file(line, Action::default());
            }
        }
    }

    /// Takes what a line names; whether it names a whole file to write.
    fn named(&mut self, named: Named<'_>) -> bool {
        match named {
            Named::Results(paths) => self.results(&paths),
            Named::Files {
                paths,
                wish: Wish::Remove,
                ..
            } => {
                paths.iter().for_each(|path| self.removed(path));
                return false;
            }
            Named::Files {
                paths,
                wish: Wish::Write(action),
                placed,
            } => {
                let mut whole = true;
                for path in paths {
                    if is_folder(path) {
                        self.folder(path);
                    } else if placed || path.contains(['/', '\\']) {
                        self.file(path, action);
                    } else {
                        self.unplaced(path);
                        whole = false;
                    }
                }
                return whole;
            }
        }
        true
    }

    fn note(&mut self, entry: &Entry<'_>) {
        if entry.kind == EntryKind::Item {
            self.found.notes.push(entry.item(self.document));
        }
    }

    fn results(&mut self, paths: &[&str]) {
        for path in paths {
            let location = self.document.location(span_in(self.document, path));
            let path = self.checked(path);
            if self.is_new(&path) {
                self.found.results.push(PathMention { path, location });
            }
        }
    }

    fn file(&mut self, path: &str, action: Action) {
        let location = self.document.location(span_in(self.document, path));
        let path = self.checked(path);
        if self.is_new(&path) {
            self.found.files.push(Deliverable {
                path,
                action,
                location,
            });
        }
    }

    /// Whether a path that is now taken was not taken before.
    fn is_new(&mut self, path: &str) -> bool {
        /// So many paths are looked through sooner than one is hashed.
        const FEW: usize = 8;
        let found = &self.found;
        let taken = || {
            let files = found.files.iter().map(|file| &file.path);
            let results = found.results.iter().map(|file| &file.path);
            files.chain(results).chain(&found.folders)
        };
        if found.files.len() + found.results.len() + found.folders.len() < FEW {
            return taken().all(|other| other != path);
        }
        if self.seen.is_empty() {
            self.seen = taken().cloned().collect();
        }
        self.seen.insert(path.to_owned())
    }

    fn unplaced(&mut self, path: &str) {
        let location = self.document.location(span_in(self.document, path));
        self.found.unplaced.push(Deliverable {
            path: path.to_owned(),
            action: Action::Modify,
            location,
        });
    }

    fn folder(&mut self, written: &str) {
        let path = self.checked(without_root_word(written));
        let message = format!(
            "`{}` is a directory, and none of its files is named",
            path.escape_debug()
        );
        self.diagnostics.push(
            Diagnostic::warning(Code::DIRECTORY, message)
                .at(self.document.location(span_in(self.document, written)))
                .help("name every file to deliver; the worker may write below the directory, but nothing is checked there"),
        );
        if self.is_new(&path) {
            self.found.folders.push(path);
        }
    }

    fn removed(&mut self, path: &str) {
        let message = format!(
            "`{}` is to be deleted, and a worker only writes files",
            path.escape_debug()
        );
        self.diagnostics.push(
            Diagnostic::warning(Code::DELETION, message)
                .at(self.document.location(span_in(self.document, path)))
                .help("delete the file yourself; the run leaves it as it is"),
        );
    }

    /// The plain form of a path; one that is not below the root stays as written and is an error, unless it is
    /// absolute: all documents together may tell which file that is.
    fn checked(&mut self, written: &str) -> String {
        let path = without_root_word(written);
        match normal_path(path) {
            Ok(path) => path,
            Err(PathFault::Absolute) => path.to_owned(),
            Err(fault) => {
                let shown = path.escape_debug();
                let mut diagnostic = Diagnostic::error(
                    Code::FORBIDDEN_PATH,
                    format!("deliverable `{shown}` {}", fault.why()),
                )
                .at(self.document.location(span_in(self.document, written)))
                .help("name one file below the root, such as `src/name.ext`");
                if let Some(mended) = with_slashes(path).filter(|_| fault == PathFault::Backslash) {
                    let place = self.document.location(span_in(self.document, path));
                    diagnostic = diagnostic
                        .help(format!("write `{mended}`"))
                        .fix(place, mended);
                }
                self.diagnostics.push(diagnostic);
                path.to_owned()
            }
        }
    }
}

/// Where a slice of a document's text is.
fn span_in(document: &Document, slice: &str) -> Range<usize> {
    let start = slice.as_ptr() as usize - document.text().as_ptr() as usize;
    start..start + slice.len()
}

fn named<'t>(entry: &Entry<'t>) -> Option<Named<'t>> {
    let text = match entry.kind {
        EntryKind::Heading => bare(entry.text),
        _ => entry.text,
    };
    let label = match entry.kind {
        EntryKind::Line => bold_label(text),
        _ => split_label(text),
    };
    match label {
        Some((label, rest)) => named_by_label(label, rest).or_else(|| named_by_verb(text)),
        None => named_first(text, entry.kind).or_else(|| named_by_verb(text)),
    }
}

fn named_by_label<'t>(label: &'t str, rest: &'t str) -> Option<Named<'t>> {
    let words = LabelWords::of(label);
    if words.place {
        let path = code_spans(rest).find(|code| looks_like_file(code))?;
        return Some(files(vec![path], Wish::Write(Action::Modify), false));
    }
    let wish = words.wish();
    if !words.file && wish.is_none() {
        // "**Primary:** src/a.rs", "**`src/a.rs`**: the lexer".
        let paths = if looks_like_path(word_of(label.trim_matches('`'))) {
            listed_paths(label)
        } else if !words.aside && path_comes_first(rest) {
            listed_paths(rest)
        } else {
            return None;
        };
        return (!paths.is_empty()).then(|| files(paths, Wish::Write(Action::default()), true));
    }
    let mut paths = listed_paths(rest);
    if paths.is_empty() && words.names_files {
        paths.extend(code_spans(rest).next().filter(|code| is_plain_name(code)));
    }
    if paths.is_empty() {
        return None;
    }
    if words.results {
        return Some(Named::Results(paths));
    }
    Some(files(
        paths,
        wish.unwrap_or(Wish::Write(Action::default())),
        true,
    ))
}

fn files(paths: Vec<&str>, wish: Wish, placed: bool) -> Named<'_> {
    Named::Files {
        paths,
        wish,
        placed,
    }
}

/// Whether a text begins with a path that has a folder.
fn path_comes_first(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '`', '[', ' ']);
    let end = text.find(['`', ']']).unwrap_or(text.len());
    let word = word_of(&text[..end]);
    word.contains('/') && looks_like_file(without_root_word(word))
}

/// A name without a folder, an extension, or anything that files are seldom named with.
fn is_plain_name(text: &str) -> bool {
    text.contains(|c: char| c.is_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.+".contains(c))
}

/// `` `src/a.rs`: what it is ``, `[lexer](src/lexer.rs)`, `src/a.rs - what it is`.
fn named_first(text: &str, kind: EntryKind) -> Option<Named<'_>> {
    let text = text.trim_start_matches('*');
    let first = if let Some(code) = text.strip_prefix('`') {
        let code = code.split('`').next()?.trim();
        looks_like_path(code) || is_pattern(code)
    } else if text.starts_with('[') {
        !listed_paths(text).is_empty()
    } else {
        let word = word_of(text);
        let after = text[word.len()..].trim_start_matches(['*', '_']);
        let rest = after.trim_start();
        // Prose may begin with the name of a file: "README.md describes …".
        let listed = match kind {
            EntryKind::Line => rest.is_empty(),
            _ => {
                rest.is_empty()
                    || [":", "(", ",", "-", "–", "—", "→", "and ", "&", "|", "+"]
                        .iter()
                        .any(|mark| rest.starts_with(mark))
            }
        };
        listed && looks_like_path(word)
    };
    if !first {
        return None;
    }
    let paths = listed_paths(text);
    (!paths.is_empty()).then(|| files(paths, Wish::Write(Action::default()), true))
}

/// What a cell of a table without a column of files names.
fn named_in_cell(text: &str) -> Option<Named<'_>> {
    let label = split_label(text).and_then(|(label, rest)| named_by_label(label, rest));
    label
        .or_else(|| named_first(text, EntryKind::Line))
        .or_else(|| named_by_verb(text))
}

/// `` Create the module `src/a.rs` … ``.
fn named_by_verb(text: &str) -> Option<Named<'_>> {
    let (verb, mut rest) = text.trim_start_matches('*').split_once(' ')?;
    let wish = LabelWords::of(verb).wish()?;
    loop {
        rest = rest.trim_start_matches(['*', ' ']);
        let code = rest
            .strip_prefix('`')
            .and_then(|code| Some(&code[..code.find('`')?]));
        let word = code.unwrap_or_else(|| word_of(rest));
        if looks_like_path(word) || rest.starts_with('[') {
            let paths = listed_paths(rest);
            let placed = wish != Wish::Write(Action::Modify);
            return (!paths.is_empty()).then(|| files(paths, wish, placed));
        }
        let filler = FILLERS
            .iter()
            .any(|filler| filler.eq_ignore_ascii_case(word));
        if code.is_some() || !filler {
            return None;
        }
        rest = rest[word.len()..].trim_start_matches(':');
    }
}

const FILLERS: [&str; 23] = [
    "a",
    "an",
    "the",
    "new",
    "file",
    "files",
    "module",
    "script",
    "document",
    "test",
    "tests",
    "existing",
    "to",
    "and",
    "source",
    "unit",
    "integration",
    "config",
    "schema",
    "page",
    "directory",
    "folder",
    "package",
];

fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
