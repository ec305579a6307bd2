//! Where a document speaks of something that several documents hold.

use wavecrew_worker_spec::{Group, Location, Plan};

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
