//! Which file a block is.

use super::fence::Block;
use crate::source::Language;

pub(super) enum Named {
    /// One of the files asked for.
    Expected { index: usize, content: String },
    /// A path that was not asked for.
    Other(String),
    /// The block names no file.
    Not,
}

/// Finds out which file a block is, from its info string, the line before it, or its first line.
pub(super) fn named(block: &Block<'_>, expected: &[&str]) -> Named {
    if let Some(path) = in_info(block.info, expected) {
        return pick(path, expected, || block.content());
    }
    if let Some(path) = block
        .before
        .and_then(|line| in_heading(line, expected, block))
    {
        return pick(path, expected, || block.content());
    }
    let Some(marker) = marker(block.line_at(0)) else {
        return Named::Not;
    };
    let known = find(&marker.path, expected).is_some();
    if !known && !marker.explicit {
        return Named::Not;
    }
    let drop = marker.explicit
        || block.line_at(1).starts_with("#!")
        || Language::of(&marker.path) == Some(Language::Json);
    pick(marker.path, expected, || {
        block.content_from(usize::from(drop))
    })
}

fn pick(path: String, expected: &[&str], content: impl Fn() -> String) -> Named {
    match find(&path, expected) {
        Some(index) => Named::Expected {
            index,
            content: content(),
        },
        None => Named::Other(path),
    }
}

/// The index of the path asked for that `path` stands for.
pub(super) fn find(path: &str, expected: &[&str]) -> Option<usize> {
    let path = normal(path);
    if path.is_empty() {
        return None;
    }
    if let Some(index) = expected.iter().position(|wanted| normal(wanted) == path) {
        return Some(index);
    }
    let mut ending = expected.iter().enumerate().filter(|(_, wanted)| {
        let wanted = normal(wanted);
        wanted
            .strip_suffix(path.as_str())
            .is_some_and(|rest| rest.ends_with('/'))
    });
    match (ending.next(), ending.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

/// Without `./` in front and doubled slashes.
fn normal(path: &str) -> String {
    let absolute = path.starts_with('/');
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let joined = parts.join("/");
    if absolute {
        format!("/{joined}")
    } else {
        joined
    }
}

const KEYS: [&str; 6] = ["path", "file", "filename", "title", "name", "filepath"];

/// The path that an info string gives its block.
pub(super) fn in_info(info: &str, expected: &[&str]) -> Option<String> {
    let info = info.trim_start_matches('{').trim_end_matches('}').trim();
    for key in KEYS {
        let value = attribute(info, key);
        if let Some(path) = value.filter(|path| is_path(path) || find(path, expected).is_some()) {
            return Some(path);
        }
    }
    // A path asked for may hold spaces.
    let rest = info
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest.trim());
    for whole in [info, rest] {
        if !whole.is_empty() && find(unquote(whole), expected).is_some() {
            return Some(unquote(whole).to_owned());
        }
    }
    let words: Vec<&str> = info.split_whitespace().collect();
    // `python:src/a.py`
    let tagged = words.first().and_then(|word| word.split_once(':'));
    let tagged = tagged.map(|(_, path)| path).filter(|path| is_path(path));
    let mut paths = words
        .iter()
        .map(|word| unquote(word))
        .filter(|word| is_path(word));
    tagged.or_else(|| paths.next()).map(str::to_owned)
}

fn attribute(info: &str, key: &str) -> Option<String> {
    let mut rest = info;
    while let Some(at) = rest.find(key) {
        let starts = rest[..at]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || c == ',' || c == '{');
        let after = &rest[at + key.len()..];
        let value = after.strip_prefix('=').or_else(|| after.strip_prefix(':'));
        if let Some(value) = value.filter(|_| starts) {
            let value = value.trim_start();
            let quoted = value.chars().next().filter(|c| "\"'".contains(*c));
            let end = match quoted {
                Some(mark) => value[1..].find(mark).map_or(value.len(), |end| end + 1),
                None => value.find(char::is_whitespace).unwrap_or(value.len()),
            };
            let value = &value[usize::from(quoted.is_some())..end];
            return (!value.is_empty()).then(|| value.to_owned());
        }
        rest = after;
    }
    None
}

