//! The user's git repository around the root: whether its branches stay where they are while a task is worked on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::plain_file::read_at_most;

/// What git calls the branch that is checked out.
const HEAD: &str = "HEAD";
/// Where branches are. What is fetched from elsewhere, tags too, may come at any time.
const BRANCHES: &str = "refs/heads/";
/// So many branches are looked at.
const MOST: usize = 10_000;
/// A file that says where one branch or one folder is has no more bytes.
const LONGEST: u64 = 64 << 10;
/// The list of packed branches and tags has no more.
const LONGEST_LIST: u64 = 64 << 20;
/// So many branches are told by name.
const TOLD: usize = 3;
/// How long `git` may take to say what it tracks.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where `git` is told to look other than in the folder where it is asked: a run that a hook of another repository starts has
/// these.
const ELSEWHERE: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

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
                let said = read_at_most(&git, LONGEST).ok()?;
                let to = said.trim().strip_prefix("gitdir:")?.trim();
                git.parent()?.join(to)
            }
        };
        let common = match read_at_most(&own.join("commondir"), LONGEST) {
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
        if let Ok(packed) = read_at_most(&self.common.join("packed-refs"), LONGEST_LIST) {
            let lines = packed.lines().filter_map(|line| line.split_once(' '));
            let branches = lines.filter(|(_, name)| name.starts_with(BRANCHES));
            refs.extend(branches.map(|(at, name)| (name.to_owned(), at.to_owned())));
        }
        let mut open = vec![BRANCHES.trim_end_matches('/').to_owned()];
        while let Some(folder) = open.pop() {
            let Ok(entries) = fs::read_dir(self.common.join(&folder)) else {
                continue;
            };
            // Which branches are looked at, where there are too many, is the same every time.
            let mut entries: Vec<_> = entries.flatten().collect();
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let name = format!("{folder}/{name}");
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    open.push(name);
                } else if !name.ends_with(".lock")
                    && let Ok(at) = read_at_most(&entry.path(), LONGEST)
                {
                    refs.insert(name, at.trim().to_owned());
                }
            }
            if refs.len() > MOST {
                break;
            }
        }
        if let Ok(head) = read_at_most(&self.own.join(HEAD), LONGEST) {
            refs.insert(HEAD.to_owned(), head.trim().to_owned());
        }
        Refs(refs)
    }
}

impl Refs {
    /// In which ways these are other than those were: the first few by name, and how many more there are.
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
        let more = told.len().saturating_sub(TOLD);
        if more > 1 {
            told.truncate(TOLD);
            told.push(format!("{more} more branches are not where they were"));
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
        let mut git = Command::new("git");
        for variable in ELSEWHERE {
            git.env_remove(variable);
        }
        git.current_dir(folder)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .args(["-c", "core.fsmonitor=false", "ls-files", "-z", "--"])
            .args(paths);
        let output = output_within(git, PATIENCE)?;
        let text = String::from_utf8_lossy(&output);
        let names = text.split('\0').filter(|name| !name.is_empty());
        all.extend(names.map(str::to_owned));
    }
    Some(all)
}

/// What a command writes, if it ends well and in time.
fn output_within(mut command: Command, patience: Duration) -> Option<Vec<u8>> {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let mut output = child.stdout.take()?;
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.read_to_end(&mut bytes);
        // Nobody waits any more if it took too long.
        let _ = done.send(read.is_ok().then_some(bytes));
    });
    let bytes = wait.recv_timeout(patience).ok().flatten();
    if bytes.is_none() {
        let _ = child.kill();
    }
    let ended = child.wait();
    bytes.filter(|_| ended.is_ok_and(|status| status.success()))
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
        for number in 0..20 {
            write(at, &format!(".git/refs/heads/topic/{number}"), "8888\n");
        }
        let told = repository.refs().since(&before);
        assert_eq!(told.len(), 4, "{told:?}");
        assert_eq!(told[3], "21 more branches are not where they were");
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_no_branch_and_nobody_is_waited_for_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        write(at, ".git/HEAD", "ref: refs/heads/main\n");
        write(at, ".git/refs/heads/main", "1111\n");
        std::os::unix::fs::symlink("/dev/zero", at.join(".git/packed-refs")).expect("linked");
        let pipe = at.join(".git/refs/heads/pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo is there").success());
        let refs = Repository::around(at).expect("a repository").refs();
        let names: Vec<&str> = refs.0.keys().map(String::as_str).collect();
        assert_eq!(names, ["HEAD", "refs/heads/main"]);

        let mut reader = Command::new("cat");
        reader.arg(&pipe);
        assert_eq!(output_within(reader, Duration::from_millis(1)), None);
        let mut talker = Command::new("printf");
        talker.arg("said");
        let said = output_within(talker, Duration::from_secs(60));
        assert_eq!(said.as_deref(), Some(&b"said"[..]));
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
