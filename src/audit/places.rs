//! Where a document speaks of something that several documents hold.

use wavecrew_worker_spec::{Group, Location, Plan, Task};

/// Where a document speaks of a group: its heading there, what it states of it, or the first of its lists.
pub(super) fn group_in(plan: &Plan, group: &Group, file: &str) -> Location {
    if *group.location.file == *file {
        return group.location.clone();
    }
    let statement = plan
        .statements
        .iter()
        .filter(|statement| {
            statement.group.as_deref() == Some(&group.id) && *statement.location.file == *file
        })
        .map(|statement| &statement.location);
    let listing = group
        .listed
        .iter()
        .filter(|listing| *listing.location.file == *file)
        .map(|listing| &listing.location);
    statement
        .chain(listing)
        .min_by_key(|location| location.span.start)
        .unwrap_or(&group.location)
        .clone()
}

/// Where a document says that a task delivers or claims a path; where the task is, if it is said nowhere.
pub(super) fn of_path(task: &Task, path: &str) -> Location {
    let spec = task.spec.as_deref();
    let delivered = spec
        .and_then(|spec| spec.deliverables.iter().find(|file| file.path == path))
        .map(|file| &file.location);
    let claimed = || task.claims.iter().position(|claim| claim == path);
    delivered
        .or_else(|| task.claimed_at.get(claimed()?))
        .unwrap_or(&task.location)
        .clone()
}