fn unquote(word: &str) -> &str {
    word.trim_matches(|c| "\"'`*".contains(c))
}

/// Whether a word looks like a relative or absolute path of a file.
fn is_path(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let plain = |c: char| c.is_alphanumeric() || "._-/+@~\\ ".contains(c);
    let known = ["Makefile", "Dockerfile", "LICENSE", "README"].contains(&name);
    word.chars().all(plain)
        && word.chars().any(char::is_alphabetic)
        && !word.contains("://")
        && (known
            || word.contains('/')
            || ending.is_some_and(|ending| {
                (1..=10).contains(&ending.len())
                    && ending.chars().all(char::is_alphanumeric)
                    && ending.chars().any(char::is_alphabetic)
            }))
        && !word.ends_with('/')
        && !word.contains("  ")
}

/// The path that the line before a block gives it.
fn in_heading(line: &str, expected: &[&str], block: &Block<'_>) -> Option<String> {
    if is_name(line, expected) {
        return Some(strip_decoration(line).to_owned());
    }
    // A sentence: only a path asked for counts, only one, and only if the block can be that file.
    let mut named = (expected.iter()).filter(|path| mentions(line, path));
    let (Some(path), None) = (named.next(), named.next()) else {
        return None;
    };
    let fits = block.level.is_some() && block.level == Language::of(path);
    fits.then(|| (*path).to_owned())
}

/// Whether a line is only the name of a file.
pub(super) fn is_name(line: &str, expected: &[&str]) -> bool {
    let bare = strip_decoration(line);
    is_path(bare) && !bare.contains(' ') || find(bare, expected).is_some()
}

fn mentions(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !"/_-".contains(c));
        let after = &line[at + path.len()..];
        edge(line[..at].chars().next_back())
            && edge(after.chars().next())
            && !after
                .strip_prefix('.')
                .is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    })
}

/// `### 1. **File: `src/a.py`**:` is `src/a.py`.
fn strip_decoration(line: &str) -> &str {
    let mut text = line;
    loop {
        let before = text;
        text = text.trim_matches(|c: char| c.is_whitespace() || "#*`\"'>:-".contains(c));
        for word in [
            "File name",
            "File path",
            "Filename",
            "File",
            "Path",
            "Create file",
            "Create",
            "New file",
            "Update",
        ] {
            let starts = text
                .get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word));
            let rest = if starts {
                text[word.len()..].chars().next()
            } else {
                None
            };
            if rest.is_some_and(|c| c.is_whitespace() || c == ':' || c == '*') {
                text = &text[word.len()..];
            }
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0
            && text[digits..].starts_with(['.', ')'])
            && text[digits + 1..].starts_with(' ')
        {
            text = &text[digits + 1..];
        }
        for note in ["(new)", "(new file)", "(updated)", "(modified)"] {
            text = text.strip_suffix(note).unwrap_or(text);
        }
        if text == before {
            return text;
        }
    }
}

pub(super) struct Marker {
    pub path: String,
    /// Whether it says `File:` or `Path:` and not only the path.
    pub explicit: bool,
}

/// Reads a line as a marker: `# File: a.py`, `// path: a.js`, `<!-- a.html -->`, `# a.py`.
pub(super) fn marker(line: &str) -> Option<Marker> {
    let line = line.trim();
    let (open, close) = [
        ("<!--", "-->"),
        ("/*", "*/"),
        ("//", ""),
        ("--", ""),
        ("#", ""),
        (";", ""),
        ("%", ""),
    ]
    .into_iter()
    .find(|(open, _)| line.starts_with(open))?;
    let text = line[open.len()..].trim_end_matches(close).trim();
    for word in ["file", "path", "filename", "filepath"] {
        let starts = text
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word));
        if let Some(path) = starts
            .then(|| text[word.len()..].strip_prefix(':'))
            .flatten()
        {
            let path = unquote(path.trim());
            return is_path(path).then(|| Marker {
                path: path.to_owned(),
                explicit: true,
            });
        }
    }
    let path = unquote(text);
    (is_path(path) && !path.contains(' ')).then(|| Marker {
        path: path.to_owned(),
        explicit: false,
    })
}
