//! The files of a project.

use std::path::{Path, PathBuf};

/// What is looked for below a folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk<'a> {
    /// Folders that are passed over, by name; hidden ones always are.
    pub(crate) passed_over: &'a [&'a str],
    /// Whether hidden files count.
    pub(crate) hidden_files: bool,
    /// The most files that are found.
    pub(crate) files: usize,
    /// The most entries of folders that are looked at: whoever fills them is not followed for ever.
    pub(crate) entries: usize,
}

impl Walk<'_> {
    /// The paths of regular files below `root`, level by level and by name within a folder. What cannot be read, or is no
    /// text, is left out; links are not followed.
    pub(crate) fn files_below(self, root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut left = self.entries;
        let mut level = vec![PathBuf::new()];
        while !level.is_empty() {
            let mut below = Vec::new();
            for folder in level {
                let Ok(entries) = std::fs::read_dir(root.join(&folder)) else {
                    continue;
                };
                let mut entries: Vec<_> = entries.take(left).flatten().collect();
                left = left.saturating_sub(entries.len());
                entries.sort_by_key(std::fs::DirEntry::file_name);
                for entry in entries {
                    let name = entry.file_name();
                    let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else {
                        continue;
                    };
                    let (path, is_hidden) = (folder.join(name), name.starts_with('.'));
                    if kind.is_dir() && !is_hidden && !self.passed_over.contains(&name) {
                        below.push(path);
                    } else if kind.is_file() && (self.hidden_files || !is_hidden) {
                        found.extend(path.to_str().map(str::to_owned));
                    }
                }
                if found.len() >= self.files {
                    found.truncate(self.files);
                    return found;
                }
            }
            level = below;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Walk<'static> = Walk {
        passed_over: &["target"],
        hidden_files: true,
        files: 100,
        entries: 100,
    };

    #[test]
    fn what_is_hidden_or_made_is_passed_over_and_no_more_is_looked_at_than_is_allowed() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [
            "b.txt",
            "a/c.rs",
            ".git/config",
            "target/x.o",
            "a/.hidden",
            "a/d/e",
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "x").expect("written");
        }
        let found = |walk: Walk<'_>| walk.files_below(folder.path());
        assert_eq!(found(ALL), ["b.txt", "a/.hidden", "a/c.rs", "a/d/e"]);
        let shown = Walk {
            hidden_files: false,
            ..ALL
        };
        assert_eq!(found(shown), ["b.txt", "a/c.rs", "a/d/e"]);
        assert_eq!(found(Walk { files: 2, ..shown }), ["b.txt", "a/c.rs"]);
        assert!(found(Walk { entries: 5, ..ALL }).len() < 4);
        assert!(found(Walk { entries: 0, ..ALL }).is_empty());
    }
}
