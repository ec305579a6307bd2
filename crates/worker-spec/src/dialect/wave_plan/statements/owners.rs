//! Which files a document says which tasks write: `├── parser.py (T-001-012)`, `"T-001": "src/parser.py",`.

use std::ops::Range;

use crate::ids::{IdRange, find_ids};

/// A file and the ids of those who write it.
#[derive(Debug, PartialEq)]
pub(super) struct Owned {
    /// The path, below the folder that a line above names.
    pub(super) path: String,
    pub(super) tasks: Vec<String>,
    pub(super) span: Range<usize>,
}

/// More tasks than any file in earnest has.
const MOST_TASKS: usize = 1000;

/// The files that a fence gives to tasks.
pub(super) fn owners(text: &str, span: Range<usize>) -> Vec<Owned> {
    let mut found = Vec::new();
    let mut folder = "";
    let mut start = span.start;
    for line in text[span].split_inclusive('\n') {
        let at = start;
        start += line.len();
        let drawn = |c: char| !c.is_ascii_graphic() || c == '|' || c == '+' || c == '`';
        let bare = line.trim_matches(drawn);
        let from = at + line.len() - line.trim_start_matches(drawn).len();
        let place = from..from + bare.len();
        if bare.len() > 1 && bare.ends_with('/') && is_path(bare) {
            folder = bare;
        } else if let Some((path, tasks)) = in_tree(bare) {
            let path = if path.contains('/') {
                path.to_owned()
            } else {
                format!("{folder}{path}")
            };
            found.push(Owned {
                path,
                tasks,
                span: place,
            });
        } else if let Some((path, tasks)) = in_map(bare) {
            found.push(Owned {
                path: path.to_owned(),
                tasks,
                span: place,
            });
        }
    }
    found
}

/// `parser.py   (T-001-012)`: nothing but ids in the parentheses.
fn in_tree(line: &str) -> Option<(&str, Vec<String>)> {
    let (path, inner) = line.strip_suffix(')')?.split_once('(')?;
    let path = path.trim_end();
    if !is_file(path) {
        return None;
    }
    let ranges: Vec<IdRange<'_>> = find_ids(inner).collect();
    let (first, last) = (ranges.first()?, ranges.last()?);
    let all_ids = first.start == 0
        && last.end == inner.len()
        && ranges.windows(2).all(|pair| {
            let between = inner[pair[0].end..pair[1].start].trim_matches([',', ' ', '&', '+']);
            between.is_empty() || between == "and"
        });
    let ids: Vec<String> = ranges
        .iter()
        .flat_map(IdRange::ids)
        .take(MOST_TASKS)
        .collect();
    (all_ids && !ids.is_empty()).then_some((path, ids))
}

/// `"T-001": "src/parser.py",`.
fn in_map(line: &str) -> Option<(&str, Vec<String>)> {
    let line = line.trim_end_matches(',');
    let (id, path) = line.split_once(':')?;
    let quoted = |text: &'_ str| {
        let text = text.trim();
        let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        Some(text.len() - inner.len() - 1..text.len() - 1)
    };
    let (id, path) = (id.trim(), path.trim());
    let (id, path) = (&id[quoted(id)?], &path[quoted(path)?]);
    let range = find_ids(id).next()?;
    let whole = range.start == 0 && range.end == id.len() && range.last.is_none();
    (whole && is_file(path) && path.contains('/')).then(|| (path, vec![id.to_owned()]))
}

/// Whether a text is a plain path.
fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    !text.is_empty() && text.chars().all(plain) && !text.contains("..")
}

/// Whether a text is a plain path of a file with an ending.
fn is_file(text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let short = (1..=5).contains(&ending.len());
    is_path(text) && short && ending.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        owners(text, 0..text.len())
            .into_iter()
            .map(|owned| format!("{} {}", owned.path, owned.tasks.join(" ")))
            .collect()
    }

    #[test]
    fn trees_and_maps() {
        let tree = "│ app/core/          │\n│ ├── lens.py   (LENS_001-003)   │\n│ └── hull.py (LENS_004, LENS_006) │\n";
        assert_eq!(
            shown(tree),
            [
                "app/core/lens.py LENS_001 LENS_002 LENS_003",
                "app/core/hull.py LENS_004 LENS_006"
            ]
        );
        let map = "FILES = {\n    \"A-1\": \"app/lens.py\",\n    'A-2': 'app/hull.py',\n}\n";
        assert_eq!(shown(map), ["app/lens.py A-1", "app/hull.py A-2"]);
    }

    #[test]
    fn other_lines() {
        for line in [
            "├── lens.py (the lens, A-1)",
            "├── lens.py",
            "call(A-1)",
            "\"A-1\": \"lens\",",
            "lens_*.py (A-1-3)",
            "",
        ] {
            assert!(shown(line).is_empty(), "{line}");
        }
    }
}
