//! The user's git repository around the root: whether its branches stay where they are while a task is worked on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What git calls the branch that is checked out.
const HEAD: &str = "HEAD";
/// Where branches are. What is fetched from elsewhere, tags too, may come at any time.
const BRANCHES: &str = "refs/heads/";
/// So many branches are looked at.
const MOST: usize = 10_000;

/// A repository, by its folders.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// Where `HEAD` is.
    own: PathBuf,
    /// Where branches are: the same, but in a worktree that was added.
    common: PathBuf,
}

/// Where `HEAD` and the branches stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refs(BTreeMap<String, String>);

impl Repository {
    /// The one that a folder is in, if it is in any.
    pub(crate) fn around(folder: &Path) -> Option<Self> {
        let found = folder.ancestors().map(|folder| folder.join(".git"));
        let git = found.into_iter().find(|git| git.exists())?;
        let own = match git.is_dir() {
            true => git,
            // A worktree or a submodule has a file that says where the folder is.
            false => {
                let said = fs::read_to_string(&git).ok()?;
                let to = said.trim().strip_prefix("gitdir:")?.trim();
                git.parent()?.join(to)
            }
        };
        let common = match fs::read_to_string(own.join("commondir")) {
            Ok(said) => own.join(said.trim()),
            Err(_) => own.clone(),
        };
        own.join(HEAD).exists().then_some(Self { own, common })
    }

    /// Where it keeps what it knows.
    pub(crate) fn folders(&self) -> [&Path; 2] {
        [&self.own, &self.common]
    }

    /// Where `HEAD` and the branches stand now.
    pub(super) fn refs(&self) -> Refs {
        let mut refs = BTreeMap::new();
        if let Ok(packed) = fs::read_to_string(self.common.join("packed-refs")) {
            let lines = packed.lines().filter_map(|line| line.split_once(' '));
            let branches = lines.filter(|(_, name)| name.starts_with(BRANCHES));
            refs.extend(branches.map(|(at, name)| (name.to_owned(), at.to_owned())));
        }
        let mut open = vec![BRANCHES.trim_end_matches('/').to_owned()];
        while let Some(folder) = open.pop() {
            let Ok(entries) = fs::read_dir(self.common.join(&folder)) else {
                continue;
            };
            for entry in entries.flatten() {
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let name = format!("{folder}/{name}");
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    open.push(name);
                } else if !name.ends_with(".lock")
                    && let Ok(at) = fs::read_to_string(entry.path())
                {
                    refs.insert(name, at.trim().to_owned());
                }
            }
            if refs.len() > MOST {
                break;
            }
        }
        if let Ok(head) = fs::read_to_string(self.own.join(HEAD)) {
            refs.insert(HEAD.to_owned(), head.trim().to_owned());
        }
        Refs(refs)
    }
}

impl Refs {
    /// In which ways these are other than those were.
    pub(super) fn since(&self, before: &Self) -> Vec<String> {
        let mut told = Vec::new();
        for (name, at) in &self.0 {
            let words = match before.0.get(name) {
                Some(was) if was == at => continue,
                Some(was) => format!("moved from {} to {}", short(was), short(at)),
                None => format!("is new, at {}", short(at)),
            };
            told.push(format!("{} {words}", named(name)));
        }
        for name in before.0.keys().filter(|name| !self.0.contains_key(*name)) {
            told.push(format!("{} is gone", named(name)));
        }
        told
    }
}

fn named(name: &str) -> String {
    match name.strip_prefix(BRANCHES) {
        Some(branch) => format!("branch `{branch}`"),
        None => format!("`{name}`"),
    }
}

/// `main`, or the beginning of a commit's name.
fn short(at: &str) -> String {
    match at.strip_prefix("ref:").map(str::trim) {
        Some(branch) => format!("`{}`", branch.strip_prefix(BRANCHES).unwrap_or(branch)),
        None => at.chars().take(10).collect(),
    }
}

/// So many files are asked about at a time: a command line has its limits.
const AT_A_TIME: usize = 500;

/// Which of these files git tracks; `None` if git does not say.
pub(super) fn tracked(folder: &Path, paths: &[String]) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for paths in paths.chunks(AT_A_TIME) {
        let git = Command::new("git")
            .current_dir(folder)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .args(["-c", "core.fsmonitor=false", "ls-files", "-z", "--"])
            .args(paths)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output();
        let output = git.ok().filter(|output| output.status.success())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let names = text.split('\0').filter(|name| !name.is_empty());
        all.extend(names.map(str::to_owned));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    #[test]
    fn every_way_in_which_branches_move_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        assert!(Repository::around(at).is_none());
        write(at, ".git/HEAD", "ref: refs/heads/main\n");
        write(at, ".git/refs/heads/main", "1111111111111111\n");
        write(at, ".git/refs/heads/old/one", "2222222222222222\n");
        write(
            at,
            ".git/packed-refs",
            "# pack-refs\n3333 refs/heads/packed\n4444 refs/remotes/origin/x\n",
        );
        fs::create_dir(at.join("below")).expect("made");
        let repository = Repository::around(&at.join("below")).expect("a repository");
        let before = repository.refs();
        assert_eq!(repository.refs().since(&before), [""; 0]);

        write(at, ".git/HEAD", "ref: refs/heads/new\n");
        write(at, ".git/refs/heads/new", "5555555555555555\n");
        write(at, ".git/refs/heads/main", "6666666666666666\n");
        write(at, ".git/refs/remotes/origin/x", "7777\n");
        fs::remove_file(at.join(".git/refs/heads/old/one")).expect("removed");
        assert_eq!(
            repository.refs().since(&before),
            [
                "`HEAD` moved from `main` to `new`",
                "branch `main` moved from 1111111111 to 6666666666",
                "branch `new` is new, at 5555555555",
                "branch `old/one` is gone",
            ]
        );
    }

    #[test]
    fn a_worktree_that_was_added_has_its_own_head_and_the_branches_of_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        write(at, "main/.git/refs/heads/a", "11\n");
        write(at, "main/.git/worktrees/w/HEAD", "ref: refs/heads/a\n");
        write(at, "main/.git/worktrees/w/commondir", "../..\n");
        write(at, "w/.git", "gitdir: ../main/.git/worktrees/w\n");
        let repository = Repository::around(&at.join("w")).expect("a repository");
        let before = repository.refs();
        write(at, "main/.git/refs/heads/a", "22\n");
        let told = repository.refs().since(&before);
        assert_eq!(told, ["branch `a` moved from 11 to 22"]);
    }
}
