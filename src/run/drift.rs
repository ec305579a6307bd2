//! Where the disk is no longer as a journal has it.

use std::collections::BTreeMap;
use std::fmt;

use wavecrew_exec::{History, TaskState};
use wavecrew_sandbox::{Digest, RelPath, Root};

use crate::crew::TaskOutput;

/// What happened to a task's deliverables since it ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Drift {
    /// One is gone, empty or unreadable: the work is not there.
    Gone(String),
    /// One is not as its last writer left it: the verdict is about other bytes.
    Changed(String),
}

impl fmt::Display for Drift {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Gone(reason) | Self::Changed(reason)) = self;
        out.write_str(reason)
    }
}

/// Tasks that ended well and whose deliverables are not as they were left, by id. A file that several
/// tasks wrote is held against the last of them.
pub(super) fn drift(root: &Root, history: &History) -> BTreeMap<String, Drift> {
    let mut ended: Vec<(&String, u64, TaskOutput)> = history
        .tasks
        .iter()
        .filter(|(_, task)| task.state == TaskState::Succeeded)
        .filter_map(|(id, task)| {
            let output = serde_json::from_value(task.output.clone()?).ok()?;
            Some((id, task.changed_at_ms, output))
        })
        .collect();
    ended.sort_by_key(|(_, at, _)| *at);
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for (_, _, output) in &ended {
        last.extend(
            output
                .files
                .iter()
                .map(|file| (file.path.as_str(), file.digest.as_str())),
        );
    }
    let drifted: BTreeMap<&str, Drift> = last
        .into_iter()
        .filter_map(|(path, digest)| Some((path, look(root, path, digest)?)))
        .collect();
    ended
        .iter()
        .filter_map(|(id, _, output)| {
            let drift = output
                .files
                .iter()
                .find_map(|file| drifted.get(file.path.as_str()))?;
            Some(((*id).clone(), drift.clone()))
        })
        .collect()
}

fn look(root: &Root, path: &str, digest: &str) -> Option<Drift> {
    let read = RelPath::new(path)
        .map_err(|error| error.to_string())
        .and_then(|path| root.read(&path).map_err(|error| error.to_string()));
    match read {
        Ok(None) => Some(Drift::Gone(format!("`{path}` is gone"))),
        Ok(Some(bytes)) if Digest::of(&bytes).as_str() == digest => None,
        Ok(Some(bytes)) if bytes.trim_ascii().is_empty() => {
            Some(Drift::Gone(format!("`{path}` is empty")))
        }
        Ok(Some(_)) => Some(Drift::Changed(format!("`{path}` was changed since"))),
        Err(error) => Some(Drift::Gone(format!("`{path}` cannot be read: {error}"))),
    }
}
