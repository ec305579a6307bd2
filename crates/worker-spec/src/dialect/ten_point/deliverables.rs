//! What a worker must deliver.

use std::collections::HashSet;

use super::entry::{Entry, EntryKind};
use crate::label::{bold_label, split_label};
use crate::path::{
    PathFault, looks_like_file, may_be_file, normal_path, with_slashes, without_root_word,
};
use crate::{Action, Code, Deliverable, Diagnostic, Document, Item, PathMention};

/// What the DELIVERABLES section says.
#[derive(Debug, Default)]
pub(super) struct Deliverables {
    pub(super) files: Vec<Deliverable>,
    /// Files that exist and are named without their folder.
    pub(super) unplaced: Vec<Deliverable>,
    pub(super) results: Vec<PathMention>,
    pub(super) notes: Vec<Item>,
}

/// What a line names.
enum Named<'t> {
    Results(Vec<&'t str>),
    Files(Vec<&'t str>, Action),
    /// A file that is there, wherever that is.
    Somewhere(&'t str),
}

/// Reads the lines of DELIVERABLES.
pub(super) fn read_deliverables(
    document: &Document,
    entries: &[Entry<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Deliverables {
    let mut reader = Reader {
        document,
        diagnostics,
        found: Deliverables::default(),
        seen: HashSet::new(),
    };
    for entry in entries {
        match named(entry) {
            Some(Named::Results(paths)) => reader.results(&paths),
            Some(Named::Files(paths, action)) => {
                for path in paths {
                    reader.file(path, action);
                }
            }
            Some(Named::Somewhere(path)) => {
                reader.unplaced(path);
                reader.note(entry);
            }
            None => reader.note(entry),
        }
    }
    reader.found
}

struct Reader<'d> {
    document: &'d Document,
    diagnostics: &'d mut Vec<Diagnostic>,
    found: Deliverables,
    seen: HashSet<String>,
}

impl Reader<'_> {
    fn note(&mut self, entry: &Entry<'_>) {
        if entry.kind == EntryKind::Item {
            self.found.notes.push(entry.item(self.document));
        }
    }

    fn results(&mut self, paths: &[&str]) {
        for path in paths {
            let location = self.document.location(span_in(self.document, path));
            let path = self.checked(path);
            if self.seen.insert(path.clone()) {
                self.found.results.push(PathMention { path, location });
            }
        }
    }

    fn file(&mut self, path: &str, action: Action) {
        let location = self.document.location(span_in(self.document, path));
        let path = self.checked(path);
        if self.seen.insert(path.clone()) {
            self.found.files.push(Deliverable {
                path,
                action,
                location,
            });
        }
    }

    fn unplaced(&mut self, path: &str) {
        let location = self.document.location(span_in(self.document, path));
        self.found.unplaced.push(Deliverable {
            path: path.to_owned(),
            action: Action::Modify,
            location,
        });
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
fn span_in(document: &Document, slice: &str) -> std::ops::Range<usize> {
    let start = slice.as_ptr() as usize - document.text().as_ptr() as usize;
    start..start + slice.len()
}

fn named<'t>(entry: &Entry<'t>) -> Option<Named<'t>> {
    let label = match entry.kind {
        EntryKind::Item => split_label(entry.text),
        EntryKind::Line => Some(bold_label(entry.text)?),
        EntryKind::Cell => return named_in_code(entry.text),
        EntryKind::Heading => return None,
    };
    match label {
        Some((label, rest)) => named_by_label(label, rest).or_else(|| named_by_verb(entry.text)),
        None => named_in_code(entry.text).or_else(|| named_by_verb(entry.text)),
    }
}

fn named_by_label<'t>(label: &str, rest: &'t str) -> Option<Named<'t>> {
    let words = LabelWords::of(label);
    if words.place {
        let path = code_spans(rest).find(|code| looks_like_file(code))?;
        return Some(somewhere_or_file(path, Action::Modify));
    }
    let action = words.action();
    if !words.file && action.is_none() {
        return None;
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
    Some(Named::Files(paths, action.unwrap_or_default()))
}

/// What the words of a label speak of.
#[derive(Clone, Copy, Debug, Default)]
struct LabelWords {
    /// What follows may be a file.
    file: bool,
    /// What follows is a file, whatever it looks like: `` Create file: `VERSION` ``.
    names_files: bool,
    results: bool,
    place: bool,
    create: bool,
    modify: bool,
}

impl LabelWords {
    fn of(label: &str) -> LabelWords {
        let mut found = LabelWords::default();
        let mut lower = [0; 16];
        for word in label.split(|c: char| !c.is_alphanumeric()) {
            let Some(lower) = lower.get_mut(..word.len()) else {
                continue;
            };
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            match &*lower {
                b"file" | b"files" => (found.file, found.names_files) = (true, true),
                b"path" | b"paths" | b"script" | b"module" | b"document" | b"deliverable"
                | b"output" | b"artifact" | b"artefact" | b"test" => found.file = true,
                b"result" | b"results" => (found.file, found.results) = (true, true),
                b"location" | b"where" => found.place = true,
                b"create" | b"new" | b"write" | b"generate" | b"produce" | b"implement"
                | b"add" | b"build" => {
                    found.create = true;
                }
                b"update" | b"modify" | b"edit" | b"extend" | b"change" | b"rewrite"
                | b"rewritten" | b"refactor" | b"fix" => found.modify = true,
                _ => {}
            }
        }
        found
    }

    fn action(self) -> Option<Action> {
        match (self.create, self.modify) {
            (true, true) => Some(Action::CreateOrModify),
            (true, false) => Some(Action::Create),
            (false, true) => Some(Action::Modify),
            (false, false) => None,
        }
    }
}

/// A name without a folder, an extension, or anything that files are seldom named with.
fn is_plain_name(text: &str) -> bool {
    text.contains(|c: char| c.is_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.+".contains(c))
}

/// `` `src/a.rs`: what it is ``.
fn named_in_code(text: &str) -> Option<Named<'_>> {
    let text = text.trim_start_matches('*');
    let code = text.strip_prefix('`')?;
    let code = &code[..code.find('`')?];
    looks_like_file(without_root_word(code))
        .then(|| Named::Files(listed_paths(text), Action::default()))
}

/// `` Create the module `src/a.rs` … ``.
fn named_by_verb(text: &str) -> Option<Named<'_>> {
    let (verb, mut rest) = text.split_once(' ')?;
    let action = LabelWords::of(verb).action()?;
    loop {
        rest = rest.trim_start_matches(['*', ' ']);
        let code = rest
            .strip_prefix('`')
            .and_then(|code| Some(&code[..code.find('`')?]));
        let word = code.unwrap_or_else(|| word_of(rest));
        if looks_like_file(without_root_word(word)) {
            return Some(match action {
                Action::Modify => somewhere_or_file(word, action),
                _ => Named::Files(vec![word], action),
            });
        }
        let filler = FILLERS
            .iter()
            .any(|filler| filler.eq_ignore_ascii_case(word));
        if code.is_some() || !filler {
            return None;
        }
        rest = &rest[word.len()..];
    }
}

