//! Paths listed in a text: in backticks, as links, or bare.

use crate::path::{looks_like_file, may_be_file, without_root_word};

/// The paths at the start of a text: `` `a.py`, `b.py` and `c.py` (tests) ``, `[lexer](src/lexer.rs)`, `src/a.py`; and
/// when it starts with words, those from the first code on that may be a path.
pub(super) fn listed_paths(text: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    let rest = list_at(text, &mut paths);
    if !paths.is_empty() {
        return paths;
    }
    if let Some(path) = path_with_root_words(text) {
        return vec![path];
    }
    // "the module `a.py`": words stand before the first path.
    let mut rest = rest;
    while let Some(open) = rest.find('`') {
        let from = &rest[open..];
        let after = list_at(from, &mut paths);
        if !paths.is_empty() {
            break;
        }
        let skipped = from.len() - after.len();
        let close = from[1..].find('`').map_or(from.len(), |length| length + 2);
        rest = &from[skipped.max(close)..];
    }
    paths
}

/// The paths that a text begins with, and what follows them.
fn list_at<'t>(text: &'t str, paths: &mut Vec<&'t str>) -> &'t str {
    let mut rest = text;
    loop {
        let Some((path, after)) = path_at(rest) else {
            return rest;
        };
        paths.push(path);
        rest = after.trim_start_matches(['*', '_', ' ', '\t']);
        // "`a.py` (new), `b.py`": a remark does not end the list.
        if rest.starts_with('(')
            && let Some(close) = rest.find(')')
            && has_separator(&rest[close + 1..])
        {
            rest = &rest[close + 1..];
        }
        match separator(rest) {
            Some(length) => rest = &rest[length..],
            None => return rest,
        }
    }
}

fn has_separator(text: &str) -> bool {
    separator(text.trim_start_matches(['*', '_', ' ', '\t'])).is_some()
}

/// The length of what separates two paths of a list, space included.
fn separator(text: &str) -> Option<usize> {
    const MARKS: [&str; 9] = [
        ", and ", ", or ", ",", ";", "and ", "or ", "&", "+", "plus ",
    ];
    let rest = text.trim_start_matches([' ', '\t']);
    let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
    Some(text.len() - rest.len() + mark.len())
}

/// The path at the start of a text, and what follows it.
fn path_at(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(['*', ' ', '\t']);
    if let Some(code) = text.strip_prefix('`') {
        let (code, rest) = code.split_once('`')?;
        let path = code.trim();
        return is_named(path).then_some((path, rest));
    }
    if let Some(label) = text.strip_prefix('[') {
        let (label, rest) = label.split_once("](")?;
        let (target, rest) = rest.split_once(')')?;
        let label = label.trim_matches(['`', '*', ' ']);
        let target = target.split([' ', '#']).next().unwrap_or_default();
        let target = target.strip_prefix("./").unwrap_or(target);
        return [label, target]
            .into_iter()
            .find(|path| looks_like_path(path))
            .map(|path| (path, rest));
    }
    let word = word_of(text);
    (looks_like_path(word) && !is_library(word)).then(|| (word, &text[word.len()..]))
}

/// What code may be: a file, a directory, or a pattern of files.
fn is_named(code: &str) -> bool {
    may_be_file(without_root_word(code)) || is_folder(code) || is_pattern(code)
}

/// Whether a bare word looks like the path of a file.
pub(super) fn looks_like_path(word: &str) -> bool {
    looks_like_file(without_root_word(word)) || is_folder(word) && word.contains('/')
}

/// `src/parser/`.
pub(super) fn is_folder(path: &str) -> bool {
    path.len() > 1
        && path.ends_with('/')
        && !path.starts_with('/')
        && !path.contains("://")
        && path.contains(|c: char| c.is_alphanumeric())
        && path
            .chars()
            .all(|c| c.is_alphanumeric() || "/._-+@".contains(c))
}

/// `src/*.rs`, `src/{a,b}.rs`.
pub(super) fn is_pattern(path: &str) -> bool {
    let marked = path.contains('*') || path.contains('{') && path.contains(',');
    marked
        && path.contains(['/', '.'])
        && !path.contains(char::is_whitespace)
        && !path.contains(['(', '"', '\'', ':'])
}

/// `Node.js`: a name of a library, not of a file.
fn is_library(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.ends_with(".js")
        && !word.contains('/')
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

/// The first word of a text, without the marks that end a part of a sentence.
pub(super) fn word_of(text: &str) -> &str {
    let text = text.trim_start();
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'))
        .unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ':', ')', '*', '_'])
}
