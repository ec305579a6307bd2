//! What tests make in the root besides the work.

use std::collections::BTreeSet;

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

    /// The files that are there now and were not, in a few words; nothing if there is none. Those of which `is_known` holds,
    /// other tasks make.
    pub(super) async fn told(
        &self,
        undo: &Undo,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, CrewError> {
        let Some(before) = &self.0 else {
            return Ok(None);
        };
        let now = undo.in_root(|root| Ok(files(root))).await?;
        let new: Vec<String> = now
            .unwrap_or_default()
            .into_iter()
            .filter(|path| !before.contains(path) && !is_known(path))
            .collect();
        Ok(words(&new))
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

fn words(new: &[String]) -> Option<String> {
    let shown: Vec<String> = new
        .iter()
        .take(TOLD)
        .map(|path| format!("`{}`", path.escape_debug()))
        .collect();
    let more = match new.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!new.is_empty()).then(|| {
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
        let new: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
        assert_eq!(words(&[]), None);
        let start = "left there by its tests, or by what ran beside them: ";
        assert_eq!(words(&new[..1]), Some(format!("{start}`a`")));
        assert_eq!(words(&new), Some(format!("{start}`a`, `b`, `c` and 2 more")));
    }
}
