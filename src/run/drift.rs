//! Files that a journal knows and the disk does not.

use wavecrew_exec::{History, TaskState};
use wavecrew_sandbox::{RelPath, Root};

use crate::crew::TaskOutput;

/// Tasks that ended well and whose deliverables are gone or empty now, each with the reason; by id.
///
/// A file that merely differs is no drift: a later task may have changed it, or a person.
pub(super) fn drift(root: &Root, history: &History) -> Vec<(String, String)> {
    let ended = history
        .tasks
        .iter()
        .filter(|(_, task)| task.state == TaskState::Succeeded);
    ended
        .filter_map(|(id, task)| {
            let output: TaskOutput = serde_json::from_value(task.output.clone()?).ok()?;
            let gone = output
                .files
                .iter()
                .find_map(|file| missing(root, &file.path))?;
            Some((id.clone(), gone))
        })
        .collect()
}

fn missing(root: &Root, path: &str) -> Option<String> {
    let read = RelPath::new(path)
        .map_err(|error| error.to_string())
        .and_then(|path| root.read(&path).map_err(|error| error.to_string()));
    match read {
        Ok(None) => Some(format!("`{path}` is gone")),
        Ok(Some(bytes)) if bytes.trim_ascii().is_empty() => Some(format!("`{path}` is empty")),
        Ok(Some(_)) => None,
        Err(error) => Some(format!("`{path}` cannot be read: {error}")),
    }
}
