//! What a task names on the disk: what it must deliver, and what else it may write.

use std::collections::BTreeSet;

use wavecrew_sandbox::{Digest, RelPath};
use wavecrew_validate::ExtractedFile;
use wavecrew_worker_spec::Task;

use super::error::CrewError;
use super::files::relative;

/// The files that a task must deliver: those of its spec, else the files among its claims. Without any it proposes
/// them itself.
pub(super) fn deliverables(task: &Task) -> Result<Vec<RelPath>, CrewError> {
    let delivered = task
        .spec
        .as_deref()
        .map_or(&[][..], |spec| &spec.deliverables);
    let mut stated: Vec<&str> = delivered.iter().map(|file| file.path.as_str()).collect();
    if stated.is_empty() {
        stated.extend(
            task.claims
                .iter()
                .map(String::as_str)
                .filter(|path| names_a_file(path)),
        );
    }
    let mut seen = BTreeSet::new();
    stated
        .into_iter()
        .filter(|path| seen.insert(*path))
        .map(relative)
        .collect()
}

/// Every file that this attempt touches, and so must be able to put back.
pub(super) fn touched(task: &Task, files: &[ExtractedFile]) -> Result<Vec<RelPath>, CrewError> {
    let mut all = files
        .iter()
        .map(|file| relative(&file.path))
        .collect::<Result<Vec<_>, _>>()?;
    all.extend(result_files(task)?);
    Ok(all)
}

pub(super) fn result_files(task: &Task) -> Result<Vec<RelPath>, CrewError> {
    let results = task
        .spec
        .as_deref()
        .map_or(&[][..], |spec| &spec.result_files);
    results.iter().map(|file| relative(&file.path)).collect()
}

/// Whether the plan lets the task write a file that it does not demand: one that its boundaries
/// name, or one below a folder that it owns.
pub(super) fn may_write(task: &Task, path: &str) -> bool {
    let writable = task
        .spec
        .as_deref()
        .map_or(&[][..], |spec| &spec.boundaries.writable);
    !is_forbidden(task, path)
        && RelPath::new(path).is_ok_and(|normal| normal.as_str() == path)
        && writable
            .iter()
            .chain(&task.claims)
            .any(|own| covers(own, path))
}

/// Whether the task's boundaries name the path among what it must not change.
pub(super) fn is_forbidden(task: &Task, path: &str) -> bool {
    let spec = task.spec.as_deref();
    spec.into_iter()
        .flat_map(|spec| &spec.boundaries.cannot)
        .flat_map(|item| item.text.split('`').skip(1).step_by(2))
        .any(|own| covers(own, path))
}

/// Whether a path is this one, or below this folder.
pub(super) fn covers(own: &str, path: &str) -> bool {
    own == path || (own.ends_with('/') && path.starts_with(own))
}

fn names_a_file(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.contains('.') && !path.contains('*')
}

/// A task id as a file name; ids that differ give names that differ.
pub(super) fn file_name(id: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !id.is_empty() && id.len() <= 100 && id.chars().all(plain) && !id.starts_with('.') {
        return id.to_owned();
    }
    let kept: String = id.chars().filter(|c| plain(*c)).take(40).collect();
    let digest = Digest::of(id.as_bytes()).to_string();
    format!("task-{kept}~{}", &digest[..16])
}