const FILLERS: [&str; 14] = [
    "a", "an", "the", "new", "file", "module", "script", "document", "test", "tests", "existing",
    "to", "and", "source",
];

/// A bare name of a file that is there says which file, not where.
fn somewhere_or_file(path: &str, action: Action) -> Named<'_> {
    if path.contains(['/', '\\']) {
        Named::Files(vec![path], action)
    } else {
        Named::Somewhere(path)
    }
}

/// The paths at the start of what a label says: `` `a.py`, `b.py` and `c.py` (tests) ``, or `src/a.py`.
fn listed_paths(text: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        let between = rest[..open].trim();
        let listed = ["", ",", "and", ", and", "&", "+", "**", "or"].contains(&between);
        if !paths.is_empty() && !listed {
            break;
        }
        let Some(length) = rest[open + 1..].find('`') else {
            break;
        };
        let code = rest[open + 1..open + 1 + length].trim();
        rest = &rest[open + length + 2..];
        if may_be_file(without_root_word(code)) {
            paths.push(code);
        } else if !paths.is_empty() {
            break;
        }
    }
    if paths.is_empty() {
        let word = word_of(text);
        if looks_like_path_in_words(word) {
            paths.push(word);
        } else if let Some(path) = path_with_root_words(text) {
            paths.push(path);
        }
    }
    paths
}

/// `(repo root)/a/b.py`: words for the root may hold a space.
fn path_with_root_words(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let close = text.find([')', '>', '}', ']'])?;
    let length = text[close..]
        .find(char::is_whitespace)
        .unwrap_or(text.len() - close);
    let path = text[..close + length].trim_end_matches(['.', ',', ';']);
    (path.starts_with(['(', '<', '{', '[']) && looks_like_file(without_root_word(path)))
        .then_some(path)
}

fn looks_like_path_in_words(word: &str) -> bool {
    looks_like_file(without_root_word(word))
}

fn word_of(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ',', ';', ':', ')'])
}

fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
