//! The paths that a cell or a field claims.

use std::ops::Range;

use super::super::cells::{pieces, plain};
use crate::dialect::written_paths::without_lines;
use crate::path::{looks_like_file, normal_path};

/// The paths in a piece of a cell between which stands no comma: `` `a.py` + `b.py` ``, `a.py & b.py`.
pub(super) fn claimed_pieces(cell: &str, piece: Range<usize>) -> Vec<Range<usize>> {
    let text = &cell[piece.clone()];
    let mut found = Vec::new();
    let mut ticks = memchr::memchr_iter(b'`', text.as_bytes());
    while let (Some(open), Some(close)) = (ticks.next(), ticks.next()) {
        let code = &text[open + 1..close];
        if code.contains('/') || looks_like_file(without_lines(code)) {
            found.push(piece.start + open + 1..piece.start + close);
        }
    }
    if !found.is_empty() {
        return found;
    }
    let mut from = piece.start;
    for (at, _) in text.match_indices(['+', '&']) {
        if text[..at].ends_with(' ') && text[at + 1..].starts_with(' ') {
            found.push(from..piece.start + at);
            from = piece.start + at + 1;
        }
    }
    found.push(from..piece.end);
    found
}

/// The paths of a field that holds patterns: `src/{a,b}.ts`, `crates/tail/**`.
pub(in crate::dialect) fn paths_of_patterns(text: &str) -> Vec<String> {
    let pieces = pieces(text).into_iter();
    let pieces = pieces.flat_map(|piece| claimed_pieces(text, piece));
    let paths = pieces.flat_map(|piece| {
        let written = plain(&text[piece]);
        let path = claimed_path(&written);
        let is_path = path.contains('/') && !path.contains(char::is_whitespace);
        match either_of(path) {
            Some(paths) => paths,
            None if is_path || looks_like_file(path) => normal_path(path).into_iter().collect(),
            None => Vec::new(),
        }
    });
    paths.collect()
}

/// What a piece of a cell claims: a path without a remark or lines behind it; of a pattern (`src/auth/*.py`) the folder.
pub(super) fn claimed_path(piece: &str) -> &str {
    let mut path = piece;
    for remark in [" (", " – ", " — ", " - ", ": "] {
        path = path.split(remark).next().unwrap_or_default();
    }
    let path = without_lines(path.trim());
    let Some(pattern) = path.find(['*', '?', '{']) else {
        return path;
    };
    if either_of(path).is_some() {
        return path;
    }
    match path[..pattern].rfind('/') {
        Some(slash) => &path[..=slash],
        None => path,
    }
}

/// The paths of `src/{a,b}.ts`.
pub(super) fn either_of(path: &str) -> Option<Vec<String>> {
    let (before, rest) = path.split_once('{')?;
    let (inside, behind) = rest.split_once('}')?;
    let names = inside.split(',').map(str::trim);
    let paths = names.map(|name| normal_path(&format!("{before}{name}{behind}")).ok());
    paths
        .collect::<Option<Vec<String>>>()
        .filter(|paths| paths.len() > 1)
}
