//! Do the boundaries let the deliverables be made?

use std::collections::HashMap;

use super::fact::{FactKind, facts, file_name, words};
use super::rule::Judged;
use super::view::View;
use crate::{Boundaries, Deliverable, Item};

pub(super) fn permits(view: &View<'_>) -> Judged {
    let boundaries = &view.spec.boundaries;
    let files = &view.spec.deliverables;
    if files.is_empty() {
        return Judged::new(0, "no file is delivered that a boundary could permit");
    }
    let Boundaries {
        can, cannot, other, ..
    } = boundaries;
    if can.is_empty() && cannot.is_empty() && other.is_empty() {
        return Judged::new(0, "no boundary says what may change");
    }
    if let Some((file, item)) = forbidden(view) {
        return Judged::new(0, forbids(file)).at([item.location.clone(), file.location.clone()]);
    }
    let (permitted, beside) = (Paths::new(can), Paths::new(other));
    let by_path = files
        .iter()
        .any(|file| permitted.covers(&file.path).is_some() || beside.covers(&file.path).is_some());
    let share = if by_path || permits_by_name(view) {
        1000
    } else {
        500
    };
    let message = "what may change is not told by a path or a name of the deliverables";
    Judged::new(share, message)
}

/// What is said of a file that a boundary forbids.
pub(super) fn forbids(file: &Deliverable) -> String {
    format!(
        "`{}` is to be delivered, and a boundary forbids it",
        file.path
    )
}

/// The first file to deliver that a boundary forbids beyond doubt, with that boundary.
///
/// There is doubt where a boundary may speak of a part: of other files of the folder, of one function in the file. So it
/// has to name the path and hardly anything else, or what may change has to be told by paths, too, and be elsewhere.
pub(super) fn forbidden<'s>(view: &View<'s>) -> Option<(&'s Deliverable, &'s Item)> {
    let Boundaries { can, cannot, .. } = &view.spec.boundaries;
    let (permitted, forbidden) = (Paths::new(can), Paths::new(cannot));
    let (file, item) = view.spec.deliverables.iter().find_map(|file| {
        let item = forbidden.covers(&file.path)?;
        permitted
            .covers(&file.path)
            .is_none()
            .then_some((file, item))
    })?;
    let is_bare = words_beside_paths(&item.text) <= 1;
    let is_sure =
        !permits_by_name(view) && !is_partial(&item.text) && (is_bare || !permitted.0.is_empty());
    is_sure.then_some((file, item))
}

fn permits_by_name(view: &View<'_>) -> bool {
    let can = &view.spec.boundaries.can;
    can.iter().any(|item| view.names_work(&words(&item.text)))
}

/// Words that leave a part of what a path names out, in several languages; those of scripts that do not part words are
/// found anywhere.
const PARTS: [&str; 24] = [
    "other",
    "others",
    "existing",
    "except",
    "besides",
    "outside",
    "without",
    "beyond",
    "unless",
    "andere",
    "anderen",
    "bestehende",
    "bestehenden",
    "vorhandene",
    "außer",
    "autres",
    "sauf",
    "existants",
    "otros",
    "excepto",
    "他",
    "既存",
    "以外",
    "现有",
];

/// Whether a boundary speaks of a part of what it names: of other files, or of something in a file.
fn is_partial(text: &str) -> bool {
    let is_named = |word: &str| PARTS.iter().any(|part| word.eq_ignore_ascii_case(part));
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(is_named)
        || PARTS
            .iter()
            .any(|part| part.starts_with(|c: char| c >= '\u{3040}') && text.contains(part))
        || facts(text).iter().any(|fact| fact.kind == FactKind::Name)
}

/// How many words a text has besides the paths in it.
fn words_beside_paths(text: &str) -> usize {
    let words = text.split_whitespace();
    words
        .filter(|word| word.contains(char::is_alphabetic))
        .filter(|word| !word.contains(['/', '`']))
        .count()
}

/// The paths that items name, each with the item.
struct Paths<'s>(HashMap<&'s str, &'s Item>);

impl<'s> Paths<'s> {
    fn new(items: &'s [Item]) -> Paths<'s> {
        let mut paths = HashMap::new();
        for item in items {
            let facts = facts(&item.text).into_iter();
            for fact in facts.filter(|fact| fact.kind == FactKind::Path) {
                let path = fact.text.trim_end_matches('/');
                paths.entry(path).or_insert(item);
                // An absolute path ends in one below the root, wherever that is.
                if let Some(rest) = path.strip_prefix('/') {
                    let ends = rest.match_indices('/').map(|(at, _)| &rest[at + 1..]);
                    for end in ends.take(MOST_FOLDERS) {
                        paths.entry(end).or_insert(item);
                    }
                }
            }
        }
        Paths(paths)
    }

    /// The item that names a path, its file name, or a folder that holds it.
    fn covers(&self, path: &str) -> Option<&'s Item> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        [path, file_name(path)]
            .into_iter()
            .chain(folders.take(MOST_FOLDERS))
            .find_map(|name| self.0.get(name).copied())
    }
}

/// So many folders of a path are looked at.
pub(super) const MOST_FOLDERS: usize = 32;
