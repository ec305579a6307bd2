//! A group's heading and fields.

use super::value::{duration, heading_text, is_plain, joined, list, scalar, task_item};
use super::write_fields;
use crate::dialect::wavecrew_plan::{HeadingPart, kind_name, numbered_group, part};
use crate::plan_form::{GROUP_FIELDS, GroupField};
use crate::quoted::quote;
use crate::{Group, GroupKind};

/// Writes a group; `members` are those that do not stand below it.
pub(super) fn write(out: &mut String, group: &Group, members: &[&String]) {
    let (heading, tells_id) = heading(group);
    out.push_str(&format!("\n## {heading}\n"));
    let count = group.stated_tasks.map(|count| count.to_string());
    let length = group.stated_duration.map(duration);
    let of_id = GroupKind::of_id(&group.id);
    let kind = (group.kind != of_id).then(|| kind_name(group.kind).to_owned());
    let after = list(group.prerequisites.iter());
    let members = joined(members.iter().map(|id| task_item(id)));
    let fields = [
        (GroupField::Id, (!tells_id).then(|| scalar(&group.id))),
        (GroupField::Kind, kind),
        (
            GroupField::After,
            Some(after).filter(|list| !list.is_empty()),
        ),
        (GroupField::TaskCount, count),
        (GroupField::Duration, length),
        (
            GroupField::Members,
            Some(members).filter(|list| !list.is_empty()),
        ),
    ];
    write_fields(out, &GROUP_FIELDS, fields);
}

/// The heading, and whether it tells the id.
fn heading(group: &Group) -> (String, bool) {
    let Group { id, title, .. } = group;
    let numbered = |text: &str| part(text).0 == HeadingPart::Group(id.clone());
    if title.is_empty() && is_plain(id) && numbered(id) {
        return (id.clone(), true);
    }
    let plain = heading_text(title);
    let may_be_group = matches!(part(&plain).0, HeadingPart::Group(_) | HeadingPart::Other);
    if plain == *title && may_be_group && numbered_group(title).as_deref() != Some(title) {
        return (plain, numbered(title));
    }
    (quote(title), false)
}
