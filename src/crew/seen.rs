//! What lies around a task in the root: files that its text names, and the names of the others.

use std::collections::{BTreeMap, BTreeSet};

use wavecrew_exec::Context;
use wavecrew_sandbox::{Digest, RelPath, Root};
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::output::TaskOutput;
use super::paths::deliverables;
use super::undo::Undo;
use super::walk::Walk;

/// The largest file that is shown, and all of them together, in bytes.
const LARGEST: u64 = 64 << 10;
const ALL: usize = 256 << 10;
/// So many paths are looked for and listed at the most.
const MOST: usize = 300;
/// So many entries of folders are looked at for that.
const ENTRIES: usize = 100_000;
/// Folders that tools fill.
const FILLED: [&str; 5] = ["target", "node_modules", "__pycache__", "venv", "dist"];

/// What a task may see besides its own files.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Files that its text names, with what stands in them.
    pub(super) files: Vec<(String, String)>,
    /// Paths of the project's files, sorted; only for a task whose plan names no file.
    pub(super) tree: Vec<String>,
    /// What was shown when the answer was asked for, by path: the digest. It is journaled, since other tasks go on
    /// writing meanwhile.
    shown: BTreeMap<String, String>,
}

impl Seen {
    /// Looks around.
    pub(super) async fn of(
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        undo: &Undo,
    ) -> Result<Self, CrewError> {
        let own = deliverables(task)?;
        let names = named_paths(task, cx.previous_failure());
        let open = own.is_empty();
        let names = names.into_iter().filter(move |name| !own.contains(name));
        let names: Vec<RelPath> = names.take(MOST).collect();
        let mut seen = undo
            .in_root(move |root| {
                Ok(Self {
                    files: read(root, &names),
                    tree: if open { tree(root) } else { Vec::new() },
                    shown: BTreeMap::new(),
                })
            })
            .await?;
        if open {
            let digest = |text: &String| Digest::of(text.as_bytes()).to_string();
            let shown = seen.files.iter();
            let shown: BTreeMap<String, String> = shown
                .map(|(path, content)| (path.clone(), digest(content)))
                .collect();
            let key = format!("shown {}", cx.attempt());
            seen.shown = cx
                .memo(&key, async { Ok::<_, CrewError>(shown) })
                .await
                .map_err(CrewError::from)?;
        }
        Ok(seen)
    }

    /// Whether this was what the one who answered saw in the file.
    pub(super) fn has_shown(&self, path: &str, content: &str) -> bool {
        let digest = Digest::of(content.as_bytes()).to_string();
        self.shown.get(path) == Some(&digest)
    }
}

/// The files that are there and are text, as long as there is room.
fn read(root: &Root, names: &[RelPath]) -> Vec<(String, String)> {
    let mut room = ALL;
    let mut files = Vec::new();
    for name in names {
        let about = std::fs::symlink_metadata(root.path().join(name.as_str()));
        if !about.is_ok_and(|about| about.is_file() && about.len() <= LARGEST) {
            continue;
        }
        // What cannot be read is not shown, and so will not be overwritten either.
        let Ok(Some(bytes)) = root.read(name) else {
            continue;
        };
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let Some(left) = room.checked_sub(text.len()) else {
            continue;
        };
        room = left;
        files.push((name.to_string(), text));
    }
    files
}

/// Paths of the project, without what is hidden and what tools make; the first of them, level by level.
fn tree(root: &Root) -> Vec<String> {
    let walk = Walk {
        passed_over: &FILLED,
        hidden_files: false,
        files: MOST,
        entries: ENTRIES,
    };
    let mut found = walk.files_below(root.path());
    found.sort();
    found
}

/// Whatever in the task's text, or in what was wrong with its last answer, may be a path; in the order of the text.
fn named_paths(task: &Task, refusal: Option<&str>) -> Vec<RelPath> {
    let sections = task.spec.iter().flat_map(|spec| &spec.sections);
    let sections = sections.map(|section| section.text.as_str());
    let texts = [Some(task.title.as_str()), task.details.as_deref(), refusal];
    let mut seen = BTreeSet::new();
    let mut paths = Vec::new();
    for text in texts.into_iter().flatten().chain(sections) {
        let words = text.split(|c: char| c.is_whitespace() || "`\"'()[]<>,;|*".contains(c));
        for word in words {
            let word = word.trim_end_matches(['.', ':', '!', '?']);
            let is_path = word.len() <= 256 && word.contains(['/', '.']) && !word.contains("://");
            if !is_path || paths.len() == MOST {
                continue;
            }
            if let Ok(path) = RelPath::new(word)
                && seen.insert(path.clone())
            {
                paths.push(path);
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_text() {
        let task = Task {
            title: "Extend `src/a.rs` (see docs/guide.md, http://x.org/y.z).".to_owned(),
            details: Some("Also ../secret, /etc/passwd and README.md: twice README.md".to_owned()),
            ..Task::default()
        };
        let found = named_paths(&task, Some("`b.py` was not shown"));
        let found: Vec<&str> = found.iter().map(RelPath::as_str).collect();
        assert_eq!(found, ["src/a.rs", "docs/guide.md", "README.md", "b.py"]);
    }

    #[test]
    fn the_tree_leaves_out_what_is_hidden_or_made() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [
            "a.txt",
            "src/b.rs",
            ".git/config",
            "target/x.o",
            "src/.hidden",
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "x").expect("written");
        }
        let root = Root::open(folder.path()).expect("a root");
        assert_eq!(tree(&root), ["a.txt", "src/b.rs"]);
    }
}
