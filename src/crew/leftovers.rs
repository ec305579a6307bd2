//! What tests and agents make of the root and its repository besides the work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use wavecrew_sandbox::Root;

use super::error::CrewError;
use super::repository::{Refs, Repository, tracked};
use super::seen::FILLED;
use super::undo::Undo;
use super::walk::Walk;

/// A root of more files is not compared, for that would take longer than many tests.
const FILES: usize = 20_000;
/// So many entries of folders are looked at for that.
const ENTRIES: usize = 200_000;
/// So many are told by name.
const TOLD: usize = 3;

/// How the root was before anything of an attempt ran: its files, but for hidden ones and those of folders that tools fill,
/// and the branches of the repository around it.
#[derive(Debug)]
pub(super) struct Leftovers {
    files: Option<Files>,
    repository: Option<(Repository, Refs)>,
}

/// Files, each with what tells one state of it from another without reading it.
type Files = BTreeMap<String, Stamp>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
}

/// How it is afterwards.
#[derive(Debug)]
pub(super) struct Now {
    files: Option<Files>,
    /// Which branches moved; nothing without a repository.
    moved: Option<Vec<String>>,
}

impl Leftovers {
    pub(super) async fn before(undo: &Undo) -> Result<Self, CrewError> {
        undo.in_root(|root| {
            let repository = Repository::around(root.path());
            Ok(Self {
                files: files(root),
                repository: repository.map(|repository| {
                    let refs = repository.refs();
                    (repository, refs)
                }),
            })
        })
        .await
    }

    /// Looks again.
    pub(super) async fn now(&self, undo: &Undo) -> Result<Now, CrewError> {
        let repository = self.repository.clone();
        undo.in_root(move |root| {
            Ok(Now {
                files: files(root),
                moved: repository.map(|(repository, before)| repository.refs().since(&before)),
            })
        })
        .await
    }

    /// The files that are there now and were not, and all that are there now; nothing if there are too many to tell.
    pub(super) fn since(&self, now: &Now) -> Option<(BTreeSet<String>, BTreeSet<String>)> {
        let (before, now) = self.files.as_ref().zip(now.files.as_ref())?;
        let new = now.keys().filter(|path| !before.contains_key(*path));
        Some((new.cloned().collect(), now.keys().cloned().collect()))
    }

    /// What else is not as it was, each in a few words: branches that moved, and files that were there, that git tracks, and
    /// that nobody in the plan owns (`is_anybodys`). Where there is no repository, or git does not answer, only files that are gone.
    pub(super) async fn outside(
        &self,
        undo: &Undo,
        now: Now,
        is_anybodys: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, CrewError> {
        let moved = now.moved;
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        // Too many files to tell are not told either way.
        let both = self.files.as_ref().zip(now.files.as_ref());
        for (path, before, now) in both.into_iter().flat_map(|(before, now)| {
            let each = before.iter();
            each.map(|(path, stamp)| (path, stamp, now.get(path)))
        }) {
            match now {
                _ if is_anybodys(path) => {}
                Some(now) if now == before => {}
                // Without a repository it may be what a build makes.
                Some(_) if moved.is_none() => {}
                Some(_) => changed.push(path.clone()),
                None => gone.push(path.clone()),
            }
        }
        if moved.is_some() && !(changed.is_empty() && gone.is_empty()) {
            let asked = [&changed[..], &gone[..]].concat();
            let asked = undo
                .in_root(move |root| Ok(tracked(root.path(), &asked)))
                .await?;
            match asked {
                Some(tracked) => {
                    changed.retain(|path| tracked.contains(path));
                    gone.retain(|path| tracked.contains(path));
                }
                // Nobody says what of it a build makes: as without a repository.
                None => changed.clear(),
            }
        }
        let mut told = moved.unwrap_or_default();
        told.extend(counted(&changed, "was changed", "were changed"));
        told.extend(counted(&gone, "is gone", "are gone"));
        Ok(told)
    }
}

/// As in "`a` and 2 more are gone"; nothing for none.
fn counted(paths: &[String], one: &str, several: &str) -> Option<String> {
    let (names, how) = match paths {
        [] => return None,
        [path] => (quoted(path), one),
        several_paths => (named(several_paths.iter()), several),
    };
    Some(format!("{names} {how}"))
}

/// What the attempts of each task left so far.
#[derive(Debug, Default)]
pub(super) struct LeftByTasks(Mutex<BTreeMap<String, BTreeSet<String>>>);

impl LeftByTasks {
    /// Adds what another attempt left, and says in a few words what of all this is still there; nothing if there is none.
    pub(super) fn add(
        &self,
        task: &str,
        new: BTreeSet<String>,
        now: &BTreeSet<String>,
    ) -> Option<String> {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = tasks.entry(task.to_owned()).or_default();
        left.extend(new);
        left.retain(|path| now.contains(path));
        words(left)
    }
}

fn files(root: &Root) -> Option<Files> {
    let walk = Walk {
        passed_over: &FILLED,
        hidden_files: false,
        files: FILES,
        entries: ENTRIES,
    };
    let found = walk.files_below(root.path());
    let stamped = |path: String| {
        let about = std::fs::symlink_metadata(root.path().join(&path)).ok()?;
        let stamp = Stamp {
            len: about.len(),
            modified: about.modified().ok(),
        };
        Some((path, stamp))
    };
    (found.len() < FILES).then(|| found.into_iter().filter_map(stamped).collect())
}

fn words(left: &BTreeSet<String>) -> Option<String> {
    (!left.is_empty()).then(|| {
        format!(
            "left there by its tests, or by what ran beside them: {}",
            named(left.iter())
        )
    })
}

/// The first few by name, and how many more there are.
fn named<'a>(paths: impl ExactSizeIterator<Item = &'a String>) -> String {
    let more = paths.len().saturating_sub(TOLD);
    let shown: Vec<String> = paths.take(TOLD).map(|path| quoted(path)).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn quoted(path: &str) -> String {
    format!("`{}`", path.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_named_and_the_others_counted() {
        let set = |paths: &[&str]| paths.iter().map(ToString::to_string).collect();
        let now: BTreeSet<String> = set(&["a", "b", "c", "d", "e"]);
        let left = LeftByTasks::default();
        let start = "left there by its tests, or by what ran beside them: ";
        assert_eq!(left.add("A", set(&[]), &now), None);
        assert_eq!(
            left.add("A", set(&["a"]), &now),
            Some(format!("{start}`a`"))
        );
        assert_eq!(left.add("B", set(&[]), &now), None);
        let all = left.add("A", now.clone(), &now);
        assert_eq!(all, Some(format!("{start}`a`, `b`, `c` and 2 more")));
        assert_eq!(
            left.add("A", set(&[]), &set(&["e"])),
            Some(format!("{start}`e`"))
        );
    }
}
