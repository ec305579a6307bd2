//! What a worker may and may not do.

use std::borrow::Cow;
use std::collections::HashSet;

use super::entry::{Entry, EntryKind};
use crate::beginnings::Beginnings;
use crate::label::{bold_label, split_label};
use crate::path::{looks_like_file, normal_path, without_root_word};
use crate::{Boundaries, Document};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Can,
    Cannot,
}

/// Reads the lines of BOUNDARIES, as bullets (`- **CAN modify:** …`) and as bold lines with a list below them. The
/// heading may say for all of them which side they are on: "Out of scope".
pub(super) fn read_boundaries(
    document: &Document,
    heading: &str,
    entries: &[Entry<'_>],
) -> Boundaries {
    let mut found = Boundaries::default();
    // The bold line or heading that the bullets below it belong to.
    let by_heading = side_of(heading).map(|(side, _)| side);
    let mut under = by_heading;
    for entry in entries {
        let label = match entry.kind {
            EntryKind::Heading => Some((entry.text, "")),
            EntryKind::Item | EntryKind::Cell => split_label(entry.text),
            EntryKind::Line => bold_label(entry.text),
        };
        let by_label = label.and_then(|(label, rest)| Some((side_of(label)?, label, rest)));
        let (side, text) = match (by_label, label) {
            (Some(((side, _), _, "")), _) => {
                under = Some(side);
                continue;
            }
            (Some(((side, what), _, rest)), _) => (Some(side), joined(what, rest)),
            // Another heading ends the list.
            (None, Some((_, ""))) if entry.kind != EntryKind::Item => {
                under = by_heading;
                continue;
            }
            (None, _) => match side_of(entry.text) {
                Some((side, what)) if entry.kind == EntryKind::Item => (Some(side), what.into()),
                _ if entry.crossed => (Some(Side::Cannot), entry.text.into()),
                _ if entry.kind == EntryKind::Item => (under, entry.text.into()),
                _ => (None, entry.text.into()),
            },
        };
        if side == Some(Side::Can) {
            writable(&text, &mut found.writable);
        }
        let item = entry.item_of(document, text);
        match side {
            Some(Side::Can) => found.can.push(item),
            Some(Side::Cannot) => found.cannot.push(item),
            None => found.other.push(item),
        }
    }
    if found.writable.len() > 1 {
        let mut seen = HashSet::new();
        found.writable.retain(|path| seen.insert(path.clone()));
    }
    found
}

/// The side that a text begins with, and what follows.
fn side_of(text: &str) -> Option<(Side, &str)> {
    const CANNOT: [&str; 20] = [
        "cannot",
        "can not",
        "can't",
        "can’t",
        "must not",
        "may not",
        "should not",
        "do not",
        "don't",
        "don’t",
        "never",
        "forbidden",
        "out of scope",
        "not allowed",
        "non-goals",
        "non goals",
        "off limits",
        "off-limits",
        "read-only",
        "must never",
    ];
    const CAN: [&str; 5] = ["can", "may", "allowed", "in scope", "permitted"];
    let text = text.trim_start_matches(['*', ' ', '_']);
    let &[first, second, ..] = text.as_bytes() else {
        return None;
    };
    let begins = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    static BEGINNINGS: Beginnings = Beginnings::of(&[&CANNOT, &CAN]);
    if !BEGINNINGS.may_be_of(&begins) {
        return None;
    }
    let alike = |word: &&&str| word.as_bytes()[..2] == begins;
    let after = |word: &str| {
        let rest = text.get(word.len()..)?;
        let same = text[..word.len()].eq_ignore_ascii_case(word);
        (same && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\''))
            .then(|| rest.trim_start_matches(['*', ' ', ':']))
    };
    let mut cannot = CANNOT.iter().filter(alike);
    let mut can = CAN.iter().filter(alike);
    cannot
        .find_map(|word| Some((Side::Cannot, after(word)?)))
        .or_else(|| can.find_map(|word| Some((Side::Can, after(word)?))))
}

fn joined<'t>(what: &str, rest: &'t str) -> Cow<'t, str> {
    if what.is_empty() {
        rest.into()
    } else {
        [what, ": ", rest].concat().into()
    }
}

/// The paths in what a worker may do; what it may only read or run is not writable.
fn writable(text: &str, paths: &mut Vec<String>) {
    const LOOKING: [&str; 9] = [
        "read", "view", "import", "use", "access", "query", "run", "execute", "call",
    ];
    let verb = text
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    if LOOKING.iter().any(|word| word.eq_ignore_ascii_case(verb)) {
        return;
    }
    let mut bare: Option<usize> = None;
    for word in words(text) {
        let path = without_root_word(word);
        let folder = path.ends_with('/') && !path.contains("://") && path.len() > 1;
        if !folder && !looks_like_file(path) {
            continue;
        }
        let Ok(path) = normal_path(path) else {
            continue;
        };
        match bare.take() {
            // "file `a.py` in `src/`" is one file.
            Some(file) if folder => paths[file].insert_str(0, &path),
            _ => {
                if !path.contains('/') {
                    bare = Some(paths.len());
                }
                paths.push(path);
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | ';' | '*'))
        .map(|word| {
            word.trim_end_matches(['.', ':', ')'])
                .trim_start_matches('(')
        })
        .filter(|word| !word.is_empty())
}
