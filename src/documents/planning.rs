//! Where tools keep the plan of a project: `.planning/ROADMAP.md`, `.kiro/specs/*/tasks.md`, `.beads/issues.jsonl`.
//!
//! Beside the plan such a folder holds requirements, research, templates and archives, whose lists are no tasks; so
//! the files that are the plan are named one by one.

use std::path::{Path, PathBuf};

/// A folder that a tool keeps, with the paths in it that are the plan; a `*` stands for any part of one name.
struct Place {
    folder: &'static str,
    files: &'static [&'static str],
    /// Whether nobody calls another folder so: then it is known wherever it is named.
    is_unmistakable: bool,
}

const PLACES: [Place; 11] = [
    place(
        ".planning",
        &["ROADMAP.md", "phases/*/*PLAN.md", "quick/*/*PLAN.md"],
    ),
    place(".kiro", &["specs/*/tasks.md"]),
    place(".taskmaster", &["tasks/tasks.json"]),
    place(".beads", &["issues.jsonl", "beads.jsonl"]),
    place(".specify", &["specs/*/tasks.md"]),
    place("openspec", &["changes/*/tasks.md"]),
    place(".backlog", &["tasks/*.md"]),
    place(".plans", &["*.md"]),
    place(".plan", &["*.md"]),
    Place {
        is_unmistakable: false,
        ..place("specs", &["*/tasks.md"])
    },
    Place {
        is_unmistakable: false,
        ..place("backlog", &["tasks/*.md"])
    },
];

const fn place(folder: &'static str, files: &'static [&'static str]) -> Place {
    Place {
        folder,
        files,
        is_unmistakable: true,
    }
}

/// The files of the plan that a tool keeps in this very folder, by name; nothing when no tool's folder is called so.
pub(super) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().unwrap_or_default();
    let places = PLACES.iter().filter(|place| place.is_unmistakable);
    let mut files = Vec::new();
    for place in places.filter(|place| name == place.folder) {
        files.extend(place.files.iter().flat_map(|path| matches(folder, path)));
    }
    files
}

/// The files of all plans that tools keep in the folders of a project.
pub(super) fn files_below(project: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for place in &PLACES {
        let folder = project.join(place.folder);
        // A link may lead anywhere.
        let is_folder = std::fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir());
        if is_folder {
            files.extend(place.files.iter().flat_map(|path| matches(&folder, path)));
        }
    }
    files
}

/// The files that a pattern stands for, by name. What cannot be looked into holds none.
fn matches(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for part in pattern.split('/') {
        found = found
            .iter()
            .flat_map(|folder| entries(folder, part))
            .take(super::MAX_FILES + 1)
            .collect();
    }
    found.retain(|path| path.is_file());
    found
}

/// The entries of a folder whose names fit, in order, without links to folders and what is hidden.
fn entries(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !name.starts_with('.') && fits(&name, pattern)
        })
        .map(|entry| entry.path())
        .filter(|path| path.is_file() || !path.is_symlink())
        .collect();
    found.sort();
    found
}

/// Whether a name is as a pattern with at most one `*` has it.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        Some((head, tail)) => {
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        }
        None => name == pattern,
    }
}
