//! What tests make in the root besides the work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use wavecrew_sandbox::Root;

use super::error::CrewError;
use super::seen::FILLED;
use super::undo::Undo;
use super::walk::Walk;

/// A root of more files is not compared, for that would take longer than many tests.
const FILES: usize = 20_000;
/// So many entries of folders are looked at for that.
const ENTRIES: usize = 200_000;
/// So many are told by name.
const TOLD: usize = 3;

/// Which files there were before anything of an attempt ran; hidden ones and those of folders that tools fill are left out.
#[derive(Debug)]
pub(super) struct Leftovers(Option<BTreeSet<String>>);

impl Leftovers {
    pub(super) async fn before(undo: &Undo) -> Result<Self, CrewError> {
        undo.in_root(|root| Ok(Self(files(root)))).await
    }

    /// The files that are there now and were not, and all that are there now; nothing if there are too many to tell.
    pub(super) async fn since(
        &self,
        undo: &Undo,
    ) -> Result<Option<(BTreeSet<String>, BTreeSet<String>)>, CrewError> {
        let Some(before) = &self.0 else {
            return Ok(None);
        };
        let now = undo.in_root(|root| Ok(files(root))).await?;
        Ok(now.map(|now| (now.difference(before).cloned().collect(), now)))
    }
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

fn files(root: &Root) -> Option<BTreeSet<String>> {
    let walk = Walk {
        passed_over: &FILLED,
        hidden_files: false,
        files: FILES,
        entries: ENTRIES,
    };
    let found = walk.files_below(root.path());
    (found.len() < FILES).then(|| found.into_iter().collect())
}

fn words(left: &BTreeSet<String>) -> Option<String> {
    let shown: Vec<String> = left
        .iter()
        .take(TOLD)
        .map(|path| format!("`{}`", path.escape_debug()))
        .collect();
    let more = match left.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!left.is_empty()).then(|| {
        format!(
            "left there by its tests, or by what ran beside them: {}{more}",
            shown.join(", ")
        )
    })
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
